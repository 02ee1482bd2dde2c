import { readConfig, secretSchema } from '@rielrails/kit';
import type { Secret } from '@rielrails/kit';
import { z } from 'zod';
import { digestAlgorithms } from './signature.ts';
import type { DigestAlgorithm } from './signature.ts';

/** What it takes to talk to Sumsub. */
export interface SumsubConfig {
  /** The app token, `sbx:…` or `prd:…`: the same host serves both worlds, the token decides. */
  readonly appToken: string | Secret;
  /** The app token's secret key. */
  readonly secretKey: string | Secret;
  /** Secrets of the webhook, newest first. More than one while a secret is being changed; never none. */
  readonly webhookSecrets: readonly (string | Secret)[];
  /** The digest of deliveries that do not name one. Default: `HMAC_SHA256_HEX`. */
  readonly webhookDigest?: DigestAlgorithm;
  /** How long a link stays open. Default: 30 minutes; at most 7 days; whole seconds. */
  readonly linkValidForMs?: number;
  /**
   * How long an approval counts from the day of its review. Default: 365 days. A document that expires earlier ends it
   * earlier.
   */
  readonly approvalValidForMs?: number;
  /** Default: `https://api.sumsub.com`. */
  readonly baseUrl?: string;
}

/** The configuration, checked and complete. */
export interface SumsubSettings {
  readonly appToken: Secret;
  readonly secretKey: Secret;
  readonly webhookSecrets: readonly Secret[];
  readonly webhookDigest: DigestAlgorithm;
  readonly linkValidForMs: number;
  readonly approvalValidForMs: number;
  readonly baseUrl: string;
}

const DAY_MS = 86_400_000;

const appToken = secretSchema().refine((secret) => /^(?:sbx|prd):[^\s.]+\.[^\s.]+$/.test(secret.reveal()), {
  message: 'expected "sbx:" or "prd:" and two parts with a dot between',
});

const schema = z.strictObject({
  appToken,
  secretKey: secretSchema(16),
  webhookSecrets: z.array(secretSchema(8)).min(1, 'expected at least one secret').max(5, 'expected at most five'),
  webhookDigest: z.enum(digestAlgorithms).default('HMAC_SHA256_HEX'),
  linkValidForMs: z
    .int()
    .min(60_000)
    .max(7 * DAY_MS)
    .multipleOf(1000)
    .default(1_800_000),
  approvalValidForMs: z
    .int()
    .min(DAY_MS)
    .max(10 * 365 * DAY_MS)
    .default(365 * DAY_MS),
  baseUrl: z
    .url({ protocol: /^https?$/ })
    .refine((url) => !url.endsWith('/'), 'expected no slash at the end')
    .default('https://api.sumsub.com'),
});

/** Checks a configuration. Throws a `config` fault that names the field. */
export function readSumsubConfig(config: SumsubConfig): SumsubSettings {
  return readConfig('sumsub', schema, config);
}
