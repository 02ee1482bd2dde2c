import type { Fault, Instant } from '@rielrails/core';
import { neverSent } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';

/** Why a venue is left alone for a while. */
export type PauseCause = 'halted' | 'maintenance' | 'refused' | 'too-many-calls';

/** What wants to pass: new business, or the lookup of what was begun before. */
export type Purpose = 'business' | 'lookup';

interface Pause {
  /** How long, where the venue does not say. */
  readonly ms: number;
  /** Lookups go on where asking does no harm: money in doubt cannot wait for a market to open. */
  readonly stops: readonly Purpose[];
  readonly say: string;
}

const pauses: Readonly<Record<PauseCause, Pause>> = {
  halted: { ms: 30_000, stops: ['business'], say: 'its market is closed' },
  maintenance: { ms: 60_000, stops: ['business'], say: 'it is under maintenance' },
  refused: { ms: 300_000, stops: ['business'], say: 'it refuses our key or our address' },
  'too-many-calls': { ms: 10_000, stops: ['business', 'lookup'], say: 'it was called too often' },
};

/** Stops calls that could only fail, and those that would make it worse. */
export interface CircuitBreaker {
  /** @throws ProviderError of kind `unavailable` while this is paused; nothing was sent. */
  pass(purpose: Purpose): void;
  /** Pauses for what a fault of the venue tells, or does nothing. */
  learn(fault: Fault): void;
  pause(cause: PauseCause, ms?: number): void;
}

/** Makes a closed breaker: everything passes. It closes again by time alone; the next call is the trial. */
export function createCircuitBreaker(
  venue: {
    readonly id: string;
    /** Codes that say: everything is down for maintenance. */
    readonly maintenanceCodes: readonly string[];
  },
  { clock, log }: Pick<Runtime, 'clock' | 'log'>,
): CircuitBreaker {
  const until = new Map<PauseCause, Instant>();

  const breaker: CircuitBreaker = {
    pass(purpose) {
      for (const [cause, end] of until) {
        const leftMs = end - clock.now();
        const { stops, say } = pauses[cause];
        if (leftMs <= 0) until.delete(cause);
        else if (stops.includes(purpose))
          throw neverSent(venue.id, `${venue.id}: left alone for ${Math.ceil(leftMs / 1000)} s more, because ${say}`);
      }
    },
    learn(fault) {
      const cause = causeOf(fault, venue.maintenanceCodes);
      if (cause) breaker.pause(cause, fault.kind === 'throttled' ? fault.retryAfterMs : undefined);
    },
    pause(cause, ms = pauses[cause].ms) {
      const end = (clock.now() + ms) as Instant;
      if (end <= (until.get(cause) ?? 0)) return;
      until.set(cause, end);
      log.warn('venue-paused', { provider: venue.id, reason: cause, delayMs: ms });
    },
  };
  return breaker;
}

function causeOf(fault: Fault, maintenanceCodes: readonly string[]): PauseCause | null {
  const { kind, providerCode } = fault;
  if (kind === 'throttled') return 'too-many-calls';
  if (kind === 'declined') return fault.reason === 'market-closed' ? 'halted' : null;
  if (providerCode === undefined) return null;
  if (kind === 'config') return 'refused';
  return maintenanceCodes.includes(providerCode) ? 'maintenance' : null;
}
