import type { Instant } from '@rielrails/core';

const DAY_MS = 86_400_000;
/** The pause between two looks at a young order, and at one that has waited long. */
const SHORTEST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 60_000;
/** The pause after a call without an answer; doubled each time. */
const FAILURE_PAUSE_MS = 30_000;
/** Where the provider says "used up", one call every half hour finds out whether that is over. */
const EXHAUSTED_PAUSE_MS = 1_800_000;
/** Looks that an order gets without a pause, where there is plenty: payers who say "I paid" are answered at once. */
const MOST_PROMPT_LOOKS = 3;

/** What is rationed. */
export interface PollingTerms {
  /** Calls of one token in a day of UTC. */
  readonly callsPerDay: number;
  /** The part of a day's calls, in percent, that only expiry probes may use. */
  readonly probePercent: number;
  /** Orders that one call can ask about. */
  readonly batchSize: number;
}

/** A payment request as the plan sees it. */
export interface Watched {
  readonly createdAt: Instant;
  readonly expiresAt: Instant;
  /** Usable answers so far. */
  readonly looks: number;
  /** Calls without a usable answer since the last one with. */
  readonly failures: number;
  /** When the last call left, and when the last one that was answered left. */
  readonly askedAt: Instant | null;
  readonly answeredAt: Instant | null;
  /** When it was first seen paid. */
  readonly paidSeenAt: Instant | null;
}

/** Whether a payment request may be asked about. */
export type Look =
  /** `probe`: the look after the expiry, which proves that nothing came in time. */
  | { readonly type: 'ask'; readonly why: 'routine' | 'probe' }
  /** `pace`: asked not long ago. `reserve`: what is left is kept for probes. `used-up`: nothing is left. */
  | { readonly type: 'wait'; readonly why: 'pace' | 'reserve' | 'used-up'; readonly retryAfterMs: number };

/** The day's calls, for the operator. */
export interface PollingReport {
  readonly callsPerDay: number;
  readonly used: number;
  /** Kept back for expiry probes at this moment. */
  readonly reserved: number;
  /** What routine looks may still use. */
  readonly routineLeft: number;
  /** Unpaid requests whose expiry is not probed yet. */
  readonly open: number;
  /** Set while the provider says that the day's calls are used up. */
  readonly usedUpUntil: Instant | null;
  readonly resetsAt: Instant;
}

/** The day's calls and who may have the next one. No clock, no I/O: time is an argument. */
export interface PollingBudget {
  /** Whether `one` of `all` requests may be asked about now. Changes nothing. */
  plan(one: Watched, all: readonly Watched[], now: Instant): Look;
  /** A call left the machine. */
  spend(now: Instant): void;
  /** The provider said that the day's calls are used up. Gives how long to leave it alone. */
  exhaust(now: Instant): number;
  report(all: readonly Watched[], now: Instant): PollingReport;
}

/**
 * Plans a ration of calls across open payment requests.
 *
 * Young requests are asked about often and old ones rarely; the more are open and the less is left, the longer the
 * pauses. A routine look is only granted while the probe of every open request can still be paid, and a part of the day's
 * calls is kept for requests yet to come. Counts what this process sent: other users of the token are noticed only when
 * the provider says that the day's calls are used up.
 */
export function createPollingBudget(terms: PollingTerms): PollingBudget {
  const { callsPerDay } = terms;
  let day = -1;
  let used = 0;
  let usedUpUntil = 0;

  function usedOn(now: Instant): number {
    return dayOf(now) === day ? used : 0;
  }

  function reserved(all: readonly Watched[], now: Instant): number {
    const resetsAt = resetAfter(now);
    const probes = all.filter((one) => isOpen(one) && one.expiresAt < resetsAt).length;
    const share = Math.ceil((callsPerDay * terms.probePercent * (resetsAt - now)) / (100 * DAY_MS));
    return Math.max(probes, share);
  }

  /** Looks that each open request may have until its end: all together, at most half of what is left for routine. */
  function allowance(all: readonly Watched[], now: Instant): number {
    const routine = callsPerDay - usedOn(now) - reserved(all, now);
    const calls = Math.ceil(all.filter(isOpen).length / terms.batchSize);
    return Math.max(0, routine) / (2 * Math.max(1, calls));
  }

  function dueAt(one: Watched, all: readonly Watched[], now: Instant): number {
    const { askedAt, failures } = one;
    if (askedAt === null) return one.createdAt;
    if (failures > 0) return askedAt + FAILURE_PAUSE_MS * 2 ** Math.min(failures - 1, 6);
    if (needsProbe(one, now)) return one.expiresAt;
    const looks = allowance(all, now);
    if (one.looks < Math.max(1, Math.min(MOST_PROMPT_LOOKS, Math.floor(looks)))) return askedAt;
    if (!isOpen(one)) {
      const settledAt = one.paidSeenAt ?? one.expiresAt;
      return askedAt + Math.max(LONGEST_PAUSE_MS, askedAt - settledAt);
    }
    const byAge = Math.min(Math.max((askedAt - one.createdAt) / 2, SHORTEST_PAUSE_MS), LONGEST_PAUSE_MS);
    const byBudget = looks === 0 ? Infinity : (one.expiresAt - askedAt) / looks;
    return Math.min(askedAt + Math.ceil(Math.max(byAge, byBudget)), one.expiresAt + 1);
  }

  return {
    plan(one, all, now) {
      const resetsAt = resetAfter(now);
      const wait = (why: Extract<Look, { type: 'wait' }>['why'], until: number): Look => ({
        type: 'wait',
        why,
        retryAfterMs: Math.max(1, until - now),
      });
      if (now < usedUpUntil) return wait('used-up', usedUpUntil);
      const left = callsPerDay - usedOn(now);
      if (left <= 0) return wait('used-up', resetsAt);
      const due = dueAt(one, all, now);
      if (now < due) return wait('pace', due);
      if (needsProbe(one, now)) return { type: 'ask', why: 'probe' };
      if (left > reserved(all, now)) return { type: 'ask', why: 'routine' };
      return wait('reserve', isOpen(one) ? Math.min(one.expiresAt + 1, resetsAt) : resetsAt);
    },
    spend(now) {
      used = usedOn(now) + 1;
      day = dayOf(now);
    },
    exhaust(now) {
      usedUpUntil = Math.min(resetAfter(now), now + EXHAUSTED_PAUSE_MS);
      return usedUpUntil - now;
    },
    report(all, now) {
      const kept = reserved(all, now);
      return {
        callsPerDay,
        used: usedOn(now),
        reserved: kept,
        routineLeft: now < usedUpUntil ? 0 : Math.max(0, callsPerDay - usedOn(now) - kept),
        open: all.filter(isOpen).length,
        usedUpUntil: now < usedUpUntil ? (usedUpUntil as Instant) : null,
        resetsAt: resetAfter(now),
      };
    },
  };
}

/** Whether its end is not proven yet: neither seen paid nor asked about after its expiry. */
function isOpen({ paidSeenAt, answeredAt, expiresAt }: Watched): boolean {
  return paidSeenAt === null && (answeredAt === null || answeredAt <= expiresAt);
}

function needsProbe(one: Watched, now: Instant): boolean {
  return isOpen(one) && now > one.expiresAt;
}

function dayOf(now: Instant): number {
  return Math.floor(now / DAY_MS);
}

/** Midnight of UTC, seven in the morning in Phnom Penh: when users of the Open API saw their calls come back. */
function resetAfter(now: Instant): Instant {
  return ((dayOf(now) + 1) * DAY_MS) as Instant;
}
