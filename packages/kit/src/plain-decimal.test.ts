import { expect, test } from 'vitest';
import { plainDecimal } from './decimal.ts';

test.each([
  ['12.5', '12.5'],
  ['500.0', '500'],
  ['0', '0'],
  ['0.01', '0.01'],
  ['1.0E7', '10000000'],
  ['1.2345678E7', '12345678'],
  ['1e2', '100'],
  ['1.5e-1', '0.15'],
  ['12.50', '12.5'],
  ['4E+2', '400'],
])('%s is %s', (text, expected) => {
  expect(plainDecimal(text)).toBe(expected);
});

test.each(['', '-1', '1.', '.5', 'NaN', '1e19', '1e-19', '1e999', '0x10', `1${'0'.repeat(40)}`])(
  '%s is no amount',
  (text) => {
    expect(() => plainDecimal(text)).toThrow(RangeError);
  },
);
