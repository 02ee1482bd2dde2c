import { KHR, money } from '@rielrails/core';
import { afterEach, expect, test } from 'vitest';
import { chatRef, createTestWorld, policy } from './world/world.ts';
import type { TestWorld } from './world/world.ts';

const HOUR_MS = 3_600_000;

let world: TestWorld;
afterEach(() => world.end());

test('money that can be taken back is served after it is final, not before', async () => {
  world = await createTestWorld({ cash: { reversibleForMs: 6 * HOUR_MS } });
  const view = await world.confirmed('1');
  world.cash.pay(world.cash.asked[0] ?? '', { name: 'DARA SOK' });
  await world.pass(5 * HOUR_MS);
  expect((await world.orders.buyer.view(chatRef('1'), view.id)).state).toBe('paid');
  expect(world.binance.applied.orders).toEqual([]);
  await world.pass(2 * HOUR_MS);
  expect((await world.orders.buyer.view(chatRef('1'), view.id)).state).toBe('broadcast');
});

test('under the cap it is served at once; the cap counts a person’s orders together', async () => {
  world = await createTestWorld({
    cash: { reversibleForMs: 6 * HOUR_MS },
    policy: { ...policy, reversibleCap: [money(KHR, 60_000n)] },
  });
  const first = await world.confirmed('1');
  world.cash.pay(world.cash.asked[0] ?? '', { name: 'DARA SOK' });
  await world.pass(10_000);
  expect((await world.orders.buyer.view(chatRef('1'), first.id)).state).toBe('broadcast');
  const second = await world.confirmed('1');
  world.cash.pay(world.cash.asked[1] ?? '', { name: 'DARA SOK' });
  await world.pass(60_000);
  expect((await world.orders.buyer.view(chatRef('1'), second.id)).state).toBe('paid');
});
