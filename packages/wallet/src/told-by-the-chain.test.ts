import { BTC, money } from '@rielrails/core';
import { Psbt } from 'bitcoinjs-lib';
import { describe, expect, it } from 'vitest';
import type { FakeChain } from '../test/fake-chain.ts';
import { seedOf, signElsewhere, singleDescriptor } from '../test/hardware.ts';
import { applied } from '../test/shop.ts';
import { createWorld } from '../test/world.ts';
import { createMemoryStore } from './memory-store.ts';
import { exportPsbts, importPsbt } from './psbt-desk.ts';
import type { WaitingPsbt } from './psbt-desk.ts';
import { openDescriptor } from './signer/keys.ts';

const seed = seedOf(1);

/** A wallet whose only key is in a hardware signer. */
function start(coins: readonly bigint[] = [1_000_000n]) {
  const keys = openDescriptor(singleDescriptor('p2wpkh', seed), 'regtest');
  const world = createWorld({ keys, coins });
  const order = world.ask(500_000n);
  const waiting = async (): Promise<WaitingPsbt> => {
    const newest = (await exportPsbts(world, order.reference)).at(-1);
    if (!newest) throw new Error('nothing waits');
    return newest;
  };
  return {
    ...world,
    order,
    waiting,
    bringHome: async ({ psbt }: WaitingPsbt) =>
      importPsbt(world, { reference: order.reference, psbt: signElsewhere(psbt, seed) }),
  };
}

/** What happens when the owner of a hardware signer presses "broadcast" and saves no file. */
function broadcastElsewhere({ psbt }: WaitingPsbt, chain: FakeChain): void {
  chain.force(
    Psbt.fromBase64(signElsewhere(psbt, seed, { final: true }))
      .extractTransaction()
      .toHex(),
  );
}

describe('what was handed out and broadcast by somebody else', () => {
  it('is found on the chain, and is the delivery', async () => {
    const { wallet, chain, store, order, waiting, open } = start();
    await wallet.withdraw(order);
    const handedOut = await waiting();
    broadcastElsewhere(handedOut, chain);
    const told = { status: 'confirmed', transactionId: handedOut.txid, fee: money(BTC, handedOut.feeSats) };
    expect(await wallet.get(order)).toMatchObject(told);
    expect(applied(await open().withdraw(order))).toMatchObject(told);
    expect((await store.find(order.reference))?.versions).toHaveLength(1);
    expect(await wallet.bump(order)).toMatchObject({ fault: { kind: 'conflict' } });
    expect(chain.broadcasts).toEqual([]);
  });

  it('is found too where it took the place of one that we broadcast', async () => {
    const { wallet, chain, order, waiting, bringHome } = start();
    await wallet.withdraw(order);
    await bringHome(await waiting());
    chain.setFeeRate(20);
    await wallet.bump(order);
    const replacement = await waiting();
    broadcastElsewhere(replacement, chain);
    expect(await wallet.get(order)).toMatchObject({
      status: 'confirmed',
      transactionId: replacement.txid,
      fee: money(BTC, replacement.feeSats),
    });
  });
});

describe('a child that was handed out and broadcast by somebody else', () => {
  it('counts into the fee once it is confirmed', async () => {
    const { wallet, chain, order, waiting, bringHome } = start([502_000n, 300_000n]);
    await wallet.withdraw(order);
    const { txid, feeSats } = await waiting();
    await bringHome(await waiting());
    chain.setFeeRate(40);
    await wallet.bump(order);
    const child = await waiting();
    expect(child.purpose).toBe('child');
    broadcastElsewhere(child, chain);
    chain.mine();
    const fee = money(BTC, feeSats + child.feeSats);
    expect(await wallet.get(order)).toMatchObject({ status: 'confirmed', transactionId: txid, fee });
  });
});

describe('versions that came home in another order', () => {
  it('the one that pays most is kept on the network, and the next pays more than that', async () => {
    const { wallet, chain, order, waiting, bringHome } = start();
    await wallet.withdraw(order);
    await bringHome(await waiting());
    chain.setFeeRate(10);
    await wallet.bump(order);
    const cheap = await waiting();
    chain.setFeeRate(20);
    await wallet.bump(order);
    const dear = await waiting();
    await bringHome(dear);
    expect(await bringHome(cheap)).toMatchObject({ outcome: 'signed', broadcast: { outcome: 'refused' } });
    chain.evict(dear.txid);
    expect(await wallet.get(order)).toMatchObject({ status: 'broadcast', transactionId: dear.txid });
    expect(await wallet.bump(order)).toMatchObject({ outcome: 'applied' });
    expect((await waiting()).feeSats).toBeGreaterThan(dear.feeSats);
  });
});

describe('a store from a backup that holds the first version only', () => {
  it('tells the later one that the log knows, and no stranger', async () => {
    const { wallet, open, chain, store, ask } = createWorld({ coins: [1_000_000n] });
    const order = ask(500_000n);
    applied(await wallet.withdraw(order));
    const backup = createMemoryStore();
    const saved = await store.find(order.reference);
    if (!saved) throw new Error('nothing was stored');
    await backup.plan(saved);
    for (const version of saved.versions) {
      await backup.recordVersion(order.reference, version, (await store.logHead()) ?? { sequence: 0, hash: '' });
    }
    chain.setFeeRate(20);
    const { transactionId, fee } = applied(await wallet.bump(order));
    const restored = open({ store: backup });
    expect(await restored.get(order)).toMatchObject({ status: 'broadcast', transactionId, fee });
    expect((await backup.find(order.reference))?.versions).toHaveLength(2);
  });
});
