import { expect, test } from 'vitest';
import { BTC, KHR, USD } from './assets.ts';
import { add, compare, convert, money, moneyFromJson, moneyToJson, portion, subtract } from './money.ts';

test('amounts of one asset add, subtract and compare exactly', () => {
  expect(add(money(KHR, 41_000n), money(KHR, 1n)).minor).toBe(41_001n);
  expect(subtract(money(KHR, 1n), money(KHR, 2n)).minor).toBe(-1n);
  expect(compare(money(KHR, 1n), money(KHR, 2n))).toBe(-1);
});

test('assets known at run time only do not mix', () => {
  const usd: { asset: { code: string; scale: number }; minor: bigint } = money(USD, 1n);
  expect(() => add(usd, money(KHR, 1n))).toThrow('USD/2 and KHR/0 do not mix');
});

test.each([
  ['down', 3n],
  ['up', 4n],
  ['half-even', 4n],
] as const)('conversion rounds %s as told', (rounding, expected) => {
  const rate = { base: money(KHR, 2n), quote: money(USD, 1n) };
  expect(convert(money(KHR, 7n), rate, rounding).minor).toBe(expected);
});

test('a portion is exact in basis points and refuses more than the whole', () => {
  expect(portion(money(BTC, 10_001n), 100n, 'down').minor).toBe(100n);
  expect(() => portion(money(BTC, 1n), 10_001n, 'down')).toThrow('0 to 10000');
});

test('an amount survives transport, and a forged one is refused', () => {
  expect(moneyFromJson(moneyToJson(money(BTC, -5n)))).toEqual(money(BTC, -5n));
  for (const minor of ['1e9', '1.0', '', '٣', '01']) {
    expect(() => moneyFromJson({ asset: 'KHR', scale: 0, minor })).toThrow(RangeError);
  }
});
