import { isProviderError, ProviderError } from '@rielrails/core';
import type { CallContext, Doubt, DoubtReason, Fault } from '@rielrails/core';
import type { Clock } from './runtime.ts';

/** What the wrapper and the wire tell each other about one call: whether a write may have left the machine. */
interface Trace {
  wrote: boolean;
}

/** Errors of writes that were certainly not taken: a proof although the write was begun. */
const neverLeft = new WeakSet<object>();

/**
 * A fault that says: this write never left the machine, or the provider's document says that it was thrown away unread;
 * it may be repeated under the same reference.
 */
export function neverSent(provider: string, message: string, cause?: unknown): ProviderError {
  const error = unavailable(provider, message, cause);
  neverLeft.add(error);
  return error;
}

/**
 * Whether this fault is a proof that a write was not taken: nothing of it may have been applied. For authors who keep a
 * record of what they sent and have to forget it again.
 */
export function isNeverSent(error: unknown): boolean {
  return typeof error === 'object' && error !== null && neverLeft.has(error);
}

/** Enumerable, so that `{ ...context, deadline }` carries it on; shared by every copy of this package. */
const traceKey = Symbol.for('@rielrails/kit/trace');

type Traced = CallContext & { readonly [traceKey]?: Trace };

/** A context of our own for one call, so that the wire can say that a write left. Copies of it say so too. */
export function traced(context: CallContext | undefined): { readonly context: CallContext; readonly trace: Trace } {
  const trace: Trace = { wrote: false };
  const own: Traced = { ...context, [traceKey]: trace };
  return { context: own, trace };
}

/** Called by the wire in the moment in which a write may leave. */
export function markWritten(context: Traced | undefined): void {
  const trace = context?.[traceKey];
  if (trace) trace.wrote = true;
}

/** A fault that says: this write may have been applied. */
export function doubt(
  provider: string,
  reason: DoubtReason,
  message: string,
  cause?: unknown,
): ProviderError<'unknown'> {
  const fault: Doubt = { kind: 'unknown', provider, reason, message };
  return new ProviderError<'unknown'>(fault, cause === undefined ? undefined : { cause });
}

/** A fault that says: this call certainly did nothing, and may be repeated. */
export function unavailable(provider: string, message: string, cause?: unknown): ProviderError {
  return new ProviderError({ kind: 'unavailable', provider, message }, cause === undefined ? undefined : { cause });
}

/**
 * The fault behind whatever an author's write threw.
 *
 * Only a fault that the author named counts as a proof, and a read that failed after a write left proves nothing.
 */
export function faultOfWrite(thrown: unknown, provider: string, trace: Trace): Fault {
  if (!isProviderError(thrown)) {
    return { kind: 'unknown', provider, reason: 'unreadable', message: `${provider}: the answer could not be read` };
  }
  const { fault } = thrown;
  if (fault.kind === 'unavailable' && trace.wrote && !neverLeft.has(thrown)) {
    return { kind: 'unknown', provider, reason: 'server-error', message: fault.message };
  }
  return fault;
}

/** Why the timer of an answered call is stopped. One for all: an error with its stack is dear. */
const done = new Error('the call was answered');

/** One signal for the caller's signal, the context's deadline and a time limit. `dispose` frees the timer. */
export function limitCall(
  context: CallContext | undefined,
  timeoutMs: number,
  clock: Clock,
): { readonly signal: AbortSignal; readonly timedOut: () => boolean; readonly dispose: () => void } {
  const end = new AbortController();
  const caller = context?.signal;
  let timedOut = false;
  const stop = () => end.abort(caller?.reason);
  if (caller?.aborted) stop();
  else caller?.addEventListener('abort', stop, { once: true });
  const limit = Math.min(timeoutMs, context?.deadline === undefined ? timeoutMs : context.deadline - clock.now());
  const timer = new AbortController();
  clock.sleep(Math.max(0, limit), timer.signal).then(
    () => {
      timedOut = true;
      end.abort(new DOMException('the call took too long', 'TimeoutError'));
    },
    () => {},
  );
  return {
    signal: end.signal,
    timedOut: () => timedOut,
    dispose: () => {
      timer.abort(done);
      caller?.removeEventListener('abort', stop);
    },
  };
}
