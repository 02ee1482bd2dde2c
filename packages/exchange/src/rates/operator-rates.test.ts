import { convert, KHR, money, USD, USDT } from '@rielrails/core';
import { createVirtualRuntime } from '@rielrails/kit/virtual';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createOperatorRates } from './operator-rates.ts';

const DAY = 86_400_000;

function riel(rate = '4100', maximumChangeBasisPoints = 500) {
  const runtime = createVirtualRuntime();
  const setAt = runtime.clock.now();
  const rates = createOperatorRates(
    { pairs: [{ base: USD, quote: KHR, rate, setAt }], maximumAgeMs: DAY, maximumChangeBasisPoints },
    runtime,
  );
  return { rates, runtime, setAt };
}

test('a stated rate converts exactly in both directions', async () => {
  const { rates, setAt } = riel('4102.5');
  const forth = await rates.rate({ base: USD, quote: KHR });
  const back = await rates.rate({ base: KHR, quote: USD });
  expect(forth?.observedAt).toBe(setAt);
  expect(convert(money(USD, 200n), forth!.rate, 'down').minor).toBe(8_205n);
  expect(convert(money(KHR, 8_205n), back!.rate, 'down').minor).toBe(200n);
});

test('the inverse is the same fraction turned round, whatever the digits', async () => {
  await fc.assert(
    fc.asyncProperty(fc.bigInt(1n, 10n ** 9n), fc.integer({ min: 0, max: 9 }), async (digits, places) => {
      const text = digits.toString().padStart(places + 1, '0');
      const decimal = places === 0 ? text : `${text.slice(0, -places)}.${text.slice(-places)}`;
      const { rates } = riel(decimal);
      const forth = (await rates.rate({ base: USD, quote: KHR }))!.rate;
      const back = (await rates.rate({ base: KHR, quote: USD }))!.rate;
      expect([back.base, back.quote]).toEqual([forth.quote, forth.base]);
      // digits / 10^places riel for a dollar of 100 cents
      expect(forth.quote.minor * 100n * 10n ** BigInt(places)).toBe(digits * forth.base.minor);
    }),
  );
});

test('a rate falls silent when it is too old, and speaks again once it is set', async () => {
  const { rates, runtime } = riel();
  await runtime.clock.advance(DAY);
  expect(await rates.rate({ base: USD, quote: KHR })).not.toBeNull();
  await runtime.clock.advance(1);
  expect(await rates.rate({ base: USD, quote: KHR })).toBeNull();
  expect(await rates.rate({ base: KHR, quote: USD })).toBeNull();
  const stored = rates.set({ base: USD, quote: KHR, rate: '4110' });
  expect(stored).toEqual({ base: USD, quote: KHR, rate: '4110', setAt: runtime.clock.now() });
  expect((await rates.rate({ base: USD, quote: KHR }))?.observedAt).toBe(stored.setAt);
});

test('before a rate falls silent, and when it does, the log says so once', async () => {
  const { rates, runtime } = riel();
  const ask = async () => {
    for (const [base, quote] of [
      [USD, KHR],
      [KHR, USD],
    ] as const)
      await rates.rate({ base, quote });
    return runtime.entries.map(({ level, event, fields }) => [level, event, fields['kind'], fields['ageMs']]);
  };
  await runtime.clock.advance(0.75 * DAY);
  expect(await ask()).toEqual([]);
  await runtime.clock.advance(1);
  await ask();
  const soon = ['warn', 'rate-expires-soon', 'USD/KHR', 0.75 * DAY + 1];
  expect(await ask()).toEqual([soon]);
  await runtime.clock.advance(DAY);
  await ask();
  expect(await ask()).toEqual([soon, ['error', 'rate-too-old', 'USD/KHR', 1.75 * DAY + 1]]);
  rates.set({ base: USD, quote: KHR, rate: '4110' });
  expect(await ask()).toHaveLength(2);
});

test('a rate from the future is not given', async () => {
  const runtime = createVirtualRuntime();
  const setAt = runtime.clock.now() + 1;
  const pairs = [{ base: USDT, quote: USD, rate: '1', setAt }];
  const rates = createOperatorRates({ pairs, maximumAgeMs: DAY, maximumChangeBasisPoints: 100 }, runtime);
  expect(await rates.rate({ base: USDT, quote: USD })).toBeNull();
});

test('a pair that nobody set has no rate, nor has an asset of another scale', async () => {
  const { rates } = riel();
  expect(await rates.rate({ base: USDT, quote: USD })).toBeNull();
  expect(await rates.rate({ base: { code: 'USD', scale: 3 }, quote: KHR })).toBeNull();
});

test.each(['4305', '3895', '4100'])('setting %s within 5 percent of 4100 is taken', (rate) => {
  const { rates } = riel();
  expect(rates.set({ base: USD, quote: KHR, rate }).rate).toBe(rate);
});

test.each([
  ['4305.01', 'too-far'],
  ['3894.99', 'too-far'],
  ['41000', 'too-far'],
  ['0', 'positive'],
  ['0.00', 'positive'],
  ['-1', 'decimal'],
  ['4,100', 'decimal'],
  ['4.1e3', 'decimal'],
  ['', 'decimal'],
])('setting %s breaks the rule %s and changes nothing', async (rate, rule) => {
  const { rates } = riel();
  expect(() => rates.set({ base: USD, quote: KHR, rate })).toThrow(expect.objectContaining({ field: 'rate', rule }));
  const kept = await rates.rate({ base: USD, quote: KHR });
  expect(convert(money(USD, 100n), kept!.rate, 'down').minor).toBe(4_100n);
});

test('only a configured pair can be set, in its own direction', () => {
  const { rates } = riel();
  expect(() => rates.set({ base: KHR, quote: USD, rate: '4100' })).toThrow(
    expect.objectContaining({ field: 'pair', rule: 'unknown-pair' }),
  );
});

test.each([
  ['maximumAgeMs', { maximumAgeMs: 0 }],
  ['pairs', { pairs: [] }],
  ['pairs.0.rate', { pairs: [{ base: USD, quote: KHR, rate: '0', setAt: 1 }] }],
  [
    'listed twice',
    {
      pairs: [
        { base: USD, quote: KHR, rate: '1', setAt: 1 },
        { base: KHR, quote: USD, rate: '1', setAt: 1 },
      ],
    },
  ],
])('a configuration with a bad %s is refused by name', (name, change) => {
  const good = {
    pairs: [{ base: USD, quote: KHR, rate: '1', setAt: 1 }],
    maximumAgeMs: 1,
    maximumChangeBasisPoints: 1,
  };
  expect(() => createOperatorRates({ ...good, ...change }, createVirtualRuntime())).toThrow(name);
});
