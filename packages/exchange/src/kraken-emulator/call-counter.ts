import type { Clock } from '@rielrails/kit';
import { Refused } from './refused.ts';

/** The counter of private calls of one key ("Spot REST Rate Limits", for a verified account of the lowest tier). */
export interface CallCounter {
  /** @throws Refused when the account calls too often. */
  count(cost: number): void;
}

const MOST = 15;
const DECAY_PER_MS = 0.33 / 1000;

/** Makes a counter that rises with each call and falls with time. */
export function createCallCounter(clock: Clock): CallCounter {
  let level = 0;
  let at = clock.now() as number;
  return {
    count(cost) {
      const now = clock.now();
      level = Math.max(0, level - (now - at) * DECAY_PER_MS);
      at = now;
      if (level + cost > MOST) throw new Refused('EAPI:Rate limit exceeded');
      level += cost;
    },
  };
}
