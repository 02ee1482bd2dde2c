import type { Instant } from '@rielrails/core';
import type { Clock } from '@rielrails/kit';

/** A clock that runs with another one and can be put forward, never back. */
export interface SandboxClock extends Clock {
  /** How far it is ahead, in milliseconds. */
  readonly offsetMs: number;
  /**
   * Puts it forward; whoever sleeps past the new time wakes up.
   *
   * @throws RangeError when `ms` is not a whole number above zero.
   */
  forward(ms: number): void;
}

/** Makes a clock that shows the time of `base` until it is put forward. Every process of the sandbox has one. */
export function createSandboxClock(base: Clock, offsetMs = 0): SandboxClock {
  let offset = offsetMs;
  let moved = new AbortController();
  const now = () => (base.now() + offset) as Instant;
  return {
    now,
    get offsetMs() {
      return offset;
    },
    async sleep(ms, signal) {
      const end = now() + ms;
      for (let left = ms; left > 0; left = end - now()) {
        const either = signal ? AbortSignal.any([signal, moved.signal]) : moved.signal;
        await base.sleep(left, either).catch(() => {});
        signal?.throwIfAborted();
      }
      signal?.throwIfAborted();
    },
    forward(ms) {
      if (!Number.isSafeInteger(ms) || ms <= 0) throw new RangeError('ms: expected a whole number above zero');
      offset += ms;
      const before = moved;
      moved = new AbortController();
      before.abort();
    },
  };
}
