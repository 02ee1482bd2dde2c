import type { Instant } from '@rielrails/core';
import type { Watched } from './budget.ts';
import type { BakongHandle } from './handle.ts';
import type { BakongAnswer } from './transaction.ts';

/** A request is remembered for a day after its end: so long it counts against its person. */
const REMEMBERED_MS = 86_400_000;

/** A payment request in memory. A restart forgets it; its next lookup brings it back. */
export interface WatchedRequest extends Watched {
  readonly handle: BakongHandle;
  looks: number;
  failures: number;
  askedAt: Instant | null;
  answeredAt: Instant | null;
  paidSeenAt: Instant | null;
  /** What another request's call brought along: told once, to whoever asks next. */
  brought: { readonly answer: BakongAnswer; readonly askedAt: Instant } | null;
}

/** The payment requests of this process. */
export interface Watch {
  /** The request of a handle, remembered from now on. */
  enter(handle: BakongHandle, now: Instant): WatchedRequest;
  all(now: Instant): readonly WatchedRequest[];
  /** How many of a person's requests of the last day were not seen paid. */
  unpaidOf(person: string, now: Instant): number;
}

/** Remembers nothing yet. */
export function createWatch(): Watch {
  const requests = new Map<string, WatchedRequest>();

  function all(now: Instant): readonly WatchedRequest[] {
    for (const [md5, { expiresAt }] of requests) if (expiresAt + REMEMBERED_MS < now) requests.delete(md5);
    return [...requests.values()];
  }

  return {
    all,
    enter(handle, now) {
      all(now);
      const known = requests.get(handle.md5);
      if (known) return known;
      const { createdAt, expiresAt } = handle;
      const fresh: WatchedRequest = {
        handle,
        createdAt,
        expiresAt,
        looks: 0,
        failures: 0,
        askedAt: null,
        answeredAt: null,
        paidSeenAt: null,
        brought: null,
      };
      requests.set(handle.md5, fresh);
      return fresh;
    },
    unpaidOf: (person, now) =>
      all(now).filter(({ handle, paidSeenAt, createdAt }) => {
        return handle.person === person && paidSeenAt === null && createdAt > now - REMEMBERED_MS;
      }).length,
  };
}
