import { KHR, money } from '@rielrails/core';
import type { Instant, Money } from '@rielrails/core';
import { describe, expect, test } from 'vitest';
import type { DueDiligence, Ground, MonitoringRule } from './due-diligence.ts';
import { findingsAt, lookBackMs, payerFinding } from './monitoring.ts';
import type { Observed } from './monitoring.ts';

const ground: Ground = { says: 'a test', standing: 'the operator’s choice' };
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = 1_800_000_000_000 as Instant;
const riel = (amount: number): Money => money(KHR, BigInt(amount));

const rules: Readonly<Record<string, MonitoringRule>> = {
  total: { id: 'total', type: 'total', from: riel(40_000), withinMs: DAY, action: 'hold', ground },
  below: {
    id: 'below',
    type: 'just-below',
    of: riel(10_000),
    share: 80,
    orders: 2,
    withinMs: DAY,
    action: 'case',
    ground,
  },
  single: {
    id: 'single',
    type: 'just-below',
    of: riel(10_000),
    share: 80,
    orders: 1,
    withinMs: DAY,
    action: 'case',
    ground,
  },
  rapid: { id: 'rapid', type: 'rapid-repeat', orders: 3, withinMs: HOUR, action: 'case', ground },
  address: { id: 'address', type: 'shared-address', people: 2, action: 'hold', ground },
  payer: { id: 'payer', type: 'shared-payer', people: 2, action: 'hold-person', ground },
};
const policyOf = (...chosen: readonly string[]): DueDiligence =>
  ({
    currency: KHR,
    worth: { KHR: 1n, USD: 4000n },
    rules: chosen.map((name) => rules[name]),
  }) as unknown as DueDiligence;
const past = (amount: number, agoMs: number, asset = KHR) => ({
  at: (NOW - agoMs) as Instant,
  pay: money(asset, BigInt(amount)),
  toAddress: false,
});
const observed = (more: Partial<Observed>): Observed => ({
  pay: riel(1000),
  orders: [],
  addressPeople: 1,
  watched: false,
  cleared: [],
  now: NOW,
  ...more,
});

describe('a rule finds', () => {
  const cases: readonly (readonly [string, string, Partial<Observed>, string])[] = [
    ['a total reached', 'total', { pay: riel(40_000) }, 'total 40000'],
    ['a total not reached', 'total', { pay: riel(39_999) }, ''],
    ['a linked total', 'total', { pay: riel(1), orders: [past(20_000, 1), past(19_999, DAY - 1)] }, 'total 40000'],
    ['a total over a longer time', 'total', { pay: riel(1), orders: [past(39_999, DAY)] }, ''],
    ['two just below', 'below', { pay: riel(8000), orders: [past(9999, HOUR)] }, 'orders 2'],
    ['one just below', 'below', { pay: riel(8000), orders: [past(7999, HOUR)] }, ''],
    ['one that reaches it', 'below', { pay: riel(8000), orders: [past(10_000, HOUR)] }, ''],
    ['an order outside of the band', 'below', { pay: riel(7999), orders: [past(9000, 1), past(9000, 2)] }, ''],
    ['a single one just below', 'single', { pay: riel(8000) }, 'orders 1'],
    ['a single one further below', 'single', { pay: riel(7999) }, ''],
    ['the third of an hour', 'rapid', { orders: [past(1, 1), past(1, HOUR - 1)] }, 'orders 3'],
    ['the third, later', 'rapid', { orders: [past(1, 1), past(1, HOUR)] }, ''],
    ['two people, one address', 'address', { addressPeople: 2 }, 'people 2'],
    ['one person, one address', 'address', { addressPeople: 1 }, ''],
    ['no payer before anybody paid', 'payer', {}, ''],
  ];

  test.each(cases)('%s', (_what, rule, more, expected) => {
    const found = findingsAt(observed(more), policyOf(rule));
    const [first] = found.map(({ facts }) => Object.entries(facts)[0]?.join(' '));
    expect(first ?? '').toBe(expected);
    for (const one of found) expect(one).toMatchObject({ rule, action: rules[rule]?.action });
  });

  test('what people cleared for this order is not found again; everything else is', () => {
    const all = policyOf('total', 'address');
    const what = observed({ pay: riel(40_000), addressPeople: 2, watched: true });
    expect(findingsAt(what, all).map(({ rule }) => rule)).toEqual(['total', 'address', 'watched-person']);
    expect(findingsAt({ ...what, cleared: ['total', 'watched-person'] }, all).map(({ rule }) => rule)).toEqual([
      'address',
    ]);
  });

  test('an account that pays for several people', () => {
    expect(payerFinding(1, policyOf('payer'))).toBeNull();
    expect(payerFinding(2, policyOf('payer'))).toMatchObject({
      rule: 'payer',
      action: 'hold-person',
      facts: { people: '2' },
    });
    expect(payerFinding(9, policyOf('address'))).toBeNull();
  });
});

test('as far back is looked as any rule does, and 30 days at least', () => {
  expect(lookBackMs(null)).toBe(30 * DAY);
  const long = { ...rules['rapid'], withinMs: 90 * DAY } as MonitoringRule;
  expect(lookBackMs({ ...policyOf(), rules: [long] })).toBe(90 * DAY);
});
