import type { Instant, KycCase, NonEmpty, Reference } from '@rielrails/core';
import { createVocabulary } from '@rielrails/kit';
import type { Log } from '@rielrails/kit';
import { ONFIDO } from './config.ts';
import type { OnfidoSettings } from './config.ts';
import { drift, expiryOf, identityOf, readDocument } from './document.ts';
import { reasonsOf } from './reasons.ts';
import type { Run } from './wire.ts';

/**
 * How far a run is. `waiting`: for the person. `abandoned` and `broken` came to nothing. `working`: somebody looks at it,
 * or a word is unfamiliar.
 */
export type Stage = 'waiting' | 'abandoned' | 'broken' | 'working' | 'approved' | 'declined';

/** Reads how far a run is. `@onfido/api` 6.2.0, "WorkflowRunStatus". */
export function createStageReader(log: Log): (run: Run) => Stage {
  const words = createVocabulary<Stage>({
    provider: ONFIDO,
    words: {
      awaiting_input: 'waiting',
      processing: 'working',
      // For data of ours, which this adapter never sends.
      awaiting_client_input: 'working',
      review: 'working',
      approved: 'approved',
      declined: 'declined',
      abandoned: 'abandoned',
      error: 'broken',
    },
    otherwise: 'working',
    log,
  });
  return ({ status }) => words.read(status);
}

/** A run, and how far it is. */
export interface Staged {
  readonly run: Run;
  readonly stage: Stage;
}

const nothingYet: readonly Stage[] = ['waiting', 'abandoned', 'broken'];

/**
 * The run that says how a case stands: the newest that the person brought to its end, else the newest.
 *
 * A second run may be open while the first is looked at, or is there because the first was declined. A run of a workflow
 * that is none of ours proves nobody, but it may decline.
 */
export function decidingOf(runs: NonEmpty<Staged>, settings: OnfidoSettings): Staged {
  const ours = new Set(settings.workflows.values());
  const counting = runs.filter(({ run, stage }) => stage === 'declined' || ours.has(run.workflowId));
  return counting.find(({ stage }) => !nothingYet.includes(stage)) ?? counting[0] ?? { ...runs[0], stage: 'working' };
}

/**
 * An approval with the identity that was verified. It ends with the document, and with what Onfido knows of the person.
 *
 * @throws ProviderError `unavailable` when the run lacks the document report, or that the name: that is no approval.
 */
export function approvedCase(reference: Reference, run: Run, deletion: Instant, settings: OnfidoSettings): KycCase {
  const document = readDocument(run.output, settings.documentOutput);
  if (!document) throw drift('an approval without the document report that documentOutput names');
  // When a run was approved is nowhere told for good, so it counts from when it was made.
  const until = Math.min(run.createdAt + settings.approvalValidForMs, expiryOf(document), deletion) as Instant;
  return { reference, status: 'approved', until, identity: identityOf(document) };
}

/** A run that was declined. What was approved before and is declined for good is revoked. */
export function declinedCase(reference: Reference, run: Run, wasApproved: boolean, settings: OnfidoSettings): KycCase {
  const reasons = reasonsOf(run);
  if (mayTryAgain(run, settings) && !reasons.includes('too-young')) return { reference, status: 'retry', reasons };
  return wasApproved ? { reference, status: 'revoked' } : { reference, status: 'rejected', reasons };
}

/**
 * Whether the workflow says so, or the document could not even be looked at: "Document report", sub-result `rejected`;
 * `suspected` and `caution` are about what was seen.
 */
function mayTryAgain({ output, reasons }: Run, { documentOutput, retryReasons }: OnfidoSettings): boolean {
  const unreadable = readDocument(output, documentOutput)?.sub_result === 'rejected';
  return unreadable || reasons.some((reason) => retryReasons.includes(reason));
}
