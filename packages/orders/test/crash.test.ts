import type { Reference } from '@rielrails/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CrashPoint, Orders, OrderView } from '../src/index.ts';
import { ask } from './database.ts';
import { chatRef, createTestWorld } from './world/world.ts';
import type { TestWorld } from './world/world.ts';

let world: TestWorld;
beforeAll(async () => {
  world = await createTestWorld();
});
afterAll(async () => {
  expect(await world.orders.admin.trialBalance()).toEqual({ uneven: [], drifted: [] });
  await world.end();
});

const PAYER = { name: 'DARA SOK' };

class Died extends Error {}

/** A life that ends when it comes to a moment for the first time: from there on it does nothing any more. */
interface Life {
  readonly seen: Set<string>;
  state: 'alive' | 'dead' | 'buried';
  probe(point: CrashPoint, doing: string): void;
}

function lifeUntil(last: string | null): Life {
  const life: Life = {
    seen: new Set(),
    state: 'alive',
    probe(point, doing) {
      const moment = `${point} ${doing}`;
      life.seen.add(moment);
      if (moment === last) life.state = 'dead';
      if (life.state !== 'alive') throw new Died();
    },
  };
  return life;
}

let chats = 0;

/** Lets a life run into its death, if it meets it, and opens a new engine on what it left. */
async function survive(life: Life, work: () => Promise<unknown>): Promise<void> {
  await work().catch((error: unknown) => {
    if (!(error instanceof Died)) throw error;
  });
  if (life.state !== 'dead') return;
  life.state = 'buried';
  await world.restart();
}

/** Lets time pass, and looks once. */
async function step(ms: number): Promise<void> {
  await world.runtime.clock.advance(ms);
  await world.during(world.orders.sweep());
  await world.orders.idle();
}

/** Steps until an order is there. */
async function reach(id: Reference, state: string): Promise<void> {
  for (let waited = 0; waited < 40 && (await world.orders.admin.order(id)).order.state !== state; waited += 1)
    await step(5000);
}

/** Pays what is shown, and follows the order to its delivery. */
async function payAndReceive(id: Reference): Promise<void> {
  await world.payway.payer.pay(await shownReference(world.orders, id), PAYER);
  await reach(id, 'broadcast');
  world.coins.mine(8);
  await reach(id, 'DELIVERED');
}

/** One purchase whose engine dies at a crash point; a buyer who taps again, pays what is shown, and waits. */
async function purchase(life: Life): Promise<OrderView> {
  chats += 1;
  const chat = `crash-${chats}`;
  const buyer = chatRef(chat);
  const { id } = await world.quoted(chat);
  await world.restart({ probe: (point, doing) => life.probe(point, doing) });
  const now = () => world.orders.buyer.view(buyer, id);
  const asked = world.payway.applied.payments.length;
  await survive(life, () => world.confirm(chat, id));
  if ((await now()).state === 'quoted') await survive(life, () => world.confirm(chat, id));
  for (let waited = 0; waited < 20 && (await now()).next === null; waited += 1) await survive(life, () => step(5000));
  const shown = await shownReference(world.orders, id);
  expect(world.payway.applied.payments.slice(asked).some(({ reference }) => reference === shown)).toBe(true);
  await world.payway.payer.pay(shown, PAYER);
  for (let waited = 0; waited < 30 && (await now()).state !== 'broadcast'; waited += 1)
    await survive(life, () => step(5000));
  world.coins.mine(8);
  for (let waited = 0; waited < 20 && (await now()).state !== 'DELIVERED'; waited += 1)
    await survive(life, () => step(20_000));
  return now();
}

/** The reference behind the QR that the buyer sees. */
async function shownReference(orders: Orders, id: Reference): Promise<Reference> {
  const { order } = await orders.admin.order(id);
  const shown = order.effects.filter(
    ({ status, result }) => status === 'applied' && result?.kind === 'request-payment' && result.next !== null,
  );
  expect(shown).toHaveLength(1);
  return shown[0]?.reference as Reference;
}

/** What the world saw of one purchase: whatever died, everything once. */
async function expectOnce(id: Reference, before: Counts): Promise<void> {
  const { order } = await world.orders.admin.order(id);
  expect(order).toMatchObject({ state: 'DELIVERED', hold: 'none', reserved: false });
  expect(order.receipts.filter(({ funded }) => funded > 0n)).toHaveLength(1);
  expect(counts()).toEqual({
    receipts: before.receipts + 1,
    refunds: before.refunds,
    bought: before.bought + 1,
    sent: before.sent + 1,
  });
  // What is over is not looked at any more: the next purchase has the engine to itself.
  await ask(world.url, `update purchase set wake_at = null where state = 'DELIVERED'`);
  const balances = await world.orders.admin.balances();
  expect(balances.filter(({ account }) => account.includes(id))).toEqual([]);
}

type Counts = ReturnType<typeof counts>;
function counts() {
  return {
    receipts: world.payway.applied.receipts.length,
    refunds: world.payway.applied.refunds.length,
    bought: world.binance.applied.orders.length,
    sent: world.coins.sent.size,
  };
}

describe('an engine that dies', () => {
  test('at any kind of moment of a purchase: charged, bought and delivered once', async () => {
    const whole = lifeUntil(null);
    const before = counts();
    await expectOnce((await purchase(whole)).id, before);
    const moments = [...whole.seen];
    expect(moments.length).toBeGreaterThan(20);
    for (const moment of moments) {
      const life = lifeUntil(moment);
      const earlier = counts();
      const { id } = await purchase(life);
      expect([moment, life.state]).toEqual([moment, 'buried']);
      await expectOnce(id, earlier);
    }
  }, 150_000);
});

describe('several engines on one database', () => {
  test('drive the same order at the same moment: one of them does each thing', async () => {
    const other = await world.another();
    const third = await world.another();
    const before = counts();
    const view = await world.quoted('crowd');
    const { hash } = await world.orders.buyer.terms(chatRef('crowd'), view.id);
    const all = [world.orders, other, third, world.orders, other, third];
    const confirmation = { termsHash: hash, silence: 'refund' } as const;
    const asked = world.payway.applied.payments.length;
    await Promise.all(all.map((one) => one.buyer.confirm(chatRef('crowd'), view.id, confirmation)));
    expect(world.payway.applied.payments).toHaveLength(asked + 1);
    await world.payway.payer.pay(await shownReference(world.orders, view.id), PAYER);
    for (let round = 0; round < 8; round += 1) {
      await world.runtime.clock.advance(10_000);
      await world.during(Promise.all(all.map((one) => one.wake(view.id))));
      world.coins.mine(1);
    }
    await Promise.all(all.map((one) => one.idle()));
    await expectOnce(view.id, before);
  });

  test('all jobs are lost: the sweep brings the order on', async () => {
    const before = counts();
    const view = await world.confirmed('jobless');
    expect(await ask(world.url, `select 1 from queue.job where name = 'order'`)).not.toEqual([]);
    await ask(world.url, 'truncate queue.job cascade');
    await payAndReceive(view.id);
    await expectOnce(view.id, before);
  });
});

describe('a connection that breaks at the very commit', () => {
  /** The next commit that touches an effect of this status ends its own connection. */
  async function breakAt(kind: string, status: string): Promise<void> {
    await ask(world.url, 'create sequence breaks');
    await ask(
      world.url,
      `create function break_connection() returns trigger language plpgsql as $$ begin
         if nextval('breaks') = 1 then perform pg_terminate_backend(pg_backend_pid()); end if; return null; end $$`,
    );
    await ask(
      world.url,
      `create constraint trigger breaks_at_commit after insert or update on effect deferrable initially deferred
         for each row when (new.kind = '${kind}' and new.status = '${status}') execute function break_connection()`,
    );
  }

  test.each([
    ['buy', 'planned'],
    ['buy', 'applied'],
    ['send', 'planned'],
    ['send', 'applied'],
  ])('of a %s that is %s: everything once', async (kind, status) => {
    const before = counts();
    const view = await world.confirmed(`break-${kind}-${status}`);
    await breakAt(kind, status);
    await payAndReceive(view.id);
    const [broken] = await ask<{ last: string }>(world.url, 'select last_value as last from breaks');
    await ask(world.url, 'drop function break_connection cascade');
    await ask(world.url, 'drop sequence breaks');
    expect(Number(broken?.last)).toBeGreaterThan(0);
    await expectOnce(view.id, before);
  });
});
