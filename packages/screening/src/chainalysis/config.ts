import { readConfig, secretSchema } from '@rielrails/kit';
import type { Secret } from '@rielrails/kit';
import { z } from 'zod';

/** What Chainalysis' risk of an address means here. */
export type RiskWord = 'Low' | 'Medium' | 'High' | 'Severe';

/** What both services of Chainalysis need. */
interface ServiceConfig {
  /** How long a verdict counts. Default: 15 minutes; at most 24 hours. */
  readonly verdictValidForMs?: number;
  /**
   * For how long an answer is given again without asking. Default: 0, never. An engine that screens at signing wants a
   * fresh answer; a front end that shows the same address often does not.
   */
  readonly cacheForMs?: number;
}

/** What it takes to ask the free sanctions API. */
export interface ChainalysisSanctionsConfig extends ServiceConfig {
  /** Sent as `X-API-Key`. */
  readonly apiKey: string | Secret;
}

/** What it takes to ask Address Screening. */
export interface ChainalysisAddressScreeningConfig extends ServiceConfig {
  /** Sent as `Token`. */
  readonly token: string | Secret;
  /** From this risk on an address is `review`. Default: `High`. */
  readonly reviewFrom?: RiskWord;
  /** From this risk on an address is `blocked`. Default: `Severe`. A sanctioned address is always blocked. */
  readonly blockFrom?: RiskWord;
}

const DAY_MS = 86_400_000;

/** The risks, lowest first. */
export const riskWords = ['Low', 'Medium', 'High', 'Severe'] as const satisfies readonly RiskWord[];

const service = {
  verdictValidForMs: z.int().min(1000).max(DAY_MS).default(900_000),
  cacheForMs: z.int().min(0).max(DAY_MS).default(0),
};
const sanctions = z.strictObject({ ...service, apiKey: secretSchema(8) });
const addressScreening = z.strictObject({
  ...service,
  token: secretSchema(8),
  reviewFrom: z.enum(riskWords).default('High'),
  blockFrom: z.enum(riskWords).default('Severe'),
});

/** Checks a configuration. Throws a `config` fault that names the field. */
export function readSanctionsConfig(config: ChainalysisSanctionsConfig): z.infer<typeof sanctions> {
  return readConfig('chainalysis-sanctions', sanctions, config);
}

/** Checks a configuration. Throws a `config` fault that names the field. */
export function readAddressScreeningConfig(
  config: ChainalysisAddressScreeningConfig,
): z.infer<typeof addressScreening> {
  return readConfig('chainalysis', addressScreening, config);
}
