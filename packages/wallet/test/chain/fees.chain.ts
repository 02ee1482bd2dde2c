import { BTC } from '@rielrails/core';
import type { Withdraw } from '@rielrails/core';
import { newReference } from '@rielrails/kit';
import { Transaction } from 'bitcoinjs-lib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { lockOf, spend } from '../spending.ts';
import type { OwnedCoin } from '../spending.ts';
import { backendTypes } from '../regtest.ts';
import type { World } from '../regtest.ts';
import { applied, createShop } from '../shop.ts';
import type { Shop } from '../shop.ts';
import { customerAddress } from '../world.ts';
import { accounts, openSingle } from './accounts.ts';
import { judge, received, startReal } from './real.ts';

const places = accounts.flatMap(([script, keys]) => backendTypes.map((type) => [script, type, keys] as const));

describe.each(places)('%s coins through %s pay more', (_script, type, keys) => {
  let world: World;
  let shop: Shop;
  let round = 0;
  const rate = { satPerVbyte: 2 };
  beforeAll(async () => {
    world = await startReal();
  });
  beforeEach(() => {
    round += 1;
    rate.satPerVbyte = 2;
    // What the node estimates from the few payments of this test is no matter here.
    const chain = { ...world.open(type), feeRate: async () => rate.satPerVbyte };
    shop = createShop({ keys: keys(round), chain, runtime: world.runtime });
  });
  afterAll(() => world.stop());

  async function delivered(coins: readonly bigint[], sats: bigint): Promise<{ order: Withdraw; txid: string }> {
    for (const coin of coins) await world.miner.fund((await shop.wallet.depositAddress(BTC)).text, coin);
    const order = shop.ask(sats);
    return { order, txid: applied(await shop.wallet.withdraw(order)).transactionId };
  }
  const hexOf = async (txid: string) => (await world.backend.transaction(txid))?.hex ?? '';

  it('by replacing three times, each time on the same anchor; one of the four confirms', async () => {
    const { order, txid } = await delivered([900_000n], 400_000n);
    const hexes = [await hexOf(txid)];
    for (const satPerVbyte of [6, 15, 33]) {
      rate.satPerVbyte = satPerVbyte;
      hexes.push(await hexOf(applied(await shop.wallet.bump(order)).transactionId));
    }
    const versions = hexes.map((hex) => Transaction.fromHex(hex));
    expect(new Set(versions.map((version) => version.getId())).size).toBe(4);
    const anchors = versions.map(({ ins: [anchor] }) => Buffer.from(anchor?.hash ?? []).toString('hex'));
    expect(new Set(anchors).size).toBe(1);
    expect(await world.ask('getrawmempool')).toEqual([versions[3]?.getId()]);
    // None of the earlier ones can come back beside the last.
    for (const hex of hexes.slice(0, 3)) expect(await judge(world, hex)).toMatchObject({ allowed: false });
    await world.miner.mine(1);
    expect(await shop.wallet.get(order)).toMatchObject({ status: 'confirmed', transactionId: versions[3]?.getId() });
    expect(await received(world, order.destination.address.text)).toEqual([400_000n]);
  });

  it('and the first version counts as the delivery when a miner confirms that one', async () => {
    const { order, txid } = await delivered([900_000n], 400_000n);
    const old = await hexOf(txid);
    for (const satPerVbyte of [6, 15, 33]) {
      rate.satPerVbyte = satPerVbyte;
      applied(await shop.wallet.bump(order));
    }
    await world.ask('generateblock', customerAddress().text, [old]);
    expect(await shop.wallet.get(order)).toMatchObject({ status: 'confirmed', transactionId: txid });
    expect((await shop.store.find(order.reference))?.versions).toHaveLength(4);
    expect(await received(world, order.destination.address.text)).toEqual([400_000n]);
  });

  it('by a child where the change does not suffice; the node counts both together', async () => {
    const { order, txid } = await delivered([900_000n, 300_000n], 899_000n);
    rate.satPerVbyte = 30;
    expect(applied(await shop.wallet.bump(order)).transactionId).toBe(txid);
    const child = (await shop.store.find(order.reference))?.children[0];
    expect(child?.parent).toBe(txid);
    const entry = (await world.ask('getmempoolentry', child?.txid)) as Record<string, unknown>;
    const fees = entry['fees'] as Record<string, unknown>;
    const together = Number(String(fees['ancestor'])) * 1e8;
    expect(String(entry['ancestorcount'])).toBe('2');
    const size = Number(String(entry['ancestorsize']));
    expect(together / size).toBeGreaterThanOrEqual(30);
    expect(together / size).toBeLessThan(30.4);
    rate.satPerVbyte = 45;
    applied(await shop.wallet.bump(order));
    const mempool = (await world.ask('getrawmempool')) as readonly string[];
    expect(mempool).toHaveLength(2);
    expect(mempool).toContain(txid);
    expect(mempool).not.toContain(child?.txid);
    await world.miner.mine(1);
    expect(await shop.wallet.get(order)).toMatchObject({ status: 'confirmed', transactionId: txid });
    expect(await received(world, order.destination.address.text)).toEqual([899_000n]);
    expect(await shop.wallet.balance(BTC)).toMatchObject({ pending: { minor: 0n } });
  });

  /** What a transaction paid, as the node counts it. */
  async function costOf(txid: string): Promise<bigint> {
    const { fee } = (await world.ask('getrawtransaction', txid, 2)) as { readonly fee: unknown };
    const [whole = '', part = ''] = String(fee).split('.');
    return BigInt(whole + part.padEnd(8, '0'));
  }

  it('by a child for a consolidation, which tells under its reference what the node counts for both', async () => {
    for (const coin of [900_000n, 800_000n, 30_000n, 31_000n, 32_000n]) {
      await world.miner.fund((await shop.wallet.depositAddress(BTC)).text, coin);
    }
    const { housekeeping } = shop.wallet;
    const reference = { reference: newReference(world.runtime.random) };
    const { transactionId } = applied(await housekeeping.consolidate(reference));
    rate.satPerVbyte = 12;
    applied(await shop.wallet.bump(reference));
    rate.satPerVbyte = 25;
    applied(await shop.wallet.bump(reference));
    const mempool = (await world.ask('getrawmempool')) as readonly string[];
    expect(mempool).toHaveLength(2);
    await world.miner.mine(1);
    const told = applied(await housekeeping.consolidate(reference));
    expect(told).toMatchObject({ status: 'confirmed', transactionId });
    const costs = await Promise.all(mempool.map(costOf));
    expect(told.fee?.minor).toBe(costs.reduce((sum, cost) => sum + cost));
    expect(await shop.wallet.get(reference)).toEqual(told);
  });
});

/** So many large transactions fill five megabytes. */
const GUESTS = 60;
const PAYEES = 2500;

// A node whose mempool is as small as may be, and full of others' transactions at a higher rate.
describe.each(backendTypes)('a full mempool behind %s', (type) => {
  let world: World;
  let shop: Shop;
  const rate = { satPerVbyte: 1 };
  beforeAll(async () => {
    world = await startReal(['-maxmempool=5']);
    const chain = { ...world.open(type), feeRate: async () => rate.satPerVbyte };
    const fee = { targetBlocks: 2, floorSatPerVbyte: 1, ceilingSatPerVbyte: 200, maximumFeeSats: 100_000n };
    shop = createShop({ keys: openSingle(1), chain, runtime: world.runtime, config: { fee } });
  });
  afterAll(() => world.stop());

  /** Coins of others, confirmed, that are spent later. */
  async function invite(): Promise<readonly OwnedCoin[]> {
    const rich = { form: 'p2wpkh', name: 'rich' } as const;
    const sats = 4_000_000_000n;
    const { output, address } = lockOf('p2wpkh', 'rich');
    const coin = { ...(await world.miner.fund(address, sats)), sats, ...rich };
    const each = sats / BigInt(GUESTS) - 1000n;
    const outputs = Array.from({ length: GUESTS }, () => ({ script: output, sats: each }));
    const split = spend({ coins: [coin], outputs });
    await world.ask('sendrawtransaction', split.toHex(), 0);
    await world.miner.mine(1);
    return outputs.map((_, index) => ({ txid: split.getId(), index, sats: each, ...rich }));
  }

  /** Lets others pay so much, and at such a rate, that the cheapest must go. */
  async function crowd(coins: readonly OwnedCoin[], satPerVbyte: bigint): Promise<void> {
    const { output: script } = lockOf('p2wpkh', 'payee');
    for (const coin of coins) {
      const each = (coin.sats - BigInt(110 + 31 * PAYEES) * satPerVbyte) / BigInt(PAYEES);
      const outputs = Array.from({ length: PAYEES }, () => ({ script, sats: each }));
      await world.call('sendrawtransaction', spend({ coins: [coin], outputs }).toHex(), 0);
    }
    const info = (await world.ask('getmempoolinfo')) as Record<string, unknown>;
    expect(Number(String(info['mempoolminfee']))).toBeGreaterThan(0.000_01);
  }

  it('evicts a cheap delivery; nothing brings it back but a higher fee, and then it confirms', async () => {
    const guests = await invite();
    await world.miner.fund((await shop.wallet.depositAddress(BTC)).text, 900_000n);
    const order = shop.ask(400_000n);
    const { transactionId } = applied(await shop.wallet.withdraw(order));
    await crowd(guests, 20n);
    expect(await world.backend.transaction(transactionId)).toBeNull();
    expect(await shop.wallet.get(order)).toMatchObject({ status: 'removed', transactionId });
    rate.satPerVbyte = 60;
    const bumped = applied(await shop.wallet.bump(order));
    expect(bumped.status).toBe('broadcast');
    await world.miner.mine(1);
    expect(await shop.wallet.get(order)).toMatchObject({ status: 'confirmed', transactionId: bumped.transactionId });
    expect(await received(world, order.destination.address.text)).toEqual([400_000n]);
  });
});
