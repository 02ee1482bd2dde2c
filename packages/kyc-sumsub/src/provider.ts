import { isProviderError, ProviderError } from '@rielrails/core';
import type { CallContext, Instant, KycCase, KycProvider, StartKyc } from '@rielrails/core';
import { defineKyc, doubt, systemRuntime } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import { createSumsubApi } from './api.ts';
import type { Newcomer } from './api.ts';
import { approvedCase, createStageReader, isAskedLevel, isSameCase, referenceOf } from './case.ts';
import { readSumsubConfig } from './config.ts';
import type { SumsubConfig } from './config.ts';
import { handleOf, knownSince } from './handle.ts';
import { manifest, NOT_FOUND_IS_FINAL_AFTER_MS } from './manifest.ts';
import { reasonsOf } from './reasons.ts';
import { readWebhook } from './webhook.ts';
import type { Applicant } from './wire.ts';

/**
 * Sumsub as a {@link KycProvider}: the person is verified on Sumsub's own page, and no document passes through us.
 *
 * A case is one applicant whose `externalUserId` is our reference; the person's pseudonym and the level are kept in its
 * metadata. To start again under the same reference gives another link to the same applicant. An approval that Sumsub
 * takes back for good, or whose applicant was deactivated or deleted, is `revoked`.
 *
 * @throws ProviderError of kind `config` when the configuration is incomplete. A missing webhook secret is one: nothing
 *   is ever accepted unverified.
 */
export function createSumsub(config: SumsubConfig, runtime: Runtime = systemRuntime()): KycProvider<'parseWebhook'> {
  const settings = readSumsubConfig(config);
  const api = createSumsubApi(settings, runtime);
  const stageOf = createStageReader(runtime.log);

  /** A reference that was used before finds the applicant it was used for. */
  async function open(newcomer: Newcomer, context: CallContext): Promise<{ id: string; case: KycCase }> {
    const { reference } = newcomer;
    try {
      const { id } = await api.create(newcomer, context);
      return { id, case: { reference, status: 'pending' } };
    } catch (error) {
      if (!isProviderError(error) || error.fault.kind !== 'unknown' || error.fault.reason !== 'duplicate') throw error;
      const found = await api.find(reference, context);
      if (found && isSameCase(found, newcomer)) return { id: found.id, case: await readCase(found, context) };
      throw doubt('sumsub', 'duplicate', 'sumsub: this reference was used before, for another person or level', error);
    }
  }

  async function makeLink(newcomer: Newcomer, context: CallContext): Promise<string> {
    try {
      return await api.link(newcomer, context);
    } catch (error) {
      if (isProviderError(error) && error.fault.kind === 'unknown') throw error;
      // The applicant exists by now, so a refusal of the link is no proof that nothing was applied.
      throw doubt('sumsub', 'server-error', 'sumsub: the case is open but has no link; start it again', error);
    }
  }

  async function readCase(applicant: Applicant, context: CallContext): Promise<KycCase> {
    const reference = referenceOf(applicant);
    if (applicant.deleted) return { reference, status: 'revoked' };
    switch (stageOf(applicant)) {
      case 'begun':
        // A reset throws the papers away: what was approved has to be shown again. "Reset applicant profile".
        return (await api.wasApproved(applicant.id, context))
          ? { reference, status: 'retry', reasons: ['unfinished'] }
          : { reference, status: 'pending' };
      case 'pending':
        return { reference, status: 'pending' };
      case 'approved':
        return isAskedLevel(applicant)
          ? approvedCase(applicant, settings.approvalValidForMs)
          : { reference, status: 'pending' };
      case 'retry':
        return { reference, status: 'retry', reasons: reasonsOf(applicant) };
      case 'denied':
        return (await api.wasApproved(applicant.id, context))
          ? { reference, status: 'revoked' }
          : { reference, status: 'rejected', reasons: reasonsOf(applicant) };
    }
  }

  return defineKyc(
    {
      id: 'sumsub',
      manifest,
      async start(input, context) {
        const newcomer = checkStart(input);
        const { id, case: found } = await open(newcomer, context);
        const now = runtime.clock.now();
        const url = await makeLink(newcomer, context);
        const linkExpiresAt = (now + settings.linkValidForMs) as Instant;
        return { case: found, url, linkExpiresAt, handle: handleOf(id, now) };
      },
      async get({ reference, handle }, context) {
        const applicant = await api.find(reference, context);
        if (applicant) return readCase(applicant, context);
        const since = knownSince(handle) ?? Infinity;
        // It was there and is not there any more: it was deleted for good.
        return runtime.clock.now() - since > NOT_FOUND_IS_FINAL_AFTER_MS ? { reference, status: 'revoked' } : null;
      },
      parseWebhook: (delivery) => Promise.resolve(readWebhook(settings, delivery)),
    },
    runtime,
  );
}

/** Checks what Sumsub would refuse, and gives the language as it wants it. */
function checkStart({ reference, person, level, language }: StartKyc): Newcomer {
  if (!/^[\w.:-]{1,100}$/.test(person)) throw invalid('person', 'expected 1 to 100 letters, digits or . : - _');
  if (!/^[^\p{Cc}]{1,100}$/u.test(level)) throw invalid('level', 'expected 1 to 100 printable characters');
  const [primary = ''] = language.toLowerCase().split('-');
  if (!/^[a-z]{2}$/.test(primary)) throw invalid('language', 'expected a BCP 47 tag with a two-letter language');
  return { reference, person, level, language: primary };
}

function invalid(field: string, rule: string): ProviderError {
  return new ProviderError({ kind: 'invalid', provider: 'sumsub', message: `sumsub ${field}: ${rule}` });
}
