import { ProviderError } from '@rielrails/core';
import type {
  CallContext,
  Instant,
  KycCase,
  KycProvider,
  NonEmpty,
  Reference,
  StartedKyc,
  StartKyc,
  Target,
} from '@rielrails/core';
import { defineKyc, doubt, systemRuntime } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import { createOnfidoApi, newestFirst } from './api.ts';
import { approvedCase, createStageReader, decidingOf, declinedCase } from './case.ts';
import type { Staged } from './case.ts';
import { ONFIDO, readOnfidoConfig } from './config.ts';
import type { OnfidoConfig } from './config.ts';
import { handleOf, readHandle } from './handle.ts';
import { pageLanguage } from './language.ts';
import { manifest, NOT_FOUND_IS_FINAL_AFTER_MS } from './manifest.ts';
import { tagOf } from './tag.ts';
import { readWebhook } from './webhook.ts';
import type { Run } from './wire.ts';

/** Somebody who is to be verified. */
type Newcomer = Pick<StartKyc, 'reference' | 'person'> & { readonly workflowId: string; readonly language: string };

/**
 * Onfido as a {@link KycProvider}: a Studio workflow is walked through on Onfido's own page, and no document passes through
 * us.
 *
 * A case is the workflow runs that carry our reference as a tag; the person's pseudonym is their `customer_user_id`. To
 * start again under the same reference gives the open run again, and makes another one only where none is open and the
 * person may try again.
 *
 * @throws ProviderError of kind `config` when the configuration is incomplete. A missing webhook token is one: nothing is
 *   ever accepted unverified.
 */
export function createOnfido(config: OnfidoConfig, runtime: Runtime = systemRuntime()): KycProvider<'parseWebhook'> {
  const settings = readOnfidoConfig(config);
  const api = createOnfidoApi(settings, runtime);
  const stageOf = createStageReader(runtime.log);

  async function readCase(reference: Reference, runs: NonEmpty<Run>, context: CallContext): Promise<KycCase> {
    const [first, ...others] = runs;
    const staged: NonEmpty<Staged> = [stage(first), ...others.map(stage)];
    const deciding = decidingOf(staged, settings);
    switch (deciding.stage) {
      case 'waiting':
      case 'working':
        return { reference, status: 'pending' };
      case 'abandoned':
        return { reference, status: 'retry', reasons: ['unfinished'] };
      case 'broken':
        return { reference, status: 'retry', reasons: ['other'] };
      case 'approved': {
        const deletion = await api.deletionOf(deciding.run.applicantId, context);
        return deletion === null
          ? { reference, status: 'revoked' }
          : approvedCase(reference, deciding.run, deletion, settings);
      }
      case 'declined': {
        const wasApproved = staged.some((one) => one.stage === 'approved');
        return declinedCase(reference, deciding.run, wasApproved, settings);
      }
    }
  }

  function stage(run: Run): Staged {
    return { run, stage: stageOf(run) };
  }

  async function begin(
    applicantId: string,
    newcomer: Newcomer,
    found: KycCase,
    context: CallContext,
  ): Promise<StartedKyc> {
    const linkExpiresAt = (runtime.clock.now() + settings.linkValidForMs) as Instant;
    const run = await api.createRun({ ...newcomer, applicantId, linkExpiresAt }, context);
    if (!run.tags.includes(tagOf(newcomer.reference)))
      throw doubt(ONFIDO, 'echo-mismatch', `${ONFIDO} create-workflow-run: the answer is not about what was sent`);
    return linkTo(run, found);
  }

  function linkTo({ id, link }: Run, found: KycCase): StartedKyc {
    if (!link) throw doubt(ONFIDO, 'unreadable', `${ONFIDO}: the case is open but has no link`);
    const now = runtime.clock.now();
    const linkExpiresAt = link.expiresAt ?? ((now + settings.linkValidForMs) as Instant);
    return { case: found, url: link.url, linkExpiresAt, handle: handleOf({ id, since: now }) };
  }

  /** The open run again; another one where none is open and the person may try again; else the link that there was. */
  async function goOn(newcomer: Newcomer, runs: NonEmpty<Run>, context: CallContext): Promise<StartedKyc> {
    const found = await readCase(newcomer.reference, runs, context);
    const [newest] = runs;
    const waits = stageOf(newest) === 'waiting';
    const isOpen = waits && newest.link !== null && (newest.link.expiresAt ?? Infinity) > runtime.clock.now();
    const wantsAnother = found.status === 'retry' || (found.status === 'pending' && waits);
    if (wantsAnother && !isOpen) return begin(newest.applicantId, newcomer, found, context);
    return linkTo(runs.find(({ link }) => link !== null) ?? newest, found);
  }

  /** A list may lag behind: the run that is known is read by itself where it lacks it. */
  async function withKnown(target: Target, listed: readonly Run[], context: CallContext): Promise<readonly Run[]> {
    const known = readHandle(target.handle);
    if (!known || listed.some(({ id }) => id === known.id)) return listed;
    const run = await api.run(known.id, context);
    return run?.tags.includes(tagOf(target.reference)) ? newestFirst([run, ...listed]) : listed;
  }

  return defineKyc(
    {
      id: ONFIDO,
      manifest,
      async start(input, context) {
        const newcomer = checkStart(input, settings.workflows);
        const { reference } = newcomer;
        const [first, ...others] = await api.runsOf(reference, context);
        if (!first)
          return begin(await api.createApplicant(context), newcomer, { reference, status: 'pending' }, context);
        const runs: NonEmpty<Run> = [first, ...others];
        if (!runs.every((run) => isSameCase(run, newcomer))) {
          throw doubt(ONFIDO, 'duplicate', `${ONFIDO}: this reference was used before, for another person or level`);
        }
        return goOn(newcomer, runs, context);
      },
      async get(target, context) {
        const { reference } = target;
        const known = readHandle(target.handle);
        const [first, ...others] = await withKnown(target, await api.runsOf(reference, context), context);
        if (first) return readCase(reference, [first, ...others], context);
        // It was there and is not there any more: it was deleted with its applicant.
        const isGone = known && runtime.clock.now() - known.since > NOT_FOUND_IS_FINAL_AFTER_MS;
        return isGone ? { reference, status: 'revoked' } : null;
      },
      parseWebhook: (delivery) => Promise.resolve(readWebhook(settings, delivery)),
    },
    runtime,
  );
}

/** Runs that an operator made may lack the pseudonym; a declined one may be of any workflow. */
function isSameCase(run: Run, { person, workflowId }: Newcomer): boolean {
  return (run.customerUserId ?? person) === person && (run.status === 'declined' || run.workflowId === workflowId);
}

/** Checks what Onfido would refuse, and finds the workflow of the level and the language of the page. */
function checkStart(
  { reference, person, level, language }: StartKyc,
  workflows: ReadonlyMap<string, string>,
): Newcomer {
  if (!/^[\w.:-]{1,100}$/.test(person)) throw invalid('person', 'expected 1 to 100 letters, digits or . : - _');
  const workflowId = workflows.get(level);
  if (workflowId === undefined)
    throw invalid('level', `expected one of workflows: ${[...workflows.keys()].join(', ')}`);
  if (!/^[a-z]{2,3}(?:-[a-z0-9]{1,8})*$/i.test(language)) throw invalid('language', 'expected a BCP 47 tag');
  return { reference, person, workflowId, language: pageLanguage(language) };
}

function invalid(field: string, rule: string): ProviderError {
  return new ProviderError({ kind: 'invalid', provider: ONFIDO, message: `${ONFIDO} ${field}: ${rule}` });
}
