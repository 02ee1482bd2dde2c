import type { Reference } from '@rielrails/core';
import { createEmulator } from '@rielrails/kit/emulator';
import type { Emulator, EmulatorContext } from '@rielrails/kit/emulator';
import { tooFast } from './access.ts';
import { createAccount } from './account.ts';
import type { Endpoint } from './account.ts';
import { answerRefusal, Refusal } from './answers.ts';
import { applicantEndpoints } from './applicant-routes.ts';
import type { BookedRun } from './book.ts';
import { checkEndpoints } from './check-routes.ts';
import type { OnfidoEmulator, OnfidoEmulatorOptions } from './options.ts';
import { pageRoutes } from './page-routes.ts';
import { documentReport, faceReport, someone } from './reports.ts';
import { runEndpoints } from './run-routes.ts';
import { webhookEndpoints } from './webhook-routes.ts';

/** Ten seconds to answer are documented ("Register webhook"); when a delivery is sent again is assumed. */
const redelivery = { answerWithinMs: 10_000, afterMs: [30_000, 120_000, 900_000, 7_200_000, 36_000_000] };

const ping: Endpoint = {
  name: 'ping',
  method: 'GET',
  path: '/ping',
  cites: 'Ping',
  provenance: 'documented',
  handle: () => new Response('OK', { headers: { 'content-type': 'text/plain' } }),
};

/**
 * Makes an emulated Onfido account, built from the official client and its tests.
 *
 * Strict about tokens, rates, bodies, languages and tags. The hosted page and `desk` both play the person and what the
 * workflow finds.
 */
export function createOnfidoEmulator(context: EmulatorContext, options: OnfidoEmulatorOptions = {}): OnfidoEmulator {
  const account = createAccount(context, options, (webhook) => emulator.webhooks.send(webhook));
  const { book } = account;
  const endpoints = [
    ping,
    ...applicantEndpoints(account),
    ...runEndpoints(account),
    ...checkEndpoints(account),
    ...webhookEndpoints(account, context.random),
  ];
  const emulator: Emulator = createEmulator({
    name: 'onfido',
    clock: context.clock,
    redelivery,
    routes: [...endpoints.map((endpoint) => account.route(endpoint)), ...pageRoutes(account)],
    ...(context.deliver ? { deliver: context.deliver } : {}),
    throttled: () => answerRefusal(tooFast()),
    notFound: () => answerRefusal(new Refusal(404, 'resource_not_found', 'There is nothing at this address')),
    wrongMethod: () => answerRefusal(new Refusal(405, 'bad_request', 'This method is not offered here')),
  });

  /** The newest run of a case. */
  function runOf(reference: Reference): BookedRun {
    const run = book.runs.findLast((one) => referenceOf(one) === reference);
    if (!run) throw new RangeError('there is no case under this reference');
    return run;
  }

  return {
    ...emulator,
    config: account.config,
    desk: {
      approve: async (reference, identity) => account.show(runOf(reference), 'clear', identity),
      reject: async (reference, type) => account.show(runOf(reference), type === 'retry' ? 'blurred' : 'forged'),
      async revoke(reference) {
        const run = runOf(reference);
        if (run.status !== 'approved') throw new RangeError('this case is not approved');
        // A run does not remember that it was approved. Whoever has doubts lets it be walked again, under the same tags.
        const again: BookedRun = { ...run, id: book.uuid(), createdAt: book.now(), updatedAt: book.now() };
        book.runs.push(again);
        const output = { doc: documentReport('forged', run.person ?? someone), selfie: faceReport() };
        await account.end(again, 'declined', { output, reasons: ['Document report'] });
      },
    },
    dashboard: {
      review: async (reference) => account.show(runOf(reference), 'clear', undefined, 'review'),
      decide: async (reference, status) => account.end(runOf(reference), status),
      abandon: async (reference) => account.end(runOf(reference), 'abandoned'),
      fail: async (reference) =>
        account.end(runOf(reference), 'error', { error: { type: 'task_error', message: 'A task could not be done' } }),
      async purge(reference) {
        const { applicantId } = runOf(reference);
        keepOnly(book.applicants, ({ id }) => id !== applicantId);
        keepOnly(book.runs, (run) => run.applicantId !== applicantId);
      },
    },
    applied: {
      get cases() {
        const newest = new Map(book.runs.map((run) => [referenceOf(run), run.status]));
        return [...newest].map(([reference, status]) => ({ reference, status }));
      },
    },
  };
}

/** The number in the tags by which a shop marks its runs. */
function referenceOf({ tags }: BookedRun): string {
  return tags?.flatMap((tag) => /\d{1,19}/.exec(tag)?.[0] ?? [])[0] ?? '';
}

function keepOnly<T>(all: T[], isKept: (one: T) => boolean): void {
  all.splice(0, all.length, ...all.filter(isKept));
}
