import { ProviderError } from '@rielrails/core';
import { z } from 'zod';
import { decimalText, divideUp, ONE } from './decimal-text.ts';
import { PROVIDER } from './explain.ts';

/** The rules of a symbol, in hundred-millionths ("Filters"). */
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
}

interface Range {
  readonly minimum: bigint;
  /** 0: no limit. */
  readonly maximum: bigint;
}

const priceFilter = z.object({ minPrice: decimalText, maxPrice: decimalText, tickSize: decimalText });
const lotSize = z.object({ minQty: decimalText, maxQty: decimalText, stepSize: decimalText });
const notional = z.object({ minNotional: decimalText, maxNotional: decimalText });
const exchangeInfo = z.object({
  symbols: z
    .array(
      z.object({
        symbol: z.string(),
        status: z.string(),
        isSpotTradingAllowed: z.boolean(),
        filters: z.array(z.looseObject({ filterType: z.string() })),
      }),
    )
    .length(1),
});

/** Reads the answer of "Exchange information" about one symbol. A filter that is missing or malformed throws. */
export function readMarketRules(answer: unknown, symbol: string): MarketRules {
  const [found] = exchangeInfo.parse(answer).symbols;
  if (found?.symbol !== symbol) throw new TypeError('exchangeInfo: is about another symbol');
  const filter = <T>(type: string, schema: z.ZodType<T>): T =>
    schema.parse(found.filters.find(({ filterType }) => filterType === type));
  const price = filter('PRICE_FILTER', priceFilter);
  const quantity = filter('LOT_SIZE', lotSize);
  const value = filter('NOTIONAL', notional);
  return {
    trading: found.status === 'TRADING' && found.isSpotTradingAllowed,
    tick: price.tickSize || 1n, // 0 switches a rule off
    price: { minimum: price.minPrice, maximum: price.maxPrice },
    step: quantity.stepSize || 1n,
    quantity: { minimum: quantity.minQty, maximum: quantity.maxQty },
    notional: { minimum: value.minNotional, maximum: value.maxNotional },
  };
}

/**
 * Refuses, before it leaves, what the venue would refuse.
 *
 * @throws ProviderError of kind `invalid`.
 */
export function assertAllowed(order: { readonly price: bigint; readonly quantity: bigint }, rules: MarketRules): void {
  assertWithin('price', order.price, rules.price);
  assertWithin('quantity', order.quantity, rules.quantity);
  assertWithin('notional', (order.price * order.quantity) / ONE, rules.notional);
}

function assertWithin(name: string, value: bigint, { minimum, maximum }: Range): void {
  const message =
    value < minimum
      ? 'is below what the venue takes'
      : maximum > 0n && value > maximum
        ? 'is above what the venue takes'
        : null;
  if (message) throw new ProviderError({ kind: 'invalid', provider: PROVIDER, message: `binance ${name}: ${message}` });
}

/** Rounds down to whole ticks or steps. */
export function roundDown(value: bigint, unit: bigint): bigint {
  return (value / unit) * unit;
}

/** Rounds up to whole ticks or steps. */
export function roundUp(value: bigint, unit: bigint): bigint {
  return divideUp(value, unit) * unit;
}
