/**
 * Exchanges through ccxt.
 *
 * @packageDocumentation
 */

export { createBinanceBookRates, createKrakenBookRates } from './book-rates.ts';
export type { BookRatesConfig } from './book-rates.ts';
export type { BinanceConfig, ExchangeConfig, KrakenConfig } from './config.ts';
export { createBinance, createKraken } from './create.ts';
