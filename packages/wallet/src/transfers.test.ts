import { BTC, money } from '@rielrails/core';
import type { Attempt, Reference, Withdrawal } from '@rielrails/core';
import { newReference } from '@rielrails/kit';
import { describe, expect, it } from 'vitest';
import { seedOf, singleDescriptor } from '../test/hardware.ts';
import { applied } from '../test/shop.ts';
import { createWorld } from '../test/world.ts';
import { readAccount } from './account.ts';

const cold = singleDescriptor('p2tr', seedOf(9));
const float = { minimumSats: 100_000n, targetSats: 200_000n, maximumSats: 300_000n, cold };

/** A transfer that waits at 1 sat per virtual byte, while everybody else pays 20. */
async function stuck(kind: 'sweepToCold' | 'consolidate') {
  const coins = kind === 'sweepToCold' ? [2_000_000n] : [900_000n, 800_000n, 90_000n, 80_000n, 70_000n];
  const world = createWorld({ coins, config: { float }, policy: { ownDescriptors: [cold] } });
  const { wallet, chain, runtime } = world;
  const reference: Reference = newReference(runtime.random);
  const again = (): Promise<Attempt<Withdrawal>> =>
    kind === 'sweepToCold'
      ? wallet.housekeeping.sweepToCold({ reference, amount: money(BTC, 1_000_000n) })
      : wallet.housekeeping.consolidate({ reference });
  chain.setFeeRate(1);
  const first = applied(await again());
  chain.setFeeRate(20);
  return { ...world, reference, again, first };
}

describe('a transfer that was stuck tells, under its own reference, what confirmed and what it cost', () => {
  it.each(['old', 'new'] as const)('a sweep of which the %s version confirmed', async (winner) => {
    const { wallet, chain, reference, again, first } = await stuck('sweepToCold');
    const second = applied(await wallet.bump({ reference }));
    expect(second.transactionId).not.toBe(first.transactionId);
    expect(applied(await again())).toMatchObject({ status: 'broadcast', transactionId: second.transactionId });
    if (winner === 'old') chain.force(chain.broadcasts[0] ?? '');
    else chain.mine();
    const { transactionId, fee } = winner === 'old' ? first : second;
    const told = { status: 'confirmed', transactionId, fee, amount: money(BTC, 1_000_000n) };
    expect(applied(await again())).toMatchObject(told);
    expect(await wallet.get({ reference })).toMatchObject(told);
    chain.mine(100);
    expect(await wallet.housekeeping.tend()).toMatchObject({ settled: 1 });
    expect(applied(await again())).toMatchObject(told);
  });

  it.each(['earlier', 'later'] as const)('a consolidation of which the %s child confirmed', async (winner) => {
    const { wallet, chain, store, reference, again, first } = await stuck('consolidate');
    applied(await wallet.bump({ reference }));
    chain.setFeeRate(45);
    applied(await wallet.bump({ reference }));
    const { children } = (await store.find(reference)) ?? { children: [] };
    expect(children).toHaveLength(2);
    const child = winner === 'earlier' ? children[0] : children[1];
    if (winner === 'earlier') chain.force(child?.hex ?? '');
    chain.mine();
    const fee = money(BTC, (first.fee?.minor ?? 0n) + (child?.feeSats ?? 0n));
    expect(applied(await again())).toMatchObject({ status: 'confirmed', transactionId: first.transactionId, fee });
    expect(await wallet.get({ reference })).toMatchObject({ fee });
    const before = chain.broadcasts.length;
    await wallet.housekeeping.tend();
    expect(chain.broadcasts).toHaveLength(before);
  });

  it.each(['not stored', 'not sent', 'lost'] as const)(
    'a sweep whose higher fee was signed and %s: the next look sends it',
    async (how) => {
      const { open, wallet, chain, store, reference, again, first } = await stuck('sweepToCold');
      const dead = (): Promise<never> => Promise.reject(new Error('killed'));
      if (how === 'lost') chain.failBroadcast('lost-before');
      const dying = {
        'not stored': open({ store: { ...store, recordVersion: dead } }),
        'not sent': open({ chain: { ...chain, broadcast: dead } }),
        lost: wallet,
      }[how];
      expect(await dying.bump({ reference })).toMatchObject({ outcome: 'unknown' });
      expect(chain.mempool).toEqual([first.transactionId]);
      const told = applied(await again());
      const { txid, feeSats } = (await store.find(reference))?.versions[1] ?? { txid: '', feeSats: 0n };
      expect(told).toMatchObject({ transactionId: txid, fee: money(BTC, feeSats) });
      expect(chain.mempool).toEqual([txid]);
    },
  );

  it('a sweep whose higher fee the network refuses: what it has instead, until it takes it', async () => {
    const { wallet, chain, store, reference, again, first } = await stuck('sweepToCold');
    chain.failBroadcast('fee-too-low', 2);
    expect(applied(await wallet.bump({ reference }))).toMatchObject({ transactionId: first.transactionId });
    expect(applied(await again())).toMatchObject({ status: 'broadcast', transactionId: first.transactionId });
    expect(applied(await again())).toMatchObject({ transactionId: (await store.find(reference))?.versions[1]?.txid });
  });
});

describe('a sweep to cold storage', () => {
  const amount = money(BTC, 1_000_000n);
  const start = () => createWorld({ coins: [2_000_000n], config: { float }, policy: { ownDescriptors: [cold] } });
  const addressOf = (index: number) => readAccount(cold, 'regtest').key({ branch: 'receive', index }).address;

  it('that is declined uses no address up: a cold wallet looks only so far beyond those that it knows', async () => {
    const { wallet, chain, store, runtime } = start();
    const sweep = (sats: bigint) =>
      wallet.housekeeping.sweepToCold({ reference: newReference(runtime.random), amount: money(BTC, sats) });
    for (let times = 0; times < 25; times += 1) {
      expect(await sweep(5_000_000n)).toMatchObject({ fault: { reason: 'insufficient-funds' } });
    }
    chain.setFeeRate(null);
    await runtime.clock.advance(1_800_001);
    expect(await sweep(1_000_000n)).toMatchObject({ outcome: 'refused', fault: { kind: 'unavailable' } });
    chain.setFeeRate(2);
    applied(await sweep(1_000_000n));
    expect((await store.find((await store.open())[0] ?? ''))?.address).toBe(addressOf(0));
  });

  it('with another amount under the same reference is in doubt: the first one did happen', async () => {
    const { wallet, chain, runtime } = start();
    const reference = newReference(runtime.random);
    applied(await wallet.housekeeping.sweepToCold({ reference, amount }));
    expect(await wallet.housekeeping.sweepToCold({ reference, amount: money(BTC, 1_000_001n) })).toMatchObject({
      outcome: 'unknown',
      fault: { reason: 'duplicate' },
    });
    expect(chain.mempool).toHaveLength(1);
  });

  it.each(['takeDeliveryIndex', 'plan', 'sign', 'recordVersion', 'broadcast'] as const)(
    'killed right after %s: the same reference goes on, to the same address, once',
    async (point) => {
      const { open, signer, store, chain, log, runtime } = start();
      const reference = newReference(runtime.random);
      const dead = (): Promise<never> => Promise.reject(new Error('killed'));
      const dying = open({
        store: {
          ...store,
          ...(point === 'takeDeliveryIndex' && {
            takeDeliveryIndex: (input) => store.takeDeliveryIndex(input).then(dead),
          }),
          ...(point === 'plan' && { plan: (input) => store.plan(input).then(dead) }),
          ...(point === 'recordVersion' && { recordVersion: (...input) => store.recordVersion(...input).then(dead) }),
        },
        signer: { ...signer, ...(point === 'sign' && { sign: (input) => signer.sign(input).then(dead) }) },
        chain: { ...chain, ...(point === 'broadcast' && { broadcast: (hex) => chain.broadcast(hex).then(dead) }) },
      });
      expect(await dying.housekeeping.sweepToCold({ reference, amount })).toMatchObject({ outcome: 'unknown' });
      const { transactionId } = applied(await open().housekeeping.sweepToCold({ reference, amount }));
      expect(chain.mempool).toEqual([transactionId]);
      expect((await store.find(reference))?.address).toBe(addressOf(0));
      expect(log.entries.filter(({ type }) => type === 'signed')).toHaveLength(1);
    },
  );
});

it.each(['plan', 'sign', 'recordVersion', 'broadcast'] as const)(
  'a consolidation killed right after %s: looking after everything is enough, or its coins are free again',
  async (point) => {
    const { open, signer, store, chain, log, runtime } = createWorld({
      coins: [900_000n, 800_000n, 9000n, 8000n, 7000n],
    });
    chain.setFeeRate(1);
    const reference = newReference(runtime.random);
    const dead = (): Promise<never> => Promise.reject(new Error('killed'));
    const dying = open({
      store: {
        ...store,
        ...(point === 'plan' && { plan: (input) => store.plan(input).then(dead) }),
        ...(point === 'recordVersion' && { recordVersion: (...input) => store.recordVersion(...input).then(dead) }),
      },
      signer: { ...signer, ...(point === 'sign' && { sign: (input) => signer.sign(input).then(dead) }) },
      chain: { ...chain, ...(point === 'broadcast' && { broadcast: (hex) => chain.broadcast(hex).then(dead) }) },
    });
    expect(await dying.housekeeping.consolidate({ reference })).toMatchObject({ outcome: 'unknown' });
    await runtime.clock.advance(120_000);
    await open().housekeeping.tend();
    const isSent = point !== 'plan';
    expect(chain.mempool).toHaveLength(isSent ? 1 : 0);
    expect((await store.leased()).size).toBe(isSent ? 3 : 0);
    applied(await open().housekeeping.consolidate({ reference }));
    expect(chain.mempool).toHaveLength(1);
    expect(log.entries.filter(({ type }) => type === 'signed')).toHaveLength(1);
  },
);
