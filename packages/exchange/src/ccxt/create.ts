import type { Exchange } from '@rielrails/core';
import { systemRuntime } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import { readExchangeConfig } from './config.ts';
import type { BinanceConfig, KrakenConfig } from './config.ts';
import { createCcxtExchange } from './exchange.ts';
import { binance } from './venues/binance.ts';
import { kraken } from './venues/kraken.ts';

/**
 * Binance spot: USDT buys bitcoin. The fee is taken out of the bitcoin.
 *
 * A buy is one limit order, immediate-or-cancel, under our reference. The venue accepts a reference again once the order
 * under it is closed, so every buy first looks it up. Safe to repeat: an order that exists is `unknown`, `duplicate`.
 *
 * No request leaves before the first call, which also loads ccxt.
 *
 * @throws ProviderError of kind `config` naming field and rule.
 */
export function createBinance(config: BinanceConfig, runtime: Runtime = systemRuntime()): Exchange<'balances'> {
  return createCcxtExchange(binance, readExchangeConfig(binance, config), runtime);
}

/**
 * Kraken spot: USDT buys bitcoin. The fee comes on top of the price, in USDT.
 *
 * A buy is one limit order, immediate-or-cancel, with our reference as its client order id, which the venue throws away when
 * the quote expires. The venue accepts an id again once the order under it is closed, so every buy first looks it up among
 * open and closed orders. Safe to repeat: an order that exists is `unknown`, `duplicate`.
 *
 * A key belongs to one process: the venue wants the number of each request to be higher than the one before.
 *
 * No request leaves before the first call, which also loads ccxt.
 *
 * @throws ProviderError of kind `config` naming field and rule.
 */
export function createKraken(config: KrakenConfig, runtime: Runtime = systemRuntime()): Exchange<'balances'> {
  return createCcxtExchange(kraken, readExchangeConfig(kraken, config), runtime);
}
