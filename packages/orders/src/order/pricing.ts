import { BTC, convert, InputError, portion, subtract, USD } from '@rielrails/core';
import type { Asset, Instant, Money, Quote as MarketQuote, Rate } from '@rielrails/core';
import type { OrderQuote, Want } from './order.ts';
import { worthOf } from './market.ts';
import { limitFor } from './policy.ts';
import type { Policy } from './policy.ts';

/** What pricing needs to know from outside. */
export interface PriceSources {
  /** What the buyer pays in → dollars. `null` when the buyer pays in dollars. */
  readonly payToUsd: Rate | null;
  /** Dollars → the venue's currency. */
  readonly usdToVenue: Rate;
  /** The venue's price for a size. */
  market(spend: Money): Promise<MarketQuote>;
  readonly networkFee: Money;
}

const MOST_STEPS = 6;

/**
 * The quote for what the buyer wants.
 *
 * @throws InputError naming `amount` when it is outside the policy's limits or too small to be worth its fees.
 */
export async function price(
  want: Want,
  payIn: Asset,
  policy: Policy,
  sources: PriceSources,
  now: Instant,
): Promise<OrderQuote> {
  if (want.type === 'spend') {
    checkLimit(want.amount, policy);
    return quoteFor(want.amount, policy, sources, now);
  }
  if (want.amount.asset.code !== BTC.code || want.amount.minor <= 0n) {
    throw new InputError('amount', 'positive', 'expected an amount of bitcoin above zero');
  }
  let pay = await firstGuess(want.amount, payIn, policy, sources);
  for (let step = 0; step < MOST_STEPS; step += 1) {
    checkLimit(pay, policy);
    const quote = await quoteFor(pay, policy, sources, now);
    const short = want.amount.minor - quote.arrives.minor;
    if (short <= 0n) return quote;
    const more = (pay.minor * short) / want.amount.minor + 1n;
    pay = { asset: pay.asset, minor: pay.minor + more };
  }
  throw new InputError('amount', 'no-price', 'this amount cannot be priced now; try a round sum to spend instead');
}

function checkLimit(pay: Money, policy: Policy): void {
  if (!policy.payAssets.some(({ code }) => code === pay.asset.code))
    throw new InputError('amount', 'other-currency', `${pay.asset.code} is not taken`);
  if (pay.minor <= 0n) throw new InputError('amount', 'positive', 'must be above zero');
  const most = limitFor(policy.limits.perOrder, pay.asset);
  if (most && pay.minor > most.minor)
    throw new InputError(
      'amount',
      'over-limit',
      `the most for one order is ${most.minor} minor units of ${pay.asset.code}`,
    );
}

async function quoteFor(pay: Money, policy: Policy, sources: PriceSources, now: Instant): Promise<OrderQuote> {
  const fee = portion(pay, policy.feeBasisPoints, 'up');
  const budget = toVenue(subtract(pay, fee), sources);
  const reserve = portion(budget, policy.reserveBasisPoints, 'up');
  const spend = subtract(budget, reserve);
  const market = await sources.market(spend);
  const { networkFee } = sources;
  const arrives = subtract(worthOf(market, spend), networkFee);
  if (arrives.minor <= networkFee.minor) {
    throw new InputError(
      'amount',
      'too-small',
      'after the network fee nothing worth sending would be left; choose a larger amount',
    );
  }
  const ceiling = arrives.minor + portion(arrives, 2n * policy.reserveBasisPoints, 'up').minor;
  return {
    pay,
    fee,
    budget,
    reserve,
    exchangeFee: market.fee,
    networkFee,
    arrives,
    floor: subtract(arrives, portion(arrives, policy.floorBasisPoints, 'up')),
    ceiling: { asset: arrives.asset, minor: ceiling },
    pricePerBitcoin: convert(
      { asset: BTC, minor: 100_000_000n },
      { base: arrives, quote: pay } as Rate<'BTC'>,
      'half-even',
    ),
    quotedAt: now,
    validUntil: (now + policy.quoteValidForMs) as Instant,
  };
}

function toVenue(pay: Money, sources: PriceSources): Money {
  const dollars = sources.payToUsd === null ? pay : convert(pay, sources.payToUsd, 'down');
  if (dollars.asset.code !== USD.code)
    throw new InputError('amount', 'other-currency', `${pay.asset.code} has no dollar rate`);
  return convert(dollars, sources.usdToVenue, 'down');
}

/** A sum that should about do: the price of the smallest sensible purchase, scaled. */
async function firstGuess(wanted: Money, payIn: Asset, policy: Policy, sources: PriceSources): Promise<Money> {
  const most = limitFor(policy.limits.perOrder, payIn);
  if (!most) throw new InputError('amount', 'other-currency', `${payIn.code} is not taken`);
  const probe = await quoteFor(most, policy, sources, 0 as Instant);
  const gross = wanted.minor + sources.networkFee.minor;
  const guess = (most.minor * gross) / (probe.arrives.minor + sources.networkFee.minor) + 1n;
  return { asset: payIn, minor: guess };
}
