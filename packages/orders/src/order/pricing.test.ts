import { BTC, KHR, money, USD, USDT } from '@rielrails/core';
import type { Instant, Money, Quote, Rate } from '@rielrails/core';
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { worthOf } from './market.ts';
import type { OrderQuote, Want } from './order.ts';
import { defaultTimes } from './policy.ts';
import type { Policy } from './policy.ts';
import { price } from './pricing.ts';
import type { PriceSources } from './pricing.ts';

const NOW = 1_800_000_000_000 as Instant;
const ONE_BITCOIN = money(BTC, 1_0000_0000n);

const policy: Policy = {
  ...defaultTimes,
  feeBasisPoints: 150n,
  reserveBasisPoints: 100n,
  floorBasisPoints: 500n,
  confirmations: 2,
  watchDepth: 6,
  unknownPayerCap: [],
  reversibleCap: [],
  limits: { perOrder: [money(KHR, 40_000_000n), money(USD, 10_000_00n)], perDay: [], openUnpaid: 3 },
  twoPeopleFrom: [],
  floatAlarms: [],
  payAssets: [KHR, USD],
};

/** A venue that sells steps of `step` satoshi at one price, and takes its fee out of what is bought. */
function venue(dollarsPerBitcoin: bigint, step: bigint, feeBasisPoints: bigint): PriceSources['market'] {
  const worst: Rate = { base: ONE_BITCOIN, quote: money(USDT, dollarsPerBitcoin * 1_0000_0000n) };
  return async (spend): Promise<Quote> => {
    const gross = (spend.minor * worst.base.minor) / worst.quote.minor;
    const whole = gross - (gross % step);
    const fee = (whole * feeBasisPoints) / 10_000n;
    return {
      spend,
      receive: money(BTC, whole - fee),
      fee: money(BTC, fee),
      worst,
      observedAt: NOW,
      expiresAt: (NOW + 10_000) as Instant,
    };
  };
}

/** The same venue in steps of one satoshi, with a fee that comes on top of the price. */
function chargingOnTop(dollarsPerBitcoin: bigint, feeBasisPoints: bigint): PriceSources['market'] {
  return async (spent): Promise<Quote> => {
    const goods = (spent.minor * 10_000n) / (10_000n + feeBasisPoints);
    const quote = await venue(dollarsPerBitcoin, 1n, 0n)(money(USDT, goods));
    return { ...quote, spend: spent, fee: money(USDT, (goods * feeBasisPoints + 9_999n) / 10_000n) };
  };
}

function sources(market = venue(100_000n, 1n, 10n), networkFee = 300n): PriceSources {
  return {
    payToUsd: { base: money(KHR, 4100n), quote: money(USD, 1_00n) },
    usdToVenue: { base: money(USD, 1_00n), quote: money(USDT, 1_0000_0000n) },
    market,
    networkFee: money(BTC, networkFee),
  };
}

const spend = (amount: Money): Want => ({ type: 'spend', amount });
const receive = (minor: bigint): Want => ({ type: 'receive', amount: money(BTC, minor) });
const quote = (want: Want, from = sources(), by = policy) => price(want, KHR, by, from, NOW);

test.each([10n, 40n, 100n])(
  'a fee of %d basis points on top of the price is in the price that is shown',
  async (fee) => {
    const market = chargingOnTop(100_000n, fee);
    const { arrives, budget, reserve, networkFee } = await quote(spend(money(KHR, 410_000n)), sources(market));
    const bought = await market(money(USDT, budget.minor - reserve.minor));
    const promised = arrives.minor + networkFee.minor;
    expect(promised).toBeLessThanOrEqual(bought.receive.minor);
    expect(bought.receive.minor - promised).toBeLessThanOrEqual(1n);
  },
);

describe('a quote, line by line', () => {
  test('41,000 riel at 100,000 dollars', async () => {
    expect(await quote(spend(money(KHR, 41_000n)), sources(venue(100_000n, 1n, 0n)))).toEqual({
      pay: money(KHR, 41_000n),
      fee: money(KHR, 615n),
      // 40,385 riel are 9.85 dollars.
      budget: money(USDT, 9_8500_0000n),
      reserve: money(USDT, 985_0000n),
      exchangeFee: money(BTC, 0n),
      networkFee: money(BTC, 300n),
      arrives: money(BTC, 9451n),
      floor: money(BTC, 8978n),
      ceiling: money(BTC, 9641n),
      // 41,000 riel for 9451 satoshi.
      pricePerBitcoin: money(KHR, 433_816_527n),
      quotedAt: NOW,
      validUntil: NOW + policy.quoteValidForMs,
    });
  });

  test('dollars are taken as they are', async () => {
    const { pay, fee, budget } = await price(
      spend(money(USD, 10_00n)),
      USD,
      policy,
      { ...sources(), payToUsd: null },
      NOW,
    );
    expect({ pay, fee, budget }).toEqual({
      pay: money(USD, 10_00n),
      fee: money(USD, 15n),
      budget: money(USDT, 9_8500_0000n),
    });
  });
});

const anyPay = fc.bigInt({ min: 10_000n, max: 40_000_000n });
const anyVenue = fc
  .record({
    dollars: fc.bigInt({ min: 20_000n, max: 500_000n }),
    step: fc.constantFrom(1n, 10n, 100n),
    fee: fc.bigInt({ min: 0n, max: 60n }),
  })
  .map(({ dollars, step, fee }) => venue(dollars, step, fee));
const anyPolicy = fc
  .record({
    feeBasisPoints: fc.bigInt({ min: 0n, max: 1000n }),
    reserveBasisPoints: fc.bigInt({ min: 0n, max: 500n }),
    floorBasisPoints: fc.bigInt({ min: 0n, max: 2000n }),
  })
  .map((shares): Policy => ({ ...policy, ...shares }));
const anyNetworkFee = fc.bigInt({ min: 0n, max: 5000n });

/** The quote, or `null` where the sum is honestly refused. */
async function quoted(...given: Parameters<typeof quote>): Promise<OrderQuote | null> {
  return quote(...given).catch((error: { readonly name?: string }) => {
    if (error.name !== 'InputError') throw error;
    return null;
  });
}

function assertHonest(quote: OrderQuote, by: Policy): void {
  const { pay, fee, budget, reserve, arrives, floor, ceiling, networkFee } = quote;
  // The lines add up: what is not our fee is budget, and neither grows out of the other's rounding.
  expect(fee.minor * 10_000n).toBeGreaterThanOrEqual(pay.minor * by.feeBasisPoints);
  expect((fee.minor - 1n) * 10_000n).toBeLessThan(pay.minor * by.feeBasisPoints);
  expect(budget.minor).toBe(((((pay.minor - fee.minor) * 100n) / 4100n) * 1_0000_0000n) / 100n);
  expect(reserve.minor).toBeLessThanOrEqual(budget.minor);
  expect(floor.minor).toBeLessThanOrEqual(arrives.minor);
  expect(arrives.minor).toBeLessThanOrEqual(ceiling.minor);
  expect(floor.minor).toBeGreaterThanOrEqual(0n);
  expect(arrives.minor).toBeGreaterThan(networkFee.minor);
}

test.prop([anyPay, anyVenue, anyPolicy, anyNetworkFee])(
  'a sum to spend is charged exactly; the fee rounds against the buyer by less than one riel; floor ≤ arrives ≤ ceiling',
  async (pay, market, by, networkFee) => {
    const result = await quoted(spend(money(KHR, pay)), sources(market, networkFee), by);
    fc.pre(result !== null);
    expect(result.pay).toEqual(money(KHR, pay));
    assertHonest(result, by);
  },
);

test.prop([anyPay, anyVenue, anyPolicy, anyNetworkFee])(
  'what arrives is what the budget less its reserve is worth at the venue’s own price, less the network fee',
  async (pay, market, by, networkFee) => {
    const result = await quoted(spend(money(KHR, pay)), sources(market, networkFee), by);
    fc.pre(result !== null);
    const spent = money(USDT, result.budget.minor - result.reserve.minor);
    expect(result.arrives.minor + networkFee).toBe(worthOf(await market(spent), spent).minor);
  },
);

test.prop([fc.bigInt({ min: 5000n, max: 5_000_000n }), anyVenue, anyPolicy, anyNetworkFee])(
  'a wish to receive is met or exceeded, and never charged above the limit',
  async (wish, market, by, networkFee) => {
    const result = await quoted(receive(wish), sources(market, networkFee), by);
    fc.pre(result !== null);
    expect(result.arrives.minor).toBeGreaterThanOrEqual(wish);
    expect(result.pay.minor).toBeLessThanOrEqual(40_000_000n);
    assertHonest(result, by);
  },
);

test.prop([fc.bigInt({ min: 5000n, max: 5_000_000n })], { numRuns: 30 })(
  'a wish to receive costs hardly more than it must: a hundredth less would not do',
  async (wish) => {
    const result = await quoted(receive(wish));
    fc.pre(result !== null);
    const cheaper = await quoted(spend(money(KHR, (result.pay.minor * 99n) / 100n)));
    expect(cheaper?.arrives.minor ?? 0n).toBeLessThan(wish);
  },
);

test.prop([anyVenue, fc.bigInt({ min: 1n, max: 10n ** 12n }), fc.bigInt({ min: 1n, max: 10n ** 12n })])(
  'more money is never worth less, and two halves are never worth more than the whole',
  async (market, one, other) => {
    const terms = await market(money(USDT, 100_0000_0000n));
    const worth = (minor: bigint) => worthOf(terms, money(USDT, minor)).minor;
    expect(worth(one + other)).toBeGreaterThanOrEqual(worth(one));
    expect(worth(one) + worth(other)).toBeLessThanOrEqual(worth(one + other) + 1n);
  },
);

describe('limits', () => {
  test.each([
    ['nothing', spend(money(KHR, 0n)), 'positive'],
    ['less than nothing', spend(money(KHR, -1n)), 'positive'],
    ['more than one order may', spend(money(KHR, 40_000_001n)), 'over-limit'],
    ['another currency', spend(money(USDT, 1_0000_0000n)), 'other-currency'],
    ['too little to be worth its fees', spend(money(KHR, 2000n)), 'too-small'],
    ['no bitcoin', receive(0n), 'positive'],
    ['bitcoin below nothing', receive(-5n), 'positive'],
    ['riel instead of bitcoin', { type: 'receive', amount: money(KHR, 5000n) } satisfies Want, 'positive'],
    ['more bitcoin than the limit buys', receive(20_000_000n), 'over-limit'],
  ])('%s is refused, naming the field', async (_what, want, rule) => {
    await expect(quote(want)).rejects.toMatchObject({ name: 'InputError', field: 'amount', rule });
  });

  test('both ends belong to what is taken', async () => {
    await expect(quote(spend(money(KHR, 40_000_000n)))).resolves.toMatchObject({ pay: money(KHR, 40_000_000n) });
  });

  test('a wish to receive in a currency without a limit is refused, not priced without end', async () => {
    const by = { ...policy, limits: { ...policy.limits, perOrder: [] } };
    await expect(quote(receive(10_000n), sources(), by)).rejects.toMatchObject({ rule: 'other-currency' });
  });
});
