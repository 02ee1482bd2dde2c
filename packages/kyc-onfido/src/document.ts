import { ProviderError } from '@rielrails/core';
import type { Identity, Instant } from '@rielrails/core';
import { countryAlpha2 } from '@rielrails/kit';
import { z } from 'zod';
import { ONFIDO } from './config.ts';

/** What is read of a document report. `@onfido/api` 6.2.0, "DocumentReport" and "DocumentProperties". */
export type DocumentReport = z.infer<typeof reportSchema>;

const told = z.string().max(1000).nullish();
const reportSchema = z.object({
  sub_result: told,
  properties: z
    .object({
      first_name: told,
      middle_name: told,
      last_name: told,
      date_of_birth: told,
      date_of_expiry: told,
      issuing_country: told,
      nationality: told,
    })
    .nullish(),
});

/** The document report among the outputs of a run, by the name that the workflow gives it. `null`: there is none. */
export function readDocument(output: Readonly<Record<string, unknown>>, name: string): DocumentReport | null {
  const found = Object.hasOwn(output, name) ? reportSchema.safeParse(output[name]) : null;
  return found?.success ? found.data : null;
}

/**
 * Whom a document names.
 *
 * @throws ProviderError `unavailable` when it names nobody: that is no approval.
 */
export function identityOf({ properties }: DocumentReport): Identity {
  const parts = [properties?.first_name, properties?.middle_name, properties?.last_name];
  const name = parts
    .flatMap((part) => part?.trim() || [])
    .join(' ')
    .replaceAll(/\s+/g, ' ');
  if (!name) throw drift('an approval without a name');
  const born = properties?.date_of_birth ?? undefined;
  if (born !== undefined && !isDay(born)) throw drift('an unreadable day of birth');
  const codes = [properties?.nationality, properties?.issuing_country];
  const countries = [...new Set(codes.flatMap((code) => countryAlpha2(code ?? '') ?? []))];
  return { name, ...(born === undefined ? {} : { born }), ...(countries.length > 0 ? { countries } : {}) };
}

/** When a document ends: with its last day. `Infinity` for one that says no day. */
export function expiryOf({ properties }: DocumentReport): Instant {
  const day = properties?.date_of_expiry ?? undefined;
  if (day === undefined) return Infinity as Instant;
  if (!isDay(day)) throw drift('an unreadable day of expiry');
  return Date.parse(`${day}T23:59:59Z`) as Instant;
}

/** What was answered is no approval. */
export function drift(what: string): ProviderError {
  return new ProviderError({ kind: 'unavailable', provider: ONFIDO, message: `${ONFIDO}: answered with ${what}` });
}

function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`));
}
