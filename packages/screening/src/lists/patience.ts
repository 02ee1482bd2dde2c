import type { CallContext } from '@rielrails/core';
import type { Clock } from '@rielrails/kit';

/**
 * Waits for work that others wait for too, no longer than a caller wants to. The work itself goes on.
 *
 * @throws Error when the caller gives up or its deadline comes.
 */
export async function waitWithin<T>(context: CallContext, clock: Clock, work: Promise<T>): Promise<T> {
  const { signal, deadline } = context;
  const done = new AbortController();
  const ends: Promise<T>[] = [work];
  if (deadline !== undefined) {
    const left = Math.max(0, deadline - clock.now());
    ends.push(clock.sleep(left, done.signal).then(() => Promise.reject(new Error('the deadline has come'))));
  }
  if (signal) {
    const aborted = new Promise<never>((_resolve, reject) => {
      const stop = () => reject(new Error('the caller gave up'));
      if (signal.aborted) stop();
      signal.addEventListener('abort', stop, { once: true, signal: done.signal });
    });
    ends.push(aborted);
  }
  try {
    return await Promise.race(ends);
  } finally {
    done.abort();
  }
}
