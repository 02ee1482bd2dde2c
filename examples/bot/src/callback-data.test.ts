import { fc, test } from '@fast-check/vitest';
import { parseReference } from '@rielrails/core';
import { expect } from 'vitest';
import { orderActions, readTap, writeTap } from './callback-data.ts';

const longest = parseReference('9223372036854775807');

test('every button of an order fits and reads back', () => {
  for (const action of orderActions) {
    const tap = { type: 'order', action, order: longest, mark: 'zzzzzz.0123456789ab' } as const;
    expect(new TextEncoder().encode(writeTap(tap)).length).toBeLessThanOrEqual(64);
    expect(readTap(writeTap(tap))).toEqual(tap);
  }
});

test.prop([fc.boolean(), fc.stringMatching(/^[a-z0-9-]{1,20}$/), fc.stringMatching(/^[0-9a-z]{0,13}$/)])(
  'every choice of a way of paying fits and reads back',
  (agreed, rail, mark) => {
    const tap = { type: 'rail', order: longest, rail, agreed, mark } as const;
    expect(new TextEncoder().encode(writeTap(tap)).length).toBeLessThanOrEqual(64);
    expect(readTap(writeTap(tap))).toEqual(tap);
  },
);

test.each([
  { type: 'language', language: 'km' },
  { type: 'amount', text: '40000 khr' },
  { type: 'privacy', action: 'erase-sure' },
] as const)('$type reads back', (tap) => {
  expect(readTap(writeTap(tap))).toEqual(tap);
});

test.each([
  '',
  'o:steal:1:',
  'o:cancel:0:',
  'o:cancel:9223372036854775808:',
  'o:cancel:1',
  'o:cancel:1::',
  'r:y:1:Wing:',
  'r:x:1:wing:',
  'r:n:0:wing:',
  'r:n:1:wing',
  'l:fr',
  'a:',
  'p:everything',
  ' o:cancel:1:',
])('%s is nobody’s button', (data) => {
  expect(readTap(data)).toBeNull();
});

test.prop([fc.string({ maxLength: 80 })])('whatever comes back is read or refused', (data) => {
  const tap = readTap(data);
  expect(tap ? writeTap(tap) : data).toBe(data);
});
