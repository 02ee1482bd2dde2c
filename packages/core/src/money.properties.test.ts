import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { BTC, USD } from './assets.ts';
import { add, compare, convert, money, moneyFromJson, moneyToJson, portion, sameMoney, subtract } from './money.ts';
import type { MoneyJson, Rounding } from './money.ts';

const minor = fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n });
const positive = fc.bigInt({ min: 1n, max: 10n ** 18n });
const anyMoney = fc.record({
  asset: fc.record({ code: fc.string({ minLength: 1, maxLength: 20 }), scale: fc.integer({ min: 0, max: 18 }) }),
  minor,
});

test.prop([anyMoney])('an amount survives JSON', (amount) => {
  const text = JSON.stringify(moneyToJson(amount));
  const back = moneyFromJson(JSON.parse(text) as MoneyJson);
  expect(sameMoney(back, amount)).toBe(true);
});

test.prop([fc.jsonValue()])('any other JSON is refused with a RangeError or is an amount in its own form', (value) => {
  const json = (typeof value === 'object' && value !== null ? value : {}) as unknown as MoneyJson;
  try {
    expect(moneyToJson(moneyFromJson(json))).toMatchObject({ asset: json.asset, scale: json.scale });
  } catch (error) {
    expect(error).toBeInstanceOf(RangeError);
  }
});

test.prop([
  fc.constantFrom(
    { asset: '' },
    { asset: 7 },
    { scale: -1 },
    { scale: 19 },
    { scale: 1.5 },
    { scale: '2' },
    { minor: 1 },
    { minor: '' },
    { minor: '+1' },
    { minor: '01' },
    { minor: '-' },
    { minor: '1.0' },
    { minor: '1e3' },
    { minor: '9'.repeat(40) },
  ),
])('a part of another form is refused: %j', (broken) => {
  const json = { ...moneyToJson(money(USD, 1n)), ...broken } as unknown as MoneyJson;
  expect(() => moneyFromJson(json)).toThrow(RangeError);
});

test.prop([minor, minor])('what is added can be taken away', (left, right) => {
  const sum = add(money(USD, left), money(USD, right));
  expect(subtract(sum, money(USD, right))).toEqual(money(USD, left));
  expect(compare(money(USD, left), money(USD, right))).toBe(left < right ? -1 : left > right ? 1 : 0);
});

test.prop([minor, positive, positive])(
  'rounding down and up enclose the exact value, and half-even is one of them',
  (amount, base, quote) => {
    const rate = { base: money(BTC, base), quote: money(USD, quote) };
    const rounded = (rounding: Rounding) => convert(money(BTC, amount), rate, rounding).minor;
    const [down, up, even] = [rounded('down'), rounded('up'), rounded('half-even')] as const;
    const exact = amount * quote;
    expect(down * base <= exact && exact <= up * base).toBe(true);
    expect(up - down).toBe(exact % base === 0n ? 0n : 1n);
    expect([down, up]).toContain(even);
    const [below, above] = [exact - down * base, up * base - exact] as const;
    if (below < above) expect(even).toBe(down);
    if (above < below) expect(even).toBe(up);
    if (below === above && below > 0n) expect(even % 2n).toBe(0n);
  },
);

test.prop([fc.bigInt({ min: 0n, max: 10n ** 30n }), fc.bigInt({ min: 0n, max: 10_000n })])(
  'a portion and its rest make the whole',
  (whole, basisPoints) => {
    const part = portion(money(USD, whole), basisPoints, 'down').minor;
    const rest = portion(money(USD, whole), 10_000n - basisPoints, 'up').minor;
    expect(part + rest).toBe(whole);
  },
);
