import type { Instant } from '@rielrails/core';
import { expect, test } from 'vitest';
import { formatHandle, readHandle } from './handle.ts';

const createdAt = 1_767_323_045_000 as Instant;
const payableUntil = 1_767_323_945_000 as Instant;

test.each([
  [{ currency: 'KHR', createdAt, payableUntil }, 'KHR.1767323045000.1767323945000'],
  [{ currency: 'USD', createdAt }, 'USD.1767323045000'],
] as const)('%j travels as %s', (handle, text) => {
  expect(formatHandle(handle)).toBe(text);
  expect(readHandle(text)).toEqual(handle);
});

test.each([undefined, '', 'KHR', 'THB.1', 'KHR.x', 'KHR.1.2.3', `KHR.${'9'.repeat(400)}`])('no handle: %j', (text) => {
  expect(readHandle(text)).toBeNull();
});
