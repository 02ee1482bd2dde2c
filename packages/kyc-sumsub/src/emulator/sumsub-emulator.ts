import type { Reference } from '@rielrails/core';
import { createEmulator } from '@rielrails/kit/emulator';
import type { Emulator, EmulatorContext, KycEmulator, Route } from '@rielrails/kit/emulator';
import { createAccount } from './account.ts';
import type { SumsubEmulatorConfig, SumsubEmulatorOptions } from './account.ts';
import { applicantRoutes } from './applicant-routes.ts';
import type { Applicants, EmulatedApplicant } from './applicants.ts';
import { linkRoutes } from './link-routes.ts';
import type { NoticeType } from './notices.ts';
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
  /** What people do at Sumsub's own pages. Each sends its webhook. */
  readonly dashboard: {
    /** The reviewer needs to know more. */
    hold(reference: Reference): Promise<void>;
    /** Throws the papers away, so that everything starts anew. */
    reset(reference: Reference): Promise<void>;
    /** Moves the applicant to another level. */
    moveToLevel(reference: Reference, levelName: string): Promise<void>;
    deactivate(reference: Reference): Promise<void>;
    activate(reference: Reference): Promise<void>;
    /** Deletes the applicant for good. */
    remove(reference: Reference): Promise<void>;
  };
}

/** Sumsub documentation, "Webhooks". */
const redelivery = { answerWithinMs: 5000, afterMs: [5, 60, 300, 1080].map((minutes) => minutes * 60_000) };

/**
 * Makes an emulated Sumsub account, built from its public documentation.
 *
 * Strict about access, rates, levels, bodies and states. The hosted page and `desk` both play the person and the
 * reviewer: a verdict is preceded by the papers it is about.
 */
export function createSumsubEmulator(context: EmulatorContext, options: SumsubEmulatorOptions = {}): SumsubEmulator {
  const account = createAccount(context, options, (webhook) => emulator.webhooks.send(webhook));
  const guarded = (route: Route): Route => ({
    ...route,
    handle: (request) => account.guard(request) ?? route.handle(request),
  });
  const emulator: Emulator = createEmulator({
    name: 'sumsub',
    clock: context.clock,
    routes: [...[...applicantRoutes(account), ...linkRoutes(account)].map(guarded), ...pageRoutes(account)],
    redelivery,
    ...(context.deliver ? { deliver: context.deliver } : {}),
    throttled: () => account.refuse(429, 'Too many requests'),
    notFound: () => account.refuse(404, 'Not found'),
    wrongMethod: () => account.refuse(405, 'Method not allowed'),
  });

  function caseOf(reference: Reference): EmulatedApplicant {
    const applicant = account.applicants.byExternalUserId(reference);
    if (!applicant) throw new RangeError('there is no case under this reference');
    return applicant;
  }

  async function change(
    type: NoticeType,
    reference: Reference,
    work: (all: Applicants, applicant: EmulatedApplicant) => void,
  ): Promise<void> {
    const applicant = caseOf(reference);
    await account.change(type, applicant, (all) => work(all, applicant));
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
    dashboard: {
      hold: (reference) => change('applicantOnHold', reference, (all, applicant) => all.hold(applicant)),
      reset: (reference) => change('applicantReset', reference, (all, applicant) => all.reset(applicant)),
      moveToLevel: (reference, level) =>
        change('applicantLevelChanged', reference, (all, applicant) => all.moveToLevel(applicant, level)),
      deactivate: (reference) =>
        change('applicantDeactivated', reference, (all, applicant) => all.setPresence(applicant, 'deactivated')),
      activate: (reference) =>
        change('applicantActivated', reference, (all, applicant) => all.setPresence(applicant, 'activated')),
      remove: (reference) => change('applicantDeleted', reference, (all, applicant) => all.remove(applicant)),
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
