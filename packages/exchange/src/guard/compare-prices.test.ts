import { BTC, KHR, money, USDT } from '@rielrails/core';
import type { Instant, Rate } from '@rielrails/core';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { comparePrices } from './compare-prices.ts';

const now = 1_000_000 as Instant;
const limits = { maximumDeviationBasisPoints: 100, maximumAgeMs: 5000 };
const rate = (base: bigint, quote: bigint): Rate => ({ base: money(BTC, base), quote: money(USDT, quote) });
const seen = (quote: bigint, ageMs = 0) => ({ rate: rate(1n, quote), observedAt: (now - ageMs) as Instant });
const seeded = { seed: 20_261_121 };

test.each([
  [60_000n, 60_000n, 'agree', 0],
  [60_000n, 60_600n, 'agree', 100],
  [60_600n, 60_000n, 'agree', 100],
  [60_000n, 60_601n, 'outlying', 101],
  [60_000n, 59_000n, 'outlying', 170],
  [60_000n, 0n, 'outlying', 1_000_000],
  [1n, 10n ** 30n, 'outlying', 1_000_000],
] as const)('%d beside %d: %s, %d basis points apart', (first, second, verdict, deviationBasisPoints) => {
  expect(comparePrices(seen(first), seen(second), now, limits)).toEqual({ verdict, deviationBasisPoints });
});

test.each([
  [5000, 0, 'agree', undefined],
  [5001, 0, 'stale', 'first'],
  [0, 5001, 'stale', 'second'],
  [5001, 9999, 'stale', 'first'],
  [0, -1, 'stale', 'second'],
] as const)('prices of %d and %d ms: %s', (firstAge, secondAge, verdict, which) => {
  const compared = comparePrices(seen(1n, firstAge), seen(1n, secondAge), now, limits);
  expect(compared).toMatchObject(which === undefined ? { verdict } : { verdict, which });
});

test('a stale price is stale however well it agrees', () => {
  expect(comparePrices(seen(1n, 6000), seen(1n), now, limits)).toEqual({
    verdict: 'stale',
    which: 'first',
    ageMs: 6000,
  });
});

test('prices of different things are not compared', () => {
  const other = { rate: { base: money(BTC, 1n), quote: money(KHR, 1n) }, observedAt: now };
  expect(() => comparePrices(seen(1n), other, now, limits)).toThrow(RangeError);
});

const positive = fc.bigInt(1n, 10n ** 20n);

test('who is asked first makes no difference, nor how the fraction is written', () => {
  fc.assert(
    fc.property(positive, positive, positive, positive, fc.bigInt(1n, 10n ** 6n), (b1, q1, b2, q2, times) => {
      const [first, second] = [
        { rate: rate(b1, q1), observedAt: now },
        { rate: rate(b2, q2), observedAt: now },
      ];
      const longer = { rate: rate(b2 * times, q2 * times), observedAt: now };
      const compared = comparePrices(first, second, now, limits);
      expect(comparePrices(second, first, now, limits)).toEqual(compared);
      expect(comparePrices(first, longer, now, limits)).toEqual(compared);
    }),
    seeded,
  );
});

test('prices agree exactly when the higher one is within the limit of the lower one', () => {
  fc.assert(
    fc.property(
      fc.bigInt(1n, 10n ** 15n),
      fc.integer({ min: 0, max: 30_000 }),
      fc.integer({ min: 1, max: 10_000 }),
      (low, apart, most) => {
        const high = low + (low * BigInt(apart)) / 10_000n;
        const { verdict } = comparePrices(seen(low), seen(high), now, { ...limits, maximumDeviationBasisPoints: most });
        expect(verdict).toBe((high - low) * 10_000n <= low * BigInt(most) ? 'agree' : 'outlying');
      },
    ),
    seeded,
  );
});
