import { isProviderError, ProviderError } from '@rielrails/core';
import type { CallContext, Instant, KycCase, KycProvider, Reference, StartKyc } from '@rielrails/core';
import { createWire, defineKyc, doubt, systemRuntime } from '@rielrails/kit';
import type { Runtime, WireCall } from '@rielrails/kit';
import { approvedCase, createStageReader, reasonsOf, referenceOf } from './case.ts';
import { readSumsubConfig } from './config.ts';
import type { SumsubConfig } from './config.ts';
import { manifest } from './manifest.ts';
import { signRequest } from './signature.ts';
import { readWebhook } from './webhook.ts';
import { explain, readApplicant, readLink, readWasApproved } from './wire.ts';
import type { Applicant } from './wire.ts';

/**
 * Sumsub as a {@link KycProvider}: the person is verified on Sumsub's own page, and no document passes through us.
 *
 * A case is one applicant whose `externalUserId` is our reference; the person's pseudonym is kept in its metadata. To
 * start again under the same reference gives another link to the same applicant. An approval that Sumsub takes back for
 * good is `revoked`.
 *
 * @throws ProviderError of kind `config` when the configuration is incomplete. A missing webhook secret is one: nothing
 *   is ever accepted unverified.
 */
export function createSumsub(config: SumsubConfig, runtime: Runtime = systemRuntime()): KycProvider<'parseWebhook'> {
  const settings = readSumsubConfig(config);
  const wire = createWire({ provider: 'sumsub', baseUrl: settings.baseUrl, runtime, explain });
  const stageOf = createStageReader(runtime.log);

  /** Signs a call afresh for every try: a signature is good for a minute. "Authentication". */
  function signed<T>(call: Omit<WireCall<T>, 'headers' | 'body'> & { readonly body?: string }): WireCall<T> {
    const { pathname, search } = new URL(settings.baseUrl + call.path);
    const { method, body = '' } = call;
    return {
      ...call,
      get headers() {
        const seconds = Math.floor(runtime.clock.now() / 1000);
        return {
          accept: 'application/json',
          ...(body ? { 'content-type': 'application/json' } : {}),
          'x-app-token': settings.appToken.reveal(),
          'x-app-access-ts': String(seconds),
          'x-app-access-sig': signRequest(settings.secretKey, { seconds, method, path: pathname + search, body }),
        };
      },
    };
  }

  /** "Get applicant data (externalUserId)". */
  async function findApplicant(reference: Reference, context: CallContext): Promise<Applicant | null> {
    try {
      return await wire.read(
        signed({
          operation: 'get-applicant',
          method: 'GET',
          path: `/resources/applicants/-;externalUserId=${reference}/one`,
          parse: (answer) => readApplicant(answer.json()),
        }),
        context,
      );
    } catch (error) {
      if (isProviderError(error) && error.fault.kind === 'not-found') return null;
      throw error;
    }
  }

  /** "Create applicant". A reference that was used before finds the applicant it was used for. */
  async function openApplicant(input: StartKyc, language: string, context: CallContext): Promise<Applicant> {
    try {
      return await wire.write(
        signed({
          operation: 'create-applicant',
          method: 'POST',
          path: `/resources/applicants?levelName=${encodeURIComponent(input.level)}`,
          body: JSON.stringify({
            externalUserId: input.reference,
            lang: language,
            metadata: [{ key: 'person', value: input.person }],
          }),
          parse: (answer) => readApplicant(answer.json()),
        }),
        context,
      );
    } catch (error) {
      if (!isProviderError(error) || error.fault.kind !== 'unknown' || error.fault.reason !== 'duplicate') throw error;
      const found = await findApplicant(input.reference, context);
      if (found && isSameCase(found, input)) return found;
      throw doubt('sumsub', 'duplicate', 'sumsub: this reference was used before, for another person or level', error);
    }
  }

  /** "Generate external WebSDK link", the form with a JSON body. */
  async function makeLink(input: StartKyc, language: string, context: CallContext): Promise<string> {
    try {
      return await wire.write(
        signed({
          operation: 'websdk-link',
          method: 'POST',
          path: `/resources/sdkIntegrations/levels/-/websdkLink?lang=${language}`,
          body: JSON.stringify({
            levelName: input.level,
            userId: input.reference,
            ttlInSecs: settings.linkValidForMs / 1000,
          }),
          parse: (answer) => readLink(answer.json()),
        }),
        context,
      );
    } catch (error) {
      if (isProviderError(error) && error.fault.kind === 'unknown') throw error;
      // The applicant exists by now, so a refusal of the link is no proof that nothing was applied.
      throw doubt('sumsub', 'server-error', 'sumsub: the case is open but has no link; start it again', error);
    }
  }

  /** "Get applicant review history": the ten newest verdicts. */
  function wasApproved({ id }: Applicant, context: CallContext): Promise<boolean> {
    return wire.read(
      signed({
        operation: 'get-review-history',
        method: 'GET',
        path: `/resources/applicants/${id}/review/history`,
        parse: (answer) => readWasApproved(answer.json()),
      }),
      context,
    );
  }

  async function readCase(applicant: Applicant, context: CallContext): Promise<KycCase> {
    const reference = referenceOf(applicant);
    if (applicant.deleted) return { reference, status: 'revoked' };
    switch (stageOf(applicant)) {
      case 'pending':
        return { reference, status: 'pending' };
      case 'approved':
        return approvedCase(applicant, settings.approvalValidForMs);
      case 'retry':
        return { reference, status: 'retry', reasons: reasonsOf(applicant) };
      case 'denied':
        return (await wasApproved(applicant, context))
          ? { reference, status: 'revoked' }
          : { reference, status: 'rejected', reasons: reasonsOf(applicant) };
    }
  }

  return defineKyc(
    {
      id: 'sumsub',
      manifest,
      async start(input, context) {
        const language = checkStart(input);
        const applicant = await openApplicant(input, language, context);
        const linkExpiresAt = (runtime.clock.now() + settings.linkValidForMs) as Instant;
        const url = await makeLink(input, language, context);
        return { case: await readCase(applicant, context), url, linkExpiresAt };
      },
      async get({ reference }, context) {
        const applicant = await findApplicant(reference, context);
        return applicant && readCase(applicant, context);
      },
      parseWebhook: (delivery) => Promise.resolve(readWebhook(settings, delivery)),
    },
    runtime,
  );
}

function isSameCase(applicant: Applicant, { person, level }: StartKyc): boolean {
  const kept = applicant.metadata?.find(({ key }) => key === 'person')?.value;
  return kept === person && applicant.review?.levelName === level;
}

/** Checks what Sumsub would refuse, and gives the language as it wants it: ISO 639-1, without script or region. */
function checkStart({ person, level, language }: StartKyc): string {
  if (!/^[\w.:-]{1,100}$/.test(person)) throw invalid('person', 'expected 1 to 100 letters, digits or . : - _');
  if (!/^[^\p{Cc}]{1,100}$/u.test(level)) throw invalid('level', 'expected 1 to 100 printable characters');
  const [primary = ''] = language.toLowerCase().split('-');
  if (!/^[a-z]{2}$/.test(primary)) throw invalid('language', 'expected a BCP 47 tag with a two-letter language');
  return primary;
}

function invalid(field: string, rule: string): ProviderError {
  return new ProviderError({ kind: 'invalid', provider: 'sumsub', message: `sumsub ${field}: ${rule}` });
}
