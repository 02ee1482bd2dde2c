import type { CallContext } from '@rielrails/core';
import type { Clock } from '@rielrails/kit';

/**
 * Begins or joins work that others wait for too, and waits no longer than a caller wants to. The work itself goes on.
 *
 * @throws Error when the caller gives up or its deadline comes.
 */
export async function waitWithin<T>(context: CallContext, clock: Clock, begin: () => Promise<T>): Promise<T> {
  const { signal, deadline } = context;
  if (signal?.aborted) throw new Error('the caller gave up');
  const done = new AbortController();
  const ends: Promise<T>[] = [begin()];
  if (deadline !== undefined) {
    const left = Math.max(0, deadline - clock.now());
    ends.push(clock.sleep(left, done.signal).then(() => Promise.reject(new Error('the deadline has come'))));
  }
  if (signal) {
    const aborted = new Promise<never>((_resolve, reject) => {
      const stop = () => reject(new Error('the caller gave up'));
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
