import type { Reference } from '@rielrails/core';
import { createEmulator } from '@rielrails/kit/emulator';
import type { EmulatorContext, KycEmulator, OutgoingWebhook, Route } from '@rielrails/kit/emulator';
import { createAccount } from './account.ts';
import type { SumsubEmulatorConfig, SumsubEmulatorOptions } from './account.ts';
import { applicantRoutes } from './applicant-routes.ts';
import type { EmulatedApplicant } from './applicants.ts';
import { linkRoutes } from './link-routes.ts';
import { pageRoutes } from './page-routes.ts';
import { forged, passed, unreadable } from './verdicts.ts';

/** Sumsub on this machine. */
export interface SumsubEmulator extends KycEmulator<SumsubEmulatorConfig> {
  readonly applied: {
    readonly cases: readonly {
      readonly reference: string;
      /** Where the review stands, and how the last one ended. */
      readonly status: 'init' | 'pending' | 'approved' | 'retry' | 'rejected';
    }[];
  };
}

/** How long after each try a delivery that nobody took is sent again. Sumsub documentation, "Webhooks". */
const REDELIVER_AFTER_MS = [5, 60, 300, 1080].map((minutes) => minutes * 60_000);

/**
 * Makes an emulated Sumsub account, built from its public documentation.
 *
 * Strict about access, rates, levels, bodies and states. The hosted page and `desk` both play the person and the
 * reviewer: a verdict is preceded by the papers it is about.
 */
export function createSumsubEmulator(context: EmulatorContext, options: SumsubEmulatorOptions = {}): SumsubEmulator {
  const account = createAccount(context, options, (webhook) => send(webhook, REDELIVER_AFTER_MS));
  const guarded = (route: Route): Route => ({
    ...route,
    handle: (request) => account.guard(request) ?? route.handle(request),
  });
  const emulator = createEmulator({
    name: 'sumsub',
    clock: context.clock,
    routes: [...[...applicantRoutes(account), ...linkRoutes(account)].map(guarded), ...pageRoutes(account)],
    ...(context.deliver ? { deliver: context.deliver } : {}),
    throttled: () => account.refuse(429, 'Too many requests'),
    notFound: () => account.refuse(404, 'Not found'),
    wrongMethod: () => account.refuse(405, 'Method not allowed'),
  });

  async function send(webhook: OutgoingWebhook, waits: readonly number[]): Promise<void> {
    await emulator.webhooks.send(webhook);
    const [waitMs, ...others] = waits;
    if (!context.deliver || waitMs === undefined) return;
    // What the outbox drops or holds back has left, as far as Sumsub knows.
    const status = emulator.webhooks.sent.findLast(({ body }) => body === webhook.body)?.status;
    if (status === undefined || (status !== null && status >= 200 && status < 300)) return;
    void context.clock.sleep(waitMs).then(() => send(webhook, others));
  }

  function caseOf(reference: Reference): EmulatedApplicant {
    const applicant = account.applicants.byExternalUserId(reference);
    if (!applicant) throw new RangeError('there is no case under this reference');
    return applicant;
  }

  return {
    ...emulator,
    config: account.config,
    desk: {
      approve: async (reference, identity) => account.review(caseOf(reference), passed, identity),
      reject: async (reference, type, reason) =>
        account.review(caseOf(reference), type === 'retry' ? unreadable(reason) : forged(reason)),
      async revoke(reference) {
        const applicant = caseOf(reference);
        if (applicant.reviewResult?.reviewAnswer !== 'GREEN') throw new RangeError('this case is not approved');
        await account.decide(applicant, forged());
      },
    },
    applied: {
      get cases() {
        return account.applicants.all.map((applicant) => ({
          reference: applicant.externalUserId,
          status: statusOf(applicant),
        }));
      },
    },
  };
}

function statusOf({
  reviewStatus,
  reviewResult,
}: EmulatedApplicant): SumsubEmulator['applied']['cases'][number]['status'] {
  if (reviewStatus !== 'completed' || !reviewResult) return reviewStatus === 'pending' ? 'pending' : 'init';
  if (reviewResult.reviewAnswer === 'GREEN') return 'approved';
  return reviewResult.reviewRejectType === 'RETRY' ? 'retry' : 'rejected';
}
