import { BTC } from '@rielrails/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backendTypes } from '../regtest.ts';
import type { World } from '../regtest.ts';
import { applied, createShop } from '../shop.ts';
import type { Shop } from '../shop.ts';
import { openSingle } from './accounts.ts';
import { received, startReal } from './real.ts';

/** How deep a delivery is called final. */
const FINAL_DEPTH = 6;
const depths = [1, 2, 3, 4, 5, 6];

describe.each(backendTypes)('a reorganisation seen through %s', (type) => {
  let world: World;
  let shop: Shop;
  beforeAll(async () => {
    world = await startReal();
    shop = createShop({ keys: openSingle(1), chain: world.open(type), runtime: world.runtime });
    for (let coin = 0; coin < 20; coin += 1) {
      await world.miner.fund((await shop.wallet.depositAddress(BTC)).text, 200_000n, { confirmations: 0 });
    }
    await world.miner.mine(1);
  });
  afterAll(() => world.stop());

  async function delivered() {
    const order = shop.ask(150_000n);
    const { transactionId } = applied(await shop.wallet.withdraw(order));
    return { order, transactionId, look: () => shop.wallet.get(order) };
  }

  it.each(depths)('%i deep, before the delivery is final: it waits again, and confirms again', async (depth) => {
    const { order, transactionId, look } = await delivered();
    const confirmed = Math.min(depth, FINAL_DEPTH - 1);
    await world.miner.mine(confirmed);
    expect(await look()).toMatchObject({ status: 'confirmed', depth: confirmed });
    await world.miner.reorganise(depth);
    expect(await look()).toMatchObject({ status: 'broadcast', transactionId });
    await world.miner.mine(2);
    expect(await look()).toMatchObject({ status: 'confirmed', transactionId, depth: 2 });
    expect(await received(world, order.destination.address.text)).toEqual([150_000n]);
    expect((await shop.store.find(order.reference))?.versions).toHaveLength(1);
  });

  it.each(depths)('%i deep, after it was final: the same transaction, never another one', async (depth) => {
    const { order, transactionId, look } = await delivered();
    await world.miner.mine(FINAL_DEPTH);
    expect(await look()).toMatchObject({ status: 'confirmed', depth: FINAL_DEPTH });
    await world.miner.reorganise(depth);
    // The new branch is one block longer than what it replaced.
    const stays = { status: 'confirmed', transactionId, depth: FINAL_DEPTH + 1 };
    expect(await look()).toMatchObject(depth < FINAL_DEPTH ? stays : { status: 'broadcast', transactionId });
    await world.miner.mine(1);
    expect(await look()).toMatchObject({ status: 'confirmed', transactionId });
    expect(await received(world, order.destination.address.text)).toEqual([150_000n]);
    expect(await shop.signer.find(order.reference)).toHaveLength(1);
  });
});
