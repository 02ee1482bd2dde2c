import type { Instant } from '@rielrails/core';
import { expect, test } from 'vitest';
import { readLocalTime, requestTime } from './time.ts';

test('requests carry UTC without separators', () => {
  expect(requestTime(Date.UTC(2026, 0, 2, 3, 4, 5, 678) as Instant)).toBe('20260102030405');
});

test('answers carry Phnom Penh time without an offset', () => {
  expect(readLocalTime('2026-01-02 10:04:05')).toBe(Date.UTC(2026, 0, 2, 3, 4, 5));
});

test.each(['', '0', '2026-02-30 00:00:00', '2026-01-02T10:04:05', '2026-01-02 25:00:00', '2026-01-02 10:04'])(
  'no date: %j',
  (text) => {
    expect(readLocalTime(text)).toBeUndefined();
  },
);
