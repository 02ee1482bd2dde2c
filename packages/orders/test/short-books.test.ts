import { afterEach, beforeEach, expect, test } from 'vitest';
import { chatRef, createTestWorld } from './world/world.ts';
import type { TestWorld } from './world/world.ts';

let world: TestWorld;
beforeEach(async () => {
  world = await createTestWorld({ cash: {} });
});
afterEach(async () => {
  await world.end();
});

test('a fee in an asset that nobody booked as ours does not keep the purchase off the books, or the buyer waiting', async () => {
  world.binance.market.setFees({ asset: 'BNB' });
  world.binance.market.setBalance('BNB', '1');
  const view = await world.confirmed('1');
  world.cash.pay(world.cash.asked[0] ?? '', { name: 'Dara SOK' });
  await world.pass(60_000);
  world.coins.mine(2);
  await world.pass(300_000);
  expect((await world.orders.buyer.view(chatRef('1'), view.id)).state).toBe('DELIVERED');
  expect(world.binance.applied.orders).toHaveLength(1);
  const { uneven, drifted } = await world.orders.admin.trialBalance();
  expect({ uneven, drifted }).toEqual({ uneven: [], drifted: [] });
  const books = await world.orders.admin.balances();
  const missing = books.find(({ account, amount }) => account === 'suspense' && amount.asset.code === 'BNB');
  expect(missing?.amount.minor).toBeLessThan(0n);
});
