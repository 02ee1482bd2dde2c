import { isProviderError } from '@rielrails/core';
import type { CallContext } from '@rielrails/core';
import type { Clock, Runtime } from './runtime.ts';

/** How a read is repeated. */
export interface RepeatReadOptions {
  readonly provider: string;
  /** A fixed hyphenated name, used in logs. */
  readonly operation: string;
  readonly runtime: Runtime;
  /** Tries, the first included. Default: 3. */
  readonly attempts?: number;
  /** A provider that wants to be left alone for longer than this is not waited for. */
  readonly longestWaitMs: number;
}

/** Whether nobody waits for the answer any more: such a call is not begun. */
export function isOver(context: CallContext | undefined, clock: Clock): boolean {
  const isLate = context?.deadline !== undefined && context.deadline <= clock.now();
  return isLate || context?.signal?.aborted === true;
}

/**
 * Asks again after `unavailable` and `throttled`, with backoff, as long as somebody waits; throws what the last try threw.
 *
 * A wire does this for its own reads. It is here for adapters whose requests have to be signed anew for every try.
 */
export async function repeatRead<T>(
  read: () => Promise<T>,
  options: RepeatReadOptions,
  context?: CallContext,
): Promise<T> {
  const { provider, operation, runtime, attempts = 3, longestWaitMs } = options;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await read();
    } catch (error) {
      if (attempt >= attempts || isOver(context, runtime.clock)) throw error;
      const delayMs = delayAfter(error, attempt);
      if (delayMs === null || delayMs > longestWaitMs) throw error;
      if (context?.deadline !== undefined && runtime.clock.now() + delayMs >= context.deadline) throw error;
      runtime.log.debug('read-again', { provider, operation, attempt, delayMs });
      await runtime.clock.sleep(delayMs, context?.signal).catch(() => {
        throw error;
      });
    }
  }
}

/** `null`: asking again would not help. */
function delayAfter(error: unknown, attempt: number): number | null {
  if (!isProviderError(error)) return null;
  const { fault } = error;
  if (fault.kind !== 'unavailable' && fault.kind !== 'throttled') return null;
  const told = fault.kind === 'throttled' ? fault.retryAfterMs : undefined;
  return told ?? 250 * 2 ** (attempt - 1);
}
