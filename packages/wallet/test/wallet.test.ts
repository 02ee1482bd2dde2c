import { BTC, money } from '@rielrails/core';
import { Transaction } from 'bitcoinjs-lib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSeed } from '../src/signer/index.ts';
import { kindsToTest, startWorld } from './regtest.ts';
import type { World } from './regtest.ts';
import { applied, createShop } from './shop.ts';
import type { Shop } from './shop.ts';
import { customerAddress } from './world.ts';

const COINS = [900_000n, 800_000n, 700_000n, 600_000n, 500_000n, 400_000n];

// Wallet, signer and Bitcoin Core's RPC together: on the stand-in always, on the real node where it was fetched.
describe.each(await kindsToTest())('the wallet on %s', (kind) => {
  let world: World;
  let shop: Shop;
  beforeAll(async () => {
    world = await startWorld(kind);
    const { runtime, backend } = world;
    shop = createShop({ keys: openSeed(runtime.random.bytes(32), 'regtest'), chain: backend, runtime });
    for (const sats of COINS) {
      await world.miner.fund((await shop.wallet.depositAddress(BTC)).text, sats, { confirmations: 0 });
    }
    await world.miner.mine(1);
  }, 60_000);
  afterAll(() => world.stop());

  it('sees its coins', async () => {
    const available = COINS.reduce((sum, sats) => sum + sats, 0n);
    expect(await shop.wallet.balance(BTC)).toEqual({ available: money(BTC, available), pending: money(BTC, 0n) });
  });

  it('delivers, raises the fee, survives a reorganisation, and was paid for once', async () => {
    const { wallet, ask } = shop;
    const order = ask(450_000n);
    const first = applied(await wallet.withdraw(order));
    const real = Transaction.fromHex((await hexOf(first.transactionId)) ?? '').virtualSize();
    expect(first.fee?.minor).toBeGreaterThanOrEqual(BigInt(real * 2));
    expect(first.fee?.minor).toBeLessThanOrEqual(BigInt(real * 2 + 4));

    const second = applied(await wallet.bump(order));
    expect(second.transactionId).not.toBe(first.transactionId);
    expect(await world.backend.transaction(first.transactionId)).toBeNull();
    await world.miner.mine(2);
    expect(await wallet.get(order)).toMatchObject({
      status: 'confirmed',
      depth: 2,
      transactionId: second.transactionId,
    });

    await world.miner.reorganise(2);
    expect(await wallet.get(order)).toMatchObject({ status: 'broadcast', transactionId: second.transactionId });
    await world.miner.mine(1);
    expect(await wallet.get(order)).toMatchObject({
      status: 'confirmed',
      depth: 1,
      transactionId: second.transactionId,
    });
    expect(await received(order.destination.address.text)).toEqual([450_000n]);
  });

  it.each(['plan', 'recordVersion', 'sign', 'broadcast', 'answer'] as const)(
    'killed at %s: the repeat pays once',
    async (point) => {
      const { open, ask, store, signer } = shop;
      const { backend } = world;
      const dead = (): Promise<never> => Promise.reject(new Error('killed'));
      const order = ask(150_000n);
      const dying = {
        plan: () => open({ store: { ...store, plan: (plan) => store.plan(plan).then(dead) } }),
        recordVersion: () => open({ store: { ...store, recordVersion: dead } }),
        sign: () => open({ signer: { ...signer, sign: (request) => signer.sign(request).then(dead) } }),
        broadcast: () => open({ chain: { ...backend, broadcast: dead } }),
        answer: () => open({ chain: { ...backend, broadcast: (hex) => backend.broadcast(hex).then(dead) } }),
      }[point]();
      expect(await dying.withdraw(order)).toMatchObject({ outcome: 'unknown' });
      const paid = applied(await open().withdraw(order));
      expect(applied(await open().withdraw(order)).transactionId).toBe(paid.transactionId);
      await world.miner.mine(1);
      expect(await open().get(order)).toMatchObject({ status: 'confirmed', transactionId: paid.transactionId });
      expect(await received(order.destination.address.text)).toEqual([150_000n]);
      expect(await signer.find(order.reference)).toHaveLength(1);
    },
  );

  // The stand-in makes no block of transactions that its mempool does not hold.
  const onRealNode = kind === 'bitcoin-knots' ? [kind] : [];
  it.each(onRealNode)('counts the old version as the delivery when a miner of %s confirms that one', async () => {
    const { wallet, ask, store } = shop;
    const order = ask(100_000n);
    const first = applied(await wallet.withdraw(order));
    const old = (await hexOf(first.transactionId)) ?? '';
    applied(await wallet.bump(order));
    await world.ask('generateblock', customerAddress().text, [old]);
    expect(await wallet.get(order)).toMatchObject({ status: 'confirmed', transactionId: first.transactionId });
    expect((await store.find(order.reference))?.versions).toHaveLength(2);
    expect(await received(order.destination.address.text)).toEqual([100_000n]);
  });

  async function hexOf(txid: string): Promise<string | undefined> {
    return (await world.backend.transaction(txid))?.hex;
  }

  /** What confirmed outputs an address has, as the node itself counts. */
  async function received(address: string): Promise<readonly bigint[]> {
    const scan = (await world.ask('scantxoutset', 'start', [`addr(${address})`])) as {
      readonly unspents: readonly { readonly amount: unknown }[];
    };
    return scan.unspents.map(({ amount }) => BigInt(String(amount).replace('.', '').replace(/^0+/, '')));
  }
});
