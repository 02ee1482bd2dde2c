import { formedSecretSchema, readConfig } from '@rielrails/kit';
import type { Secret } from '@rielrails/kit';
import type { BitcoinNetwork } from '@rielrails/kit/bitcoin';
import { z } from 'zod';

/** The name under which this custodian appears in faults, logs and spans. */
export const COINBASE_PRIME = 'coinbase-prime';

/** What the settings of a portfolio in Coinbase Prime hold. */
export interface CoinbasePrimeConfig {
  /** The access key of an API key of this portfolio that may make withdrawals. */
  readonly accessKey: Secret | string;
  /** What Prime showed with the API key, once. */
  readonly passphrase: Secret | string;
  /** As Prime shows it. Its characters are the key: it is not base64 to be decoded, unlike at Coinbase Exchange. */
  readonly signingKey: Secret | string;
  /** A UUID. An API key is good for one portfolio. */
  readonly portfolioId: string;
  /** A UUID: the bitcoin wallet that pays. */
  readonly walletId: string;
  /** A `trading` balance gives a fresh deposit address at each call; a `vault` has one for ever. */
  readonly walletType: 'trading' | 'vault';
  /**
   * The depth that `TRANSACTION_DONE` is taken for, 1 to 100. Prime calls it "confirmed on-chain and finished" and tells
   * no number of blocks, so there is no default. An order ends when this reaches the number that the shop waits for.
   */
  readonly depthWhenDone: number;
  /** Default: `bitcoin`. The others are for emulated worlds: no document promises a Prime with play money. */
  readonly network?: BitcoinNetwork;
  /** Default: `https://api.prime.coinbase.com`. */
  readonly baseUrl?: string;
}

/** A configuration that was checked. */
export type CoinbasePrimeSettings = Required<CoinbasePrimeConfig> & {
  readonly accessKey: Secret;
  readonly passphrase: Secret;
  readonly signingKey: Secret;
};

/** Each goes into a header or an HMAC, where a stray line break would be a riddle. */
const secret = () => formedSecretSchema(/^[\x21-\x7e]{8,512}$/, 'expected 8 to 512 printable characters, no spaces');
const uuid = z
  .string()
  .regex(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, { message: 'expected a UUID', abort: true });

const schema = z.strictObject({
  accessKey: secret(),
  passphrase: secret(),
  signingKey: secret(),
  portfolioId: uuid,
  walletId: uuid,
  walletType: z.enum(['trading', 'vault']),
  depthWhenDone: z.int().min(1).max(100),
  network: z.enum(['bitcoin', 'testnet', 'regtest']).default('bitcoin'),
  baseUrl: z
    .url({ protocol: /^https?$/ })
    .refine((url) => !url.endsWith('/'), 'expected no slash at the end')
    .default('https://api.prime.coinbase.com'),
});

/**
 * Checks a configuration.
 *
 * @throws ProviderError of kind `config`, naming fields and rules, never values.
 */
export function readCoinbasePrimeConfig(config: CoinbasePrimeConfig): CoinbasePrimeSettings {
  return readConfig(COINBASE_PRIME, schema, config);
}
