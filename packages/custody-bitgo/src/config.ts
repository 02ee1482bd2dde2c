import { formedSecretSchema, readConfig, secretSchema } from '@rielrails/kit';
import type { Secret } from '@rielrails/kit';
import type { BitcoinNetwork } from '@rielrails/kit/bitcoin';
import { z } from 'zod';

/** The name under which this custodian appears in faults, logs and spans. */
export const BITGO = 'bitgo';

/** What it takes to spend from one wallet at BitGo. */
export interface BitgoConfig {
  /**
   * Where your BitGo Express listens. It decrypts the wallet's key and signs, so it belongs on this machine. Default:
   * `http://127.0.0.1:3080`.
   */
  readonly expressUrl?: string;
  /** A long-lived access token, `v2x…`, of a user who may spend from this wallet. */
  readonly accessToken: Secret | string;
  /** Real coins: `btc`. Play money of BitGo's test environment: `tbtc4` (testnet4) or `tbtc` (testnet3). */
  readonly coin: 'btc' | 'tbtc' | 'tbtc4';
  /** Default: the coin's own. Another one is for emulated worlds. */
  readonly network?: BitcoinNetwork;
  /** 32 hexadecimal digits. The wallet has keys of its own (`onchain`), of which Express holds one, encrypted. */
  readonly walletId: string;
  /** Opens the user's key of the wallet. It goes to Express with each withdrawal, and nowhere else. */
  readonly walletPassphrase: Secret | string;
  /** Secrets of the webhooks, newest first. More than one while a secret is being changed; never none. */
  readonly webhookSecrets: readonly (Secret | string)[];
  /** In how many blocks a withdrawal should be confirmed, 2 to 1000. Default: 2. */
  readonly targetBlocks?: number;
  /** BitGo's estimate of the fee rate is cut to this, 1 to 10,000. Default: 500. */
  readonly ceilingSatPerVbyte?: number;
}

/** A configuration that was checked. */
export interface BitgoSettings {
  readonly expressUrl: string;
  readonly accessToken: Secret;
  readonly coin: 'btc' | 'tbtc' | 'tbtc4';
  readonly network: BitcoinNetwork;
  readonly walletId: string;
  readonly walletPassphrase: Secret;
  readonly webhookSecrets: readonly Secret[];
  readonly targetBlocks: number;
  readonly ceilingSatPerVbyte: number;
}

const schema = z.strictObject({
  expressUrl: z
    .url({ protocol: /^https?$/ })
    .refine((url) => !url.endsWith('/'), 'expected no slash at the end')
    .default('http://127.0.0.1:3080'),
  accessToken: formedSecretSchema(/^v2x[\x21-\x7e]{16,512}$/, 'expected "v2x" and at least 16 printable characters'),
  coin: z.enum(['btc', 'tbtc', 'tbtc4']),
  network: z.enum(['bitcoin', 'testnet', 'regtest']).optional(),
  walletId: z.string().regex(/^[0-9a-f]{32}$/, { message: 'expected 32 hexadecimal digits', abort: true }),
  walletPassphrase: secretSchema(),
  webhookSecrets: z.array(secretSchema(8)).min(1, 'expected at least one secret').max(5, 'expected at most five'),
  targetBlocks: z.int().min(2).max(1000).default(2),
  ceilingSatPerVbyte: z.int().min(1).max(10_000).default(500),
});

/**
 * Checks a configuration.
 *
 * @throws ProviderError of kind `config`, naming fields and rules, never values.
 */
export function readBitgoConfig(config: BitgoConfig): BitgoSettings {
  const settings = readConfig(BITGO, schema, config);
  return { ...settings, network: settings.network ?? (settings.coin === 'btc' ? 'bitcoin' : 'testnet') };
}
