/**
 * A second opinion on prices.
 *
 * @packageDocumentation
 */

export { comparePrices } from './compare-prices.ts';
export type { PriceLimits, PriceVerdict, SeenPrice } from './compare-prices.ts';
export { guardedExchange } from './guarded-exchange.ts';
export type { GuardedExchangeOptions } from './guarded-exchange.ts';
