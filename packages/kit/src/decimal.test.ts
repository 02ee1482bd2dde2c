import { fc, test as property } from '@fast-check/vitest';
import { BTC, isInputError, KHR, money, USD } from '@rielrails/core';
import { expect, test } from 'vitest';
import { formatAmount, parseAmount } from './decimal.ts';

const asset = fc.integer({ min: 0, max: 18 }).map((scale) => ({ code: 'ANY', scale }));

property.prop([asset, fc.bigInt({ min: 0n, max: 10n ** 18n - 1n })])('what is written is read back', (any, minor) => {
  expect(parseAmount(formatAmount(money(any, minor)), any)).toEqual(money(any, minor));
});

property.prop([fc.nat(), fc.stringMatching(/^[0-9]{1,18}$/)])(
  'rounding down and up enclose the decimal',
  (whole, fraction) => {
    const text = `${whole}.${fraction}`;
    const exact = BigInt(whole) * 10n ** 18n + BigInt(fraction.padEnd(18, '0'));
    const unit = 10n ** 16n;
    const down = parseAmount(text, USD, { rounding: 'down' }).minor;
    const up = parseAmount(text, USD, { rounding: 'up' }).minor;
    expect(down * unit <= exact && exact <= up * unit).toBe(true);
    expect(up - down).toBe(exact % unit === 0n ? 0n : 1n);
    expect([down, up]).toContain(parseAmount(text, USD, { rounding: 'half-even' }).minor);
  },
);

property.prop([fc.string({ unit: 'binary' })])('any text is an amount or a typed error, quickly', (text) => {
  try {
    expect(formatAmount(parseAmount(text, BTC))).toMatch(/^[0-9]+\.[0-9]{8}$/);
  } catch (error) {
    expect(isInputError(error)).toBe(true);
  }
});

test.each([
  ['41000', KHR, 41_000n],
  ['12.5', USD, 1250n],
  ['12.50', USD, 1250n],
  ['12.5000', USD, 1250n],
  ['0.00000001', BTC, 1n],
  ['0', KHR, 0n],
  ['41000.00', KHR, 41_000n],
])('%s', (text, of, minor) => {
  expect(parseAmount(text, of)).toEqual(money(of, minor));
});

test.each([
  '',
  '.',
  '1.',
  '.5',
  '-1',
  '+1',
  '1e3',
  '1,000',
  '1_000',
  ' 1',
  '1 ',
  '１２',
  '០',
  '0x1',
  '00',
  '01',
  'Infinity',
  '9'.repeat(19),
])('%j is no plain decimal', (text) => {
  expect(() => parseAmount(text, USD, { field: 'price' })).toThrow(
    expect.objectContaining({ name: 'InputError', field: 'price', rule: 'decimal' }),
  );
});

test('digits below the minor unit are refused unless rounding is said', () => {
  expect(() => parseAmount('12.505', USD)).toThrow(expect.objectContaining({ rule: 'too-precise' }));
  expect(() => parseAmount('0.5', KHR)).toThrow(expect.objectContaining({ rule: 'too-precise' }));
});

test.each([
  ['0.125', 12n],
  ['0.135', 14n],
  ['0.1251', 13n],
  ['0.1249', 12n],
])('half-even: %s', (text, minor) => {
  expect(parseAmount(text, USD, { rounding: 'half-even' }).minor).toBe(minor);
});

test('below zero is written with its sign', () => {
  expect([formatAmount(money(USD, -5n)), formatAmount(money(KHR, -5n))]).toEqual(['-0.05', '-5']);
});
