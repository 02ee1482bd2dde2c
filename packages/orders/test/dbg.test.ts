import { KHR, money } from '@rielrails/core';
import { test } from 'vitest';
import { chatRef, createTestWorld } from './world/world.ts';
test('dbg', async () => {
  const world = await createTestWorld({ cash: {} });
  const view = await world.confirmed('1');
  world.binance.market.move(300);
  world.cash.pay(world.cash.asked[0] ?? '', { name: 'DARA SOK' });
  await world.pass(5000);
  await world.orders.buyer.answerPrice(chatRef('1'), view.id, 'deliver');
  await world.pass(20000);
  const f = await world.orders.admin.order(view.number);
  console.log(
    f.order.state,
    f.timeline,
    f.order.effects
      .filter((e) => e.kind === 'buy')
      .map((e) => JSON.stringify(e, (_k, v) => (typeof v === 'bigint' ? v.toString() : v))),
  );
  await world.end();
});
test('dbg2', async () => {
  const world = await createTestWorld({ cash: {} });
  const view = await world.confirmed('1');
  world.binance.market.halt(true);
  world.cash.pay(world.cash.asked[0] ?? '', { amount: money(KHR, 50_000n), name: 'DARA SOK' });
  world.cash.fault.refund = 'unreachable';
  await world.pass(3000);
  const f0 = await world.orders.admin.order(view.number);
  console.log(f0.order.state, f0.timeline);
  await world.orders.admin.hold(view.id, 'frozen', 'owner');
  world.binance.market.halt(false);
  await world.pass(2 * 60 * 60_000);
  const release = await world.orders.admin.release(view.id, 'owner');
  if (release.outcome !== 'proposed') throw new Error('one person sufficed');
  await world.orders.admin.approve(release.proposal.id, release.proposal.payloadHash, 'treasurer');
  await world.pass(3 * 60_000);
  const f = await world.orders.admin.order(view.number);
  console.log(
    f.order.state,
    f.timeline,
    f.order.effects.map((e) => JSON.stringify(e, (_k, v) => (typeof v === 'bigint' ? v.toString() : v))),
  );
  await world.end();
});
