import { isProviderError } from '@rielrails/core';
import type { Attempt, CallContext } from '@rielrails/core';
import { metrics, SpanStatusCode, trace } from '@opentelemetry/api';
import { faultOfWrite, traced, unavailable } from '../call.ts';
import type { Runtime } from '../runtime.ts';

const tracer = trace.getTracer('@rielrails/kit');
const calls = metrics.getMeter('@rielrails/kit').createCounter('rielrails.calls', {
  description: 'Calls of provider operations by outcome.',
});

/** Where a call is counted and traced. No amounts, names or addresses. */
export interface Observed {
  readonly provider: string;
  readonly operation: string;
  readonly runtime: Runtime;
}

async function observe<T>(at: Observed, work: () => Promise<T>, outcomeOf: (value: T) => string): Promise<T> {
  return tracer.startActiveSpan(`${at.provider}.${at.operation}`, async (span) => {
    const startedAt = at.runtime.clock.now();
    let outcome = 'failed';
    try {
      const value = await work();
      outcome = outcomeOf(value);
      return value;
    } catch (error) {
      if (isProviderError(error)) outcome = error.fault.kind;
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      const { provider, operation } = at;
      span.setAttributes({
        'rielrails.provider': provider,
        'rielrails.operation': operation,
        'rielrails.outcome': outcome,
      });
      span.end();
      calls.add(1, { provider, operation, outcome });
      at.runtime.log.debug('call', { provider, operation, outcome, durationMs: at.runtime.clock.now() - startedAt });
    }
  });
}

/** Runs an author's write and turns what it returns or throws into an {@link Attempt}. Never throws. */
export async function attemptWrite<T>(
  at: Observed,
  context: CallContext | undefined,
  write: (context: CallContext) => Promise<T>,
): Promise<Attempt<T>> {
  return observe(
    at,
    async (): Promise<Attempt<T>> => {
      const call = traced(context);
      try {
        return { outcome: 'applied', value: await write(call.context) };
      } catch (error) {
        const fault = faultOfWrite(error, at.provider, call.trace);
        if (!isProviderError(error)) at.runtime.log.error('adapter-error', { ...pick(at), error: nameOf(error) });
        return fault.kind === 'unknown' ? { outcome: 'unknown', fault } : { outcome: 'refused', fault };
      }
    },
    (attempt) => (attempt.outcome === 'applied' ? 'applied' : attempt.fault.kind),
  );
}

/** Runs an author's read. Whatever is not a ProviderError becomes `unavailable`: no answer is never an answer. */
export async function observeRead<T>(
  at: Observed,
  context: CallContext | undefined,
  read: (context: CallContext) => Promise<T>,
): Promise<T> {
  return observe(
    at,
    async () => {
      try {
        return await read(traced(context).context);
      } catch (error) {
        if (isProviderError(error)) throw error;
        at.runtime.log.error('adapter-error', { ...pick(at), error: nameOf(error) });
        throw unavailable(at.provider, `${at.provider} ${at.operation}: the answer could not be read`, error);
      }
    },
    () => 'answered',
  );
}

function pick({ provider, operation }: Observed): { readonly provider: string; readonly operation: string } {
  return { provider, operation };
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
