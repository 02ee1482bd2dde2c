import { formedSecretSchema, readConfig, secretSchema } from '@rielrails/kit';
import type { Secret } from '@rielrails/kit';
import { z } from 'zod';

/** What the adapter of an exchange needs, whichever it is. */
export interface ExchangeConfig {
  readonly apiKey: string;
  /** The secret of the key. The key may trade spot and nothing else: no withdrawals, its addresses listed. */
  readonly secret: string | Secret;
  /** The end of one request. Default: 10,000 ms. */
  readonly timeoutMs?: number;
}

/** What the Binance adapter needs. */
export interface BinanceConfig extends ExchangeConfig {
  /** How long a quote is taken for true. Default: 30,000 ms. */
  readonly quoteValidForMs?: number;
  /**
   * What the venue takes out of the bitcoin it sells, in hundredths of a percent. Default: 10. An account that pays its
   * fees in BNB sets 0 and keeps BNB there: once it runs out, orders deliver less than their floor.
   */
  readonly takerFeeBasisPoints?: number;
  /** How old a signed request may be when it reaches the venue. Default: 5,000 ms, which the venue recommends. */
  readonly recvWindowMs?: number;
  /** Another host with the same paths: the venue's testnet, or an emulator. Default: `https://api.binance.com`. */
  readonly baseUrl?: string;
}

/** What the Kraken adapter needs. */
export interface KrakenConfig extends ExchangeConfig {
  /** How long a quote is taken for true. Default: 30,000 ms. At least 10,000, at most 60,000. */
  readonly quoteValidForMs?: number;
  /** What the venue takes on top of the price, in hundredths of a percent. Default: 40, its highest taker fee. */
  readonly takerFeeBasisPoints?: number;
  /** Another host with the same paths: an emulator. Default: `https://api.kraken.com`. */
  readonly baseUrl?: string;
}

/** The configuration of an exchange with every default filled in. */
export interface CcxtSettings extends ConnectionSettings {
  readonly quoteValidForMs: number;
  readonly takerFeeBasisPoints: number;
}

/** What a connection needs. */
export interface ConnectionSettings {
  /** `null`: only what everybody may read. */
  readonly key: { readonly apiKey: string; readonly secret: Secret } | null;
  readonly recvWindowMs: number;
  readonly timeoutMs: number;
  readonly baseUrl: string;
}

const baseUrl = z.string().regex(/^https?:\/\/[^/?#\s]+$/, 'expected scheme and host without a path');
const timeoutMs = z.int().min(100).max(60_000).default(10_000);
const base64 = /^[A-Za-z0-9+/]{16,200}={0,2}$/;

/** The fields that every configuration of Binance has. */
export const binanceFields = {
  apiKey: z.string().regex(/^[A-Za-z0-9]{8,128}$/, 'expected 8 to 128 letters and digits'),
  secret: secretSchema(8),
  recvWindowMs: z.int().min(100).max(60_000).default(5000),
  timeoutMs,
  baseUrl: baseUrl.default('https://api.binance.com'),
};

/** The fields that every configuration of Kraken has. */
export const krakenFields = {
  apiKey: z.string().regex(base64, 'expected base64'),
  secret: formedSecretSchema(base64, 'expected base64'),
  timeoutMs,
  baseUrl: baseUrl.default('https://api.kraken.com'),
};

const binanceSchema = z.strictObject({
  ...binanceFields,
  quoteValidForMs: z.int().min(1000).max(300_000).default(30_000),
  takerFeeBasisPoints: z.int().min(0).max(100).default(10),
});
const krakenSchema = z.strictObject({
  ...krakenFields,
  // An order has to leave some seconds before its quote expires, and the venue keeps one no longer than a minute.
  quoteValidForMs: z.int().min(10_000).max(60_000).default(30_000),
  takerFeeBasisPoints: z.int().min(0).max(100).default(40),
});

/**
 * Reads the configuration.
 *
 * @throws ProviderError of kind `config` naming field and rule.
 */
export function readBinanceConfig(config: BinanceConfig): CcxtSettings {
  const { apiKey, secret, ...rest } = readConfig<z.infer<typeof binanceSchema>>('binance', binanceSchema, config);
  return { ...rest, key: { apiKey, secret } };
}

/**
 * Reads the configuration.
 *
 * @throws ProviderError of kind `config` naming field and rule.
 */
export function readKrakenConfig(config: KrakenConfig): CcxtSettings {
  const { apiKey, secret, ...rest } = readConfig<z.infer<typeof krakenSchema>>('kraken', krakenSchema, config);
  return { ...rest, key: { apiKey, secret }, recvWindowMs: 0 };
}

const publicSchema = z.strictObject({ baseUrl: baseUrl.optional(), timeoutMs });

/**
 * Reads the configuration of a source that needs no account.
 *
 * @throws ProviderError of kind `config` naming field and rule.
 */
export function readPublicConfig(
  provider: string,
  host: string,
  config: { readonly baseUrl?: string; readonly timeoutMs?: number },
): ConnectionSettings {
  const { baseUrl = host, timeoutMs } = readConfig<z.infer<typeof publicSchema>>(provider, publicSchema, config);
  return { key: null, recvWindowMs: 5000, timeoutMs, baseUrl };
}
