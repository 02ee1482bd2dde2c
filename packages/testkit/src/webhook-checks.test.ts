import type { Instant } from '@rielrails/core';
import { utf8 } from '@rielrails/kit';
import { expect, test } from 'vitest';
import { hopelessBodies } from './webhook-checks.ts';

test.each([
  ['a body loses it', utf8('{"a":1}'), true],
  ['an address alone has none to lose', new Uint8Array(), false],
])('%s', (_name, body, losesIt) => {
  const delivery = {
    method: 'GET',
    url: 'https://shop.example/?a=1',
    headers: new Headers(),
    body,
    receivedAt: 0 as Instant,
  };
  const lengths = hopelessBodies(delivery).map((one) => one.body.length);
  expect(lengths.includes(0)).toBe(losesIt);
  expect(lengths.length).toBeGreaterThanOrEqual(9);
});
