import { crc16 } from './crc16.ts';
import { KhqrError } from './error.ts';
import type { EncodedKhqr } from './khqr.ts';
import { MAX_TEXT, MAX_VALUE } from './limits.ts';
import { md5OfBytes } from './md5.ts';
import { checkValue } from './tags.ts';
import type { Tag } from './tags.ts';

const ZERO = 0x30;
/** The two digits of every number that has two. */
const TENS = Uint8Array.from({ length: 100 }, (_one, number) => ZERO + Math.trunc(number / 10));
const ONES = Uint8Array.from({ length: 100 }, (_one, number) => ZERO + (number % 10));
const HEXADECIMAL = new TextEncoder().encode('0123456789ABCDEF');
/** Room for every tag there is with its longest value, three bytes a character: what is too long is found later. */
const ROOM = 8192;

/** Where a template begins. */
interface Place {
  readonly end: number;
  readonly units: number;
}

/**
 * Writes a KHQR as the bytes that its checksum and its MD5 are made of; only the whole becomes a text.
 *
 * Made once and used again for every KHQR: they are written at once, and nobody keeps it.
 */
export class Writer {
  readonly #bytes: Buffer<ArrayBuffer> = Buffer.alloc(ROOM);
  #end = 0;
  /** What was written in UTF-16 units, by which lengths are counted. */
  #units = 0;

  /** Begins a new one. */
  start(): void {
    this.#end = 0;
    this.#units = 0;
  }

  /** One tag with its checked value. For callers without a compiler: what must be there is not dropped silently. */
  required(tag: Tag, value: string | undefined): void {
    if (value === undefined) throw new KhqrError(tag.path, 'missing', null, 'is missing');
    checkValue(tag, value, 0, value.length, null);
    const start = this.#end + 4;
    const end = this.#writeText(tag, value, start);
    this.#writeTwo(tag.number, this.#end);
    this.#writeTwo(value.length, this.#end + 2);
    this.#end = end;
    this.#units += 4 + value.length;
  }

  /** The same, or nothing where there is no value. */
  optional(tag: Tag, value: string | undefined): void {
    if (value !== undefined) this.required(tag, value);
  }

  /** Begins a tag whose value is a chain of tags itself. */
  open(): Place {
    const place = { end: this.#end, units: this.#units };
    this.#end += 4;
    this.#units += 4;
    return place;
  }

  /** Ends it. One of nothing is left out. */
  close(tag: Tag, { end, units }: Place): void {
    const length = this.#units - units - 4;
    if (length === 0) {
      this.#end = end;
      this.#units = units;
      return;
    }
    // More would have a length of three digits.
    if (length > MAX_VALUE)
      throw new KhqrError(tag.path, 'template-too-long', null, `holds more than ${MAX_VALUE} characters`);
    this.#writeTwo(tag.number, end);
    this.#writeTwo(length, end + 2);
  }

  /** Closes with the checksum: four upper-case hexadecimal digits. */
  finish(checksum: Tag): EncodedKhqr {
    if (this.#units + 8 > MAX_TEXT) throw new KhqrError('', 'size', null, `holds more than ${MAX_TEXT} characters`);
    this.#writeTwo(checksum.number, this.#end);
    this.#writeTwo(4, this.#end + 2);
    const at = this.#end + 4;
    const end = at + 4;
    const bytes = this.#bytes;
    const crc = crc16(bytes, at);
    for (let digit = 0; digit < 4; digit += 1) bytes[at + digit] = HEXADECIMAL[(crc >> (12 - 4 * digit)) & 15] ?? 0;
    // ASCII alone is quicker to read, and is there when every unit is one byte.
    const text = bytes.toString(this.#end === this.#units ? 'latin1' : 'utf8', 0, end);
    return { text, md5: md5OfBytes(bytes.subarray(0, end)) };
  }

  /** Gives where it ends. */
  #writeText(tag: Tag, value: string, start: number): number {
    const bytes = this.#bytes;
    for (let at = 0; at < value.length; at += 1) {
      const unit = value.charCodeAt(at);
      if (unit >= 0x80) return this.#writeOther(tag, value, start);
      if (isControl(unit)) throw textError(tag);
      bytes[start + at] = unit;
    }
    return start + value.length;
  }

  #writeOther(tag: Tag, value: string, start: number): number {
    for (let at = 0; at < value.length; at += 1) if (isControl(value.charCodeAt(at))) throw textError(tag);
    if (!value.isWellFormed()) throw textError(tag);
    return start + this.#bytes.write(value, start);
  }

  #writeTwo(number: number, at: number): void {
    this.#bytes[at] = TENS[number] ?? 0;
    this.#bytes[at + 1] = ONES[number] ?? 0;
  }
}

/** It would be drawn as nothing, and still be hashed. */
function isControl(unit: number): boolean {
  return unit < 0x20 || unit === 0x7f;
}

function textError(tag: Tag): KhqrError {
  return new KhqrError(tag.path, 'text', null, 'holds a control character or half of a character');
}
