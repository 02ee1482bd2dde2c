import type { Instant, Rate } from '@rielrails/core';

/** A price, and when it was seen. */
export interface SeenPrice {
  readonly rate: Rate;
  readonly observedAt: Instant;
}

/** How far two prices of one thing may be apart, and how old each may be. */
export interface PriceLimits {
  /** In hundredths of a percent of the lower one. */
  readonly maximumDeviationBasisPoints: number;
  readonly maximumAgeMs: number;
}

/**
 * What two sources say together. `stale`: one of them is too old (a negative age: dated in the future). `outlying`: they
 * disagree, and nothing tells which of them is right.
 */
export type PriceVerdict =
  | { readonly verdict: 'agree'; readonly deviationBasisPoints: number }
  | { readonly verdict: 'stale'; readonly which: 'first' | 'second'; readonly ageMs: number }
  | { readonly verdict: 'outlying'; readonly deviationBasisPoints: number };

/** Further apart than any limit. */
const BEYOND_BASIS_POINTS = 1_000_000;

/**
 * Compares two prices. Pure; the deviation is rounded up.
 *
 * @throws RangeError when they are not about the same pair of assets.
 */
export function comparePrices(first: SeenPrice, second: SeenPrice, now: Instant, limits: PriceLimits): PriceVerdict {
  assertSamePair(first.rate, second.rate);
  for (const [which, { observedAt }] of [['first', first] as const, ['second', second] as const]) {
    const ageMs = now - observedAt;
    if (ageMs < 0 || ageMs > limits.maximumAgeMs) return { verdict: 'stale', which, ageMs };
  }
  const deviationBasisPoints = deviationOf(first.rate, second.rate);
  const verdict = deviationBasisPoints <= limits.maximumDeviationBasisPoints ? 'agree' : 'outlying';
  return { verdict, deviationBasisPoints };
}

/** How far two rates are apart, in hundredths of a percent of the lower one. */
function deviationOf(left: Rate, right: Rate): number {
  const a = left.quote.minor * right.base.minor;
  const b = right.quote.minor * left.base.minor;
  const [low, high] = a < b ? [a, b] : [b, a];
  if (low <= 0n) return BEYOND_BASIS_POINTS;
  const basisPoints = ((high - low) * 10_000n + low - 1n) / low;
  return basisPoints > BigInt(BEYOND_BASIS_POINTS) ? BEYOND_BASIS_POINTS : Number(basisPoints);
}

function assertSamePair(left: Rate, right: Rate): void {
  for (const side of ['base', 'quote'] as const) {
    const [a, b] = [left[side].asset, right[side].asset];
    if (a.code !== b.code || a.scale !== b.scale) throw new RangeError(`${side}: two different assets`);
  }
}
