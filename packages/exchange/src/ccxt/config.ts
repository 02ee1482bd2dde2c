import { readConfig, secretSchema } from '@rielrails/kit';
import type { Secret } from '@rielrails/kit';
import { z } from 'zod';

/** What the Binance adapter needs. */
export interface BinanceConfig {
  readonly apiKey: string;
  /** The HMAC secret of the key. The key may trade spot and nothing else: no withdrawals, its addresses listed. */
  readonly secret: string | Secret;
  /** How long a quote is taken for true. Default: 30,000 ms. */
  readonly quoteValidForMs?: number;
  /**
   * What the venue takes out of the bitcoin it sells, in hundredths of a percent. Default: 10. An account that pays its
   * fees in BNB sets 0 and keeps BNB there: once it runs out, orders deliver less than their floor.
   */
  readonly takerFeeBasisPoints?: number;
  /** How old a signed order may be when it reaches the venue. Default: 5,000 ms, which the venue recommends. */
  readonly recvWindowMs?: number;
  /** The end of one request. Default: 10,000 ms. */
  readonly timeoutMs?: number;
  /** Another host with the same paths: the venue's testnet, or an emulator. Default: `https://api.binance.com`. */
  readonly baseUrl?: string;
}

/** The configuration with every default filled in. */
export interface BinanceSettings extends Required<BinanceConfig> {
  readonly secret: Secret;
}

const schema = z.strictObject({
  apiKey: z.string().regex(/^[A-Za-z0-9]{8,128}$/, 'expected 8 to 128 letters and digits'),
  secret: secretSchema(8),
  quoteValidForMs: z.int().min(1000).max(300_000).default(30_000),
  takerFeeBasisPoints: z.int().min(0).max(100).default(10),
  recvWindowMs: z.int().min(100).max(60_000).default(5000),
  timeoutMs: z.int().min(100).max(60_000).default(10_000),
  baseUrl: z
    .string()
    .regex(/^https?:\/\/[^/?#\s]+$/, 'expected scheme and host without a path')
    .default('https://api.binance.com'),
});

/**
 * Reads the configuration.
 *
 * @throws ProviderError of kind `config` naming field and rule.
 */
export function readBinanceConfig(config: BinanceConfig): BinanceSettings {
  return readConfig<BinanceSettings>('binance', schema, config);
}
