import { isProviderError } from '@rielrails/core';
import type { CallContext, Instant, Reference } from '@rielrails/core';
import { createWire, unavailable } from '@rielrails/kit';
import type { Json, Runtime, WireAnswer } from '@rielrails/kit';
import { ONFIDO } from './config.ts';
import type { OnfidoSettings } from './config.ts';
import { tagOf } from './tag.ts';
import { explain, readApplicantId, readDeletion, readRun, readRuns } from './wire.ts';
import type { Run } from './wire.ts';

/** A list that is longer than this is not the list of one case. */
const MAX_PAGES = 25;

/** Onfido wants a name before anybody showed theirs. Nothing is verified by it. */
const nameless = { first_name: 'Unverified', last_name: 'Customer' };

/** A walk that is to begin. */
export interface NewRun {
  readonly reference: Reference;
  readonly applicantId: string;
  readonly workflowId: string;
  readonly person: string;
  /** A language of the hosted page. */
  readonly language: string;
  readonly linkExpiresAt: Instant;
}

/** The calls of Onfido that a case needs. Reads are safe to repeat; writes are sent once. */
export interface OnfidoApi {
  /** "List Workflow Runs" by our tag, to its end, newest first. */
  runsOf(reference: Reference, context: CallContext): Promise<readonly Run[]>;
  /** "Retrieve Workflow Run". `null`: there is none, or not any more. */
  run(id: string, context: CallContext): Promise<Run | null>;
  /** "Retrieve Applicant": when it will be deleted, `Infinity` where never. `null`: it was. */
  deletionOf(id: string, context: CallContext): Promise<Instant | null>;
  /** "Create Applicant"; gives its id. */
  createApplicant(context: CallContext): Promise<string>;
  /** "Create Workflow Run", with a hosted link. */
  createRun(run: NewRun, context: CallContext): Promise<Run>;
}

/** Opens the way to Onfido. No I/O happens before the first call. */
export function createOnfidoApi({ apiToken, baseUrl }: OnfidoSettings, runtime: Runtime): OnfidoApi {
  const wire = createWire({ provider: ONFIDO, baseUrl, runtime, timeoutMs: 30_000, explain });
  const headers = () => ({ accept: 'application/json', authorization: `Token token=${apiToken.reveal()}` });
  const parseWith =
    <T>(read: (answer: Json) => T) =>
    (answer: WireAnswer) =>
      read(answer.json());

  function read<T>(operation: string, path: string, parse: (answer: Json) => T, context: CallContext): Promise<T> {
    return wire.read({ operation, method: 'GET', path, headers: headers(), parse: parseWith(parse) }, context);
  }

  async function find<T>(...call: Parameters<typeof read<T>>): Promise<T | null> {
    return read(...call).catch((error: unknown) => {
      if (isProviderError(error) && error.fault.kind === 'not-found') return null;
      throw error;
    });
  }

  function post<T>(
    operation: string,
    path: string,
    body: object,
    parse: (answer: Json) => T,
    context: CallContext,
  ): Promise<T> {
    return wire.write(
      {
        operation,
        method: 'POST',
        path,
        headers: { ...headers(), 'content-type': 'application/json' },
        body: JSON.stringify(body),
        parse: parseWith(parse),
      },
      context,
    );
  }

  return {
    async runsOf(reference, context) {
      const tag = tagOf(reference);
      const seen = new Map<string, Run>();
      // No document says how long a page is: only an empty one is the end.
      for (let page = 1; page <= MAX_PAGES; page += 1) {
        const path = `/workflow_runs?page=${page}&sort=desc&tags=${tag}`;
        const runs = await read('list-workflow-runs', path, readRuns, context);
        if (runs.length === 0) return newestFirst([...seen.values()].filter(({ tags }) => tags.includes(tag)));
        // A page that repeats the last one would be read for ever, and leaves something out.
        if (runs.every(({ id }) => seen.has(id))) break;
        for (const run of runs) seen.set(run.id, run);
      }
      throw unavailable(ONFIDO, `${ONFIDO} list-workflow-runs: the list could not be read to its end`);
    },
    run: (id, context) => find('get-workflow-run', `/workflow_runs/${id}`, readRun, context),
    deletionOf: (id, context) => find('get-applicant', `/applicants/${id}`, readDeletion, context),
    createApplicant: (context) => post('create-applicant', '/applicants', nameless, readApplicantId, context),
    createRun: ({ reference, applicantId, workflowId, person, language, linkExpiresAt }, context) =>
      post(
        'create-workflow-run',
        '/workflow_runs',
        {
          applicant_id: applicantId,
          workflow_id: workflowId,
          customer_user_id: person,
          tags: [tagOf(reference)],
          link: { language, expires_at: `${new Date(linkExpiresAt).toISOString().slice(0, 19)}Z` },
        },
        readRun,
        context,
      ),
  };
}

/** Runs of one second keep the order in which they were told. */
export function newestFirst(runs: readonly Run[]): readonly Run[] {
  return runs.toSorted((one, other) => other.createdAt - one.createdAt);
}
