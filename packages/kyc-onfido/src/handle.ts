import type { Instant } from '@rielrails/core';

/** What a case is found again by, beside its reference: a workflow run, and since when it is known to exist. */
export interface KnownRun {
  readonly id: string;
  readonly since: Instant;
}

/** Writes a handle. */
export function handleOf({ id, since }: KnownRun): string {
  return `${id}@${since}`;
}

/** Reads a handle. `undefined`: there is none, or none of ours. */
export function readHandle(handle: string | undefined): KnownRun | undefined {
  const [, id, since] = /^([0-9a-f-]{36})@(\d{1,15})$/.exec(handle ?? '') ?? [];
  return id === undefined ? undefined : { id, since: Number(since) as Instant };
}
