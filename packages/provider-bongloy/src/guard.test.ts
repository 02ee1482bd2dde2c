import { expect, test } from 'vitest';
import { holdsCardNumber, isId } from './guard.ts';

test.each([
  '6200000000000005',
  '6200 0000 0000 0005',
  'card 4242-4242-4242-4242, thanks',
  'order 12 4242 4242 4242 4242',
  '378282246310005',
  'a6200000000000005b',
])('a card number: %s', (text) => {
  expect(holdsCardNumber(text)).toBe(true);
});

test.each([
  '',
  'Purchase of bitcoin 12345',
  '6200000000000006',
  '420000000000',
  // Longer than a card's: a number of ours is not searched for one.
  '99996200000000000005',
  '4242.4242.4242.4242',
])('no card number: %s', (text) => {
  expect(holdsCardNumber(text)).toBe(false);
});

test('a long run of digits takes no long time', () => {
  expect(holdsCardNumber('1 '.repeat(50_000))).toBeTypeOf('boolean');
});

test('an id is a bare UUID', () => {
  expect(isId('6840bf2c-0000-4000-8000-000000000001')).toBe(true);
  for (const text of ['', 'tok_1', '6200000000000005', '6840bf2c-0000-4000-8000-000000000001/refunds'])
    expect(isId(text)).toBe(false);
});
