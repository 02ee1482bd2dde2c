/**
 * Exchanges through ccxt.
 *
 * @packageDocumentation
 */

export type { BinanceConfig } from './config.ts';
export { createBinance } from './create.ts';
