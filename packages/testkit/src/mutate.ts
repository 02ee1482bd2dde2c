import type { Attempt, Doubt, FaultKind, Refusal } from '@rielrails/core';
import type { Fetch, Runtime } from '@rielrails/kit';
import type { EmulatorContext } from '@rielrails/kit/emulator';
import { secretTexts, withoutGaps } from './secrets.ts';
import type { Mutant } from './suite.ts';

/** What mutants need to know about a subject. */
interface Constructible {
  readonly secrets: readonly string[];
  emulator(context: EmulatorContext): unknown;
  create(config: unknown, runtime: Runtime): unknown;
}

/** A refusal out of nothing. */
export function refusal(kind: Exclude<FaultKind, 'unknown'>): { readonly outcome: 'refused'; readonly fault: Refusal } {
  const fault = { kind, provider: 'mutant', message: 'mutant: refused', reason: 'mutant' } as Refusal;
  return { outcome: 'refused', fault };
}

/** A doubt out of nothing. */
export function doubtful(): { readonly outcome: 'unknown'; readonly fault: Doubt } {
  return { outcome: 'unknown', fault: { kind: 'unknown', provider: 'mutant', message: 'mutant', reason: 'timeout' } };
}

/** Calls what may have happened a failure. */
export function doubtAsRefusal<T>(attempt: Attempt<T>): Attempt<T> {
  return attempt.outcome === 'unknown' ? refusal('unavailable') : attempt;
}

/** Calls what certainly did not happen a doubt. */
export function refusalAsDoubt<T>(attempt: Attempt<T>): Attempt<T> {
  return attempt.outcome === 'refused' ? doubtful() : attempt;
}

/** Calls what was refused applied. */
export function refusalAsSuccess<T>(attempt: Attempt<T>, value: T): Attempt<T> {
  return attempt.outcome === 'refused' ? { outcome: 'applied', value } : attempt;
}

/** Sends a write again as long as its outcome is unknown, once. */
export async function resend<T>(write: () => Promise<Attempt<T>>): Promise<Attempt<T>> {
  const attempt = await write();
  return attempt.outcome === 'unknown' ? write() : attempt;
}

/** Changes the way to the provider. */
export function onFetch<Subject extends Constructible>(change: (fetch: Fetch) => Fetch): (subject: Subject) => Subject {
  return (subject) => ({
    ...subject,
    create: (config: unknown, runtime: Runtime) => subject.create(config, { ...runtime, fetch: change(runtime.fetch) }),
  });
}

/** Gives up for good after the first server error. */
export function readOnce(fetch: Fetch): Fetch {
  let failed = false;
  return async (request, options) => {
    if (failed) throw Object.assign(new Error('gave up'), { code: 'ECONNREFUSED' });
    const response = await fetch(request, options);
    if (response.status >= 500) failed = true;
    return response;
  };
}

/** Sends a write again when no answer came, as clients do that repeat whatever failed. */
export function resendRequests(fetch: Fetch): Fetch {
  return async (request, options) => {
    const again = request.clone();
    return fetch(request, options).catch((error: unknown) => {
      if (request.method === 'GET') throw error;
      return fetch(again, options);
    });
  };
}

/** The promises about construction and secrets that any adapter can break, each with the clause that notices. */
export function constructionMutants<Subject extends Constructible>(clauses: {
  readonly missingSecret: string;
  readonly noWork: string;
  readonly toldSecret: string;
}): readonly Mutant<Subject>[] {
  const onCreate =
    (change: (subject: Subject, config: unknown, runtime: Runtime) => unknown) => (subject: Subject) => ({
      ...subject,
      create: async (config: unknown, runtime: Runtime) => change(subject, config, runtime),
    });
  return [
    {
      id: 'does-without-a-secret',
      clause: clauses.missingSecret,
      mutate: doesWithoutASecret,
    },
    {
      id: 'calls-at-construction',
      clause: clauses.noWork,
      mutate: onCreate(async (subject, config, runtime) => {
        await runtime.fetch(new Request('https://mutant.example/'), {}).catch(() => null);
        return subject.create(config, runtime);
      }),
    },
    {
      id: 'logs-its-secret',
      clause: clauses.toldSecret,
      mutate: onCreate((subject, config, runtime) => {
        const [secret] = secretTexts(config, subject.secrets);
        runtime.log.warn('created', { reason: `key ${secret}` });
        return subject.create(config, runtime);
      }),
    },
    {
      id: 'carries-its-secret',
      clause: clauses.toldSecret,
      mutate: onCreate(async (subject, config, runtime) => {
        const adapter = await subject.create(config, runtime);
        return Object.assign({}, adapter, { config });
      }),
    },
  ];
}

/** Falls back on the secret that is missing: one of the right form, so that only its absence could have been noticed. */
function doesWithoutASecret<Subject extends Constructible>(subject: Subject): Subject {
  let whole: unknown;
  return {
    ...subject,
    async emulator(context: EmulatorContext) {
      const emulator = (await subject.emulator(context)) as { readonly config: unknown };
      whole ??= emulator.config;
      return emulator;
    },
    create: (config: unknown, runtime: Runtime) => subject.create(withoutGaps(config, whole, subject.secrets), runtime),
  };
}
