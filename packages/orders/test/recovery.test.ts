import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { OrderView } from '../src/index.ts';
import { copyDatabase } from './database.ts';
import type { TestDatabase } from './database.ts';
import { ADDRESS, chatRef, createTestWorld } from './world/world.ts';
import type { TestWorld } from './world/world.ts';

let world: TestWorld;
let backup: TestDatabase | null = null;
beforeEach(async () => {
  world = await createTestWorld();
});
afterEach(async () => {
  await world.end();
  await backup?.drop();
  backup = null;
});

const buyer = chatRef('1');

/** Takes a backup; whoever works on the original loses its connections and gets new ones. */
async function takeBackup(): Promise<TestDatabase> {
  await world.orders.stop(100);
  backup = await copyDatabase(world.url);
  await world.restart();
  return backup;
}

async function pay(): Promise<void> {
  const reference = world.payway.applied.payments.at(-1)?.reference ?? '';
  await world.payway.payer.pay(reference, { name: 'DARA SOK' });
}

async function deliver(view: OrderView): Promise<OrderView> {
  await world.pass(60_000);
  world.coins.mine(2);
  await world.pass(300_000);
  return world.orders.buyer.view(buyer, view.id);
}

/** What the world outside has seen of us. */
function outside() {
  const { payments, receipts, refunds, cancelled } = world.payway.applied;
  return {
    payments: payments.length,
    receipts: receipts.length,
    refunds: refunds.length,
    cancelled: cancelled.length,
    bought: world.binance.applied.orders.length,
    sent: world.coins.sent.size,
    cases: world.sumsub.applied.cases.length,
  };
}

async function restore(from: TestDatabase): Promise<void> {
  await world.restart({ database: { url: from.url }, recovery: true });
}

async function expectWhole(view: OrderView): Promise<void> {
  const { admin } = world.orders;
  expect(await admin.trialBalance()).toEqual({ uneven: [], drifted: [] });
  expect((await admin.balances()).filter(({ account }) => account.includes(view.id))).toEqual([]);
}

describe('a backup from before the payment, restored after the delivery', () => {
  test('is closed until everything was looked up; then the order ends as it did, and nothing happens twice', async () => {
    const view = await world.confirmed('1');
    const copy = await takeBackup();
    await pay();
    const first = await deliver(view);
    expect(first.state).toBe('DELIVERED');
    const seen = outside();
    expect(seen).toMatchObject({ payments: 1, bought: 1, sent: 1 });

    await restore(copy);
    expect((await world.orders.health()).ready).toBe(false);
    expect(await world.orders.buyer.view(buyer, view.id)).toMatchObject({ state: 'awaiting-payment' });
    await world.pass(120_000);
    expect(outside()).toEqual(seen);

    const found = await world.orders.reconcile();
    expect(found).toMatchObject({ ordersLookedAt: 1, unanswered: 0 });
    expect(found.effectsFound).toBeGreaterThanOrEqual(2);
    expect((await world.orders.health()).ready).toBe(true);
    await world.pass(300_000);
    expect(outside()).toMatchObject({ payments: 1, receipts: 1, refunds: 0, bought: 1, sent: 1 });
    const again = await world.orders.buyer.view(buyer, view.id);
    expect(again).toMatchObject({ state: 'DELIVERED', delivery: first.delivery });
    await expectWhole(view);
  });

  test('a backup from after the payment is brought home too', async () => {
    const view = await world.confirmed('1');
    world.binance.market.halt(true);
    await pay();
    await world.pass(10_000);
    expect((await world.orders.buyer.view(buyer, view.id)).state).toBe('paid');
    const copy = await takeBackup();
    world.binance.market.halt(false);
    expect((await deliver(view)).state).toBe('DELIVERED');
    const seen = outside();
    await restore(copy);
    await world.orders.reconcile();
    await world.pass(300_000);
    expect(outside()).toEqual(seen);
    expect(await world.orders.buyer.view(buyer, view.id)).toMatchObject({ state: 'DELIVERED' });
    await expectWhole(view);
  });

  test('an exchange that is silent at first: the delivery is found before the purchase, and the next look finds that', async () => {
    const view = await world.confirmed('1');
    const copy = await takeBackup();
    await pay();
    await deliver(view);
    const seen = outside();
    await restore(copy);
    world.binance.faults.add('http-503', { times: 50 });
    const first = await world.during(world.orders.reconcile());
    expect(first.unanswered).toBeGreaterThan(0);
    expect(first.effectsFound).toBeGreaterThan(0);
    world.binance.faults.clear();
    const second = await world.during(world.orders.reconcile());
    expect(second.unanswered).toBe(0);
    expect(second.effectsFound).toBeGreaterThan(0);
    await world.pass(300_000);
    expect(outside()).toEqual(seen);
    expect(await world.orders.buyer.view(buyer, view.id)).toMatchObject({ state: 'DELIVERED' });
    await expectWhole(view);
  });

  test('nothing happened since the backup: the order simply goes on', async () => {
    const view = await world.confirmed('1');
    const copy = await takeBackup();
    await restore(copy);
    expect(await world.orders.reconcile()).toEqual({ ordersLookedAt: 1, effectsFound: 0, unanswered: 0 });
    await pay();
    expect((await deliver(view)).state).toBe('DELIVERED');
    expect(outside()).toMatchObject({ payments: 1, bought: 1, sent: 1 });
    await expectWhole(view);
  });
});

describe('a backup from before the confirmation, restored after the delivery', () => {
  test('stops the order for a person; released and confirmed again it finds its own payment, purchase and delivery', async () => {
    const view = await world.quoted('1');
    const copy = await takeBackup();
    await world.confirm('1', view.id);
    await pay();
    expect((await deliver(view)).state).toBe('DELIVERED');
    const seen = outside();

    await restore(copy);
    expect(await world.orders.reconcile()).toMatchObject({ ordersLookedAt: 1, effectsFound: 3 });
    expect((await world.orders.admin.order(view.id)).order).toMatchObject({ state: 'quoted', hold: 'review' });
    await expect(world.confirm('1', view.id)).rejects.toMatchObject({ rule: 'not-now' });

    await world.orders.admin.release(view.id, 'owner');
    await world.orders.buyer.refresh(buyer, view.id);
    await world.during(world.confirm('1', view.id));
    await world.pass(300_000);
    // The reference that was used before is in doubt, so another request was shown and closed again unpaid.
    const { receipts, refunds, bought, sent } = seen;
    expect(outside()).toMatchObject({ receipts, refunds, bought, sent, payments: 2, cancelled: 1 });
    expect(await world.orders.buyer.view(buyer, view.id)).toMatchObject({ state: 'DELIVERED' });
    await expectWhole(view);
  });
});

describe('while recovering', () => {
  test('every command that would write outside, or move an order, is refused', async () => {
    const view = await world.quoted('1');
    const seen = outside();
    await world.restart({ recovery: true });
    const { buyer: commands, admin } = world.orders;
    const { hash } = await commands.terms(buyer, view.id);
    const refused: readonly (readonly [string, () => Promise<unknown>])[] = [
      [
        'quote',
        () =>
          commands.quote(buyer, {
            want: { type: 'spend', amount: view.lines[0]?.amount as never },
            payIn: { code: 'KHR', scale: 0 },
          }),
      ],
      ['refresh', () => commands.refresh(buyer, view.id)],
      ['giveAddress', () => commands.giveAddress(buyer, view.id, ADDRESS)],
      ['confirm', () => commands.confirm(buyer, view.id, { termsHash: hash, silence: 'refund' })],
      ['cancel', () => commands.cancel(buyer, view.id)],
      ['look', () => commands.look(buyer, view.id)],
      ['verify', () => commands.verify(chatRef('somebody new'))],
      ['hold', () => admin.hold(view.id, 'review', 'owner')],
      ['refund', () => admin.refund(view.id, 'owner')],
      ['wake', () => world.orders.wake(view.id)],
    ];
    const rules = await Promise.all(refused.map(([, call]) => call().catch((error: { rule?: string }) => error.rule)));
    expect(refused.map(([command], index) => [command, rules[index]])).toEqual(
      refused.map(([command]) => [command, 'recovering']),
    );
    expect(outside()).toEqual(seen);
    expect(await commands.view(buyer, view.id)).toMatchObject({ state: 'quoted' });
  });

  test('a provider that does not answer keeps the engine closed', async () => {
    await world.confirmed('1');
    await world.restart({ recovery: true });
    world.binance.faults.add('http-503', { times: 50 });
    const found = await world.during(world.orders.reconcile());
    expect(found.unanswered).toBeGreaterThan(0);
    expect(world.said).toContainEqual({ event: 'reconcile-unfinished', fields: { count: found.unanswered } });
    expect((await world.orders.health()).checks['recovery']).toBe('failing');
    world.binance.faults.clear();
    expect((await world.during(world.orders.reconcile())).unanswered).toBe(0);
    expect((await world.orders.health()).ready).toBe(true);
  });

  test('a webhook that comes meanwhile is kept, and works afterwards', async () => {
    const view = await world.confirmed('1');
    await world.restart({ recovery: true });
    await pay();
    await world.pass(10_000);
    expect((await world.orders.buyer.view(buyer, view.id)).state).toBe('awaiting-payment');
    await world.orders.reconcile();
    await world.pass(10_000);
    expect((await deliver(view)).state).toBe('DELIVERED');
  });
});
