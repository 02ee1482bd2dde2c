import { BTC, money } from '@rielrails/core';
import { newReference, toHex } from '@rielrails/kit';
import { Psbt, Transaction } from 'bitcoinjs-lib';
import { describe, expect, it } from 'vitest';
import { createWorld } from '../test/world.ts';
import { multisigDescriptor, seedOf, signElsewhere, singleDescriptor } from '../test/hardware.ts';
import { createMemoryStore } from './memory-store.ts';
import { exportPsbts, importPsbt } from './psbt-desk.ts';
import { reconcile } from './reconcile.ts';
import { openDescriptor, openSeed } from './signer/keys.ts';
import type { SigningAccount } from './signer/keys.ts';

const seeds = [seedOf(1), seedOf(2), seedOf(3)];
const multisig = multisigDescriptor(2, seeds);

const whole: readonly (readonly [string, () => SigningAccount])[] = [
  ['wpkh', () => openSeed(seedOf(1), 'regtest', 'p2wpkh')],
  ['tr', () => openSeed(seedOf(1), 'regtest', 'p2tr')],
  ['wsh with two of three keys', () => openDescriptor(multisig, 'regtest', [seedOf(3), seedOf(1)])],
  ['wsh with all three keys', () => openDescriptor(multisig, 'regtest', seeds)],
];

describe.each(whole)('a wallet of %s', (_name, open) => {
  it('delivers, with change that it can spend again, and answers a repeat with the same transaction', async () => {
    const { wallet, chain, ask } = createWorld({ keys: open(), coins: [1_000_000n, 700_000n] });
    const order = ask(1_200_000n);
    const first = await wallet.withdraw(order);
    expect(first).toMatchObject({ outcome: 'applied', value: { status: 'broadcast' } });
    expect(await wallet.withdraw(order)).toEqual(first);
    expect(chain.mempool).toHaveLength(1);
    chain.mine();
    expect(await wallet.withdraw(ask(400_000n))).toMatchObject({ outcome: 'applied', value: { status: 'broadcast' } });
  });

  it('pays a higher fee from its change', async () => {
    const { wallet, chain, ask } = createWorld({ keys: open(), coins: [1_000_000n] });
    const order = ask(600_000n);
    await wallet.withdraw(order);
    chain.setFeeRate(20);
    expect(await wallet.bump(order)).toMatchObject({ outcome: 'applied', value: { status: 'broadcast' } });
    expect(chain.mempool).toHaveLength(1);
    chain.mine();
    expect(await wallet.get(order)).toMatchObject({ status: 'confirmed', depth: 1 });
  });

  it('sweeps to an address of its own', async () => {
    const { wallet, chain, runtime } = createWorld({ keys: open(), coins: [1_000_000n] });
    const address = await wallet.depositAddress(BTC);
    const reference = newReference(runtime.random);
    const amount = money(BTC, 900_000n);
    expect(await wallet.withdraw({ reference, amount, destination: { type: 'own', address } })).toMatchObject({
      outcome: 'applied',
      value: { status: 'broadcast' },
    });
    expect(chain.mempool).toHaveLength(1);
  });

  it('never gives an address twice, and never takes a receiving one for change', async () => {
    const { wallet, chain, ask, keys } = createWorld({ keys: open(), coins: [900_000n, 900_000n, 900_000n] });
    const given = [await wallet.depositAddress(BTC), await wallet.depositAddress(BTC)].map(({ text }) => text);
    for (const sats of [500_000n, 510_000n, 520_000n]) await wallet.withdraw(ask(sats));
    const change = chain.broadcasts.flatMap((hex) =>
      Transaction.fromHex(hex).outs.flatMap(({ script }) => {
        const index = [0, 1, 2, 3].find(
          (at) => toHex(keys.account.key({ branch: 'change', index: at }).script) === toHex(script),
        );
        return index === undefined ? [] : [index];
      }),
    );
    expect(new Set(change).size).toBe(change.length);
    expect(change).toHaveLength(3);
    expect(new Set(given).size).toBe(2);
  });
});

const elsewhere: readonly (readonly [string, string, readonly Uint8Array[], readonly Uint8Array[]])[] = [
  ['wpkh on a hardware signer', singleDescriptor('p2wpkh', seedOf(1)), [], [seedOf(1)]],
  ['tr on a hardware signer', singleDescriptor('p2tr', seedOf(1)), [], [seedOf(1)]],
  ['wsh with one key here and one elsewhere', multisig, [seedOf(2)], [seedOf(3)]],
  ['wsh with two keys elsewhere', multisig, [], [seedOf(3), seedOf(1)]],
];

describe.each(elsewhere)('a wallet of %s', (_name, descriptor, here, there) => {
  const start = () => {
    const keys = openDescriptor(descriptor, 'regtest', here);
    return createWorld({ keys, coins: [1_000_000n, 700_000n] });
  };

  it('hands out a PSBT, waits, takes the signatures, and broadcasts', async () => {
    const { wallet, chain, ask, signer, store, runtime } = start();
    const order = ask(1_200_000n);
    expect(await wallet.withdraw(order)).toMatchObject({ outcome: 'applied', value: { status: 'signing' } });
    await runtime.clock.advance(24 * 3_600_000);
    // A plan that nobody signed would be given up by now. This one may be signed at any time.
    expect(await wallet.get(order)).toMatchObject({ status: 'signing' });
    expect(chain.broadcasts).toEqual([]);

    let [waiting] = await exportPsbts({ signer }, order.reference);
    expect(waiting).toMatchObject({ address: order.destination.address.text, amountSats: 1_200_000n });
    const outcomes: unknown[] = [];
    let psbt = '';
    for (const [index, seed] of there.entries()) {
      psbt = signElsewhere(waiting?.psbt ?? '', seed, { final: index === there.length - 1 });
      outcomes.push(await importPsbt({ signer, store, chain }, { reference: order.reference, psbt }));
      [waiting] = await exportPsbts({ signer }, order.reference);
    }
    const [txid] = chain.mempool;
    expect(outcomes).toEqual([
      ...there.slice(1).map(() => ({ outcome: 'waiting', txid })),
      { outcome: 'signed', txid, broadcast: { outcome: 'accepted' } },
    ]);
    expect(await importPsbt({ signer, store, chain }, { reference: order.reference, psbt })).toMatchObject({
      broadcast: { outcome: 'already-known' },
    });
    expect(waiting).toBeUndefined();
    expect(await wallet.get(order)).toMatchObject({ status: 'broadcast' });
    expect(chain.mempool).toHaveLength(1);
    chain.mine();
    expect(await wallet.get(order)).toMatchObject({ status: 'confirmed' });
  });

  it('takes partial signatures as well as finished inputs', async () => {
    const { wallet, ask, signer, store, chain } = start();
    const order = ask(500_000n);
    await wallet.withdraw(order);
    for (const seed of there) {
      const [waiting] = await exportPsbts({ signer }, order.reference);
      await importPsbt(
        { signer, store, chain },
        { reference: order.reference, psbt: signElsewhere(waiting?.psbt ?? '', seed) },
      );
    }
    expect(await wallet.get(order)).toMatchObject({ status: 'broadcast' });
  });

  it('gives the hardware signer every field that it checks', async () => {
    const { wallet, ask, signer, keys } = start();
    const order = ask(500_000n);
    await wallet.withdraw(order);
    const [waiting] = await exportPsbts({ signer }, order.reference);
    const { data } = Psbt.fromBase64(waiting?.psbt ?? '');
    const { type } = keys.account.script;
    const { roots } = keys.account;
    const taproot = {
      tapInternalKey: expect.any(Uint8Array),
      tapBip32Derivation: [
        expect.objectContaining({ leafHashes: [], path: expect.stringMatching(/^m\/86'\/1'\/0'\/0\/\d+$/) }),
      ],
    };
    const bip32Derivation = roots.map(() => expect.objectContaining({ path: expect.stringMatching(/'\/0\/\d+$/) }));
    const fields = {
      p2tr: taproot,
      p2wpkh: { bip32Derivation },
      p2wsh: { bip32Derivation, witnessScript: expect.any(Uint8Array) },
    }[type];
    for (const { partialSig: _ours, ...input } of data.inputs) {
      expect(input).toEqual({ nonWitnessUtxo: expect.any(Uint8Array), witnessUtxo: expect.anything(), ...fields });
    }
    const own = data.outputs.filter((output) => output.bip32Derivation ?? output.tapBip32Derivation);
    expect(own).toHaveLength(1);
  });

  it('refuses by name what was changed on the way', async () => {
    const { wallet, ask, signer, store, chain } = start();
    const order = ask(500_000n);
    await wallet.withdraw(order);
    const [waiting] = await exportPsbts({ signer }, order.reference);
    const honest = waiting?.psbt ?? '';
    const changed = (change: (psbt: Psbt, transaction: Transaction) => void): string => {
      const psbt = Psbt.fromBase64(honest);
      const { unsignedTx } = psbt.data.globalMap as unknown as { unsignedTx: { tx: Transaction } };
      change(psbt, unsignedTx.tx);
      return psbt.toBase64();
    };
    const first = <T>(list: readonly T[]): T => list[0] as T;
    const cases: readonly (readonly [string, string])[] = [
      ['changed-amounts', changed((_, { outs }) => void (first(outs).value -= 1n))],
      ['changed-outputs', changed((_, { outs }) => void (first(outs).script = first(outs).script.toReversed()))],
      [
        'changed-outputs',
        changed((psbt) => {
          for (const input of psbt.data.inputs) delete input.partialSig;
          psbt.addOutput({ script: Uint8Array.of(0x6a), value: 0n });
        }),
      ],
      ['changed-inputs', changed((_, { ins }) => void (first(ins).hash = first(ins).hash.toReversed()))],
      ['changed-inputs', changed((_, { ins }) => void (first(ins).index += 1))],
      ['changed-sequence', changed((_, { ins }) => void (first(ins).sequence = 0xffff_ffff))],
      ['changed-transaction', changed((_, transaction) => void (transaction.locktime = 900_000))],
      ['changed-transaction', changed((_, transaction) => void (transaction.version = 1))],
      ['signature', honest],
      ['signature', withWrongSignature(honest, there)],
      ['psbt-version', signElsewhere(honest, there[0] ?? seedOf(1), { version: 2 })],
      ['malformed', 'cHNidP8BAA'],
      ['malformed', ''],
    ];
    for (const [code, psbt] of cases) {
      await expect(importPsbt({ signer, store, chain }, { reference: order.reference, psbt })).rejects.toMatchObject({
        fault: { kind: 'invalid', providerCode: code },
      });
    }
    await expect(importPsbt({ signer, store, chain }, { reference: '42', psbt: honest })).rejects.toMatchObject({
      fault: { providerCode: 'nothing-signed' },
    });
    expect(await wallet.get(order)).toMatchObject({ status: 'signing' });
  });

  it('is frozen like any other', async () => {
    const { wallet, ask, signer, store, freeze, chain } = start();
    const order = ask(500_000n);
    await wallet.withdraw(order);
    const [waiting] = await exportPsbts({ signer }, order.reference);
    const psbt = signElsewhere(waiting?.psbt ?? '', there[0] ?? seedOf(1));
    freeze.on = true;
    await expect(importPsbt({ signer, store, chain }, { reference: order.reference, psbt })).rejects.toMatchObject({
      fault: { kind: 'declined', reason: 'frozen' },
    });
  });

  it('is followed and not paid twice after the store was lost', async () => {
    const { open, wallet, ask, signer, chain } = start();
    const order = ask(500_000n);
    await wallet.withdraw(order);
    const store = createMemoryStore();
    const restored = open({ store });
    expect(await restored.withdraw(order)).toMatchObject({ outcome: 'unknown', fault: { reason: 'duplicate' } });
    expect(await restored.get(order)).toMatchObject({ status: 'signing' });
    expect(await reconcile({ signer, store }, { adopt: 'all' })).toEqual([order.reference]);
    for (const seed of there) {
      const [waiting] = await exportPsbts({ signer }, order.reference);
      await importPsbt(
        { signer, store, chain },
        { reference: order.reference, psbt: signElsewhere(waiting?.psbt ?? '', seed) },
      );
    }
    expect(await restored.get(order)).toMatchObject({ status: 'broadcast' });
  });
});

/** The signatures of another transaction's inputs, put where they do not belong. */
function withWrongSignature(honest: string, there: readonly Uint8Array[]): string {
  const signed = Psbt.fromBase64(signElsewhere(honest, there[0] ?? seedOf(1)));
  for (const input of signed.data.inputs) {
    const [partial] = input.partialSig?.slice(-1) ?? [];
    if (partial) partial.signature = flipped(partial.signature);
    if (input.tapKeySig) input.tapKeySig = flipped(input.tapKeySig);
  }
  return signed.toBase64();
}

function flipped(signature: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(signature);
  copy[20] = (copy[20] ?? 0) ^ 1;
  return copy;
}

describe('accounts', () => {
  it('are not opened with a seed that holds none of their keys', () => {
    expect(() => openDescriptor(multisig, 'regtest', [seedOf(9)])).toThrow(
      'holds no key of the descriptor; give the seed',
    );
  });

  it('hold their private keys out of sight', () => {
    const told = JSON.stringify([openDescriptor(multisig, 'regtest', seeds), openSeed(seedOf(1), 'regtest', 'p2tr')]);
    expect(told).not.toMatch(/[tx]prv|"privateKey"/);
    expect(told).not.toContain('101,101,101');
  });
});
