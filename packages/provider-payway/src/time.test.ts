import type { Instant } from '@rielrails/core';
import { expect, test } from 'vitest';
import { requestTime } from './time.ts';

test('requests carry UTC without separators', () => {
  expect(requestTime(Date.UTC(2026, 0, 2, 3, 4, 5, 678) as Instant)).toBe('20260102030405');
});
