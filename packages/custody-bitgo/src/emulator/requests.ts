import { fromUtf8, JsonNumber, parseJson } from '@rielrails/kit';
import type { Json } from '@rielrails/kit';
import type { EmulatedRequest } from '@rielrails/kit/emulator';
import { malformed } from './answers.ts';

/** An object of a body whose names are all known. */
export type Fields = Readonly<Record<string, Json>>;

/** Reads a body: JSON, and said to be so, without a name that no document knows. */
export function readBody({ headers, body }: EmulatedRequest, allowed: readonly string[]): Fields {
  if (headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() !== 'application/json')
    throw malformed('body: expected application/json');
  let json: Json;
  try {
    json = parseJson(fromUtf8(body));
  } catch {
    throw malformed('body: expected JSON');
  }
  return readFields(json, 'body', allowed);
}

/** Reads an object. */
export function readFields(json: Json | undefined, what: string, allowed: readonly string[]): Fields {
  if (typeof json !== 'object' || json === null || Array.isArray(json) || json instanceof JsonNumber)
    throw malformed(`${what}: expected an object`);
  const fields = json as Fields;
  if (Object.keys(fields).some((name) => !allowed.includes(name))) throw malformed(`${what}: has an unknown field`);
  return fields;
}

/** Reads a text; `undefined` where it is missing. */
export function readText(fields: Fields, name: string, most = 256): string | undefined {
  const value = fields[name];
  if (value !== undefined && (typeof value !== 'string' || value.length > most))
    throw malformed(`${name}: expected a text`);
  return value;
}

/** Reads a whole number; `undefined` where it is missing. A text is none. */
export function readNumber(fields: Fields, name: string, [least, most]: readonly [number, number]): number | undefined {
  const value = fields[name];
  if (value === undefined) return undefined;
  const number = value instanceof JsonNumber && /^\d{1,12}$/.test(value.text) ? Number(value.text) : Number.NaN;
  if (!(number >= least && number <= most)) throw malformed(`${name}: expected a number from ${least} to ${most}`);
  return number;
}

/** Reads an amount in satoshis, as a number or as a text. */
export function readSats(fields: Fields, name: string): bigint {
  const value = fields[name];
  const text = value instanceof JsonNumber ? value.text : value;
  if (typeof text !== 'string' || !/^[1-9]\d{0,15}$/.test(text)) throw malformed(`${name}: expected satoshis`);
  return BigInt(text);
}

/** Reads a query whose names are all known, each once. */
export function readQuery({ url }: EmulatedRequest, allowed: readonly string[]): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const [name, value] of url.searchParams) {
    if (!allowed.includes(name) || fields.has(name)) throw malformed('query: has an unknown field, or one twice');
    fields.set(name, value);
  }
  return fields;
}
