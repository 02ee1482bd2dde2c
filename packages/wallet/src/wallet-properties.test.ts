import { BTC } from '@rielrails/core';
import { fc, test } from '@fast-check/vitest';
import { addressOfScript } from '@rielrails/kit/bitcoin';
import { Transaction } from 'bitcoinjs-lib';
import { expect } from 'vitest';
import { multisigDescriptor, seedOf } from '../test/hardware.ts';
import { createWorld } from '../test/world.ts';
import { openDescriptor, openSeed } from './signer/keys.ts';
import { txidOfHash } from './txid.ts';

fc.configureGlobal({ seed: 20_261_121 });

const accounts = {
  wpkh: () => openSeed(seedOf(1), 'regtest', 'p2wpkh'),
  tr: () => openSeed(seedOf(1), 'regtest', 'p2tr'),
  wsh: () => openDescriptor(multisigDescriptor(2, [seedOf(1), seedOf(2)]), 'regtest', [seedOf(1), seedOf(2)]),
};

/** What a shop does: takes an address, delivers, raises the last fee, waits for a block. */
const step = fc.oneof(
  { weight: 1, arbitrary: fc.constant({ type: 'address' } as const) },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('deliver' as const), sats: fc.bigInt(1000n, 900_000n) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('bump' as const), rate: fc.integer({ min: 3, max: 60 }) }) },
  { weight: 2, arbitrary: fc.constant({ type: 'mine' } as const) },
);

test.prop(
  [
    fc.constantFrom('wpkh' as const, 'tr' as const, 'wsh' as const),
    fc.array(fc.bigInt(20_000n, 2_000_000n), { minLength: 1, maxLength: 6 }),
    fc.array(step, { minLength: 1, maxLength: 10 }),
  ],
  { numRuns: 30 },
)(
  'whatever a shop does: inputs are outputs and fee, and no address is given or used twice',
  async (kind, coins, steps) => {
    const { wallet, chain, ask, keys, log, store } = createWorld({ keys: accounts[kind](), coins });
    const given: string[] = [];
    const references: string[] = [];
    let last: ReturnType<typeof ask> | null = null;
    for (const one of steps) {
      if (one.type === 'address') given.push((await wallet.depositAddress(BTC)).text);
      else if (one.type === 'mine') chain.mine();
      else if (one.type === 'deliver') {
        last = ask(one.sats);
        references.push(last.reference);
        await wallet.withdraw(last);
      } else if (last) {
        chain.setFeeRate(one.rate);
        await wallet.bump(last);
      }
    }

    const stored = (await Promise.all(references.map((reference) => store.find(reference)))).flatMap(
      (one) => one ?? [],
    );
    const change = new Map<string, string>();
    for (const { reference, versions, amountSats, address } of stored) {
      for (const { hex, feeSats } of versions) {
        const transaction = Transaction.fromHex(hex);
        let total = 0n;
        for (const { hash, index } of transaction.ins) {
          const previous = await chain.transaction(txidOfHash(hash));
          total += Transaction.fromHex(previous?.hex ?? '').outs[index]?.value ?? 0n;
        }
        expect(total).toBe(transaction.outs.reduce((sum, { value }) => sum + value, feeSats));
        const outputs = transaction.outs.map(({ script, value }) => ({
          to: addressOfScript(script, 'regtest') ?? '',
          value,
        }));
        expect(outputs.filter(({ to, value }) => to === address && value === amountSats)).toHaveLength(1);
        // Versions of one delivery share their change; no two deliveries do.
        for (const { to } of outputs.filter((output) => output.to !== address)) {
          expect(change.get(to) ?? reference).toBe(reference);
          change.set(to, reference);
        }
      }
    }
    expect(new Set(given).size).toBe(given.length);
    for (const to of change.keys()) expect(given).not.toContain(to);
    // Never back to where the wallet receives, never to what was handed to anybody.
    const receiving = Array.from({ length: 20 }, (_, index) => keys.account.key({ branch: 'receive', index }).address);
    for (const to of change.keys()) expect(receiving).not.toContain(to);
    const anchors = new Map(
      log.entries.flatMap((entry) => (entry.type === 'signed' ? [[entry.reference, entry.anchor]] : [])),
    );
    expect(new Set(anchors.values()).size).toBe(anchors.size);
  },
);
