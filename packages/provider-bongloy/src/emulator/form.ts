import { fromUtf8 } from '@rielrails/kit';
import type { EmulatedRequest } from '@rielrails/kit/emulator';
import { badField, Refusal } from './answers.ts';

/** The fields of a request, each once. */
export type Fields = ReadonlyMap<string, string>;

/** Reads a form. `allowed` names the fields; one that ends in `[` stands for any name in brackets. */
export function readForm({ headers, body }: EmulatedRequest, allowed: readonly string[]): Fields {
  const type = headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (body.length > 0 && type !== 'application/x-www-form-urlencoded')
    throw new Refusal(400, 'The body has to be application/x-www-form-urlencoded');
  return collect(fromUtf8(body), allowed);
}

/** Reads the query of a list. */
export function readQuery({ url }: EmulatedRequest, allowed: readonly string[]): Fields {
  return collect(url.search.slice(1), allowed);
}

function collect(text: string, allowed: readonly string[]): Fields {
  const fields = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(text)) {
    const known = allowed.some(
      (one) => name === one || (one.endsWith('[') && name.startsWith(one) && name.endsWith(']')),
    );
    if (!known)
      throw badField(
        /^[a-z_[\]]{1,40}$/.test(name) ? name : 'unknown',
        'Received unknown parameter',
        'parameter_unknown',
      );
    if (fields.has(name)) throw badField(name, 'Received the parameter twice');
    fields.set(name, value);
  }
  return fields;
}

/** A field that has to be there. */
export function need(fields: Fields, name: string): string {
  const value = fields.get(name);
  if (value === undefined || value === '') throw badField(name, `Missing required param: ${name}`, 'parameter_missing');
  return value;
}

/** An amount in the smallest unit: eight digits at most, above zero. */
export function readAmount(text: string): bigint {
  if (!/^\d{1,15}$/.test(text)) throw badField('amount', 'Invalid integer', 'parameter_invalid_integer');
  const amount = BigInt(text);
  if (amount < 1n) throw badField('amount', 'Amount must be at least 1', 'amount_too_small');
  if (amount > 99_999_999n) throw badField('amount', 'Amount must be no more than 99999999', 'amount_too_large');
  return amount;
}

/** `true` or `false`; `otherwise` where the field is absent. */
export function readFlag(fields: Fields, name: string, otherwise: boolean): boolean {
  const text = fields.get(name) ?? String(otherwise);
  if (text !== 'true' && text !== 'false') throw badField(name, 'Invalid boolean');
  return text === 'true';
}

/** Everything under `metadata[…]`. */
export function readMetadata(fields: Fields): Readonly<Record<string, string>> {
  const pairs = [...fields].flatMap(([name, value]) => {
    const key = /^metadata\[([^\]]{1,40})\]$/.exec(name)?.[1];
    if (key === undefined && name.startsWith('metadata[')) throw badField('metadata', 'Invalid metadata key');
    if (key !== undefined && value.length > 500)
      throw badField('metadata', 'Metadata values can have up to 500 characters');
    return key === undefined ? [] : [[key, value] as const];
  });
  if (pairs.length > 50) throw badField('metadata', 'You can have up to 50 metadata keys');
  return Object.fromEntries(pairs);
}
