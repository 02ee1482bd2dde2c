import { BTC } from '@rielrails/core';
import { describe, expect, it } from 'vitest';
import type { FakeChain } from '../test/fake-chain.ts';
import { seedOf, signElsewhere, singleDescriptor } from '../test/hardware.ts';
import { createWorld } from '../test/world.ts';
import type { World } from '../test/world.ts';
import { exportPsbts, importPsbt } from './psbt-desk.ts';
import { openDescriptor } from './signer/keys.ts';
import type { WalletStore } from './store.ts';

const seed = seedOf(1);
const dead = (): Promise<never> => Promise.reject(new Error('killed'));

/** A delivery that waits for a hardware signer; or for a child of it, where its change cannot pay more. */
async function waiting(purpose: 'deliver' | 'replace' | 'child') {
  const keys = openDescriptor(singleDescriptor('p2wpkh', seed), 'regtest');
  const world = createWorld({ keys, coins: purpose === 'child' ? [502_000n, 300_000n] : [1_000_000n] });
  const { wallet, chain, signer, store } = world;
  const order = world.ask(500_000n);
  await wallet.withdraw(order);
  const signed = async () => {
    const newest = (await exportPsbts({ signer }, order.reference)).at(-1);
    expect(newest?.purpose).toBe(chain.mempool.length > 0 ? purpose : 'deliver');
    return { reference: order.reference, psbt: signElsewhere(newest?.psbt ?? '', seed) };
  };
  if (purpose !== 'deliver') {
    await importPsbt({ signer, store, chain }, await signed());
    chain.setFeeRate(40);
    await wallet.bump(order);
  }
  return { ...world, order, brought: await signed() };
}

const cases = (['deliver', 'replace', 'child'] as const).flatMap((purpose) =>
  (['signed', 'stored', 'sent'] as const).map((when) => [purpose, when] as const),
);

/** The same desk, dying as soon as something is done. */
function dying(
  { signer, store, chain }: Pick<World, 'signer' | 'store' | 'chain'>,
  when: (typeof cases)[number][1],
): Parameters<typeof importPsbt>[0] {
  const recordVersion: WalletStore['recordVersion'] = (...input) => store.recordVersion(...input).then(dead);
  const recordChild: WalletStore['recordChild'] = (...input) => store.recordChild(...input).then(dead);
  const broadcast: FakeChain['broadcast'] = (hex) => chain.broadcast(hex).then(dead);
  const broadcastPackage: FakeChain['broadcastPackage'] = (hexes) => chain.broadcastPackage(hexes).then(dead);
  return {
    signer: when === 'signed' ? { ...signer, complete: (input) => signer.complete(input).then(dead) } : signer,
    store: when === 'stored' ? { ...store, recordVersion, recordChild } : store,
    chain: when === 'sent' ? { ...chain, broadcast, broadcastPackage } : chain,
  };
}

describe('bringing home what was signed elsewhere', () => {
  it.each(cases)(
    '%s, killed once it is %s: bringing it again finishes it, and makes nothing twice',
    async (purpose, when) => {
      const world = await waiting(purpose);
      const { wallet, chain, store, order, brought, log } = world;
      await expect(importPsbt(dying(world, when), brought)).rejects.toThrow('killed');
      const entries = log.entries.length;
      const { txid } = await importPsbt(world, brought);
      expect(log.entries).toHaveLength(entries);
      expect(chain.mempool).toContain(txid);
      const stored = await store.find(order.reference);
      expect(stored?.versions).toHaveLength(purpose === 'replace' ? 2 : 1);
      expect(stored?.children).toHaveLength(purpose === 'child' ? 1 : 0);
      chain.mine();
      expect(await wallet.get(order)).toMatchObject({ status: 'confirmed' });
      expect(await wallet.balance(BTC)).toMatchObject({ pending: { minor: 0n } });
    },
  );

  it.each(cases)('%s, killed once it is %s: looking after everything is enough', async (purpose, when) => {
    const world = await waiting(purpose);
    const { wallet, chain, signer, order, brought } = world;
    await expect(importPsbt(dying(world, when), brought)).rejects.toThrow('killed');
    await wallet.housekeeping.tend();
    const newest = (await signer.find(order.reference)).at(-1);
    expect(newest?.type).toBe('signed');
    expect(chain.mempool).toContain(newest?.txid);
  });

  it('a child comes with what it helps, where the network lost that meanwhile', async () => {
    const world = await waiting('child');
    const [parent = ''] = world.chain.mempool;
    world.chain.evict(parent);
    const { txid, ...rest } = await importPsbt(world, world.brought);
    expect(rest).toEqual({ outcome: 'signed', broadcast: { outcome: 'accepted' } });
    expect([...world.chain.mempool].sort()).toEqual([parent, txid].sort());
  });
});
