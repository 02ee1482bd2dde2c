import { readConfig } from '@rielrails/kit';
import type { Secret } from '@rielrails/kit';
import { z } from 'zod';
import type { Venue, VenueDoor } from './venue.ts';

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

/** What a connection needs. */
export interface ConnectionSettings {
  /** `null`: only what everybody may read. */
  readonly key: { readonly apiKey: string; readonly secret: Secret } | null;
  readonly recvWindowMs: number;
  readonly timeoutMs: number;
  readonly baseUrl: string;
}

/** The configuration of an exchange with every default filled in. */
export interface CcxtSettings extends ConnectionSettings {
  readonly quoteValidForMs: number;
  readonly takerFeeBasisPoints: number;
}

function publicFields(host: string) {
  return {
    timeoutMs: z.int().min(100).max(60_000).default(10_000),
    baseUrl: z
      .string()
      .regex(/^https?:\/\/[^/?#\s]+$/, 'expected scheme and host without a path')
      .default(host),
  };
}

/** The fields that every configuration of an account at this venue has, beside those of `more`. */
export function readAccountConfig<Shape extends z.ZodRawShape>(
  venue: VenueDoor,
  more: Shape,
  config: object,
): ConnectionSettings & z.infer<z.ZodObject<Shape>> {
  const window = { recvWindowMs: z.int().min(100).max(60_000).default(5000) };
  const account = z.strictObject({
    ...venue.credentials,
    ...publicFields(venue.host),
    ...(venue.windowed ? window : {}),
    ...more,
  });
  const read = readConfig(venue.id, account, config) as Account & z.infer<z.ZodObject<Shape>>;
  const { apiKey, secret, recvWindowMs = 0, ...rest } = read;
  return { ...rest, recvWindowMs, key: { apiKey, secret } } as unknown as ConnectionSettings &
    z.infer<z.ZodObject<Shape>>;
}

interface Account {
  readonly apiKey: string;
  readonly secret: Secret;
  readonly recvWindowMs?: number;
}

/**
 * Reads the configuration of an exchange.
 *
 * @throws ProviderError of kind `config` naming field and rule.
 */
export function readExchangeConfig(venue: Venue, config: ExchangeConfig): CcxtSettings {
  const { least, most } = venue.quoteValidForMs;
  const more = {
    quoteValidForMs: z.int().min(least).max(most).default(30_000),
    takerFeeBasisPoints: z.int().min(0).max(100).default(venue.fees.takerBasisPoints),
  };
  return readAccountConfig(venue, more, config);
}

/**
 * Reads the configuration of a source that needs no account.
 *
 * @throws ProviderError of kind `config` naming field and rule.
 */
export function readPublicConfig(
  venue: VenueDoor,
  config: { readonly baseUrl?: string; readonly timeoutMs?: number },
): ConnectionSettings {
  const schema = z.strictObject(publicFields(venue.host));
  return { ...readConfig(venue.id, schema, config), key: null, recvWindowMs: 5000 };
}
