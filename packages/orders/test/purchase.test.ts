import { afterEach, expect, test } from 'vitest';
import { chatRef, createTestWorld } from './world/world.ts';
import type { TestWorld } from './world/world.ts';

let world: TestWorld;
afterEach(() => world.end());

test('a purchase: quote, verification, payment, trade, delivery', async () => {
  world = await createTestWorld();
  const view = await world.confirmed('1');
  expect(view).toMatchObject({ state: 'awaiting-payment', step: 'pay', next: { type: 'qr' } });
  const [request] = world.payway.applied.payments;
  await world.payway.payer.pay(request?.reference as never, { name: 'DARA SOK' });
  await world.pass(10_000);
  const paid = await world.orders.buyer.view(chatRef('1'), view.id);
  expect(paid.state).toBe('broadcast');
  world.coins.mine(2);
  await world.pass(300_000);
  const delivered = await world.orders.buyer.view(chatRef('1'), view.id);
  expect(delivered.state).toBe('DELIVERED');
  const [sent] = world.coins.sent.values();
  expect(sent?.amount.minor).toBe(delivered.delivery?.amount.minor);
  expect(await world.orders.admin.trialBalance()).toEqual({ uneven: [], drifted: [] });
});
