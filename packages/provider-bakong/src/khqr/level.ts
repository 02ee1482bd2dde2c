import { KhqrError } from './error.ts';
import { checkValue } from './tags.ts';
import type { Tag, TagGroup } from './tags.ts';

/** The tags of one chain: of the whole text, or of a template's value. */
export class Level {
  readonly #text: string;
  readonly #values: readonly (string | undefined)[];
  /** Where each value begins, in UTF-16 units from the start of the whole text. */
  readonly #positions: readonly (number | undefined)[];
  /** Where a missing tag would have stood at the latest. */
  readonly end: number;
  /** Tags that are none of the group, by their path, as they stand there. Absent: there is none. */
  readonly others?: Map<string, string>;

  /**
   * Reads from `start` to `end`. Each step consumes at least four characters, so that any text ends.
   *
   * Lengths count UTF-16 units, as the National Bank's own library does: a character beyond the basic plane is two.
   *
   * @throws KhqrError for what is no chain of tags, for a tag that comes twice, and for a value of a wrong form.
   */
  constructor(text: string, group: TagGroup, start: number, end: number) {
    const values: (string | undefined)[] = [...group.empty];
    const positions: (number | undefined)[] = [...group.empty];
    let others: Map<string, string> | undefined;
    for (let at = start; at < end;) {
      const number = twoDigits(text, at, end);
      if (number < 0) throw new KhqrError(group.path, 'tag', at, 'a tag is two digits');
      const length = twoDigits(text, at + 2, end);
      const position = at + 4;
      const next = position + length;
      if (length < 0 || next > end || (length > 0 && isFirstHalf(text.charCodeAt(next - 1))))
        throw lengthError(pathOf(group, number), length, position, next > end);
      const value = text.slice(position, next);
      const tag = group.byNumber[number];
      if (tag) {
        if (values[tag.slot] !== undefined) throw new KhqrError(tag.path, 'duplicate', at, 'comes twice');
        values[tag.slot] = tag.raw ? value : checkValue(tag, value, position);
        positions[tag.slot] = position;
      } else {
        const path = pathOf(group, number);
        others ??= new Map();
        if (others.has(path)) throw new KhqrError(path, 'duplicate', at, 'comes twice');
        others.set(path, value);
      }
      at = next;
    }
    this.#text = text;
    this.#values = values;
    this.#positions = positions;
    this.end = end;
    if (others) this.others = others;
  }

  optional(tag: Tag): string | undefined {
    return this.#values[tag.slot];
  }

  required(tag: Tag): string {
    const value = this.#values[tag.slot];
    if (value === undefined) throw new KhqrError(tag.path, 'missing', this.end, 'is missing');
    return value;
  }

  /** Where the value of a tag that is there begins. */
  positionOf(tag: Tag): number {
    return this.#positions[tag.slot] ?? 0;
  }

  /** A tag whose value is a chain of tags itself. */
  template(tag: Tag, group: TagGroup): Level | undefined {
    const value = this.#values[tag.slot];
    if (value === undefined) return undefined;
    const position = this.positionOf(tag);
    return new Level(this.#text, group, position, position + value.length);
  }
}

function lengthError(path: string, length: number, position: number, beyond: boolean): KhqrError {
  if (length < 0) return new KhqrError(path, 'length', position - 2, 'a length is two digits');
  if (beyond) return new KhqrError(path, 'length', position - 2, 'reaches beyond the end');
  return new KhqrError(path, 'text', position, 'cuts a character in half');
}

function pathOf({ path }: TagGroup, number: number): string {
  const digits = String(number).padStart(2, '0');
  return path === '' ? digits : `${path}.${digits}`;
}

/** Two ASCII digits, or -1. */
function twoDigits(text: string, at: number, end: number): number {
  if (at + 2 > end) return -1;
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1;
}

/** A surrogate that needs another one behind it. */
function isFirstHalf(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
