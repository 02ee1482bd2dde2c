import { KHR, money } from '@rielrails/core';
import type { Reference } from '@rielrails/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { OrderView, WalletDesk } from '../src/index.ts';
import { ADDRESS, chatRef, createTestWorld } from './world/world.ts';
import type { TestWorld } from './world/world.ts';

let world: TestWorld;
let view: OrderView;
beforeEach(async () => {
  world = await createTestWorld({ cash: {} });
  view = await world.confirmed('1');
});
afterEach(async () => {
  expect(await world.orders.admin.trialBalance()).toEqual({ uneven: [], drifted: [] });
  await world.end();
});

const buyer = chatRef('1');
const riel = (minor: bigint) => money(KHR, minor);

function pay(how: Parameters<TestWorld['cash']['pay']>[1] = {}, index = 0): void {
  world.cash.pay(world.cash.asked[index] ?? '', { name: 'Dara SOK', ...how });
}

const state = () => world.orders.buyer.view(buyer, view.id);
const file = async () => (await world.orders.admin.order(view.number)).order;

async function deliver(): Promise<OrderView> {
  await world.pass(60_000);
  world.coins.mine(2);
  await world.pass(300_000);
  return state();
}

/** Every minor unit that arrived has an end. */
async function ends(): Promise<Record<'funded' | 'refunded' | 'review' | 'blocked', bigint>> {
  const sum = { funded: 0n, refunded: 0n, review: 0n, blocked: 0n };
  for (const receipt of (await file()).receipts) {
    expect(receipt.funded + receipt.refunded + receipt.review + receipt.blocked).toBe(receipt.amount.minor);
    for (const end of ['funded', 'refunded', 'review', 'blocked'] as const) sum[end] += receipt[end];
  }
  return sum;
}

describe('too little', () => {
  test('and no more: everything goes back', async () => {
    pay({ amount: riel(40_000n) });
    await world.pass(5000);
    expect(await state()).toMatchObject({ state: 'awaiting-payment', toPay: riel(1000n), received: riel(40_000n) });
    await world.pass(20 * 60_000);
    expect((await state()).state).toBe('REFUNDED');
    expect(world.cash.refundsDone).toEqual([{ transaction: 'T1', amount: riel(40_000n) }]);
    expect(await ends()).toMatchObject({ funded: 0n, refunded: 40_000n });
  });

  test('then the rest: delivered once, nothing refunded', async () => {
    pay({ amount: riel(40_000n) });
    await world.pass(5000);
    pay({}, 1);
    expect((await deliver()).state).toBe('DELIVERED');
    expect(world.cash.refundsDone).toEqual([]);
    expect(world.coins.sent.size).toBe(1);
  });

  test('then too much: the excess alone goes back', async () => {
    pay({ amount: riel(40_000n) });
    await world.pass(5000);
    pay({ amount: riel(41_000n) }, 1);
    expect((await deliver()).state).toBe('DELIVERED');
    expect(world.cash.refundsDone).toEqual([{ transaction: 'T2', amount: riel(40_000n) }]);
  });
});

describe('too much', () => {
  test('is delivered as ordered, the rest goes back', async () => {
    pay({ amount: riel(50_000n) });
    expect((await deliver()).state).toBe('DELIVERED');
    expect(world.cash.refundsDone).toEqual([{ transaction: 'T1', amount: riel(9000n) }]);
    expect(await ends()).toEqual({ funded: 41_000n, refunded: 9000n, review: 0n, blocked: 0n });
  });

  test('twice on one request: the first buys, the second goes back', async () => {
    pay();
    pay();
    expect((await deliver()).state).toBe('DELIVERED');
    expect(world.cash.refundsDone).toEqual([{ transaction: 'T2', amount: riel(41_000n) }]);
  });

  test('a refund whose answer was lost is settled by the refunded total, and not repeated', async () => {
    world.cash.fault.refund = 'lost-after';
    pay({ amount: riel(50_000n) });
    expect((await deliver()).state).toBe('DELIVERED');
    expect(world.cash.refundsDone).toHaveLength(1);
    expect((await file()).effects.filter(({ kind }) => kind === 'refund')).toMatchObject([{ status: 'applied' }]);
  });

  test('a refund that never arrived is proven absent and made once', async () => {
    world.cash.fault.refund = 'lost-before';
    pay({ amount: riel(50_000n) });
    expect((await deliver()).state).toBe('DELIVERED');
    expect(world.cash.refundsDone).toHaveLength(1);
  });

  test('a refund that the rail refuses becomes a task for two people', async () => {
    world.cash.fault.refund = 'refused';
    pay({ amount: riel(50_000n) });
    expect((await deliver()).state).toBe('DELIVERED');
    const [task] = (await file()).refundTasks;
    if (!task) throw new Error('no task');
    expect(task).toMatchObject({ amount: riel(9000n), reason: 'refused', status: 'open' });
    const { admin } = world.orders;
    const proposed = await admin.refundTaskDone(view.id, task.id, 'FT-2026-0001', 'owner');
    if (proposed.outcome !== 'proposed') throw new Error('one person sufficed');
    await admin.approve(proposed.proposal.id, proposed.proposal.payloadHash, 'treasurer');
    expect((await file()).refundTasks).toMatchObject([{ status: 'done', bankReference: 'FT-2026-0001' }]);
    await expect(admin.refundTaskDone(view.id, task.id, 'FT-2026-0001', 'owner')).rejects.toThrow(
      'no such open refund task',
    );
  });
});

describe('too late', () => {
  test('a little, with price and float as they were: honoured', async () => {
    await world.pass(17 * 60_000);
    expect((await state()).state).toBe('EXPIRED');
    const [request] = world.cash.requests.values();
    if (request) request.closed = false;
    pay();
    await world.pass(5 * 60_000);
    expect((await deliver()).state).toBe('DELIVERED');
  });

  test('beyond tolerance: refunded, nothing bought', async () => {
    await world.pass(60 * 60_000);
    const [request] = world.cash.requests.values();
    if (request) request.closed = false;
    pay();
    await world.pass(10 * 60_000);
    expect(world.cash.refundsDone).toHaveLength(1);
    expect(world.binance.applied.orders).toEqual([]);
  });

  test('paid in time, seen late: on time', async () => {
    await world.runtime.clock.advance(14 * 60_000);
    pay();
    await world.runtime.clock.advance(60 * 60_000);
    expect((await deliver()).state).toBe('DELIVERED');
  });

  test('paid after the buyer cancelled: refunded', async () => {
    await world.orders.buyer.cancel(buyer, view.id);
    const [request] = world.cash.requests.values();
    if (request) request.closed = false;
    pay();
    await world.pass(5 * 60_000);
    expect(world.cash.refundsDone).toHaveLength(1);
    expect(world.coins.sent.size).toBe(0);
  });
});

describe('whose money', () => {
  test('a stranger’s: held for a person, then sent back', async () => {
    pay({ name: 'CHAN VANNA' });
    await world.pass(30_000);
    expect(await file()).toMatchObject({ hold: 'review', holdReasons: ['payer-mismatch'] });
    expect(await state()).toMatchObject({ step: 'checking', may: [] });
    await world.orders.admin.refund(view.id, 'owner');
    await world.pass(60_000);
    expect((await state()).state).toBe('REFUNDED');
    expect(world.coins.sent.size).toBe(0);
  });

  test('a payer whose name the bank masks is served under the cap', async () => {
    pay({ name: 'D*** S**' });
    expect((await deliver()).state).toBe('DELIVERED');
  });
});

describe('money taken back', () => {
  test('before the purchase: nothing is bought, the order ends', async () => {
    world.binance.market.halt(true);
    pay();
    await world.pass(5000);
    world.cash.reverse(world.cash.asked[0] ?? '');
    await world.orders.wake(view.id);
    await world.pass(60_000);
    expect((await state()).state).toBe('REFUNDED');
    expect(world.cash.refundsDone).toEqual([]);
    expect(world.binance.applied.orders).toEqual([]);
  });

  test('after the purchase: a loss, and a person', async () => {
    pay();
    await world.pass(5000);
    world.cash.reverse(world.cash.asked[0] ?? '');
    await world.orders.wake(view.id);
    await world.pass(60_000);
    expect(await file()).toMatchObject({ holdReasons: ['reversed-after-buy'] });
    const losses = (await world.orders.admin.balances()).filter(({ account }) => account === 'loss');
    expect(losses).toMatchObject([{ amount: riel(41_000n) }]);
  });
});

describe('a hold', () => {
  test('frozen: no refund, no delivery, no button; two people end it', async () => {
    world.binance.market.halt(true);
    pay({ amount: riel(50_000n) });
    world.cash.fault.refund = 'unreachable';
    await world.orders.wake(view.id);
    await world.orders.admin.hold(view.id, 'frozen', 'owner');
    world.binance.market.halt(false);
    await world.pass(2 * 60 * 60_000);
    expect(world.cash.refundsDone).toEqual([]);
    expect(world.coins.sent.size).toBe(0);
    await expect(world.orders.admin.refund(view.id, 'owner').then(() => 'done')).resolves.toBe('done');
    expect(world.cash.refundsDone).toEqual([]);
    const release = await world.orders.admin.release(view.id, 'owner');
    if (release.outcome !== 'proposed') throw new Error('one person sufficed');
    await world.orders.admin.approve(release.proposal.id, release.proposal.payloadHash, 'treasurer');
    await world.pass(3 * 60_000);
    expect(world.cash.refundsDone.length).toBeGreaterThan(0);
  });
});

describe('a delivery that is frozen', () => {
  beforeEach(async () => {
    world.coins.fault = 'signed-only';
    pay();
    await world.orders.wake(view.id);
    await world.orders.admin.hold(view.id, 'frozen', 'owner');
  });

  test('after it was signed and before it left: no look brings it out; when two people end that, it leaves once', async () => {
    await world.pass(2 * 60 * 60_000);
    expect(world.coins.sent.size).toBe(0);
    expect(await file()).toMatchObject({ state: 'sending', hold: 'frozen' });
    const release = await world.orders.admin.release(view.id, 'owner');
    if (release.outcome !== 'proposed') throw new Error('one person sufficed');
    await world.orders.admin.approve(release.proposal.id, release.proposal.payloadHash, 'treasurer');
    await world.pass(60_000);
    world.coins.mine(3);
    await world.pass(60_000);
    expect(await file()).toMatchObject({ state: 'DELIVERED' });
    expect(world.coins.sent.size).toBe(1);
  });

  test('right after it left, with the engine killed there: its reference finds it, it is watched, and nothing follows', async () => {
    world.coins.fault = 'none';
    const [delivery] = (await file()).effects.filter(({ kind }) => kind === 'send');
    const amount = delivery?.request.kind === 'send' ? delivery.request.amount : null;
    if (!delivery || !amount) throw new Error('no delivery was planned');
    world.coins.sent.set(delivery.reference, { amount, address: ADDRESS, depth: 0 });
    await world.restart();
    await world.pass(60_000);
    expect(await file()).toMatchObject({ state: 'broadcast', hold: 'frozen' });
    expect((await file()).effects.filter(({ kind }) => kind === 'send')).toHaveLength(1);
    world.coins.mine(3);
    await world.pass(60_000);
    expect(await file()).toMatchObject({ state: 'DELIVERED', hold: 'frozen' });
    expect(world.coins.sent.size).toBe(1);
  });

  test('is not brought home by hand, and housekeeping is told to leave it', async () => {
    const watched: (readonly string[])[] = [];
    const wallet = {
      id: 'coins',
      bringHome: () => Promise.reject(new Error('brought home')),
      tend: async ({ watchOnly }: { readonly watchOnly: readonly string[] }) => {
        watched.push(watchOnly);
        return { failed: 0 };
      },
    } as Partial<WalletDesk> as WalletDesk;
    await world.restart({ providers: { ...world.providers, wallet } });
    const [delivery] = (await file()).effects.filter(({ kind }) => kind === 'send');
    const reference = delivery?.reference as Reference;
    await world.orders.sweep();
    expect(watched).toEqual([[reference]]);
    await expect(world.orders.admin.treasury.bringHome(reference, 'cHNidP8BAHECAAAAAQ==')).rejects.toMatchObject({
      field: 'reference',
      rule: 'frozen',
    });
  });
});

describe('the chain', () => {
  test('a reorganisation before the end is waited out; after the end people are told and the state stays', async () => {
    pay();
    await world.pass(30_000);
    world.coins.mine(1);
    await world.pass(30_000);
    world.coins.reorganise();
    await world.pass(60_000);
    expect((await state()).state).toBe('broadcast');
    world.coins.mine(2);
    await world.pass(60_000);
    expect((await state()).state).toBe('DELIVERED');
    world.coins.reorganise();
    await world.pass(60_000);
    expect(await file()).toMatchObject({ state: 'DELIVERED', holdReasons: ['delivery-undone'] });
    world.coins.mine(3);
    await world.pass(60_000);
    expect(await file()).toMatchObject({ state: 'DELIVERED', hold: 'none' });
    expect(world.coins.sent.size).toBe(1);
  });
});

describe('verification', () => {
  test('taken back before payment: the request is closed, nobody is asked for money', async () => {
    const reference = world.sumsub.applied.cases.at(-1)?.reference;
    await world.sumsub.desk.revoke(reference as never);
    await world.orders.sweep();
    await world.pass(5000);
    expect((await state()).state).toBe('CANCELLED');
    expect([...world.cash.requests.values()]).toMatchObject([{ closed: true }]);
  });

  test('taken back after payment: held, and refunded by a person', async () => {
    world.binance.market.halt(true);
    pay();
    await world.pass(5000);
    await world.sumsub.desk.revoke(world.sumsub.applied.cases.at(-1)?.reference as never);
    await world.pass(5000);
    world.binance.market.halt(false);
    await world.pass(60_000);
    expect(await file()).toMatchObject({ hold: 'review', holdReasons: ['kyc-not-approved'] });
    await world.orders.admin.refund(view.id, 'owner');
    await world.pass(60_000);
    expect((await state()).state).toBe('REFUNDED');
    expect(world.coins.sent.size).toBe(0);
  });
});
