import type { Exchange } from '@rielrails/core';
import { systemRuntime } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import { readBinanceConfig } from './config.ts';
import type { BinanceConfig } from './config.ts';
import { createCcxtExchange } from './exchange.ts';
import { binance } from './venues/binance.ts';

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
export function createBinance(config: BinanceConfig, runtime: Runtime = systemRuntime()): Exchange {
  return createCcxtExchange(binance, readBinanceConfig(config), runtime);
}
