import { fc, test as property } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { parseReference } from './reference.ts';

const LARGEST = 2n ** 63n - 1n;

property.prop([fc.bigInt({ min: 1n, max: LARGEST })])('every number from 1 to 2^63 - 1 is a reference', (number) => {
  expect(parseReference(number.toString())).toBe(number.toString());
});

property.prop([fc.bigInt({ min: LARGEST + 1n, max: 2n ** 80n })])('a larger number is none', (number) => {
  expect(() => parseReference(number.toString())).toThrow(RangeError);
});

test.each(['', '0', '01', '-1', '+1', '1.0', '1e3', ' 1', '1 ', '1\n', '１', '٣', '0x10', '12a', 'NaN'])(
  '%j is no reference, and the error does not repeat it',
  (text) => {
    expect(() => parseReference(text)).toThrow(
      'reference: expected 1 to 19 decimal digits, no leading zero, at most 2^63 - 1',
    );
  },
);
