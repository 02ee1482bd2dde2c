import { readConfig, secretSchema } from '@rielrails/kit';
import type { Secret } from '@rielrails/kit';
import { z } from 'zod';
import { reviewDecisions } from './decision.ts';
import type { ReviewDecision } from './decision.ts';

/** What it takes to verify people by your own people. */
export interface ManualKycConfig {
  /** Scheme and host under which the world reaches the upload page. HTTPS, except on this machine. */
  readonly publicUrl: string;
  /** Seals documents and makes links; at least 32 characters. Whoever has it and the database can read everything. */
  readonly documentKey: string | Secret;
  /** How long a link stays open. Default: 24 hours; at most 7 days. */
  readonly linkValidForMs?: number;
  /** How long an approval counts. Default: 365 days. A document that expires earlier ends it earlier. */
  readonly approvalValidForMs?: number;
  /** What one person only proposes, and another confirms. Default: approvals. */
  readonly twoPeople?: readonly ReviewDecision[];
  /** Who is served at least this old. Default: 18 years. */
  readonly leastAge?: number;
  /** The name that the page shows. */
  readonly shop: string;
  /** Paints SANDBOX – PLAY MONEY on the page. Default: false. */
  readonly sandbox?: boolean;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const schema = z.strictObject({
  publicUrl: z
    .url({ protocol: /^https?$/ })
    .refine((url) => !url.endsWith('/'), 'expected no slash at the end')
    .refine((url) => url.startsWith('https://') || isHere(new URL(url).hostname), 'expected https'),
  documentKey: secretSchema(32),
  linkValidForMs: z
    .int()
    .min(60_000)
    .max(7 * DAY_MS)
    .default(DAY_MS),
  approvalValidForMs: z
    .int()
    .min(DAY_MS)
    .max(10 * 365 * DAY_MS)
    .default(365 * DAY_MS),
  twoPeople: z.array(z.enum(reviewDecisions)).readonly().default(['approved']),
  leastAge: z.int().min(15).max(30).default(18),
  shop: z.string().min(1).max(40),
  sandbox: z.boolean().default(false),
});

/** The configuration, checked and complete. */
export type ManualKycSettings = z.infer<typeof schema>;

/** Checks a configuration. Throws a `config` fault that names the field. */
export function readManualConfig(config: ManualKycConfig): ManualKycSettings {
  return readConfig('manual', schema, config);
}

function isHere(host: string): boolean {
  return host === '127.0.0.1' || host === 'localhost' || host.endsWith('.localhost');
}
