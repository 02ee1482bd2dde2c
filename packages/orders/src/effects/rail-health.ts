import type { Attempt } from '@rielrails/core';
import type { Clock } from '@rielrails/kit';

/** How each rail answered lately, in this process. */
export interface RailHealth {
  /** Notes how a request for a payment ended. */
  note(rail: string, attempt: Attempt<unknown>): void;
  /** Whether it failed twice in a row, not long ago. */
  isDown(rail: string): boolean;
}

const FAILURES = 2;
const REMEMBERED_MS = 60_000;

/** Starts with every rail well. */
export function createRailHealth(clock: Clock): RailHealth {
  const failures = new Map<string, { readonly count: number; readonly at: number }>();
  return {
    note(rail, attempt) {
      const failed =
        attempt.outcome === 'unknown' || (attempt.outcome === 'refused' && attempt.fault.kind === 'unavailable');
      if (failed) failures.set(rail, { count: (failures.get(rail)?.count ?? 0) + 1, at: clock.now() });
      else failures.delete(rail);
    },
    isDown(rail) {
      const { count, at } = failures.get(rail) ?? { count: 0, at: 0 };
      return count >= FAILURES && clock.now() - at < REMEMBERED_MS;
    },
  };
}
