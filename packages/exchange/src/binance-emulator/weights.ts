import type { Clock } from '@rielrails/kit';
import { Refused } from './refused.ts';

/** Who is charged for a call: our address at the spot or at the wallet endpoints, or the account. */
export type Pool = 'spot-ip' | 'sapi-ip' | 'uid';

/** What a call weighs. */
export interface Weight {
  readonly pool: Pool;
  readonly weight: number;
}

/** What a minute allows ("LIMITS" in "Public Rest API for Binance"; "General Info, SAPI Limits"). */
const allowed: Readonly<Record<Pool, number>> = { 'spot-ip': 6000, 'sapi-ip': 12_000, uid: 180_000 };
const MINUTE_MS = 60_000;
/** So many calls that ignored a 429 make a ban of at least two minutes. */
const PATIENCE = 10;
const BAN_MS = 120_000;

/** The counters of one caller. */
export interface Weights {
  /** @throws Refused 429 or 418 */
  charge(call: Weight): void;
  ban(seconds: number): void;
  /** What the headers of an answer say. */
  headers(pool: Pool): Readonly<Record<string, string>>;
}

/** Makes counters that start anew with every minute. */
export function createWeights(clock: Clock): Weights {
  const used: Record<Pool, number> = { 'spot-ip': 0, 'sapi-ip': 0, uid: 0 };
  let minute = 0;
  let ignored = 0;
  let bannedUntil = 0;

  function startMinute(): void {
    const now = Math.floor(clock.now() / MINUTE_MS);
    if (now === minute) return;
    minute = now;
    ignored = 0;
    for (const pool of Object.keys(used) as Pool[]) used[pool] = 0;
  }

  return {
    charge({ pool, weight }) {
      startMinute();
      const leftMs = bannedUntil - clock.now();
      if (leftMs > 0) throw banned(bannedUntil, leftMs);
      used[pool] += weight;
      if (used[pool] <= allowed[pool]) return;
      ignored += 1;
      if (ignored <= PATIENCE) throw tooMuch(pool, MINUTE_MS - (clock.now() % MINUTE_MS));
      bannedUntil = clock.now() + BAN_MS;
      throw banned(bannedUntil, BAN_MS);
    },
    ban(seconds) {
      bannedUntil = clock.now() + seconds * 1000;
    },
    headers: (pool) => ({
      [pool === 'spot-ip' ? 'x-mbx-used-weight-1m' : `x-sapi-used-${pool === 'uid' ? 'uid' : 'ip'}-weight-1m`]: String(
        used[pool],
      ),
    }),
  };
}

function tooMuch(pool: Pool, waitMs: number): Refused {
  return new Refused(
    -1003,
    `Too much request weight used; current limit is ${allowed[pool]} request weight per 1 MINUTE. Please use WebSocket Streams for live updates to avoid polling the API.`,
    429,
    { 'retry-after': String(Math.ceil(waitMs / 1000)) },
  );
}

function banned(until: number, leftMs: number): Refused {
  return new Refused(
    -1003,
    `Way too much request weight used; IP banned until ${until}. Please use WebSocket Streams for live updates to avoid bans.`,
    418,
    { 'retry-after': String(Math.ceil(leftMs / 1000)) },
  );
}
