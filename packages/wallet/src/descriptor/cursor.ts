import { DescriptorError } from './descriptor-error.ts';
import type { DescriptorRule } from './descriptor-error.ts';

/** A place in a text that only moves forward. */
export interface Cursor {
  readonly position: number;
  /** Whether the text goes on with this; if so, moves behind it. */
  skip(expected: string): boolean;
  /** Moves behind what must be there. */
  expect(expected: string): void;
  /** Takes the characters up to one of these, or to the end. */
  takeUntil(stops: string): string;
  /** The name of the function that begins here, moving behind its bracket; `null` when none does. */
  takeFunction(): string | null;
  /** Whether the text ends here. */
  atEnd(): boolean;
  /** An error at this place, or at one before it. */
  error(rule: DescriptorRule, options?: { readonly at?: number; readonly subject?: string }): DescriptorError;
}

/** Begins at the first character. */
export function createCursor(text: string): Cursor {
  let position = 0;
  const cursor: Cursor = {
    get position() {
      return position;
    },
    skip(expected) {
      const follows = text.startsWith(expected, position);
      if (follows) position += expected.length;
      return follows;
    },
    expect(expected) {
      if (!cursor.skip(expected)) throw cursor.error('syntax');
    },
    takeUntil(stops) {
      const start = position;
      while (position < text.length && !stops.includes(text[position] ?? '')) position += 1;
      return text.slice(start, position);
    },
    takeFunction() {
      const [whole = '', name = ''] = /^([a-z][a-z0-9_]{0,15})\(/.exec(text.slice(position, position + 17)) ?? [];
      position += whole.length;
      return name === '' ? null : name;
    },
    atEnd: () => position === text.length,
    error: (rule, { at = position, subject = '' } = {}) => new DescriptorError(rule, at, subject),
  };
  return cursor;
}
