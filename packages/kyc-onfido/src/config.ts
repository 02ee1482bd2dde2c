import { formedSecretSchema, readConfig, secretSchema } from '@rielrails/kit';
import type { Secret } from '@rielrails/kit';
import { z } from 'zod';

/** The name under which this provider appears in faults, logs and spans. */
export const ONFIDO = 'onfido';

/** Where Onfido keeps an account's data. A token is of one region. */
export type OnfidoRegion = 'eu' | 'us' | 'ca';

/** What it takes to talk to Onfido. */
export interface OnfidoConfig {
  /** `api_sandbox…` or `api_live…`: the same host serves both worlds, the token decides. */
  readonly apiToken: string | Secret;
  /** Tokens of the webhook, newest first. More than one while it is being changed; never none. */
  readonly webhookTokens: readonly (string | Secret)[];
  /** The Studio workflow behind each level: our name for the level, and Onfido's id of the workflow. */
  readonly workflows: Readonly<Record<string, string>>;
  /** Which output of the workflows holds their document report: where the verified name stands. Default: `doc`. */
  readonly documentOutput?: string;
  /** Reasons, as the workflows name them, after which somebody may try again. Default: none. */
  readonly retryReasons?: readonly string[];
  /**
   * How long a link stays open. Default: 24 hours; at most 30 days; whole seconds. A link that ran out costs another
   * workflow run.
   */
  readonly linkValidForMs?: number;
  /**
   * How long an approval counts from the making of its workflow run. Default: 365 days. A document that expires earlier
   * ends it earlier.
   */
  readonly approvalValidForMs?: number;
  /** Default: `eu`. */
  readonly region?: OnfidoRegion;
  /** Default: `https://api.REGION.onfido.com/v3.6`. */
  readonly baseUrl?: string;
}

/** The configuration, checked and complete. */
export interface OnfidoSettings {
  readonly apiToken: Secret;
  readonly webhookTokens: readonly Secret[];
  readonly workflows: ReadonlyMap<string, string>;
  readonly documentOutput: string;
  readonly retryReasons: readonly string[];
  readonly linkValidForMs: number;
  readonly approvalValidForMs: number;
  readonly baseUrl: string;
}

const DAY_MS = 86_400_000;
const word = z.string().min(1, 'expected a name').max(100, 'expected at most 100 characters');

const schema = z.strictObject({
  apiToken: formedSecretSchema(
    /^api_(?:sandbox|live)[\w.-]{16,200}$/,
    'expected "api_sandbox" or "api_live" and the rest of a token',
  ),
  webhookTokens: z.array(secretSchema(16)).min(1, 'expected at least one token').max(5, 'expected at most five'),
  workflows: z
    .record(word, z.guid('expected the UUID of a workflow'))
    .refine((levels) => Object.keys(levels).length > 0, 'expected at least one level'),
  documentOutput: word.default('doc'),
  retryReasons: z.array(word).max(100).default([]),
  linkValidForMs: z
    .int()
    .min(60_000)
    .max(30 * DAY_MS)
    .multipleOf(1000)
    .default(DAY_MS),
  approvalValidForMs: z
    .int()
    .min(DAY_MS)
    .max(10 * 365 * DAY_MS)
    .default(365 * DAY_MS),
  region: z.enum(['eu', 'us', 'ca']).default('eu'),
  baseUrl: z
    .url({ protocol: /^https?$/ })
    .refine((url) => !url.endsWith('/'), 'expected no slash at the end')
    .optional(),
});

/** Checks a configuration. Throws a `config` fault that names the field. */
export function readOnfidoConfig(config: OnfidoConfig): OnfidoSettings {
  const { workflows, region, baseUrl, ...rest } = readConfig(ONFIDO, schema, config);
  const levels = Object.entries(workflows).map(([level, id]) => [level, id.toLowerCase()] as const);
  return { ...rest, workflows: new Map(levels), baseUrl: baseUrl ?? `https://api.${region}.onfido.com/v3.6` };
}
