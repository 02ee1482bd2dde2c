import { equalInConstantTime, hmac, JsonNumber, toBase64 } from '@rielrails/kit';
import type { Json, Secret } from '@rielrails/kit';

/** A callback's body: a JSON object with flat names. */
export type CallbackFields = { readonly [name: string]: Json };

/**
 * The text that a callback's signature covers: its values in the order of their names, joined without separators.
 *
 * PayWay signs parsed values, not bytes, and writes them as PHP does. A body whose PHP text cannot be told for certain
 * (numbers as names, numbers beyond PHP's fourteen digits) is refused rather than guessed.
 *
 * @throws RangeError for such a body.
 */
export function callbackText(fields: CallbackFields): string {
  const names = Object.keys(fields).filter((name) => name !== 'hash');
  for (const name of names) {
    if (!/^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/.test(name)) throw new RangeError('callback: name of a field');
  }
  // ASCII names only: the order of UTF-16 units is the order of bytes.
  return names
    .sort()
    .map((name) => phpText(fields[name] ?? null))
    .join('');
}

/** Whether one of the keys made this signature over these fields. Compares in constant time. */
export function isSignedCallback(fields: CallbackFields, signature: string, keys: readonly Secret[]): boolean {
  const text = callbackText(fields);
  return keys
    .map((key) => equalInConstantTime(toBase64(hmac('sha512', key, text)), signature.trim()))
    .some((matches) => matches);
}

/** A value as PHP turns it into text. */
function phpText(value: Json): string {
  if (value === null || value === false) return '';
  if (value === true) return '1';
  if (typeof value === 'string') return value;
  return value instanceof JsonNumber ? phpNumber(value.text) : phpJson(value);
}

/** PHP writes an integer whole, and a fraction with at most fourteen digits and no zeros at its end. */
function phpNumber(text: string): string {
  const match = /^(-?)(0|[1-9][0-9]*)(?:\.([0-9]+))?$/.exec(text);
  if (!match) throw new RangeError('callback: number with an exponent');
  const [, sign = '', whole = '0', fraction] = match;
  if (fraction === undefined) {
    if (whole.length > 18) throw new RangeError('callback: number beyond 64 bits');
    return text;
  }
  const kept = fraction.replace(/0+$/, '');
  const digits = (whole + kept).replace(/^0+/, '');
  if (digits.length > 14 || (whole === '0' && /^0{4}/.test(kept))) throw new RangeError('callback: too many digits');
  return kept === '' ? sign + whole : `${sign}${whole}.${kept}`;
}

/** JSON as PHP's `json_encode` writes it by default: `/` and everything beyond ASCII escaped, no spaces. */
export function phpJson(value: Json): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (value instanceof JsonNumber) return value.text;
  if (typeof value === 'string') {
    return JSON.stringify(value)
      .replaceAll('/', String.raw`\/`)
      .replaceAll(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  }
  if (isList(value)) return `[${value.map(phpJson).join(',')}]`;
  const members = Object.entries(value).map(([name, one]) => {
    // Parsing moves such names to the front, so the order in which PayWay signed them is lost.
    if (/^(0|[1-9][0-9]*)$/.test(name)) throw new RangeError('callback: number as a name');
    return `${phpJson(name)}:${phpJson(one)}`;
  });
  return `{${members.join(',')}}`;
}

function isList(value: object): value is readonly Json[] {
  return Array.isArray(value);
}
