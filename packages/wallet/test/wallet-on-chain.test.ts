import { BTC } from '@rielrails/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createWallet } from '../src/wallet.ts';
import { kindsToTest, startWorld } from './regtest.ts';
import type { World as ChainWorld } from './regtest.ts';
import { createWorld } from './world.ts';

describe.each(await kindsToTest())('the wallet on %s', (kind) => {
  let chain: ChainWorld;
  beforeAll(async () => {
    chain = await startWorld(kind);
  });
  afterAll(() => chain.stop());

  test('receives, sends, replaces for a higher fee, and survives a reorganisation', async () => {
    const { config, signer, store, runtime, ask } = createWorld({ coins: [] });
    const wallet = createWallet(
      { ...config, fee: { ...config.fee, fallbackSatPerVbyte: 2 } },
      { chain: chain.backend, signer, store },
      runtime,
    );
    const deposit = await wallet.depositAddress(BTC);
    await chain.miner.fund(deposit.text, 1_000_000n);
    expect(await wallet.balance(BTC)).toMatchObject({ available: { minor: 1_000_000n }, pending: { minor: 0n } });

    const order = ask(250_000n);
    const sent = await wallet.withdraw(order);
    expect(sent).toMatchObject({ outcome: 'applied', value: { status: 'broadcast' } });
    expect(await wallet.get({ reference: order.reference })).toMatchObject({ status: 'broadcast' });
    expect(await wallet.bump({ reference: order.reference })).toMatchObject({ outcome: 'applied' });
    expect(await chain.ask('getrawmempool')).toHaveLength(1);

    await chain.miner.mine(2);
    expect(await wallet.get({ reference: order.reference })).toMatchObject({ status: 'confirmed', depth: 2 });
    await chain.miner.reorganise(2);
    expect(await wallet.get({ reference: order.reference })).toMatchObject({ status: 'broadcast' });
    await chain.miner.mine(1);
    expect(await wallet.get({ reference: order.reference })).toMatchObject({ status: 'confirmed', depth: 1 });

    const { address } = order.destination;
    const found = (await chain.ask('scantxoutset', 'start', [`addr(${address.text})`])) as {
      unspents: { amount: unknown }[];
    };
    expect(found.unspents.map(({ amount }) => String(amount))).toEqual(['0.00250000']);
  });
});
