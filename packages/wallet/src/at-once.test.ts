import { BTC, money } from '@rielrails/core';
import { newReference } from '@rielrails/kit';
import { describe, expect, it } from 'vitest';
import type { FakeChain } from '../test/fake-chain.ts';
import { seedOf, singleDescriptor } from '../test/hardware.ts';
import { applied } from '../test/shop.ts';
import { bindingKey, createWorld, policy } from '../test/world.ts';
import { createSigner } from './signer/signer.ts';

describe('a higher fee', () => {
  it('asked for by two at once leaves one transaction, and no coin bound in vain', async () => {
    const { wallet, open, chain, store, ask } = createWorld({ coins: [1_000_000n] });
    const order = ask(700_000n);
    applied(await wallet.withdraw(order));
    chain.setFeeRate(20);
    const results = await Promise.all([wallet, open(), open()].map((one) => one.bump(order)));
    expect(new Set(results.map(({ outcome }) => outcome))).toEqual(new Set(['applied']));
    expect(chain.mempool).toHaveLength(1);
    expect((await store.find(order.reference))?.versions).toHaveLength(2);
    expect((await store.leased()).size).toBe(1);
  });

  it('asked for by two at once where a child must pay: one helps, and the books tell that one', async () => {
    const { wallet, open, chain, store, ask } = createWorld({ coins: [1_000_000n, 300_000n, 310_000n] });
    const order = ask(998_000n);
    const first = applied(await wallet.withdraw(order));
    chain.setFeeRate(40);
    const results = await Promise.all([wallet, open()].map((one) => one.bump(order)));
    expect(results.filter(({ outcome }) => outcome === 'applied').length).toBeGreaterThan(0);
    expect(chain.mempool).toHaveLength(2);
    const child = (await store.find(order.reference))?.children.find(({ txid }) => chain.mempool.includes(txid));
    chain.mine();
    expect(await wallet.get(order)).toMatchObject({
      status: 'confirmed',
      transactionId: first.transactionId,
      fee: money(BTC, (first.fee?.minor ?? 0n) + (child?.feeSats ?? 0n)),
    });
  });

  it('that comes while a block confirms the first version tells that version, and what it cost', async () => {
    const { wallet, open, chain, ask } = createWorld({ coins: [1_000_000n] });
    const order = ask(700_000n);
    const first = applied(await wallet.withdraw(order));
    chain.setFeeRate(20);
    const [hex = ''] = chain.broadcasts;
    const racing: FakeChain = {
      ...chain,
      broadcast: async (later) => {
        chain.force(hex);
        return chain.broadcast(later);
      },
    };
    const told = applied(await open({ chain: racing }).bump(order));
    expect(told).toMatchObject({ status: 'confirmed', transactionId: first.transactionId, fee: first.fee });
    expect(await wallet.get(order)).toMatchObject({ status: 'confirmed', fee: first.fee });
  });
});

describe('the same reference at once', () => {
  const cold = singleDescriptor('p2tr', seedOf(9));
  const float = { minimumSats: 100_000n, targetSats: 200_000n, maximumSats: 300_000n, cold };

  it('is one sweep to cold storage, to one address', async () => {
    const { wallet, open, chain, log, runtime } = createWorld({
      config: { float },
      policy: { ownDescriptors: [cold] },
    });
    const input = { reference: newReference(runtime.random), amount: money(BTC, 900_000n) };
    const results = await Promise.all([wallet, open(), open()].map((one) => one.housekeeping.sweepToCold(input)));
    expect(new Set(results.map((result) => applied(result).transactionId)).size).toBe(1);
    expect(chain.mempool).toHaveLength(1);
    expect(log.entries).toHaveLength(2);
  });
});

describe('the hour of a signer', () => {
  it('goes on after a restart: nothing counts twice, and nothing is forgotten', async () => {
    const limits = { ...policy, maximumSatsPerHour: 1_000_000n };
    const { open, chain, keys, log, ask, runtime } = createWorld({ policy: limits });
    const restart = () =>
      open({ signer: createSigner({ keys, bindingKey, policy: limits, log, frozen: () => false }, runtime) });
    const first = ask(600_000n);
    applied(await restart().withdraw(first));
    // The same one again, by a signer that has just started, is no second one; nor is a higher fee.
    applied(await restart().withdraw(first));
    chain.setFeeRate(20);
    applied(await restart().bump(first));
    applied(await restart().withdraw(ask(400_000n)));
    expect(await restart().withdraw(ask(1000n))).toMatchObject({ fault: { kind: 'declined', reason: 'velocity' } });
    await runtime.clock.advance(3_600_001);
    applied(await restart().withdraw(ask(1000n)));
  });
});
