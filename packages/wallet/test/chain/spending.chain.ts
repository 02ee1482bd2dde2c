import { BTC } from '@rielrails/core';
import { newReference } from '@rielrails/kit';
import { Transaction } from 'bitcoinjs-lib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backendTypes } from '../regtest.ts';
import type { World } from '../regtest.ts';
import { applied, createShop } from '../shop.ts';
import type { Shop } from '../shop.ts';
import { accounts } from './accounts.ts';
import { judged, received, startReal } from './real.ts';
import type { JudgedChain } from './real.ts';

const places = accounts.flatMap(([script, keys]) => backendTypes.map((type) => [script, type, keys] as const));

// Each transaction is judged by the node (testmempoolaccept) before it is handed in.
describe.each(places)('%s coins through %s on a real node', (_script, type, keys) => {
  let world: World;
  let chain: JudgedChain;
  let shop: Shop;
  beforeAll(async () => {
    world = await startReal();
    // What the node estimates from the few payments of this test is no matter here.
    chain = judged(world, { ...world.open(type), feeRate: async () => 2 });
    shop = createShop({ keys: keys(1), chain, runtime: world.runtime, config: { pool: { coins: 3, sats: 100_000n } } });
  });
  afterAll(() => world.stop());

  async function fund(...amounts: readonly bigint[]): Promise<void> {
    for (const sats of amounts) {
      await world.miner.fund((await shop.wallet.depositAddress(BTC)).text, sats, { confirmations: 0 });
    }
    await world.miner.mine(1);
  }

  /** The node took it, at the size that was reckoned with, or a byte a signature less; at the rate that was asked. */
  async function assertAccepted(txid: string, feeSats: bigint, satPerVbyte: number): Promise<Transaction> {
    const { hex = '' } = (await chain.transaction(txid)) ?? {};
    const transaction = Transaction.fromHex(hex);
    expect(chain.verdicts.at(-1)).toEqual({ allowed: true, vsize: transaction.virtualSize(), reason: null });
    const rate = Number(feeSats) / transaction.virtualSize();
    expect(rate).toBeGreaterThanOrEqual(satPerVbyte);
    expect(rate).toBeLessThan(satPerVbyte * 1.01);
    return transaction;
  }

  it('delivers from one coin with change, from ten, and the change again', async () => {
    await fund(900_000n);
    const first = shop.ask(500_000n);
    const sent = applied(await shop.wallet.withdraw(first));
    const one = await assertAccepted(sent.transactionId, sent.fee?.minor ?? 0n, 2);
    expect([one.ins.length, one.outs.length]).toEqual([1, 2]);
    await fund(...Array.from({ length: 9 }, (_, index) => 100_000n + BigInt(index)));
    const second = shop.ask(1_250_000n);
    const large = applied(await shop.wallet.withdraw(second));
    const ten = await assertAccepted(large.transactionId, large.fee?.minor ?? 0n, 2);
    expect(ten.ins).toHaveLength(10);
    await world.miner.mine(1);
    expect(await shop.wallet.get(second)).toMatchObject({ status: 'confirmed', depth: 1 });
    for (const { destination, amount } of [first, second]) {
      expect(await received(world, destination.address.text)).toEqual([amount.minor]);
    }
  });

  it('fills its pool, gathers what is left over, and keeps its books', async () => {
    await fund(700_000n, ...Array.from({ length: 8 }, () => 20_000n));
    const reference = () => ({ reference: newReference(world.runtime.random) });
    const split = applied(await shop.wallet.housekeeping.split(reference()));
    const pieces = await assertAccepted(split.transactionId, split.fee?.minor ?? 0n, 2);
    expect(pieces.outs.filter(({ value }) => value === 100_000n).length).toBeGreaterThanOrEqual(2);
    await world.miner.mine(1);
    await fund(20_000n, 21_000n, 22_000n, 23_000n);
    const before = await shop.wallet.balance(BTC);
    const gathered = applied(await shop.wallet.housekeeping.consolidate(reference()));
    const together = await assertAccepted(gathered.transactionId, gathered.fee?.minor ?? 0n, 2);
    expect(together.outs).toHaveLength(1);
    await world.miner.mine(1);
    const after = await shop.wallet.balance(BTC);
    expect(after.available.minor).toBe(before.available.minor - (gathered.fee?.minor ?? 0n));
    expect(await shop.wallet.housekeeping.tend()).toMatchObject({ failed: 0 });
  });
});
