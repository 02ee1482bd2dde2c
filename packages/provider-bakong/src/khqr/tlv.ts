import { KhqrError } from './error.ts';

/** A tag with its value and the place of the value. */
export interface Field {
  /** The path: `29`, or `29.00` within a template. */
  readonly tag: string;
  readonly value: string;
  /** Where the value begins, in UTF-16 units from the start of the whole text. */
  readonly position: number;
}

const TWO_DIGITS = /^[0-9]{2}$/;

/**
 * Splits a chain of tags. Each step consumes at least four characters, so that any text ends.
 *
 * Lengths count UTF-16 units, as the National Bank's own library does: a character beyond the basic plane is two.
 *
 * @throws KhqrError for what is no chain of tags, and for a tag that comes twice.
 */
export function splitTags(text: string, within: { readonly path?: string; readonly start?: number } = {}): Fields {
  const { path = '', start = 0 } = within;
  const fields = new Map<string, Field>();
  for (let at = 0; at < text.length;) {
    const digits = text.slice(at, at + 2);
    if (!TWO_DIGITS.test(digits)) throw new KhqrError(path, 'tag', start + at, 'a tag is two digits');
    const tag = path === '' ? digits : `${path}.${digits}`;
    const length = text.slice(at + 2, at + 4);
    if (!TWO_DIGITS.test(length)) throw new KhqrError(tag, 'length', start + at + 2, 'a length is two digits');
    const begin = at + 4;
    const end = begin + Number(length);
    if (end > text.length) throw new KhqrError(tag, 'length', start + at + 2, 'reaches beyond the end');
    const value = text.slice(begin, end);
    if (!value.isWellFormed()) throw new KhqrError(tag, 'text', start + begin, 'cuts a character in half');
    if (fields.has(tag)) throw new KhqrError(tag, 'duplicate', start + at, 'comes twice');
    fields.set(tag, { tag, value, position: start + begin });
    at = end;
  }
  return fields;
}

/** Tags by their path, in the order of the text. */
export type Fields = ReadonlyMap<string, Field>;

/**
 * Writes one tag; an absent value writes nothing.
 *
 * @throws KhqrError for a value of more than 99 units: its length would have three digits, and nobody could read on.
 */
export function writeTag(tag: string, value: string | undefined): string {
  if (value === undefined) return '';
  if (value.length > 99) throw new KhqrError(tag, 'template-too-long', null, 'holds more than 99 characters');
  return tag.slice(-2) + String(value.length).padStart(2, '0') + value;
}
