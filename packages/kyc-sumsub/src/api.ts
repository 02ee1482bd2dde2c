import { isProviderError } from '@rielrails/core';
import type { CallContext, Reference, StartKyc } from '@rielrails/core';
import { createWire } from '@rielrails/kit';
import type { Runtime, WireCall } from '@rielrails/kit';
import type { SumsubSettings } from './config.ts';
import { signRequest } from './signature.ts';
import { explain, readApplicant, readLink, readWasApproved } from './wire.ts';
import type { Applicant } from './wire.ts';

/** Somebody to be verified. `language` is ISO 639-1, without script or region. */
export type Newcomer = Pick<StartKyc, 'reference' | 'person' | 'level' | 'language'>;

/** The calls of Sumsub that a case needs. Reads are safe to repeat; writes are sent once. */
export interface SumsubApi {
  /** "Get applicant data (externalUserId)". `null`: there is none, or not any more. */
  find(reference: Reference, context: CallContext): Promise<Applicant | null>;
  /** "Create applicant". In doubt, reason `duplicate`, for a reference that was used before. */
  create(newcomer: Newcomer, context: CallContext): Promise<Applicant>;
  /** "Generate external WebSDK link", the form with a JSON body. */
  link(newcomer: Newcomer, context: CallContext): Promise<string>;
  /** Whether a GREEN is among the ten newest verdicts: more are not told. "Get applicant review history". */
  wasApproved(id: string, context: CallContext): Promise<boolean>;
}

/** Opens the way to Sumsub. No I/O happens before the first call. */
export function createSumsubApi(settings: SumsubSettings, runtime: Runtime): SumsubApi {
  const wire = createWire({ provider: 'sumsub', baseUrl: settings.baseUrl, runtime, explain });

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

  return {
    async find(reference, context) {
      const path = `/resources/applicants/-;externalUserId=${reference}/one`;
      const call = signed({
        operation: 'get-applicant',
        method: 'GET',
        path,
        parse: (answer) => readApplicant(answer.json()),
      });
      return wire.read(call, context).catch((error: unknown) => {
        if (isProviderError(error) && error.fault.kind === 'not-found') return null;
        throw error;
      });
    },
    create: ({ reference, person, level, language }, context) =>
      wire.write(
        signed({
          operation: 'create-applicant',
          method: 'POST',
          path: `/resources/applicants?levelName=${encodeURIComponent(level)}`,
          body: JSON.stringify({
            externalUserId: reference,
            lang: language,
            metadata: [
              { key: 'person', value: person },
              { key: 'level', value: level },
            ],
          }),
          parse: (answer) => readApplicant(answer.json()),
        }),
        context,
      ),
    link: ({ reference, level, language }, context) =>
      wire.write(
        signed({
          operation: 'websdk-link',
          method: 'POST',
          path: `/resources/sdkIntegrations/levels/-/websdkLink?lang=${language}`,
          body: JSON.stringify({ levelName: level, userId: reference, ttlInSecs: settings.linkValidForMs / 1000 }),
          parse: (answer) => readLink(answer.json()),
        }),
        context,
      ),
    wasApproved: (id, context) =>
      wire.read(
        signed({
          operation: 'get-review-history',
          method: 'GET',
          path: `/resources/applicants/${id}/review/history`,
          parse: (answer) => readWasApproved(answer.json()),
        }),
        context,
      ),
  };
}
