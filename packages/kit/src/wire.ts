import { isProviderError, ProviderError } from '@rielrails/core';
import type { CallContext } from '@rielrails/core';
import { fromUtf8, utf8 } from './bytes.ts';
import { doubt, limitCall, markWritten, neverSent, unavailable } from './call.ts';
import { parseJson } from './json.ts';
import type { Json } from './json.ts';
import { rawFetchOf } from './raw-fetch.ts';
import type { RawAnswer, RawRequest } from './raw-fetch.ts';
import type { Runtime } from './runtime.ts';

/** One HTTP exchange with a provider. */
export interface WireCall<T> {
  /** What it is for: a fixed hyphenated name, used in spans and logs. */
  readonly operation: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path and query, from the base URL on, exactly as sent. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A form brings its content type; text has the one that `headers` name, or none. */
  readonly body?: string | FormData | URLSearchParams;
  /** Statuses beside 2xx that are a success: the 302 that leads to a hosted page. Redirects are never followed. */
  readonly successStatuses?: readonly number[];
  /** Reads a success. Whatever it throws makes a write unknown. */
  parse(answer: WireAnswer): T;
}

/** An answer, read to its end. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** The body as text. Invalid UTF-8 throws. */
  text(): string;
  /** The body as lossless JSON. Anything else throws. */
  json(): Json;
}

/** How a wire speaks with one provider. */
export interface WireOptions {
  readonly provider: string;
  /** Scheme and host, and a path prefix where there is one; no trailing slash. */
  readonly baseUrl: string;
  readonly runtime: Runtime;
  /** The end of one try. Default: 10,000 ms. */
  readonly timeoutMs?: number;
  /** Tries of a read, the first included. Default: 3. */
  readonly readAttempts?: number;
  /** What an operator does when nobody answers at {@link baseUrl}: a phrase for the end of the fault's message. */
  readonly unreachableRemedy?: string;
  /**
   * What an answer that is not a success means, in the words of the provider's document.
   *
   * Asked about every answer, because some providers say no with 200. `null`: not an answer that the document explains.
   * Never called with a body that is not UTF-8. The JSON of `answer` is read once for this and for `parse`.
   */
  explain(status: number, body: string, answer: WireAnswer): ProviderError | null;
}

/** The way to a provider: reads are repeated, writes never. */
export interface Wire {
  /**
   * Asks. Repeats after network faults, 5xx and throttling, with backoff; then throws `unavailable`. A provider that wants
   * to be left alone for longer than one try may take is not waited for: `throttled` is thrown at once.
   */
  read<T>(call: WireCall<T>, context?: CallContext): Promise<T>;
  /**
   * Changes something. Sent once.
   *
   * @throws ProviderError: a documented refusal, `unavailable` when it certainly never arrived, otherwise `unknown`.
   */
  write<T>(call: WireCall<T>, context?: CallContext): Promise<T>;
}

const NEVER_LEFT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'ERR_FORBIDDEN_ADDRESS',
]);

/** Opens a wire. No I/O happens before the first call. */
export function createWire(options: WireOptions): Wire {
  const { provider, runtime } = options;
  const timeoutMs = options.timeoutMs ?? 10_000;

  /** Whether nobody waits for the answer any more: such a call is not begun. */
  function isOver(context: CallContext | undefined): boolean {
    const isLate = context?.deadline !== undefined && context.deadline <= runtime.clock.now();
    return isLate || context?.signal?.aborted === true;
  }

  async function exchange<T>(call: WireCall<T>, context: CallContext | undefined): Promise<Answered<T>> {
    if (isOver(context)) return { type: 'never-left' };
    const limit = limitCall(context, timeoutMs, runtime.clock);
    let answered: RawAnswer;
    try {
      answered = await rawFetchOf(runtime.fetch)(await rawRequest(options.baseUrl, call), limit.signal);
    } catch (error) {
      if (limit.timedOut()) return { type: 'lost', reason: 'timeout', cause: error };
      return NEVER_LEFT.has(codeOf(error))
        ? { type: 'never-left', cause: error }
        : { type: 'lost', reason: 'reset', cause: error };
    } finally {
      limit.dispose();
    }
    const { status } = answered;
    const text = once(() => fromUtf8(answered.bytes));
    const answer: WireAnswer = {
      status,
      get headers() {
        return answered.headers;
      },
      text,
      json: once(() => parseJson(text())),
    };
    try {
      const refusal = options.explain(status, text(), answer);
      if (refusal) return { type: 'refused', error: withRetryAfter(refusal, answer) };
    } catch (error) {
      if (status < 500) return { type: 'unreadable', cause: error };
    }
    if (status >= 500) return { type: 'server-error' };
    if ((status < 200 || status > 299) && !call.successStatuses?.includes(status)) return { type: 'unreadable' };
    try {
      return { type: 'answered', value: call.parse(answer) };
    } catch (error) {
      return isProviderError(error) ? { type: 'refused', error } : { type: 'unreadable', cause: error };
    }
  }

  return {
    async read(call, context) {
      const attempts = options.readAttempts ?? 3;
      for (let attempt = 1; ; attempt += 1) {
        const result = await exchange(call, context);
        if (result.type === 'answered') return result.value;
        const error = readError(options, call.operation, result);
        const { kind } = error.fault;
        if (attempt >= attempts || isOver(context) || (kind !== 'unavailable' && kind !== 'throttled')) throw error;
        const told = error.fault.kind === 'throttled' ? error.fault.retryAfterMs : undefined;
        const delayMs = told ?? 250 * 2 ** (attempt - 1);
        if (delayMs > timeoutMs) throw error;
        if (context?.deadline !== undefined && runtime.clock.now() + delayMs >= context.deadline) throw error;
        runtime.log.debug('read-again', { provider, operation: call.operation, attempt, delayMs });
        await runtime.clock.sleep(delayMs, context?.signal).catch(() => {
          throw error;
        });
      }
    },
    async write(call, context) {
      if (!isOver(context)) markWritten(context);
      const result = await exchange(call, context);
      if (result.type === 'answered') return result.value;
      throw writeError(options, call.operation, result);
    },
  };
}

type Answered<T> =
  | { readonly type: 'answered'; readonly value: T }
  | { readonly type: 'refused'; readonly error: ProviderError }
  | { readonly type: 'never-left'; readonly cause?: unknown }
  | { readonly type: 'lost'; readonly reason: 'timeout' | 'reset'; readonly cause: unknown }
  | { readonly type: 'server-error' }
  | { readonly type: 'unreadable'; readonly cause?: unknown };

type NoAnswer = Exclude<Answered<never>, { readonly type: 'answered' }>;

type Peer = Pick<WireOptions, 'provider' | 'unreachableRemedy'>;

/** Whoever gave up before the call began is told nothing about the other side. */
function remedyOf({ unreachableRemedy: remedy }: Peer, cause: unknown): string {
  return remedy === undefined || cause === undefined ? '' : `; ${remedy}`;
}

function readError(peer: Peer, operation: string, result: NoAnswer): ProviderError {
  const { provider } = peer;
  if (result.type === 'refused') return result.error;
  const cause = 'cause' in result ? result.cause : undefined;
  const why = {
    'never-left': `could not be reached${remedyOf(peer, cause)}`,
    lost: 'did not answer',
    'server-error': 'reported a server error',
    unreadable: 'gave an answer that its documents do not explain',
  }[result.type];
  return unavailable(provider, `${provider} ${operation}: ${why}`, cause);
}

function writeError(peer: Peer, operation: string, result: NoAnswer): ProviderError {
  const { provider } = peer;
  switch (result.type) {
    case 'refused':
      return result.error;
    case 'never-left':
      return neverSent(
        provider,
        `${provider} ${operation}: could not be reached; nothing was sent${remedyOf(peer, result.cause)}`,
        result.cause,
      );
    case 'lost':
      return doubt(
        provider,
        result.reason,
        `${provider} ${operation}: no answer (${result.reason}); look it up`,
        result.cause,
      );
    case 'server-error':
      return doubt(provider, 'server-error', `${provider} ${operation}: server error; look it up`);
    case 'unreadable':
      return doubt(provider, 'unreadable', `${provider} ${operation}: unreadable answer; look it up`, result.cause);
  }
}

function withRetryAfter(error: ProviderError, answer: WireAnswer): ProviderError {
  const { fault } = error;
  if (fault.kind !== 'throttled' || fault.retryAfterMs !== undefined) return error;
  const seconds = answer.headers.get('retry-after') ?? '';
  if (!/^\d{1,6}$/.test(seconds)) return error;
  return new ProviderError({ ...fault, retryAfterMs: Number(seconds) * 1000 }, { cause: error });
}

/** Does the work when it is first asked for; what throws is tried again. */
function once<T>(work: () => T): () => T {
  let done: { readonly value: T } | undefined;
  return () => (done ??= { value: work() }).value;
}

async function rawRequest(
  baseUrl: string,
  { method, path, headers = {}, body }: WireCall<unknown>,
): Promise<RawRequest> {
  const url = baseUrl + path;
  if (body === undefined) return { method, url, headers, body: null };
  if (typeof body === 'string') return { method, url, headers, body: utf8(body) };
  // The platform knows a form's bytes and the content type that belongs to them.
  const form = new Request(url, { method, headers, body });
  return { method, url, headers: Object.fromEntries(form.headers), body: new Uint8Array(await form.arrayBuffer()) };
}

function codeOf(error: unknown): string {
  let at: unknown = error;
  for (let depth = 0; depth < 5 && typeof at === 'object' && at !== null; depth += 1) {
    if ('code' in at && typeof at.code === 'string') return at.code;
    at = 'cause' in at ? at.cause : undefined;
  }
  return '';
}
