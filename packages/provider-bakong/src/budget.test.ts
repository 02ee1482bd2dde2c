import type { Instant } from '@rielrails/core';
import { fc, test as propertyTest } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { createPollingBudget } from './budget.ts';
import type { PollingTerms, Watched } from './budget.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** Six in the morning of UTC: eighteen hours until calls come back. */
const start = Date.UTC(2026, 0, 2, 6) as Instant;
const ordinary: PollingTerms = { callsPerDay: 100, probePercent: 30, batchSize: 1 };

type Request = { -readonly [Key in keyof Watched]: Watched[Key] };

function later(ms: number): Instant {
  return (start + ms) as Instant;
}

function request(change: Partial<Request> = {}): Request {
  return {
    createdAt: start,
    expiresAt: later(15 * MINUTE),
    looks: 0,
    failures: 0,
    askedAt: null,
    answeredAt: null,
    paidSeenAt: null,
    ...change,
  };
}

/** Asks about a request in every second in which the plan allows it; nothing is ever paid. Gives the moments. */
function watch(budget: ReturnType<typeof createPollingBudget>, requests: readonly Request[], untilMs: number) {
  const moments: { readonly at: number; readonly why: string; readonly who: number }[] = [];
  for (let ms = 0; ms <= untilMs; ms += SECOND) {
    const now = later(ms);
    const born = requests.filter(({ createdAt }) => createdAt <= now);
    for (const one of born) {
      const look = budget.plan(one, born, now);
      if (look.type === 'wait') continue;
      budget.spend(now);
      Object.assign(one, { askedAt: now, answeredAt: now, looks: one.looks + 1 });
      moments.push({ at: ms, why: look.why, who: requests.indexOf(one) });
    }
  }
  return moments;
}

describe('one request alone', () => {
  test('is asked about often while it is young, at least once a minute until its end, and probed after it', () => {
    const budget = createPollingBudget(ordinary);
    const moments = watch(budget, [request()], 16 * MINUTE);
    const pauses = moments.slice(1).map(({ at }, index) => at - (moments[index]?.at ?? 0));
    expect(moments[0]).toEqual({ at: 0, why: 'routine', who: 0 });
    expect(moments.filter(({ at }) => at < MINUTE).length).toBeGreaterThanOrEqual(5);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(61 * SECOND);
    const probes = moments.filter(({ why }) => why === 'probe');
    expect(probes).toEqual([{ at: 15 * MINUTE + SECOND, why: 'probe', who: 0 }]);
    expect(moments.length).toBeLessThan(35);
  });

  test('that was seen paid, or was probed, is asked about ever more rarely', () => {
    for (const change of [{ paidSeenAt: start, expiresAt: later(HOUR) }, {}]) {
      const budget = createPollingBudget(ordinary);
      const moments = watch(budget, [request(change)], 6 * HOUR).filter(({ at }) => at > 16 * MINUTE);
      expect(moments.length).toBeLessThan(10);
    }
  });

  test('after a call without an answer waits half a minute, then twice as long', () => {
    const budget = createPollingBudget(ordinary);
    const one = request({ askedAt: start, failures: 1 });
    expect(budget.plan(one, [one], start)).toEqual({ type: 'wait', why: 'pace', retryAfterMs: 30_000 });
    one.failures = 3;
    expect(budget.plan(one, [one], start)).toEqual({ type: 'wait', why: 'pace', retryAfterMs: 120_000 });
  });
});

describe('many requests', () => {
  test('share the calls: nobody is left without a probe', () => {
    const budget = createPollingBudget(ordinary);
    const requests = Array.from({ length: 20 }, (_one, index) =>
      request({ createdAt: later(index * MINUTE), expiresAt: later((index + 15) * MINUTE) }),
    );
    const moments = watch(budget, requests, HOUR);
    expect(moments.length).toBeLessThanOrEqual(100);
    const probed = new Set(moments.filter(({ why }) => why === 'probe').map(({ who }) => who));
    expect(probed.size).toBe(20);
  });

  test('strangers who tap all day leave the part that is kept for probes', () => {
    const budget = createPollingBudget(ordinary);
    const strangers = Array.from({ length: 200 }, () => request({ expiresAt: later(30 * HOUR) }));
    watch(budget, strangers, MINUTE);
    const { used, reserved, routineLeft } = budget.report(strangers, later(MINUTE));
    expect({ used, reserved, routineLeft }).toEqual({ used: 77, reserved: 23, routineLeft: 0 });
    const ending = request({ expiresAt: later(MINUTE - 1), askedAt: start, answeredAt: start, looks: 1 });
    expect(budget.plan(ending, [...strangers, ending], later(MINUTE))).toEqual({ type: 'ask', why: 'probe' });
    expect(budget.plan(strangers[0] ?? ending, strangers, later(MINUTE))).toMatchObject({ type: 'wait' });
  });

  test('keep their probes: the last calls go to nobody else', () => {
    const budget = createPollingBudget({ ...ordinary, callsPerDay: 10, probePercent: 0 });
    const all = Array.from({ length: 5 }, () => request());
    const [one] = all;
    for (let call = 0; call < 4; call += 1) budget.spend(start);
    expect(one && budget.plan(one, all, start)).toEqual({ type: 'ask', why: 'routine' });
    budget.spend(start);
    const wait = { type: 'wait', why: 'reserve', retryAfterMs: 15 * MINUTE + 1 };
    expect(one && budget.plan(one, all, start)).toEqual(wait);
  });

  test('cost one call where lists are taken', () => {
    const alone = createPollingBudget(ordinary);
    const listed = createPollingBudget({ ...ordinary, batchSize: 50 });
    const asked = request({ askedAt: start, answeredAt: start, looks: 5 });
    const all = Array.from({ length: 40 }, () => asked);
    const pauseOf = (budget: typeof alone) => {
      const look = budget.plan(asked, all, later(1));
      return look.type === 'wait' ? look.retryAfterMs : 0;
    };
    expect(pauseOf(listed)).toBeLessThan(pauseOf(alone) / 10);
  });
});

describe('the day', () => {
  test('ends at midnight of UTC, and with it the count', () => {
    const budget = createPollingBudget({ ...ordinary, callsPerDay: 2, probePercent: 0 });
    budget.spend(start);
    budget.spend(start);
    const one = request();
    expect(budget.plan(one, [one], start)).toEqual({ type: 'wait', why: 'used-up', retryAfterMs: 18 * HOUR });
    expect(budget.plan(one, [one], later(18 * HOUR))).toMatchObject({ type: 'ask' });
    expect(budget.report([], later(18 * HOUR)).used).toBe(0);
  });

  test("the provider's own word counts more than ours, for half an hour", () => {
    const budget = createPollingBudget(ordinary);
    const one = request();
    expect(budget.exhaust(start)).toBe(30 * MINUTE);
    expect(budget.plan(one, [one], start)).toEqual({ type: 'wait', why: 'used-up', retryAfterMs: 30 * MINUTE });
    expect(budget.report([one], start)).toMatchObject({ routineLeft: 0, open: 1, usedUpUntil: later(30 * MINUTE) });
    expect(budget.plan(one, [one], later(30 * MINUTE))).toMatchObject({ type: 'ask' });
  });
});

const requests = fc.array(
  fc.record({ bornMs: fc.integer({ min: 0, max: 4 * HOUR }), lifeMs: fc.integer({ min: MINUTE, max: 2 * HOUR }) }),
  { minLength: 1, maxLength: 30 },
);

propertyTest.prop([requests, fc.integer({ min: 1, max: 300 }), fc.integer({ min: 0, max: 90 })], { numRuns: 25 })(
  'never spends more than a day has, and never a call on routine that an open probe needs',
  (births, callsPerDay, probePercent) => {
    const budget = createPollingBudget({ callsPerDay, probePercent, batchSize: 1 });
    const all = births.map(({ bornMs, lifeMs }) =>
      request({ createdAt: later(bornMs), expiresAt: later(bornMs + lifeMs) }),
    );
    for (let ms = 0; ms <= 6 * HOUR; ms += 20 * SECOND) {
      const now = later(ms);
      const born = all.filter(({ createdAt }) => createdAt <= now);
      for (const one of born) {
        const look = budget.plan(one, born, now);
        if (look.type === 'wait') {
          if (look.retryAfterMs <= 0) throw new Error('a pause that is none');
          continue;
        }
        const before = budget.report(born, now);
        if (look.why === 'routine' && before.used >= callsPerDay - before.open) throw new Error('spent a probe');
        budget.spend(now);
        Object.assign(one, { askedAt: now, answeredAt: now, looks: one.looks + 1 });
      }
    }
    expect(budget.report(all, later(6 * HOUR)).used).toBeLessThanOrEqual(callsPerDay);
  },
);

propertyTest.prop([fc.integer({ min: 0, max: 100 }), fc.integer({ min: 1, max: 100 }), fc.nat(14 * MINUTE)])(
  'less left means no shorter pause',
  (used, more, ageMs) => {
    const pauseAfter = (calls: number): number => {
      const budget = createPollingBudget({ ...ordinary, callsPerDay: 400 });
      for (let call = 0; call < calls; call += 1) budget.spend(start);
      const one = request({ askedAt: later(ageMs), answeredAt: later(ageMs), looks: 9 });
      const look = budget.plan(one, [one], later(ageMs));
      return look.type === 'wait' ? look.retryAfterMs : 0;
    };
    expect(pauseAfter(used + more)).toBeGreaterThanOrEqual(pauseAfter(used));
  },
);

propertyTest.prop([fc.integer({ min: 0, max: 99 }), fc.integer({ min: 0, max: 12 }), fc.nat(20 * MINUTE)])(
  'whoever waits as long as told is let in, or has another reason to wait',
  (used, looks, ageMs) => {
    const budget = createPollingBudget(ordinary);
    for (let call = 0; call < used; call += 1) budget.spend(start);
    const askedAt = later(Math.floor(ageMs / 2));
    const one = request({ askedAt, answeredAt: askedAt, looks });
    const first = budget.plan(one, [one], later(ageMs));
    const second =
      first.type === 'wait' ? budget.plan(one, [one], later(ageMs + first.retryAfterMs)) : ({ type: 'ask' } as const);
    expect(second.type === 'ask' || (first.type === 'wait' && second.why !== first.why)).toBe(true);
  },
);
