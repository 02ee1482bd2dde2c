/**
 * Exchanges through ccxt.
 *
 * @packageDocumentation
 */

export type { BinanceConfig, ExchangeConfig, KrakenConfig } from './config.ts';
export { createBinance, createKraken } from './create.ts';
