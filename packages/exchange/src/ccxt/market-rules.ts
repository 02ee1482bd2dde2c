import { ProviderError } from '@rielrails/core';
import { divideUp, ONE } from './decimal-text.ts';

/** The rules of a market, in hundred-millionths. */
export interface MarketRules {
  /** Whether orders are taken now. */
  readonly trading: boolean;
  /** The smallest difference between two prices. */
  readonly tick: bigint;
  readonly price: Range;
  /** The smallest difference between two quantities. */
  readonly step: bigint;
  readonly quantity: Range;
  /** Price times quantity. */
  readonly notional: Range;
  /** What costs and fees are rounded to. */
  readonly costUnit: bigint;
}

/** What is allowed, both ends included. */
export interface Range {
  readonly minimum: bigint;
  /** 0: no limit. */
  readonly maximum: bigint;
}

/**
 * Refuses, before it leaves, what the venue would refuse.
 *
 * @throws ProviderError of kind `invalid`.
 */
export function assertAllowed(
  provider: string,
  order: { readonly price: bigint; readonly quantity: bigint },
  rules: MarketRules,
): void {
  const assertWithin = (name: string, value: bigint, { minimum, maximum }: Range) => {
    if (value >= minimum && (maximum === 0n || value <= maximum)) return;
    const side = value < minimum ? 'below' : 'above';
    throw new ProviderError({
      kind: 'invalid',
      provider,
      message: `${provider} ${name}: is ${side} what the venue takes`,
    });
  };
  assertWithin('price', order.price, rules.price);
  assertWithin('quantity', order.quantity, rules.quantity);
  assertWithin('notional', (order.price * order.quantity) / ONE, rules.notional);
}

/** Rounds down to whole ticks or steps. */
export function roundDown(value: bigint, unit: bigint): bigint {
  return (value / unit) * unit;
}

/** Rounds up to whole ticks or steps. */
export function roundUp(value: bigint, unit: bigint): bigint {
  return divideUp(value, unit) * unit;
}
