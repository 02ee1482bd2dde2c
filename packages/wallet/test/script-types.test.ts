import { BTC, money } from '@rielrails/core';
import { newReference } from '@rielrails/kit';
import { Psbt } from 'bitcoinjs-lib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMemoryStore, createWallet, exportPsbts, importPsbt } from '../src/index.ts';
import { proveInBlock } from '../src/signer/block-proof.ts';
import { createMemoryLog, createSigner, openDescriptor, openSeed } from '../src/signer/index.ts';
import type { SigningAccount } from '../src/signer/index.ts';
import { multisigDescriptor, seedOf, signElsewhere, singleDescriptor } from './hardware.ts';
import { kindsToTest, startWorld } from './regtest.ts';
import type { World } from './regtest.ts';
import { bindingKey, clearanceFor, customerAddress, policy } from './world.ts';

const multisig = multisigDescriptor(2, [seedOf(1), seedOf(2), seedOf(3)]);
const kinds = await kindsToTest();

/** A wallet, its signer and its store on a chain. */
function createShop({ backend, runtime }: World, keys: SigningAccount) {
  const { descriptor } = keys.account;
  const log = createMemoryLog({ network: 'regtest', descriptor }, runtime.clock.now());
  const signer = createSigner({ keys, bindingKey, policy, log, frozen: () => false }, runtime);
  const store = createMemoryStore();
  const fee = {
    targetBlocks: 2,
    floorSatPerVbyte: 2,
    ceilingSatPerVbyte: 100,
    fallbackSatPerVbyte: 2,
    maximumFeeSats: 50_000n,
  };
  const config = { network: 'regtest', descriptor, bindingKey, fee } as const;
  const wallet = createWallet(config, { chain: backend, signer, store }, runtime);
  const ask = (sats: bigint) => {
    const reference = newReference(runtime.random);
    const address = customerAddress();
    const amount = money(BTC, sats);
    const clearance = clearanceFor(reference, address, sats, runtime.clock.now());
    const binding = wallet.bind({ reference, address, minimum: amount, maximum: amount });
    return { reference, amount, binding, destination: { type: 'customer', address, clearance } } as const;
  };
  return { wallet, signer, store, ask };
}

describe.each(kinds)('accounts on %s', (kind) => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld(kind);
  }, 60_000);
  afterAll(() => world.stop());

  it.each([
    ['tr', () => openSeed(seedOf(1), 'regtest', 'p2tr'), []],
    ['wsh, two keys here', () => openDescriptor(multisig, 'regtest', [seedOf(1), seedOf(3)]), []],
    ['wpkh, the key elsewhere', () => openDescriptor(singleDescriptor('p2wpkh', seedOf(4)), 'regtest'), [seedOf(4)]],
    ['tr, the key elsewhere', () => openDescriptor(singleDescriptor('p2tr', seedOf(4)), 'regtest'), [seedOf(4)]],
    ['wsh, one key here', () => openDescriptor(multisig, 'regtest', [seedOf(2)]), [seedOf(1)]],
  ] as const)('%s: receives, delivers, and raises the fee', async (_what, open, there) => {
    const { wallet, signer, store, ask } = createShop(world, open());
    await world.miner.fund((await wallet.depositAddress(BTC)).text, 1_000_000n);
    const order = ask(600_000n);
    const bringHome = async () => {
      for (const seed of there) {
        const [waiting] = await exportPsbts({ signer }, order.reference);
        const psbt = signElsewhere(waiting?.psbt ?? '', seed, { final: true });
        await importPsbt({ signer, store, chain: world.backend }, { reference: order.reference, psbt });
      }
    };
    expect(await wallet.withdraw(order)).toMatchObject({ outcome: 'applied' });
    await bringHome();
    const first = await wallet.get(order);
    expect(first).toMatchObject({ status: 'broadcast' });

    expect(await wallet.bump(order)).toMatchObject({ outcome: 'applied' });
    await bringHome();
    const second = await wallet.get(order);
    expect(second).toMatchObject({ status: 'broadcast' });
    expect(second).not.toEqual(first);
    await world.miner.mine(1);
    expect(await wallet.get(order)).toMatchObject({ status: 'confirmed', depth: 1 });
  });
});

// What only a real node says: where one was fetched, it is asked.
describe.each(kinds.filter((kind) => kind !== 'regtest-lite'))('what %s says itself', (kind) => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld(kind);
  }, 60_000);
  afterAll(() => world.stop());

  it.each([
    ['wpkh', singleDescriptor('p2wpkh', seedOf(1))],
    ['tr', singleDescriptor('p2tr', seedOf(1))],
    ['wsh', multisig],
  ])('the addresses and the checksum of a %s descriptor', async (_what, text) => {
    const { account } = openDescriptor(text, 'regtest');
    const [body = '', checksum = ''] = account.descriptor.split('#');
    for (const [branch, number] of [
      ['receive', 0],
      ['change', 1],
    ] as const) {
      const single = body.replaceAll('<0;1>', String(number));
      const { descriptor } = (await world.ask('getdescriptorinfo', single)) as { readonly descriptor: string };
      const addresses = await world.ask('deriveaddresses', descriptor, [0, 4]);
      expect(addresses).toEqual([0, 1, 2, 3, 4].map((index) => account.key({ branch, index }).address));
    }
    const known = (await world.ask('getdescriptorinfo', body)) as { readonly checksum: string };
    expect(known.checksum).toBe(checksum);
  });

  it('a PSBT that is handed out has everything that it needs', async () => {
    const { wallet, signer, ask } = createShop(world, openDescriptor(multisig, 'regtest'));
    await world.miner.fund((await wallet.depositAddress(BTC)).text, 1_000_000n);
    const order = ask(600_000n);
    await wallet.withdraw(order);
    const [waiting] = await exportPsbts({ signer }, order.reference);
    expect(await world.ask('analyzepsbt', waiting?.psbt)).toMatchObject({
      next: 'signer',
      inputs: [{ has_utxo: true }],
    });
    const parts = [seedOf(3), seedOf(1)].map((seed) => signElsewhere(waiting?.psbt ?? '', seed));
    const combined = String(await world.ask('combinepsbt', parts));
    expect(Psbt.fromBase64(combined).data.inputs[0]?.partialSig).toHaveLength(2);
    expect(await world.ask('finalizepsbt', combined)).toMatchObject({ complete: true });
  });

  it('a proof that a transaction is in a block', async () => {
    const { wallet } = createShop(world, openSeed(seedOf(1), 'regtest'));
    const { txid } = await world.miner.fund((await wallet.depositAddress(BTC)).text, 70_000n);
    await world.miner.mine(5);
    const proof = String(await world.ask('gettxoutproof', [txid]));
    const { blockhash } = (await world.ask('getrawtransaction', txid, true)) as { readonly blockhash: string };
    const { height } = (await world.ask('getblockheader', blockhash)) as { readonly height: unknown };
    const headers: string[] = [];
    for (let above = 1; above <= 5; above += 1) {
      const hash = await world.ask('getblockhash', Number(height) + above);
      headers.push(String(await world.ask('getblockheader', hash, false)));
    }
    const rule = { depth: 6, minimumDifficulty: 0n };
    expect(proveInBlock(txid, proof, headers, rule)).toBe(blockhash);
    expect(proveInBlock(txid, proof, headers.slice(1), rule)).toBeNull();
  });
});
