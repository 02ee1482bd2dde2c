import type { Instant } from '@rielrails/core';
import { KhqrError } from './error.ts';
import { twoDigits } from './form.ts';
import { checkValue } from './tags.ts';
import type { Tag, TagGroup } from './tags.ts';
import { readTime } from './time.ts';

/**
 * The tags of one chain: of the whole text, or of a template's value.
 *
 * Made once for every group and filled again for every text: it is read at once, and nobody keeps it.
 */
export class Level {
  readonly #group: TagGroup;
  /** Where each value begins and ends, in UTF-16 units from the start of the whole text. Both 0: it is not there. */
  readonly #starts: number[];
  readonly #ends: number[];
  #text = '';
  /** Where a missing tag would have stood at the latest. */
  end = 0;
  /** Tags that are none of the group, by their path, as they stand there. Absent: there is none. */
  others: Map<string, string> | undefined;

  constructor(group: TagGroup) {
    this.#group = group;
    this.#starts = Array.from({ length: group.count }, () => 0);
    this.#ends = Array.from({ length: group.count }, () => 0);
  }

  /**
   * Reads from `start` to `end`. Each step consumes at least four characters, so that any text ends.
   *
   * Lengths count UTF-16 units, as the National Bank's own library does: a character beyond the basic plane is two.
   *
   * @throws KhqrError for what is no chain of tags, for a tag that comes twice, and for a value of a wrong form.
   */
  read(text: string, start: number, end: number): this {
    this.#clear(text, end);
    let last = -1;
    for (let at = start; at < end;) {
      const number = twoDigits(text, at, end);
      const length = twoDigits(text, at + 2, end);
      const position = at + 4;
      const next = position + length;
      if (number < 0) throw this.#noTag(text, at, last);
      if (length < 0) throw this.#wrongLength(number, at, 'a length is two digits');
      if (next > end) throw this.#wrongLength(number, at, 'reaches beyond the end');
      const tag = this.#group.byNumber[number];
      if (tag) this.#take(tag, position, next);
      else this.#keep(number, text.slice(position, next), at);
      last = at;
      at = next;
    }
    return this;
  }

  /** A text of whole characters has half of one here only when the length of the tag before cuts it. */
  #noTag(text: string, at: number, last: number): KhqrError {
    return last >= 0 && isSecondHalf(text.charCodeAt(at))
      ? new KhqrError(this.#pathOf(twoDigits(text, last, at)), 'text', last + 4, 'cuts a character in half')
      : new KhqrError(this.#group.path, 'tag', at, 'a tag is two digits');
  }

  #wrongLength(number: number, at: number, message: string): KhqrError {
    return new KhqrError(this.#pathOf(number), 'length', at + 2, message);
  }

  #pathOf(number: number): string {
    const digits = String(number).padStart(2, '0');
    return this.#group.path === '' ? digits : `${this.#group.path}.${digits}`;
  }

  #clear(text: string, end: number): void {
    this.#text = text;
    this.end = end;
    this.others = undefined;
    for (let slot = 0; slot < this.#group.count; slot += 1) this.#ends[slot] = 0;
  }

  #take(tag: Tag, position: number, end: number): void {
    if (this.has(tag)) throw new KhqrError(tag.path, 'duplicate', position - 4, 'comes twice');
    if (!tag.raw) checkValue(tag, this.#text, position, end, position);
    this.#starts[tag.slot] = position;
    this.#ends[tag.slot] = end;
  }

  #keep(number: number, value: string, at: number): void {
    const path = this.#pathOf(number);
    this.others ??= new Map();
    if (this.others.has(path)) throw new KhqrError(path, 'duplicate', at, 'comes twice');
    this.others.set(path, value);
  }

  has(tag: Tag): boolean {
    return this.endOf(tag) > 0;
  }

  /** Where the value of a tag begins. */
  startOf(tag: Tag): number {
    return this.#starts[tag.slot] ?? 0;
  }

  /** Where it ends. */
  endOf(tag: Tag): number {
    return this.#ends[tag.slot] ?? 0;
  }

  /** Absent: the tag is not there. */
  optional(tag: Tag): string | undefined {
    return this.has(tag) ? this.#text.slice(this.startOf(tag), this.endOf(tag)) : undefined;
  }

  /** @throws KhqrError of rule `missing`. */
  required(tag: Tag): string {
    this.require(tag);
    return this.#text.slice(this.startOf(tag), this.endOf(tag));
  }

  /** @throws KhqrError of rule `missing`. */
  require(tag: Tag): void {
    if (!this.has(tag)) throw new KhqrError(tag.path, 'missing', this.end, 'is missing');
  }

  /** A tag whose value is a chain of tags itself. */
  template(tag: Tag, level: Level): Level | undefined {
    return this.has(tag) ? level.read(this.#text, this.startOf(tag), this.endOf(tag)) : undefined;
  }

  /** A tag whose value is a time. */
  time(tag: Tag): Instant | undefined {
    return this.has(tag) ? readTime(tag, this.#text, this.startOf(tag), this.endOf(tag)) : undefined;
  }
}

/** The second of the two units of a character beyond the basic plane. */
function isSecondHalf(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
