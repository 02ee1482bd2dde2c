import { fc, test } from '@fast-check/vitest';
import { isInputError } from '@rielrails/core';
import { formatAmount } from '@rielrails/kit';
import { describe, expect } from 'vitest';
import { readAmount } from './read-amount.ts';

const read = (text: string) => {
  const { asset, minor } = readAmount(text);
  return `${asset.code} ${minor}`;
};
const ruleOf = (text: string) => {
  try {
    return read(text);
  } catch (error) {
    if (!isInputError(error) || error.field !== 'amount') throw error;
    return error.rule;
  }
};

describe('what people write', () => {
  test.each([
    ['41000', 'KHR 41000'],
    ['41,000', 'KHR 41000'],
    ['41 000', 'KHR 41000'],
    ['41\u00a0000៛', 'KHR 41000'],
    ['៤១០០០', 'KHR 41000'],
    ['៤១,០០០ ៛', 'KHR 41000'],
    ['៤១០០០ រៀល', 'KHR 41000'],
    ['KHR 1,234,567', 'KHR 1234567'],
    ['10 usd', 'USD 1000'],
    ['$10', 'USD 1000'],
    ['10.5$', 'USD 1050'],
    ['១០ ដុល្លារ', 'USD 1000'],
    ['0.0005 btc', 'BTC 50000'],
    ['0.00000001 BTC', 'BTC 1'],
    ['50000 sats', 'BTC 50000'],
    ['50,000 sat', 'BTC 50000'],
  ])('%s is %s', (text, amount) => {
    expect(read(text)).toBe(amount);
  });
});

describe('what is refused, and why', () => {
  test.each([
    ['1e9', 'exponent'],
    ['1e9 usd', 'exponent'],
    ['-5', 'sign'],
    ['+5', 'sign'],
    ['−5 usd', 'sign'],
    ['١٠', 'digits'],
    ['１０', 'digits'],
    ['0.1', 'whole-riel'],
    ['0.1 KHR', 'whole-riel'],
    ['41.000', 'whole-riel'],
    ['10.555 usd', 'whole-cents'],
    ['0.000000001 btc', 'whole-sats'],
    ['1.5 sats', 'whole-sats'],
    ['0', 'positive'],
    ['0 btc', 'positive'],
    ['0.00 usd', 'positive'],
    ['4,1000', 'format'],
    ['1,00', 'format'],
    ['10 eur', 'format'],
    ['usd 10 khr', 'format'],
    ['0x10', 'format'],
    ['Infinity', 'format'],
    ['NaN', 'format'],
    ['', 'format'],
    ['5'.repeat(41), 'too-long'],
    ['5'.repeat(40), 'format'],
  ])('%s: %s', (text, rule) => {
    expect(ruleOf(text)).toBe(rule);
  });
});

test.prop([fc.bigInt({ min: 1n, max: 999_999_999_999n }), fc.constantFrom('ascii', 'khmer'), fc.boolean()])(
  'every sum of riel reads back, in both scripts, with and without commas',
  (riel, script, commas) => {
    const grouped = commas ? riel.toString().replaceAll(/\B(?=(?:[0-9]{3})+$)/g, ',') : riel.toString();
    const text =
      script === 'khmer'
        ? grouped.replaceAll(/[0-9]/g, (digit) => String.fromCharCode(0x17e0 + Number(digit)))
        : grouped;
    expect(read(text)).toBe(`KHR ${riel}`);
  },
);

test.prop([fc.bigInt({ min: 1n, max: 2_100_000_000_000_000n })])('every sum of satoshi reads back exactly', (sats) => {
  const written = formatAmount({ asset: { code: 'BTC', scale: 8 }, minor: sats });
  expect(read(`${written} btc`)).toBe(`BTC ${sats}`);
});

test.prop([fc.string({ unit: 'binary', maxLength: 60 })])(
  'any text is an amount above zero or a named rule',
  (text) => {
    expect(ruleOf(text)).toMatch(/^(?:(?:KHR|USD|BTC) [1-9][0-9]*|[a-z]+(?:-[a-z]+)*)$/);
  },
);

test.prop([
  fc.array(fc.constantFrom('0', '9', '៩', '.', ',', ' ', '-', 'e', '$', 'usd', '٣', 'sats'), { maxLength: 14 }),
])('nearly amounts too', (parts) => {
  expect(ruleOf(parts.join(''))).toMatch(/^(?:(?:KHR|USD|BTC) [1-9][0-9]*|[a-z]+(?:-[a-z]+)*)$/);
});
