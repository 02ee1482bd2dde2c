import { readFileSync } from 'node:fs';
import { KHR, money, USD } from '@rielrails/core';
import type { Money, Reference } from '@rielrails/core';
import { afterEach, expect, test } from 'vitest';
import { cambodianPolicy, readPolicy } from '../src/index.ts';
import type { DueDiligence, Orders, OrderView, Tier } from '../src/index.ts';
import { ask } from './database.ts';
import { refusalIn } from './refusals.ts';
import { ADDRESS, chatRef, createTestWorld, policy } from './world/world.ts';
import type { TestWorld } from './world/world.ts';

const cambodia = readPolicy(readFileSync(cambodianPolicy, 'utf8'));
const riel = (amount: number): Money => money(KHR, BigInt(amount));
const DAY_MS = 86_400_000;

/** A policy of one tier, without rules; what a test is about it states itself. */
const dueDiligenceOf = (tier: Partial<Tier>, more: Partial<DueDiligence> = {}): DueDiligence => ({
  ...cambodia,
  rules: [],
  newAddress: null,
  tiers: [
    {
      ...cambodia.tiers[0],
      perOrder: riel(1_000_000),
      perDay: riel(50_000_000),
      perMonth: riel(90_000_000),
      velocity: [],
      ...tier,
    },
  ],
  ...more,
});
const generous = {
  ...policy,
  limits: { perOrder: policy.limits.perOrder, perDay: [riel(99_000_000)], openUnpaid: 50 },
};

let world: TestWorld;
afterEach(() => world.end());

/** Confirms with one of the engines, and says how it ended. */
async function outcomeOf(orders: Orders, chat: string, order: Reference): Promise<string> {
  const { hash } = await orders.buyer.terms(chatRef(chat), order);
  const confirmed = orders.buyer.confirm(chatRef(chat), order, { termsHash: hash, silence: 'refund' });
  return confirmed.then(({ state }) => state, refusalIn);
}

function counted(outcomes: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const one of outcomes) counts[one] = (counts[one] ?? 0) + 1;
  return counts;
}

test('twenty orders of one human at once, from twenty chats and through two engines: exactly those that fit pass', async () => {
  world = await createTestWorld({
    policy: generous,
    dueDiligence: dueDiligenceOf({ perDay: riel(7 * 41_000) }),
    documentOf: () => '010203045(7)',
  });
  const chats = Array.from({ length: 20 }, (_, index) => `c${index}`);
  const orders: Reference[] = [];
  for (const chat of chats) orders.push((await world.quoted(chat)).id);
  for (const [index, chat] of chats.entries())
    await world.orders.buyer.refresh(chatRef(chat), orders[index] as Reference);
  const engines = [world.orders, await world.another()];
  const outcomes = await Promise.all(
    chats.map((chat, index) => outcomeOf(engines[index % 2] as Orders, chat, orders[index] as Reference)),
  );
  expect(counted(outcomes)).toEqual({ 'awaiting-payment': 7, 'amount over-limit': 13 });
  const [sum] = await ask<{ sum: string }>(
    world.url,
    `select sum(pay_minor)::text as sum from purchase where confirmed_at is not null`,
  );
  expect(sum?.sum).toBe(String(7 * 41_000));
  expect((await world.orders.buyer.limits(chatRef('c0'))).tier).toMatchObject({ usedToday: riel(7 * 41_000) });
}, 60_000);

test('strangers do not share limits; one human does, in every chat, and only while it is counted', async () => {
  world = await createTestWorld({
    policy: generous,
    dueDiligence: dueDiligenceOf({ perDay: riel(100_000) }),
    documentOf: (name) => (name.startsWith('SOK') ? '010203045' : '150987654'),
  });
  await world.confirmed('1', { name: 'SOK DARA' });
  await world.confirmed('2', { name: 'SOK DARA' });
  await expect(world.confirmed('3', { name: 'SOK DARA' })).rejects.toMatchObject({ rule: 'over-limit' });
  expect((await world.confirmed('4', { name: 'CHAN VANNA' })).state).toBe('awaiting-payment');
  const ref = chatRef('3');
  const { id } = (await world.orders.buyer.current(ref)) as OrderView;
  // Unpaid, they run out; ten minutes more a late payment would still be honoured.
  await world.pass(16 * 60_000);
  await world.orders.buyer.refresh(ref, id);
  expect(await outcomeOf(world.orders, '3', id)).toBe('amount over-limit');
  await world.pass(10 * 60_000);
  await world.orders.buyer.refresh(ref, id);
  expect(await outcomeOf(world.orders, '3', id)).toBe('awaiting-payment');
}, 60_000);

test('an order counts from its confirmation, however old its draft is', async () => {
  world = await createTestWorld({ policy: generous, dueDiligence: dueDiligenceOf({ perDay: riel(60_000) }) });
  const drafted = await world.quoted('1');
  await world.runtime.clock.advance(3 * DAY_MS);
  await world.orders.buyer.refresh(chatRef('1'), drafted.id);
  expect(await outcomeOf(world.orders, '1', drafted.id)).toBe('awaiting-payment');
  const { id } = await world.orders.buyer.quote(chatRef('1'), {
    want: { type: 'spend', amount: riel(41_000) },
    payIn: KHR,
  });
  await world.orders.buyer.giveAddress(chatRef('1'), id, ADDRESS);
  expect(await outcomeOf(world.orders, '1', id)).toBe('amount over-limit');
});

test('a new address takes little for a day, counted from the first time it was asked for', async () => {
  const newAddress = { above: riel(100_000), waitMs: DAY_MS, ground: cambodia.worthGround };
  world = await createTestWorld({ policy: generous, dueDiligence: dueDiligenceOf({}, { newAddress }) });
  const { id } = await world.quoted('1', { riel: 100_001n });
  expect(await outcomeOf(world.orders, '1', id)).toBe('address too-new');
  await world.runtime.clock.advance(DAY_MS - 1000);
  await world.orders.buyer.refresh(chatRef('1'), id);
  expect(await outcomeOf(world.orders, '1', id)).toBe('address too-new');
  await world.runtime.clock.advance(1000);
  await world.orders.buyer.refresh(chatRef('1'), id);
  expect(await outcomeOf(world.orders, '1', id)).toBe('awaiting-payment');
});

test('more than anybody may buy is refused at the price already', async () => {
  world = await createTestWorld({ policy: generous, dueDiligence: dueDiligenceOf({}) });
  const wish = (amount: number) => ({ want: { type: 'spend', amount: riel(amount) }, payIn: KHR }) as const;
  await expect(world.orders.buyer.quote(chatRef('1'), wish(1_000_001))).rejects.toMatchObject({ rule: 'over-limit' });
  expect((await world.orders.buyer.quote(chatRef('1'), wish(1_000_000))).state).toBe('quoted');
  const { perOrder, tier } = await world.orders.buyer.limits(chatRef('1'));
  expect(perOrder).toEqual([riel(1_000_000), money(USD, 250_00n)]);
  expect(tier?.name).toBe('verified');
});
