/**
 * Exchanges, and rates for what no exchange trades.
 *
 * @packageDocumentation
 */

export * from './ccxt/index.ts';
export * from './guard/index.ts';
export * from './rates/index.ts';
