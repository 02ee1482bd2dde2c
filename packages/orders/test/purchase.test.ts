import type { Reference } from '@rielrails/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { OrderView } from '../src/index.ts';
import { ADDRESS, chatRef, createTestWorld } from './world/world.ts';
import type { TestWorld } from './world/world.ts';

let world: TestWorld;
beforeEach(async () => {
  world = await createTestWorld();
});
afterEach(() => world.end());

const buyer = chatRef('1');
const PAYER = { name: 'DARA SOK' };

function requests(): readonly { readonly reference: Reference }[] {
  return world.payway.applied.payments as never;
}

async function pay(index = 0): Promise<void> {
  await world.payway.payer.pay(requests()[index]?.reference as Reference, PAYER);
}

async function state(view: OrderView): Promise<OrderView> {
  return world.orders.buyer.view(buyer, view.id);
}

async function deliver(view: OrderView): Promise<OrderView> {
  await world.pass(60_000);
  world.coins.mine(2);
  await world.pass(300_000);
  return state(view);
}

/** What must hold whatever happened. */
async function balanced(): Promise<void> {
  expect(await world.orders.admin.trialBalance()).toEqual({ uneven: [], drifted: [] });
}

async function reservedAccounts(): Promise<readonly string[]> {
  return (await world.orders.admin.balances())
    .map(({ account }) => account)
    .filter((account) => account.includes(':reserved:'));
}

describe('the happy path', () => {
  test('quote, verification, payment, trade, delivery', async () => {
    const view = await world.confirmed('1');
    expect(view).toMatchObject({ state: 'awaiting-payment', step: 'pay', next: { type: 'qr' } });
    await pay();
    const delivered = await deliver(view);
    expect(delivered.state).toBe('DELIVERED');
    const [sent] = world.coins.sent.values();
    expect(sent).toMatchObject({ amount: delivered.delivery?.amount, address: ADDRESS });
    expect(world.binance.applied.orders).toHaveLength(1);
    expect(await reservedAccounts()).toEqual([]);
    expect(world.shown.get('1')?.at(-1)?.step).toBe('delivered');
    await balanced();
  });

  test('what the price left over is paid out as bitcoin, never more than the ceiling', async () => {
    const view = await world.confirmed('1');
    const promised = view.lines.find(({ key }) => key === 'arrives')?.amount.minor ?? 0n;
    world.binance.market.move(-50);
    await pay();
    const delivered = await deliver(view);
    expect(delivered.delivery?.amount.minor).toBeGreaterThan(promised);
  });
});

describe('PayWay', () => {
  test('nobody pays: the order expires and the float is free again', async () => {
    const view = await world.confirmed('1');
    await world.pass(16 * 60_000);
    expect((await state(view)).state).toBe('EXPIRED');
    expect(await reservedAccounts()).toEqual([]);
  });

  test('the buyer cancels: the request is closed at the rail', async () => {
    const view = await world.confirmed('1');
    expect((await world.orders.buyer.cancel(buyer, view.id)).state).toBe('CANCELLED');
    expect(world.payway.applied.cancelled).toHaveLength(1);
    expect(await reservedAccounts()).toEqual([]);
    await expect(world.orders.buyer.cancel(buyer, view.id)).resolves.toMatchObject({ state: 'CANCELLED' });
  });

  test('a lost webhook is made good by looking', async () => {
    const view = await world.confirmed('1');
    world.payway.faults.add('dropped-webhook', { route: 'webhook' });
    await pay();
    await world.pass(30_000);
    expect((await state(view)).state).toBe('broadcast');
  });
});

describe('calls in doubt', () => {
  test('a payment request whose answer was lost is closed, watched, and replaced under a new reference', async () => {
    world.payway.faults.add('timeout-after-apply', { route: 'generate-qr' });
    const view = await world.during(world.confirmed('1'));
    expect(view.state).toBe('awaiting-payment');
    expect(requests()).toHaveLength(2);
    expect(new Set(requests().map(({ reference }) => reference)).size).toBe(2);
    await pay(1);
    expect((await deliver(view)).state).toBe('DELIVERED');
    expect(world.coins.sent.size).toBe(1);
  });

  test('the orphan is paid as well: the second payment goes back', async () => {
    world.payway.faults.add('timeout-after-apply', { route: 'generate-qr' });
    world.payway.faults.add('http-503', { route: 'close', times: 50 });
    const view = await world.during(world.confirmed('1'));
    await pay(1);
    await world.pass(5000);
    await world.payway.payer.pay(requests()[0]?.reference as Reference, PAYER).catch(() => null);
    expect((await deliver(view)).state).toBe('DELIVERED');
    expect(world.payway.applied.refunds).toHaveLength(world.payway.applied.receipts.length - 1);
  });

  test('an exchange that filled and did not answer is found; nothing is bought twice', async () => {
    const view = await world.confirmed('1');
    world.binance.faults.add('reset-after-apply', { route: 'new-order' });
    await pay();
    expect((await deliver(view)).state).toBe('DELIVERED');
    expect(world.binance.applied.orders).toHaveLength(1);
  });

  test('a delivery that was sent and not answered is found; nothing is sent twice', async () => {
    const view = await world.confirmed('1');
    world.coins.fault = 'lost-after';
    await pay();
    expect((await deliver(view)).state).toBe('DELIVERED');
    expect(world.coins.sent.size).toBe(1);
  });

  test('a delivery that never left is proven absent and sent again under its reference', async () => {
    const view = await world.confirmed('1');
    world.coins.fault = 'lost-before';
    await pay();
    expect((await deliver(view)).state).toBe('DELIVERED');
    expect(world.coins.sent.size).toBe(1);
  });
});

describe('a price that moved', () => {
  test('silence means what was agreed: refund', async () => {
    const view = await world.confirmed('1');
    world.binance.market.move(300);
    await pay();
    await world.pass(5000);
    expect((await state(view)).step).toBe('price-moved');
    await world.pass(60 * 60_000);
    expect((await state(view)).state).toBe('REFUNDED');
    expect(world.binance.applied.orders).toEqual([]);
  });

  test('the buyer says: deliver at the market', async () => {
    const view = await world.confirmed('1');
    world.binance.market.move(300);
    await pay();
    await world.pass(5000);
    await world.orders.buyer.answerPrice(buyer, view.id, 'deliver');
    const delivered = await deliver(view);
    expect(delivered.state).toBe('DELIVERED');
    const promised = view.lines.find(({ key }) => key === 'arrives')?.amount.minor ?? 0n;
    expect(delivered.delivery?.amount.minor).toBeLessThan(promised);
  });

  test('below the floor nobody but a person decides', async () => {
    const view = await world.confirmed('1', { silence: 'deliver' });
    world.binance.market.move(2000);
    await pay();
    await world.pass(60 * 60_000);
    expect((await world.orders.admin.order(view.number)).order).toMatchObject({
      hold: 'review',
      holdReasons: ['below-floor'],
    });
    const refund = await world.orders.admin.refund(view.id, 'owner');
    expect(refund.outcome).toBe('done');
    await world.pass(60_000);
    expect((await state(view)).state).toBe('REFUNDED');
  });
});

describe('screening', () => {
  test('a sanctioned address is refused before any money', async () => {
    world.screening.address = 'blocked';
    const view = await world.confirmed('1');
    expect(view.state).toBe('REJECTED');
    expect(requests()).toEqual([]);
  });

  test('a hit at signing freezes: nothing moves, refunds included, until two people let it', async () => {
    const view = await world.confirmed('1');
    await pay();
    world.screening.address = 'blocked';
    await world.pass(60 * 60_000);
    const { order } = await world.orders.admin.order(view.number);
    expect(order).toMatchObject({ hold: 'frozen', holdReasons: ['address-blocked'] });
    expect(world.coins.sent.size).toBe(0);
    const release = await world.orders.admin.release(view.id, 'owner');
    if (release.outcome !== 'proposed') throw new Error('one person sufficed');
    await expect(
      world.orders.admin.approve(release.proposal.id, release.proposal.payloadHash, 'owner'),
    ).rejects.toThrow('second person');
    await expect(world.orders.admin.approve(release.proposal.id, 'other', 'treasurer')).rejects.toThrow(
      'not what was proposed',
    );
    world.screening.address = 'clear';
    await world.orders.admin.approve(release.proposal.id, release.proposal.payloadHash, 'treasurer');
    expect((await deliver(view)).state).toBe('DELIVERED');
  });

  test('screening that fails lets nothing through, and the order waits', async () => {
    const view = await world.confirmed('1');
    world.screening.name = 'error';
    await pay();
    await world.pass(5 * 60_000);
    expect(world.coins.sent.size).toBe(0);
    world.screening.name = 'clear';
    await world.pass(5 * 60_000);
    expect((await deliver(view)).state).toBe('DELIVERED');
  });
});

describe('the float', () => {
  test('ten buyers, float for five: five see a request, five an honest message', async () => {
    const transfer = await world.orders.admin.planTransfer(
      'float-out',
      { asset: { code: 'USDT', scale: 8 }, minor: 49_950_00000000n },
      'owner',
    );
    expect(transfer).toMatch(/^\d+$/);
    const ends = [];
    for (let index = 0; index < 10; index += 1) {
      ends.push(
        await world.confirmed(String(index + 1)).then(
          ({ state: end }) => end as string,
          (error: { rule?: string }) => error.rule ?? 'error',
        ),
      );
    }
    expect(ends.filter((end) => end === 'awaiting-payment')).toHaveLength(5);
    expect(ends.filter((end) => end === 'float-short')).toHaveLength(5);
  });
});
