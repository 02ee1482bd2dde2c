import { AsyncLocalStorage } from 'node:async_hooks';
import { isProviderError, ProviderError } from '@rielrails/core';
import type { CallContext, Instant } from '@rielrails/core';
import { createWire, neverSent, repeatRead } from '@rielrails/kit';
import type { Runtime, WireCall } from '@rielrails/kit';
import type { Exchange } from 'ccxt';
import { createCircuitBreaker } from './circuit-breaker.ts';
import type { CircuitBreaker } from './circuit-breaker.ts';
import type { ConnectionSettings } from './config.ts';
import { createPace } from './pace.ts';
import type { Pace } from './pace.ts';
import type { Question } from './question.ts';
import type { VenueDoor } from './venue.ts';

/** A request as ccxt hands it to its transport: signed, with the venue's real address. */
interface CcxtRequest {
  readonly method: WireCall<unknown>['method'];
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

interface CurrentCall {
  readonly operation: string;
  readonly cost: number | undefined;
  readonly writes: boolean;
  readonly context: CallContext;
  readonly sendBefore: Instant | undefined;
}

/** The way to a venue. */
export interface Connection {
  readonly breaker: CircuitBreaker;
  /**
   * Asks. Repeated as kit's wire repeats reads, every try signed anew.
   *
   * @throws ProviderError, or whatever the question throws when it cannot read the answer.
   */
  read<T>(question: Question<T>, context: CallContext): Promise<T>;
  /**
   * Changes something. Sent once, and not at all once `sendBefore` or the deadline has passed.
   *
   * @throws ProviderError as kit's wire does for writes, or whatever the question throws when it cannot read the answer.
   */
  write<T>(question: Question<T>, context: CallContext, sendBefore?: Instant): Promise<T>;
}

/** Beyond any limit of ours, so that only the runtime's clock ends a call. */
const NEVER_MS = 0x7fff_fffe;
/** Slower than ccxt's pace, so that a burst and a minute at full pace stay within what a venue allows in a minute. */
const CAUTION = 1.2;

/**
 * Opens a connection. ccxt, which costs half a second and 85 MB, is loaded by the first call.
 *
 * ccxt builds, signs and weighs requests; kit's wire sends them. So one table explains answers, one clock ends calls, a
 * write is never sent twice, and ccxt still believes that it speaks with the venue's real host. The classes of error that
 * ccxt throws are never asked: they call a timeout safe to repeat, and a revoked key a denial-of-service protection.
 */
export function openConnection(venue: VenueDoor, settings: ConnectionSettings, runtime: Runtime): Connection {
  const { clock } = runtime;
  const breaker = createCircuitBreaker(venue, runtime);
  const wire = createWire({
    provider: venue.id,
    baseUrl: settings.baseUrl,
    runtime,
    timeoutMs: settings.timeoutMs,
    // Every try has to be signed anew, so the repeating is done around ccxt.
    readAttempts: 1,
    explain: venue.explain,
  });
  // ccxt has no place for the context of a call, and calls may run side by side.
  const current = new AsyncLocalStorage<CurrentCall>();

  async function transport(url: string, request: CcxtRequest): Promise<Response> {
    const call = current.getStore();
    if (!call || !url.startsWith(`${venue.host}/`)) throw new Error('ccxt made a request that was not asked for');
    const latest = Math.min(call.sendBefore ?? Infinity, call.context.deadline ?? Infinity);
    if (latest <= clock.now()) throw neverSent(venue.id, `${venue.id}: too late to send; nothing was sent`);
    const { method, headers, body } = request;
    const send = call.writes ? wire.write : wire.read;
    return send(
      {
        operation: call.operation,
        method,
        path: url.slice(venue.host.length),
        headers,
        ...(body === undefined ? {} : { body }),
        parse(answer) {
          answer.json();
          return new Response(answer.text(), { status: answer.status, headers: answer.headers });
        },
      },
      call.context,
    );
  }

  let client: Promise<CcxtClient> | undefined;
  async function load(): Promise<CcxtClient> {
    const made = await makeClient(venue, settings, transport);
    made.milliseconds = () => clock.now();
    const number = risingNumbers(() => clock.now());
    if (venue.numbered) made.nonce = number;
    const pace: Pace = createPace(
      { provider: venue.id, msPerUnit: (made.rateLimit ?? 50) * CAUTION, burstMs: venue.burstMs },
      runtime,
    );
    made.throttle = (cost?: number) => {
      const call = current.getStore();
      return pace(call?.cost ?? cost ?? 1, call?.context);
    };
    return made;
  }

  const inTurn = createQueue();

  async function call(
    { method, parameters, cost }: Question<unknown>,
    how: Omit<CurrentCall, 'operation' | 'cost'>,
  ): Promise<unknown> {
    client ??= load();
    const loading = client;
    loading.catch(() => {
      client = undefined;
    });
    const loaded = await loading;
    const ask = loaded[method];
    if (!ask) throw wrongClient(venue.id, `ccxt has no ${method}`);
    const operation = hyphenated(method);
    const work = () => current.run({ ...how, operation, cost }, () => ask.call(loaded, { ...parameters }));
    return venue.numbered && method.startsWith('private') ? inTurn(work) : work();
  }

  async function learning<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (isProviderError(error)) breaker.learn(error.fault);
      throw error;
    }
  }

  return {
    breaker,
    async read(question, context) {
      const options = {
        provider: venue.id,
        operation: hyphenated(question.method),
        runtime,
        longestWaitMs: settings.timeoutMs,
      };
      const once = () => call(question, { writes: false, context, sendBefore: undefined });
      return question.read(await learning(() => repeatRead(once, options, context)));
    },
    async write(question, context, sendBefore) {
      return question.read(await learning(() => call(question, { writes: true, context, sendBefore })));
    },
  };
}

/** What is used of a class of ccxt. */
type CcxtClient = Pick<Exchange, 'rateLimit'> & {
  milliseconds: () => number;
  nonce: () => number;
  throttle: (cost?: number) => Promise<void>;
} & Readonly<Record<string, ((parameters: object) => Promise<unknown>) | undefined>>;

type CcxtClass = new (options: object) => CcxtClient;

async function makeClient(
  venue: VenueDoor,
  { key, recvWindowMs }: ConnectionSettings,
  transport: (url: string, request: CcxtRequest) => Promise<Response>,
): Promise<CcxtClient> {
  const classes = (await importCcxt(venue.id)) as unknown as Readonly<Record<string, CcxtClass>>;
  const Client = classes[venue.client];
  if (!Client) throw wrongClient(venue.id, `ccxt has no class ${venue.client}`);
  return new Client({
    ...(key ? { apiKey: key.apiKey, secret: key.secret.reveal() } : {}),
    fetchImplementation: transport,
    timeout: NEVER_MS,
    userAgent: '@rielrails/exchange',
    options: { ...(venue.windowed ? { recvWindow: recvWindowMs } : {}), maxRetriesOnFailure: 0 },
  });
}

async function importCcxt(provider: string): Promise<typeof import('ccxt')> {
  try {
    return await import('ccxt');
  } catch (error) {
    throw wrongClient(provider, 'the package ccxt is not installed; add it beside this one', error);
  }
}

function wrongClient(provider: string, why: string, cause?: unknown): ProviderError {
  return new ProviderError({ kind: 'config', provider, message: `${provider}: ${why}` }, { cause });
}

/** Numbers that rise with every call, and with the clock. */
function risingNumbers(now: () => number): () => number {
  let last = 0;
  return () => {
    last = Math.max(last + 1, now());
    return last;
  };
}

/** One at a time, in the order in which they were asked for. */
function createQueue(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work, work);
    last = mine.catch(() => null);
    return mine;
  };
}

function hyphenated(method: string): string {
  return method.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
