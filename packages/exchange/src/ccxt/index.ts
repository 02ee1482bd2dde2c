/**
 * Binance spot through ccxt.
 *
 * @packageDocumentation
 */

export { createBinance } from './binance.ts';
export type { BinanceConfig } from './config.ts';
