import { InputError } from '@rielrails/core';
import type { AnyKycProvider, KycReason, Reference } from '@rielrails/core';
import type { Runtime } from '@rielrails/kit';
import { createManualKyc, createPostgresStore, migratePostgresStore, reviewDecisions } from '@rielrails/kyc-manual';
import type { ReviewDesk } from '@rielrails/kyc-manual';
import { createOnfido } from '@rielrails/kyc-onfido';
import { createSumsub } from '@rielrails/kyc-sumsub';
import type { Pool } from 'pg';
import { z } from 'zod';
import type { BotConfig } from './config.ts';
import { secretSource } from './secrets.ts';
import type { ReadSecret } from './secrets.ts';
import { sayPlain } from './texts/index.ts';
import { withoutUndefined } from './without-undefined.ts';

const level = z.string().min(1).max(100);

/** Who verifies buyers: exactly one of them. */
export const kycSections = {
  kycSumsub: z
    .strictObject({
      appToken: secretSource,
      secretKey: secretSource,
      webhookSecrets: z.array(secretSource).min(1),
      level,
    })
    .optional(),
  kycOnfido: z
    .strictObject({
      apiToken: secretSource,
      webhookTokens: z.array(secretSource).min(1),
      /** The Studio workflow behind each level. */
      workflows: z.record(z.string(), z.string()),
      level,
      region: z.enum(['eu', 'us', 'ca']).optional(),
      documentOutput: z.string().optional(),
      /** Reasons, as the workflows name them, after which somebody may try again. */
      retryReasons: z.array(z.string()).optional(),
    })
    .optional(),
  /** The operator's own people, on the operators' page. */
  kycManual: z
    .strictObject({
      documentKey: secretSource,
      level: level.default('by-hand'),
      /** What one person only proposes, and another confirms. Default: approvals. */
      twoPeople: z.array(z.enum(reviewDecisions)).optional(),
      leastAge: z.int().optional(),
      linkValidForMs: z.int().optional(),
      approvalValidForMs: z.int().optional(),
    })
    .optional(),
};

const names = ['kycSumsub', 'kycOnfido', 'kycManual'] as const satisfies readonly (keyof typeof kycSections)[];

/**
 * Checks that buyers are verified by somebody, and by one only.
 *
 * @throws InputError naming the section and what is wrong with it.
 */
export function checkKyc(config: BotConfig): void {
  const [first, second] = names.filter((name) => config[name] !== undefined);
  if (first === undefined)
    throw new InputError('config.kycSumsub', 'missing', `one of ${names.join(', ')} is needed: buyers are verified`);
  if (second !== undefined) throw new InputError(`config.${second}`, 'one-of', `stands beside "${first}"; keep one`);
  const { kycOnfido, kycManual, publicUrl, admin, mode } = config;
  if (kycOnfido && !Object.hasOwn(kycOnfido.workflows, kycOnfido.level))
    throw new InputError('config.kycOnfido.level', 'unknown', 'expected one of the names in workflows');
  if (!kycManual) return;
  if (publicUrl === undefined)
    throw new InputError('config.publicUrl', 'missing', '"kycManual" has a page of ours, which needs it');
  const reviewers = admin?.people.filter(({ duties }) => duties.includes('compliance')) ?? [];
  const needed = (kycManual.twoPeople ?? ['approved']).length === 0 ? 1 : 2;
  if (mode === 'live' && reviewers.length < needed)
    throw new InputError(
      'config.admin.people',
      'too-few',
      `"kycManual" needs ${needed === 1 ? 'somebody' : 'two people'} with the duty of compliance`,
    );
}

/** Who verifies, as the shop is put together. */
export interface OpenKyc {
  readonly provider: AnyKycProvider;
  readonly level: string;
  /** Where the operators' own people decide; `null`: somebody else does. */
  readonly reviews: ReviewDesk | null;
  /** Erases what the desk keeps about somebody; what a provider keeps is deleted there. */
  forget(person: Reference): Promise<void>;
  /** Answers the upload page; `null` for any other address. */
  handle(request: Request): Promise<Response | null>;
}

/** What our own people's desk works with. */
export interface KycParts {
  readonly secretOf: ReadSecret;
  readonly pool: Pool;
  readonly runtime: Runtime;
  /** A case was decided: the engine reads it again. */
  readonly moved: (reference: Reference) => void;
}

/**
 * Opens the one that is configured.
 *
 * @throws ProviderError of kind `config`, naming the field, never a value.
 */
export async function openKyc(config: BotConfig, parts: KycParts): Promise<OpenKyc> {
  const { kycSumsub, kycOnfido, kycManual } = config;
  const { secretOf, runtime } = parts;
  const elsewhere = { reviews: null, forget: async () => {}, handle: async () => null };
  if (kycOnfido) {
    const { apiToken, webhookTokens, level: chosen, ...rest } = kycOnfido;
    const secrets = { apiToken: secretOf(apiToken), webhookTokens: webhookTokens.map(secretOf) };
    return { ...elsewhere, provider: createOnfido({ ...withoutUndefined(rest), ...secrets }, runtime), level: chosen };
  }
  if (kycManual) return openDesk(config, kycManual, parts);
  if (!kycSumsub) throw new RangeError('kyc: nobody is configured');
  const { appToken, secretKey, webhookSecrets, level: chosen } = kycSumsub;
  const secrets = {
    appToken: secretOf(appToken),
    secretKey: secretOf(secretKey),
    webhookSecrets: webhookSecrets.map(secretOf),
  };
  return { ...elsewhere, provider: createSumsub(secrets, runtime), level: chosen };
}

async function openDesk(
  { shop, publicUrl = '', mode }: BotConfig,
  section: NonNullable<BotConfig['kycManual']>,
  { secretOf, pool, runtime, moved }: KycParts,
): Promise<OpenKyc> {
  const { documentKey, level: chosen, ...rest } = section;
  await migratePostgresStore(pool);
  const { desk, handle, forget, ...provider } = createManualKyc(
    {
      ...withoutUndefined(rest),
      publicUrl,
      documentKey: secretOf(documentKey),
      shop: shop.name,
      sandbox: mode === 'sandbox',
    },
    {
      store: createPostgresStore(pool),
      say: (reason: KycReason, language) => sayPlain(language, `verify.reason.${reason}`),
      moved: ({ target }) => moved(target.reference),
    },
    runtime,
  );
  return { provider, level: chosen, reviews: desk, forget, handle };
}
