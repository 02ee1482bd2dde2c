import type { Instant } from '@rielrails/core';
import { KhqrError } from './error.ts';
import { areDigits, numberIn } from './form.ts';
import type { Tag } from './tags.ts';

/** The first and the last number of 13 digits. With a zero in front it would be another text when it is written again. */
const FIRST = 1_000_000_000_000;
const LAST = 9_999_999_999_999;

/** Writes milliseconds since 1970. @throws KhqrError for what has not 13 digits. */
export function writeTime(tag: Tag, time: Instant): string {
  if (!Number.isInteger(time) || time < FIRST || time > LAST) throw formError(tag, null);
  return String(time);
}

/** Reads them from a part of a text. @throws KhqrError for another form. */
export function readTime(tag: Tag, text: string, start: number, end: number): Instant {
  const time = end - start === 13 && areDigits(text, start, end) ? numberIn(text, start, end) : 0;
  if (time < FIRST) throw formError(tag, start);
  return time as Instant;
}

function formError(tag: Tag, position: number | null): KhqrError {
  return new KhqrError(tag.path, 'form', position, 'expected milliseconds in 13 digits');
}
