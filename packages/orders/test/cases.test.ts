import { readFileSync } from 'node:fs';
import { KHR, money } from '@rielrails/core';
import type { Instant, Money, Reference } from '@rielrails/core';
import { afterEach, describe, expect, test } from 'vitest';
import { cambodianPolicy, readPolicy } from '../src/index.ts';
import type { Admin, DueDiligence, MonitoringRule, OrderView, Proposal } from '../src/index.ts';
import { ask } from './database.ts';
import { proposed, ruleOf } from './refusals.ts';
import { chatRef, createTestWorld, policy } from './world/world.ts';
import type { TestWorld, TestWorldOptions } from './world/world.ts';

const cambodia = readPolicy(readFileSync(cambodianPolicy, 'utf8'));
const ground = cambodia.worthGround;
const riel = (amount: number): Money => money(KHR, BigInt(amount));
const DAY_MS = 86_400_000;

const shared: MonitoringRule = { id: 'shared-address', type: 'shared-address', people: 2, action: 'hold', ground };
const dueDiligenceOf = (...rules: readonly MonitoringRule[]): DueDiligence => ({
  ...cambodia,
  newAddress: null,
  rules,
  tiers: [{ ...cambodia.tiers[0], velocity: [] }],
});
const shop = { ...policy, limits: { ...policy.limits, openUnpaid: 20 } };

let world: TestWorld;
let admin: Admin;
afterEach(() => world.end());

async function open(options: TestWorldOptions): Promise<void> {
  world = await createTestWorld({ policy: shop, cash: {}, ...options });
  ({ admin } = world.orders);
}

const approve = ({ id, payloadHash }: Proposal, by: string) => ruleOf(admin.approve(id, payloadHash, by));
const fileOf = async (id: Reference) => (await admin.order(id)).order;
const onlyCase = async () => {
  const all = await admin.cases('all');
  expect(all).toHaveLength(1);
  return all[0] as (typeof all)[number];
};

/** What a buyer can read of an order, as one text. */
const readByBuyer = (view: OrderView) =>
  JSON.stringify(view, (_name, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));

describe('a rule that holds', () => {
  test('stops the order before any money, opens a case, and tells the buyer nothing; cleared by two, it goes on', async () => {
    await open({ dueDiligence: dueDiligenceOf(shared) });
    await world.confirmed('1', { name: 'SOK DARA' });
    const held = await world.confirmed('2', { name: 'CHAN VANNA' });
    expect(held).toMatchObject({ state: 'quoted', step: 'checking', may: [] });
    expect(readByBuyer(held)).not.toMatch(/monitoring|shared|case|held|suspic/i);
    expect(await fileOf(held.id)).toMatchObject({ hold: 'review', holdReasons: ['monitoring'] });
    const one = await onlyCase();
    expect(one).toMatchObject({
      rule: 'shared-address',
      state: 'open',
      openedBy: 'engine',
      purchase: held.id,
      entries: 1,
    });
    expect((await admin.caseFile(one.id, 'sokha')).written).toMatchObject([
      { kind: 'evidence', facts: { people: '2' } },
    ]);

    // To clear takes two here, by whichever door.
    const byRelease = await proposed(admin.release(held.id, 'sokha'));
    const decision = await proposed(admin.decideCase(one.id, 'cleared', 'mother and daughter share a wallet', 'sokha'));
    expect(await approve(decision, 'sokha')).toBe('by same-person');
    expect(await approve({ ...decision, payloadHash: '0'.repeat(16) }, 'dara')).toBe('payloadHash changed');
    // The reason is news about the case: whoever wanted to release has not read it.
    expect(await approve(byRelease, 'dara')).toBe('proposal changed');
    await admin.noteCase(one.id, 'called both, they agree', 'vanna');
    expect(await approve(decision, 'dara')).toBe('proposal changed');
    const again = await proposed(admin.decideCase(one.id, 'cleared', 'mother and daughter', 'sokha'));
    expect(await approve(again, 'dara')).toBe('done');
    expect(await onlyCase()).toMatchObject({ state: 'closed', decision: 'cleared', decidedBy: 'sokha and dara' });
    expect(await fileOf(held.id)).toMatchObject({ hold: 'none', state: 'quoted' });

    // Held, the wish was shown as looked at; that it may go on, the sweep tells.
    const steps = () => world.shown.get('2')?.map(({ step }) => step);
    await world.during(world.orders.idle());
    expect(steps()).toEqual(['checking']);
    await world.during(world.orders.sweep());
    expect(steps()).toEqual(['checking', 'quote']);
    await world.orders.buyer.refresh(chatRef('2'), held.id);
    expect((await world.confirm('2', held.id)).state).toBe('awaiting-payment');
    expect(await onlyCase()).toMatchObject({ state: 'closed' });
  });

  test('is not got around by two who confirm at the same time', async () => {
    await open({ dueDiligence: dueDiligenceOf(shared) });
    const chats = ['1', '2', '3', '4'];
    const views: OrderView[] = [];
    for (const chat of chats) views.push(await world.quoted(chat, { name: `BUYER ${chat}` }));
    for (const [index, chat] of chats.entries())
      await world.orders.buyer.refresh(chatRef(chat), (views[index] as OrderView).id);
    const ended = await Promise.all(chats.map((chat, index) => world.confirm(chat, (views[index] as OrderView).id)));
    expect(ended.map(({ state }) => state).sort()).toEqual(['awaiting-payment', 'quoted', 'quoted', 'quoted']);
    expect(await admin.cases()).toHaveLength(3);
  });

  test('about the person holds all of their orders until it is decided', async () => {
    const total: MonitoringRule = {
      id: 'total',
      type: 'total',
      from: riel(80_000),
      withinMs: DAY_MS,
      action: 'hold-person',
      ground,
    };
    await open({ dueDiligence: { ...dueDiligenceOf(total), cases: { ...cambodia.cases, twoPeople: [] } } });
    expect((await world.confirmed('1')).state).toBe('awaiting-payment');
    const wish = { want: { type: 'spend', amount: riel(41_000) }, payIn: KHR } as const;
    const next = async () => {
      const { id } = await world.orders.buyer.quote(chatRef('1'), wish);
      await world.orders.buyer.giveAddress(chatRef('1'), id, 'bcrt1qtestaddressofthebuyer000000000000');
      return world.confirm('1', id);
    };
    const second = await next();
    expect(second).toMatchObject({ state: 'quoted', step: 'checking' });
    const [found] = await admin.cases();
    expect(found).toMatchObject({ rule: 'total', watches: true });
    await world.pass(2 * DAY_MS);
    const third = await next();
    expect(third.step).toBe('checking');
    expect((await admin.cases()).map(({ rule }) => rule).sort()).toEqual(['total', 'watched-person']);
    for (const { id } of await admin.cases()) await admin.decideCase(id, 'cleared', 'a salary', 'sokha');
    await world.pass(2 * DAY_MS);
    expect((await next()).state).toBe('awaiting-payment');
  });

  test('one that only opens a case lets the order go on', async () => {
    const rapid: MonitoringRule = {
      id: 'rapid',
      type: 'rapid-repeat',
      orders: 1,
      withinMs: DAY_MS,
      action: 'case',
      ground,
    };
    await open({ dueDiligence: dueDiligenceOf(rapid) });
    expect((await world.confirmed('1')).state).toBe('awaiting-payment');
    expect(await onlyCase()).toMatchObject({ rule: 'rapid', state: 'open' });
  });
});

describe('whoever pays', () => {
  test('for two people: the second order is held before anything is bought', async () => {
    const payer: MonitoringRule = { id: 'shared-payer', type: 'shared-payer', people: 2, action: 'hold', ground };
    await open({ dueDiligence: dueDiligenceOf(payer) });
    const pay = async (chat: string, account: string) => {
      const { id } = await world.confirmed(chat, { name: `BUYER ${chat}` });
      world.cash.pay(world.cash.asked.at(-1) ?? '', { name: `BUYER ${chat}`, account });
      await world.orders.wake(id);
      return fileOf(id);
    };
    expect((await pay('A', 'acc-1')).hold).toBe('none');
    expect((await pay('A', 'acc-1')).hold).toBe('none');
    const bought = world.binance.applied.orders.length;
    expect(await pay('B', 'ACC-1 ')).toMatchObject({ hold: 'review', holdReasons: ['monitoring'], state: 'paid' });
    expect((await pay('C', 'acc-2')).hold).toBe('none');
    expect(world.binance.applied.orders.length).toBe(bought + 1);
    expect(await onlyCase()).toMatchObject({ rule: 'shared-payer' });
    const dump = await ask<{ row: string }>(world.url, 'select m::text as row from payer_mark m');
    expect(dump.map(({ row }) => row).join()).not.toMatch(/acc/i);
  });

  test('under another name than the verified one: held with a case, in the sandbox as well; a release clears it', async () => {
    await open({});
    const { id } = await world.confirmed('1');
    world.cash.pay(world.cash.asked.at(-1) ?? '', { name: 'CHAN VANNA' });
    await world.orders.wake(id);
    expect(await onlyCase()).toMatchObject({ rule: 'payer-mismatch', state: 'open', purchase: id });
    expect(await admin.release(id, 'sokha')).toEqual({ outcome: 'done' });
    expect(await onlyCase()).toMatchObject({ state: 'closed', decision: 'cleared', decidedBy: 'sokha' });
    await world.pass(60_000);
    expect((await fileOf(id)).hold).toBe('none');
  });
});

describe('a screening hit', () => {
  test('opens a case with its evidence, sealed; the buyer reads no reason', async () => {
    await open({});
    const quoted = await world.quoted('1');
    world.screening.name = 'blocked';
    world.screening.evidence = [{ source: 'TEST LIST', entry: '4711', explanation: 'the name CANARYNAME is listed' }];
    const rejected = await world.confirm('1', quoted.id);
    expect(rejected).toMatchObject({ state: 'REJECTED' });
    expect(readByBuyer(rejected)).not.toMatch(/name-refused|TEST LIST/);
    const one = await onlyCase();
    expect(one).toMatchObject({ rule: 'name-blocked', state: 'open' });
    const dump = await ask<{ row: string }>(world.url, `select encode(sealed, 'escape') as row from case_entry`);
    expect(dump[0]?.row).not.toContain('CANARYNAME');
    expect((await admin.caseFile(one.id, 'sokha')).written[0]?.text).toBe(
      'TEST LIST, 4711: the name CANARYNAME is listed',
    );
  });
});

describe('a decided case', () => {
  test('suspicious: one person starts the clock of the report, and only its filing ends it', async () => {
    await open({ dueDiligence: dueDiligenceOf(shared) });
    await world.confirmed('1', { name: 'SOK DARA' });
    const held = await world.confirmed('2', { name: 'CHAN VANNA' });
    const { id } = await onlyCase();
    expect(await admin.decideCase(id, 'suspicious', 'cannot say whose money it is', 'sokha')).toEqual({
      outcome: 'done',
    });
    const due = world.runtime.clock.now() + DAY_MS;
    expect((await admin.cases('to-report')).map(({ reportDueAt }) => reportDueAt)).toEqual([due]);
    // Nothing of it moves the order, and the buyer sees what they saw.
    expect(await fileOf(held.id)).toMatchObject({ hold: 'review' });
    expect((await world.orders.buyer.view(chatRef('2'), held.id)).step).toBe('checking');
    await world.pass(DAY_MS + 60_000);
    expect(world.said.some(({ event }) => event === 'suspicion-report-overdue')).toBe(true);
    expect(await ruleOf(admin.caseReported(id, '', 'sokha'))).toBe('reference malformed');
    expect(await ruleOf(admin.caseReported(id, 'CAFIU 2026-17', 'sokha'))).toBe('done');
    expect(await ruleOf(admin.caseReported(id, 'CAFIU 2026-18', 'sokha'))).toBe('case not-now');
    expect(await onlyCase()).toMatchObject({
      state: 'closed',
      decision: 'suspicious',
      reportReference: 'CAFIU 2026-17',
    });
    expect(await ruleOf(admin.decideCase(id, 'cleared', 'after all', 'dara'))).toBe('case not-now');
  });

  test('refused: this human is served no more, in any chat; what waits to be paid is closed', async () => {
    await open({ dueDiligence: dueDiligenceOf(), documentOf: () => 'N01234567' });
    const first = await world.confirmed('1');
    const elsewhere = await world.confirmed('2');
    const id = await admin.openCase(first.id, 'told us that it is for a third', 'sokha');
    const decision = await proposed(admin.decideCase(id, 'refused', 'buys for others', 'sokha'));
    expect(await approve(decision, 'dara')).toBe('done');
    for (const { id: order } of [first, elsewhere]) expect((await fileOf(order)).state).toBe('CANCELLED');
    expect(await ruleOf(world.confirmed('3'))).toBe('order not-served');
  });

  test('is decided once, whoever decides at the same time', async () => {
    await open({});
    const { id: order } = await world.confirmed('1');
    const id = await admin.openCase(order, 'a look', 'sokha');
    const ended = await Promise.all(
      ['cleared', 'refused', 'suspicious'].map((decision) =>
        ruleOf(admin.decideCase(id, decision as 'cleared', 'because', 'sokha')),
      ),
    );
    expect(ended.filter((one) => one === 'done')).toHaveLength(1);
    expect((await admin.caseFile(id, 'dara')).written.filter(({ kind }) => kind === 'decision')).toHaveLength(1);
  });

  test('what was written into a case cannot be changed, not even by the database’s owner in passing', async () => {
    await open({});
    const { id: order } = await world.confirmed('1');
    await admin.openCase(order, 'a look', 'sokha');
    for (const change of ['update case_entry set by = $1', 'delete from case_entry where by <> $1'])
      await expect(ask(world.url, change, ['x'])).rejects.toThrow(/append-only/);
  });
});

test('who is better known may buy more, once two people said so, and as long as it holds', async () => {
  const tiers: DueDiligence['tiers'] = [
    { ...cambodia.tiers[0], perOrder: riel(50_000), velocity: [] },
    { ...cambodia.tiers[0], name: 'enhanced', needs: 'enhanced', perOrder: riel(500_000), velocity: [] },
  ];
  await open({ dueDiligence: { ...dueDiligenceOf(), tiers } });
  const { id } = await world.quoted('1', { riel: 100_000n });
  expect(await ruleOf(world.confirm('1', id))).toBe('amount over-limit');
  expect(await ruleOf(admin.enhance(id, 0, 'file 7', 'sokha'))).toBe('days out-of-range');
  const proposal = await proposed(admin.enhance(id, 10, 'file 7', 'sokha'));
  expect(await ruleOf(world.confirm('1', id))).toBe('amount over-limit');
  expect(await approve(proposal, 'dara')).toBe('done');
  expect((await world.confirm('1', id)).state).toBe('awaiting-payment');
  await world.orders.buyer.cancel(chatRef('1'), id);
  const until = (world.runtime.clock.now() + 10 * DAY_MS) as Instant;
  await world.runtime.clock.advance(until - world.runtime.clock.now());
  const wish = { want: { type: 'spend', amount: riel(100_000) }, payIn: KHR } as const;
  const later = await world.orders.buyer.quote(chatRef('1'), wish);
  await world.orders.buyer.giveAddress(chatRef('1'), later.id, 'bcrt1qtestaddressofthebuyer000000000000');
  expect(await ruleOf(world.confirm('1', later.id))).toBe('amount over-limit');
});
