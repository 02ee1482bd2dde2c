import { expect, test } from 'vitest';
import { readLocalTime } from './local-time.ts';

test('a time without an offset is read in the time of its place', () => {
  expect(readLocalTime('2026-01-02 10:04:05', 7)).toBe(Date.UTC(2026, 0, 2, 3, 4, 5));
});

test.each(['', '0', '2026-02-30 00:00:00', '2026-01-02T10:04:05', '2026-01-02 25:00:00', '2026-01-02 10:04'])(
  'no date: %j',
  (text) => {
    expect(readLocalTime(text, 7)).toBeUndefined();
  },
);
