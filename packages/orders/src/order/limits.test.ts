import { KHR, money, USD } from '@rielrails/core';
import type { Instant, Money } from '@rielrails/core';
import { describe, expect, test } from 'vitest';
import { POLICY } from '../../test/order/fixtures.ts';
import type { DueDiligence, Ground, Tier } from './due-diligence.ts';
import { limitProblem, tierOf, tighter } from './limits.ts';
import type { PastOrder, Usage } from './limits.ts';

const ground: Ground = { says: 'a test', standing: 'the operator’s choice' };
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = 1_800_000_000_000 as Instant;
const riel = (amount: number): Money => money(KHR, BigInt(amount));
const dollars = (amount: number): Money => money(USD, BigInt(amount) * 100n);

const tier = (name: string, needs: Tier['needs'], factor: number): Tier => ({
  name,
  needs,
  perOrder: riel(1_000_000 * factor),
  perDay: riel(2_000_000 * factor),
  perMonth: riel(5_000_000 * factor),
  velocity: [{ orders: 3, withinMs: HOUR }],
  ground,
});
const dueDiligence: Pick<DueDiligence, 'currency' | 'worth' | 'tiers' | 'newAddress'> = {
  currency: KHR,
  worth: { KHR: 1n, USD: 4000n },
  tiers: [tier('verified', 'verified', 1), tier('enhanced', 'enhanced', 10)],
  newAddress: { above: riel(500_000), waitMs: DAY, ground },
};
const policy = { ...POLICY, limits: { perOrder: [], perDay: [riel(3_000_000)], openUnpaid: 2 } };

const past = (pay: Money, agoMs: number, toAddress = false): PastOrder => ({
  at: (NOW - agoMs) as Instant,
  pay,
  toAddress,
});
const usage = (orders: readonly PastOrder[] = [], more: Partial<Usage> = {}): Usage => ({
  orders,
  unpaid: 0,
  addressSince: (NOW - 2 * DAY) as Instant,
  ...more,
});
const judge = (pay: Money, used: Usage, enhancedUntil: number | null = null): string => {
  const whole = dueDiligence as DueDiligence;
  const rules = { policy, dueDiligence: whole, tier: tierOf(whole, enhancedUntil as Instant | null, NOW), now: NOW };
  const problem = limitProblem(pay, used, rules);
  return problem ? `${problem.field} ${problem.rule}` : 'passes';
};

describe('an order is held against the limits of shop and tier', () => {
  const cases: readonly (readonly [string, Money, Usage, string])[] = [
    ['the most of one order', riel(1_000_000), usage(), 'passes'],
    ['a riel more', riel(1_000_001), usage(), 'amount over-limit'],
    ['the same in dollars', dollars(250), usage(), 'passes'],
    ['a cent more', money(USD, 25_001n), usage(), 'amount over-limit'],
    ['the rest of a day', riel(1_000_000), usage([past(riel(1_000_000), DAY - 1)]), 'passes'],
    ['a riel more than the rest', riel(1_000_000), usage([past(riel(1_000_001), DAY - 1)]), 'amount over-limit'],
    ['what is a day old', riel(1_000_000), usage([past(riel(2_000_000), DAY)]), 'passes'],
    ['the day in two currencies', riel(1_000_000), usage([past(money(USD, 25_001n), HOUR)]), 'amount over-limit'],
    ['the rest of 30 days', riel(1_000_000), usage([past(riel(4_000_000), 29 * DAY)]), 'passes'],
    ['more than the rest', riel(1_000_000), usage([past(riel(4_000_001), 29 * DAY)]), 'amount over-limit'],
    ['what is 30 days old', riel(1_000_000), usage([past(riel(5_000_000), 30 * DAY)]), 'passes'],
    ['the third order of an hour', riel(1), usage([past(riel(1), 1), past(riel(1), HOUR - 1)]), 'passes'],
    ['the fourth', riel(1), usage([1, 2, HOUR - 1].map((ago) => past(riel(1), ago))), 'order too-many-recent'],
    ['the fourth, an hour after the first', riel(1), usage([1, 2, HOUR].map((ago) => past(riel(1), ago))), 'passes'],
    ['a second unpaid one', riel(1), usage([], { unpaid: 1 }), 'passes'],
    ['a third unpaid one', riel(1), usage([], { unpaid: 2 }), 'order too-many-open'],
    ['a new address', riel(500_000), usage([], { addressSince: NOW }), 'passes'],
    ['a new address and a riel more', riel(500_001), usage([], { addressSince: NOW }), 'address too-new'],
    [
      'a new address, in parts',
      riel(1),
      usage([past(riel(500_000), HOUR, true)], { addressSince: (NOW - HOUR) as Instant }),
      'address too-new',
    ],
    [
      'other addresses beside a new one',
      riel(500_000),
      usage([past(riel(500_000), HOUR)], { addressSince: NOW }),
      'passes',
    ],
    ['a day later', riel(900_000), usage([], { addressSince: (NOW - DAY) as Instant }), 'passes'],
  ];

  test.each(cases)('%s', (_what, pay, used, expected) => {
    expect(judge(pay, used)).toBe(expected);
  });

  test('the shop’s own day counts beside the tier’s', () => {
    expect(judge(riel(3_000_000), usage(), NOW + 1)).toBe('passes');
    expect(judge(riel(3_000_001), usage(), NOW + 1)).toBe('amount over-limit');
  });

  test('the better tier holds until its ground runs out', () => {
    expect(judge(riel(2_000_000), usage(), NOW + 1)).toBe('passes');
    expect(judge(riel(2_000_000), usage(), NOW)).toBe('amount over-limit');
    expect(judge(riel(2_000_000), usage())).toBe('amount over-limit');
  });

  test('without a policy only the shop’s limits hold', () => {
    const rules = { policy, dueDiligence: null, tier: null, now: NOW };
    expect(limitProblem(riel(3_000_000), usage([], { addressSince: NOW }), rules)).toBeNull();
    expect(limitProblem(riel(3_000_001), usage(), rules)?.rule).toBe('over-limit');
  });
});

test('a limit is shown in the shop’s currency, and the tighter of two', () => {
  const whole = dueDiligence as DueDiligence;
  expect(tighter(dollars(1000), whole, riel(1_000_000))).toEqual(dollars(250));
  expect(tighter(dollars(100), whole, riel(1_000_000))).toEqual(dollars(100));
  expect(tighter(dollars(100), null, undefined)).toEqual(dollars(100));
});
