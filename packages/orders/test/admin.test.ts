import { BTC, KHR, money, USDT } from '@rielrails/core';
import type { Reference } from '@rielrails/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Admin, Proposal } from '../src/index.ts';
import { ask } from './database.ts';
import { proposed, ruleOf } from './refusals.ts';
import { chatRef, createTestWorld } from './world/world.ts';
import type { TestWorld } from './world/world.ts';

let world: TestWorld;
let admin: Admin;
beforeAll(async () => {
  world = await createTestWorld({ cash: {} });
  ({ admin } = world.orders);
});
afterAll(async () => {
  expect(await admin.trialBalance()).toEqual({ uneven: [], drifted: [] });
  await world.end();
});

const fileOf = async (id: string) => (await admin.order(id)).order;
const bought = () => world.binance.applied.orders.length;

let chats = 0;

/** An order that waits for a person, because a stranger paid it. */
async function stopped(riel: bigint): Promise<Reference> {
  chats += 1;
  const { id } = await world.confirmed(`admin-${chats}`, { riel });
  world.cash.pay(world.cash.asked.at(-1) ?? '', { name: 'CHAN VANNA' });
  await world.orders.wake(id);
  expect(await fileOf(id)).toMatchObject({ hold: 'review', holdReasons: ['payer-mismatch'] });
  return id;
}

const approve = ({ id, payloadHash }: Proposal, by: string) => ruleOf(admin.approve(id, payloadHash, by));

describe('who commands', () => {
  test.each([
    [''],
    ['Owner'],
    ['a b'],
    ['-a'],
    ["'; drop table proposal; --"],
    ['a'.repeat(41)],
    ['sok\nby treasurer'],
  ])('is named by a short name: not %j', async (by) => {
    const id = await stopped(41_000n);
    const before = await fileOf(id);
    const rules = await Promise.all([
      ruleOf(admin.hold(id, 'frozen', by)),
      ruleOf(admin.release(id, by)),
      ruleOf(admin.refund(id, by)),
      ruleOf(admin.pause(true, by)),
      ruleOf(admin.bringIn('exchange:binance', money(USDT, 1n), `by ${by.length}`, by)),
      ruleOf(admin.planTransfer('float-out', money(USDT, 1n), by)),
      ruleOf(admin.finishTransfer('1' as Reference, 'x', null, by)),
      ruleOf(admin.approve('1' as Reference, 'x', by)),
    ]);
    expect(new Set(rules)).toEqual(new Set(['by malformed']));
    expect(await fileOf(id)).toEqual(before);
  });
});

describe('an order that is not there', () => {
  test.each([['1'], [''], ['ABCDEFG'], ['\0'], ["' or ''='"]])('%j', async (id) => {
    const order = id as Reference;
    const rules = await Promise.all([
      ruleOf(admin.order(id)),
      ruleOf(admin.hold(order, 'review', 'owner')),
      ruleOf(admin.release(order, 'owner')),
      ruleOf(admin.refund(order, 'owner')),
      ruleOf(admin.refundTaskDone(order, '1' as Reference, 'ABA 123', 'owner')),
    ]);
    expect(new Set(rules)).toEqual(new Set(['order unknown']));
  });

  test('a filter that there is not', async () => {
    expect(await ruleOf(admin.orders('toString' as 'all'))).toBe('filter unknown');
    expect(await ruleOf(admin.orders('nothing' as 'all'))).toBe('filter unknown');
  });
});

describe('what takes two people', () => {
  test('one person releases what is small', async () => {
    const id = await stopped(41_000n);
    expect((await admin.release(id, 'owner')).outcome).toBe('done');
    expect(await fileOf(id)).toMatchObject({ hold: 'none' });
  });

  test('a large one waits for a second: not the first again, not with another payload, not too late', async () => {
    const before = bought();
    const id = await stopped(1_000_000n);
    const proposal = await proposed(admin.release(id, 'owner'));
    expect(await admin.proposals()).toEqual([proposal]);
    expect(await approve(proposal, 'owner')).toBe('by same-person');
    expect(await approve({ ...proposal, payloadHash: '0'.repeat(16) }, 'treasurer')).toBe('payloadHash changed');
    expect(await approve({ ...proposal, id: '77' as Reference }, 'treasurer')).toBe('proposal unknown');
    await world.runtime.clock.advance(30 * 60_000);
    expect(await approve(proposal, 'treasurer')).toBe('proposal expired');
    expect(await admin.proposals()).toEqual([]);
    expect(await fileOf(id)).toMatchObject({ hold: 'review' });
    const again = await proposed(admin.release(id, 'owner'));
    const both = await Promise.all([approve(again, 'treasurer'), approve(again, 'auditor')]);
    expect(both.sort()).toEqual(['done', 'proposal unknown']);
    expect(await fileOf(id)).toMatchObject({ hold: 'none' });
    await world.pass(30_000);
    expect(bought()).toBe(before + 1);
  });

  test('what was proposed for a review does not lift a freeze that came since', async () => {
    const id = await stopped(1_000_000n);
    const proposal = await proposed(admin.release(id, 'owner'));
    await admin.hold(id, 'frozen', 'auditor');
    expect(await approve(proposal, 'treasurer')).toBe('proposal changed');
    expect(await fileOf(id)).toMatchObject({ hold: 'frozen' });
  });

  test('a freeze that comes between one person’s look and release stays', async () => {
    const id = await stopped(41_000n);
    await Promise.all([ruleOf(admin.release(id, 'owner')), admin.hold(id, 'frozen', 'auditor')]);
    expect(await fileOf(id)).toMatchObject({ hold: 'frozen' });
  });
});

describe('a refund', () => {
  test('of an order that was delivered is refused, and changes nothing', async () => {
    chats += 1;
    const { id } = await world.confirmed(`admin-${chats}`);
    world.cash.pay(world.cash.asked.at(-1) ?? '', { name: 'DARA SOK' });
    await world.pass(30_000);
    world.coins.mine(8);
    await world.pass(60_000);
    expect(await fileOf(id)).toMatchObject({ state: 'DELIVERED' });
    expect(await ruleOf(admin.refund(id, 'owner'))).toBe('order not-now');
    expect(await fileOf(id)).toMatchObject({ state: 'DELIVERED', disposition: 'deliver' });
    expect(world.cash.refundsDone).toEqual([]);
  });

  test('ordered twice at the same moment is one refund', async () => {
    const id = await stopped(41_000n);
    await Promise.all([admin.refund(id, 'owner'), admin.refund(id, 'treasurer')]);
    await world.pass(30_000);
    expect(world.cash.refundsDone).toHaveLength(1);
    expect(await fileOf(id)).toMatchObject({ state: 'REFUNDED' });
  });
});

describe('a refund by hand', () => {
  /** The rail refuses to refund: people do. */
  async function task(): Promise<{ readonly id: Reference; readonly task: Reference }> {
    const id = await stopped(41_000n);
    world.cash.fault.refund = 'refused';
    await admin.refund(id, 'owner');
    await world.pass(30_000);
    const open = (await fileOf(id)).refundTasks.find(({ status }) => status === 'open');
    if (!open) throw new Error('no task');
    return { id, task: open.id };
  }

  test('always takes two people and a bank reference that stands for nothing else', async () => {
    const first = await task();
    const second = await task();
    for (const reference of ['', 'ab', '-x1', 'a'.repeat(65), 'AB\n12', "1'; --"])
      expect(await ruleOf(admin.refundTaskDone(first.id, first.task, reference, 'owner'))).toBe(
        'bankReference malformed',
      );
    expect(await ruleOf(admin.refundTaskDone(first.id, second.task, 'ABA 1001', 'owner'))).toBe('task unknown');
    const one = await proposed(admin.refundTaskDone(first.id, first.task, 'ABA 1001', 'owner'));
    const sameTask = await proposed(admin.refundTaskDone(first.id, first.task, 'ABA 1002', 'owner'));
    const sameReference = await proposed(admin.refundTaskDone(second.id, second.task, 'ABA 1001', 'owner'));
    expect((await admin.orders('refund-tasks')).map(({ id }) => id).sort()).toEqual([first.id, second.id].sort());
    expect(await approve(one, 'treasurer')).toBe('done');
    expect(await approve(sameReference, 'treasurer')).toBe('bankReference used');
    expect(await approve(sameTask, 'treasurer')).toBe('task unknown');
    expect(await ask(world.url, 'select reference from bank_reference')).toEqual([{ reference: 'ABA 1001' }]);
    expect(await fileOf(first.id)).toMatchObject({ state: 'REFUNDED' });
    expect(await fileOf(second.id)).toMatchObject({ refundTasks: [{ status: 'open', bankReference: null }] });
    const bank = (await admin.balances()).filter(({ account }) => account === 'bank:refunds');
    expect(bank).toMatchObject([{ amount: money(KHR, -41_000n) }]);
  });
});

describe('our own money', () => {
  const balance = async (account: string, code: string) =>
    (await admin.balances()).find((one) => one.account === account && one.amount.asset.code === code)?.amount.minor ??
    0n;

  test('comes in once per evidence, to a place that there is, above zero', async () => {
    const before = await balance('exchange:binance:free', 'USDT');
    const bring = (place: string, minor: bigint, evidence: string) =>
      ruleOf(admin.bringIn(place as 'exchange:x', money(USDT, minor), evidence, 'owner'));
    expect(await bring('exchange:binance', 0n, 'slip 1')).toBe('amount positive');
    expect(await bring('exchange:binance', -1n, 'slip 1')).toBe('amount positive');
    expect(await bring('exchange:nobody', 5n, 'slip 1')).toBe('place unknown');
    expect(await bring('capital', 5n, 'slip 1')).toBe('place unknown');
    expect(await bring('exchange:binance', 5n, '')).toBe('evidence malformed');
    const twice = await Promise.all([1, 2].map(() => bring('exchange:binance', 5n, 'slip 1')));
    expect(twice.sort()).toEqual(['done', 'evidence used']);
    expect(await balance('exchange:binance:free', 'USDT')).toBe(before + 5n);
  });

  test('moves in two steps, and a fee is ours', async () => {
    const wallet = await balance('wallet:coins:free', 'BTC');
    await admin.bringIn('exchange:binance', money(BTC, 10_000n), 'coins 1', 'owner');
    const venue = await balance('exchange:binance:free', 'BTC');
    const transfer = await admin.planTransfer('exchange-to-wallet', money(BTC, 10_000n), 'owner');
    expect(await balance('exchange:binance:free', 'BTC')).toBe(venue - 10_000n);
    expect(await balance('wallet:coins:free', 'BTC')).toBe(wallet);
    const finish = (fee: Parameters<Admin['finishTransfer']>[2], evidence = 'tx 1') =>
      ruleOf(admin.finishTransfer(transfer, evidence, fee, 'treasurer'));
    expect(await finish(money(USDT, 1n))).toBe('fee malformed');
    expect(await finish(money(BTC, -1n))).toBe('fee malformed');
    expect(await finish(money(BTC, 10_000n))).toBe('fee malformed');
    expect(await finish(null, '')).toBe('evidence malformed');
    expect(await finish(money(BTC, 200n))).toBe('done');
    expect(await finish(null)).toBe('transfer unknown');
    expect(await balance('wallet:coins:free', 'BTC')).toBe(wallet + 9800n);
    const next = await admin.planTransfer('wallet-to-cold', money(BTC, 1000n), 'owner');
    expect(await ruleOf(admin.finishTransfer(next, 'tx 1', null, 'owner'))).toBe('evidence used');
    expect(await ruleOf(admin.finishTransfer(next, 'tx 2', null, 'owner'))).toBe('done');
  });

  test('that is not there does not move', async () => {
    const plan = (minor: bigint) => ruleOf(admin.planTransfer('wallet-to-cold', money(BTC, minor), 'owner'));
    expect(await plan(100_00000000n)).toBe('amount not-there');
    expect(await plan(0n)).toBe('amount positive');
    expect(await ruleOf(admin.planTransfer('gift' as 'float-in', money(BTC, 1n), 'owner'))).toBe('kind unknown');
  });
});

describe('the pause', () => {
  test('stops new orders and confirmations; what is under way goes on', async () => {
    const under = await world.confirmed('paused-1');
    const reference = world.cash.asked.at(-1) ?? '';
    const waiting = await world.quoted('paused-2');
    await admin.pause(true, 'owner');
    expect(await ruleOf(world.quoted('paused-3'))).toBe('order paused');
    expect(await ruleOf(world.confirm('paused-2', waiting.id))).toBe('order paused');
    world.cash.pay(reference, { name: 'DARA SOK' });
    await world.pass(30_000);
    world.coins.mine(8);
    await world.pass(60_000);
    expect(await world.orders.buyer.view(chatRef('paused-1'), under.id)).toMatchObject({ state: 'DELIVERED' });
    await admin.pause(false, 'owner');
    await world.orders.buyer.refresh(chatRef('paused-2'), waiting.id);
    expect((await world.confirm('paused-2', waiting.id)).state).toBe('awaiting-payment');
  });
});
