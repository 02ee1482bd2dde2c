import { newReference, Secret } from '@rielrails/kit';
import type { Reference } from '@rielrails/core';
import { scriptOfAddress } from '@rielrails/kit/bitcoin';
import { Psbt, Transaction } from 'bitcoinjs-lib';
import { describe, expect, it } from 'vitest';
import { bindingKey, createWorld, customerAddress, policy, seed } from '../../test/world.ts';
import type { World } from '../../test/world.ts';
import type { AccountKey } from '../account.ts';
import { sealBinding } from '../binding.ts';
import { buildPsbt } from '../psbt.ts';
import type { PsbtPart } from '../psbt.ts';
import { signElsewhere } from '../../test/hardware.ts';
import { openDescriptor, openSeed } from './keys.ts';
import { createMemoryLog } from './log.ts';
import type { LogHead, SignAnswer } from './protocol.ts';
import { createSigner } from './signer.ts';

/** A bench on which any PSBT can be put before the signer. */
function createBench(world: World = createWorld({ coins: [] })) {
  const { keys, chain, signer, runtime } = world;
  const { account } = keys;
  const receive = account.key({ branch: 'receive', index: 0 });
  const change = (index = 0) => account.key({ branch: 'change', index });

  async function coin(sats: bigint, key: AccountKey = receive) {
    const txid = chain.fund(key.address, sats);
    return { txid, index: 0, previousTransactionHex: (await chain.transaction(txid))?.hex ?? '', key };
  }
  const pay = (address: string, sats: bigint): PsbtPart => ({
    script: scriptOfAddress(address, 'regtest'),
    sats,
    key: null,
  });
  const back = (sats: bigint, index = 0): PsbtPart => ({ script: change(index).script, sats, key: change(index) });
  const psbtOf = (coins: readonly Awaited<ReturnType<typeof coin>>[], parts: readonly PsbtPart[]) =>
    buildPsbt(coins, parts).psbt;
  const head = async () => (await signer.describe()).head;
  async function deliver(
    psbt: string,
    fields: {
      readonly reference: string;
      readonly address: string;
      readonly amountSats: bigint;
      readonly binding?: string;
      readonly logHead?: LogHead | null;
    },
  ): Promise<SignAnswer> {
    const { reference, address, amountSats } = fields;
    const bound = { network: 'regtest', reference, address, minimumSats: amountSats, maximumSats: amountSats } as const;
    const binding = sealBinding(bindingKey, bound);
    return signer.sign({ purpose: 'deliver', psbt, binding, logHead: await head(), ...fields });
  }
  const reference = (): Reference => newReference(runtime.random);
  return { ...world, account, receive, change, coin, pay, back, psbtOf, head, deliver, reference };
}

type Bench = ReturnType<typeof createBench>;

/** A delivery of 600,000 of 1,000,000 sat that the signer has signed. */
async function delivered(bench: Bench) {
  const { coin, pay, back, psbtOf, deliver, reference: fresh } = bench;
  const reference = fresh();
  const address = customerAddress().text;
  const input = await coin(1_000_000n);
  const psbt = psbtOf([input], [pay(address, 600_000n), back(399_000n)]);
  const answer = await deliver(psbt, { reference, address, amountSats: 600_000n });
  if (answer.outcome !== 'signed') throw new Error(JSON.stringify(answer));
  return { reference, address, input, psbt, answer };
}

const refused = (code: string) => ({ outcome: 'refused', code });

describe('deliver', () => {
  it('signs, logs, and answers a repeat from the log', async () => {
    const bench = createBench();
    const { reference, address, psbt, answer } = await delivered(bench);
    expect(bench.log.entries).toHaveLength(2);
    expect(bench.log.entries[1]).toMatchObject({
      purpose: 'deliver',
      reference,
      address,
      amountSats: '600000',
      feeSats: '1000',
    });
    expect(await bench.chain.broadcast(answer.transactionHex)).toEqual({ outcome: 'accepted' });
    expect(await bench.deliver(psbt, { reference, address, amountSats: 600_000n, logHead: null })).toEqual(answer);
    expect(bench.log.entries).toHaveLength(2);
  });

  it('refuses a second transaction of one reference: with the anchor as signed, without it as a second anchor', async () => {
    const bench = createBench();
    const { coin, pay, back, psbtOf, deliver } = bench;
    const { reference, address, input } = await delivered(bench);
    const fields = { reference, address, amountSats: 600_000n };
    const again = psbtOf([input], [pay(address, 600_000n), back(398_000n)]);
    expect(await deliver(again, fields)).toEqual(refused('already-signed'));
    const elsewhere = psbtOf([await coin(1_000_000n)], [pay(address, 600_000n), back(399_000n)]);
    expect(await deliver(elsewhere, fields)).toEqual(refused('second-anchor'));
  });

  it('refuses a seal that fits another reference, address, network or key, and a torn one', async () => {
    const { coin, pay, psbtOf, deliver, reference: fresh } = createBench();
    const reference = fresh();
    const address = customerAddress().text;
    const psbt = psbtOf([await coin(601_000n)], [pay(address, 600_000n)]);
    const bound = { network: 'regtest', reference, address, minimumSats: 1n, maximumSats: 900_000n } as const;
    const good = sealBinding(bindingKey, bound);
    const seals = [
      sealBinding(bindingKey, { ...bound, reference: fresh() }),
      sealBinding(bindingKey, { ...bound, address: customerAddress().text }),
      sealBinding(bindingKey, { ...bound, network: 'testnet' }),
      sealBinding(new Secret('another key'), bound),
      good.replace('.900000.', '.990000.'),
      good.slice(0, -1),
      `${good.slice(0, -1)}${good.endsWith('0') ? '1' : '0'}`,
      '',
    ];
    for (const binding of seals) {
      expect(await deliver(psbt, { reference, address, amountSats: 600_000n, binding })).toEqual(refused('binding'));
    }
    expect(await deliver(psbt, { reference, address, amountSats: 600_000n, binding: good })).toMatchObject({
      outcome: 'signed',
    });
  });

  it.each([
    ['amount', 'below the minimum', 999n],
    ['amount', 'above the maximum', 2001n],
  ])('refuses as %s what is %s', async (code, _why, amountSats) => {
    const { coin, pay, psbtOf, deliver, reference: fresh } = createBench();
    const reference = fresh();
    const address = customerAddress().text;
    const bound = { network: 'regtest', reference, address, minimumSats: 1000n, maximumSats: 2000n } as const;
    const psbt = psbtOf([await coin(amountSats + 500n)], [pay(address, amountSats)]);
    const binding = sealBinding(bindingKey, bound);
    expect(await deliver(psbt, { reference, address, amountSats, binding })).toEqual(refused(code));
  });

  it('refuses outputs that are not the one payment and change of ours', async () => {
    const { coin, pay, back, psbtOf, deliver, reference, receive } = createBench();
    const address = customerAddress().text;
    const thief = customerAddress().text;
    const input = await coin(1_000_000n);
    const cases: readonly [string, readonly PsbtPart[]][] = [
      ['payment-output', [pay(thief, 600_000n), back(399_000n)]],
      ['payment-output', [pay(address, 599_999n), back(399_000n)]],
      ['payment-output', [pay(address, 300_000n), pay(address, 300_000n), back(399_000n)]],
      ['payment-output', [pay(address, 450_000n), pay(address, 450_000n)]],
      ['foreign-output', [pay(address, 600_000n), pay(thief, 399_000n)]],
      ['foreign-output', [pay(address, 600_000n), back(200_000n), back(199_000n, 1)]],
      // Change to a receiving address would be counted as a deposit.
      ['foreign-output', [pay(address, 600_000n), { script: receive.script, sats: 399_000n, key: receive }]],
      // A foreign script with our derivation written beside it.
      ['foreign-output', [pay(address, 600_000n), { ...back(399_000n), script: scriptOfAddress(thief, 'regtest') }]],
    ];
    for (const [code, parts] of cases) {
      const answer = await deliver(psbtOf([input], parts), { reference: reference(), address, amountSats: 600_000n });
      expect(answer).toEqual(refused(code));
    }
  });

  it('refuses an input that is not ours', async () => {
    const { coin, pay, psbtOf, deliver, reference } = createBench();
    const stranger = openSeed(new Uint8Array(32).fill(1), 'regtest').account.key({ branch: 'receive', index: 0 });
    const address = customerAddress().text;
    const psbt = psbtOf([await coin(700_000n, stranger)], [pay(address, 600_000n)]);
    expect(await deliver(psbt, { reference: reference(), address, amountSats: 600_000n })).toEqual(
      refused('foreign-input'),
    );
  });

  it('refuses a PSBT that hides or lies about what it spends', async () => {
    const { coin, pay, psbtOf, deliver, reference } = createBench();
    const address = customerAddress().text;
    const input = await coin(700_000n);
    const honest = psbtOf([input], [pay(address, 600_000n)]);
    const changed = (change: (psbt: Psbt) => void) => {
      const psbt = Psbt.fromBase64(honest);
      change(psbt);
      return psbt.toBase64();
    };
    const other = await coin(9_000_000n);
    const psbts = [
      changed(({ data }) => {
        const [only] = data.inputs;
        delete only?.nonWitnessUtxo;
        if (only) only.witnessUtxo = { script: input.key.script, value: 700_000n };
      }),
      changed(({ data }) => {
        const [only] = data.inputs;
        if (only) only.nonWitnessUtxo = Transaction.fromHex(other.previousTransactionHex).toBuffer();
      }),
      changed((psbt) => psbt.setLocktime(900_000)),
      changed((psbt) => psbt.setVersion(1)),
      changed((psbt) => psbt.setInputSequence(0, 0xffff_ffff)),
      changed(({ data }) => {
        const [only] = data.inputs;
        if (only) only.sighashType = Transaction.SIGHASH_NONE;
      }),
      'cHNidP8BAA',
      '',
      'x'.repeat(7_000_000),
    ];
    for (const psbt of psbts) {
      expect(await deliver(psbt, { reference: reference(), address, amountSats: 600_000n })).toEqual(
        refused('malformed'),
      );
    }
    const overspent = psbtOf([input], [pay(address, 700_001n)]);
    expect(await deliver(overspent, { reference: reference(), address, amountSats: 700_001n })).toEqual(
      refused('malformed'),
    );
  });

  it('caps the fee and the fee rate', async () => {
    const { coin, pay, psbtOf, deliver, reference } = createBench();
    const address = customerAddress().text;
    const withFee = async (fee: bigint) => {
      const psbt = psbtOf([await coin(600_000n + fee)], [pay(address, 600_000n)]);
      return deliver(psbt, { reference: reference(), address, amountSats: 600_000n });
    };
    expect(await withFee(policy.maximumFeeSats + 1n)).toEqual(refused('fee'));
    // One input, one output: 110 virtual bytes, at 200 sat each.
    expect(await withFee(22_001n)).toEqual(refused('fee'));
    expect(await withFee(45_000n)).toEqual(refused('fee'));
    expect(await withFee(21_900n)).toMatchObject({ outcome: 'signed' });
  });

  it('keeps to the hour and the day, even when the clock is set back', async () => {
    const world = createWorld({ coins: [], policy: { maximumSatsPerHour: 1000n, maximumSatsPerDay: 1500n } });
    const { coin, pay, psbtOf, deliver, reference, runtime } = createBench(world);
    const send = async (amountSats: bigint) => {
      const address = customerAddress().text;
      const psbt = psbtOf([await coin(amountSats + 500n)], [pay(address, amountSats)]);
      const answer = await deliver(psbt, { reference: reference(), address, amountSats });
      return answer.outcome === 'refused' ? answer.code : answer.outcome;
    };
    expect(await send(700n)).toBe('signed');
    expect(await send(700n)).toBe('velocity');
    await runtime.clock.advance(3_600_001);
    expect(await send(700n)).toBe('signed');
    await runtime.clock.advance(3_600_001);
    expect(await send(700n)).toBe('velocity');
    await runtime.clock.advance(24 * 3_600_000);
    expect(await send(700n)).toBe('signed');
  });

  it('keeps to the hour and the day with what miners get, whatever it is signed for', async () => {
    const hours = { maximumSatsPerHour: 100_000n, maximumSatsPerDay: 180_000n };
    const limits = { maximumFeeSats: 40_000n, maximumSatPerVbyte: 1000, ...hours };
    const bench = createBench(createWorld({ coins: [], policy: limits }));
    const { coin, pay, back, psbtOf, deliver, signer, head, reference, runtime, receive } = bench;
    const burn = async () => {
      const parts = [{ script: receive.script, sats: 60_000n, key: receive }];
      const psbt = psbtOf([await coin(50_000n), await coin(50_000n)], parts);
      const to = { address: receive.address, amountSats: 60_000n };
      const answer = await signer.sign({
        purpose: 'sweep',
        reference: reference(),
        psbt,
        ...to,
        logHead: await head(),
      });
      return answer.outcome === 'refused' ? answer.code : answer.outcome;
    };
    expect([await burn(), await burn(), await burn()]).toEqual(['signed', 'signed', 'velocity']);
    await runtime.clock.advance(3_600_001);
    expect([await burn(), await burn(), await burn()]).toEqual(['signed', 'signed', 'velocity']);
    await runtime.clock.advance(3_600_001);
    expect(await burn()).toBe('velocity');
    // Customers are none the worse for it, while their own fees are small.
    const address = customerAddress().text;
    const psbt = psbtOf([await coin(200_000n)], [pay(address, 100_000n), back(99_000n)]);
    expect(await deliver(psbt, { reference: reference(), address, amountSats: 100_000n })).toMatchObject({
      outcome: 'signed',
    });
  });

  it('refuses a caller whose head is not the log’s', async () => {
    const bench = createBench();
    const { coin, pay, psbtOf, deliver, reference, head } = bench;
    const start = await head();
    await delivered(bench);
    const now = await head();
    const address = customerAddress().text;
    const psbt = psbtOf([await coin(601_000n)], [pay(address, 600_000n)]);
    const fields = { reference: reference(), address, amountSats: 600_000n };
    for (const logHead of [null, start, { ...now, hash: start.hash }, { ...now, sequence: now.sequence + 1 }]) {
      expect(await deliver(psbt, { ...fields, logHead })).toEqual(refused('log-disagrees'));
    }
    expect(await deliver(psbt, { ...fields, logHead: now })).toMatchObject({ outcome: 'signed' });
  });
});

describe('replace', () => {
  it('takes the higher fee from the change, down to none, and refuses everything else', async () => {
    const bench = createBench();
    const { coin, pay, back, psbtOf, signer, head, reference: fresh } = bench;
    const { reference, address, input } = await delivered(bench);
    const replace = async (
      coins: Parameters<typeof psbtOf>[0],
      parts: readonly PsbtPart[],
      under: string = reference,
    ) => signer.sign({ purpose: 'replace', reference: under, psbt: psbtOf(coins, parts), logHead: await head() });
    const thief = customerAddress().text;
    const other = await coin(500_000n);
    const cases: readonly [string, Parameters<typeof psbtOf>[0], readonly PsbtPart[]][] = [
      ['second-anchor', [other], [back(499_000n)]],
      ['not-a-replacement', [input], [pay(address, 600_000n), back(399_500n)]],
      ['not-a-replacement', [input], [pay(thief, 600_000n), back(390_000n)]],
      ['not-a-replacement', [input], [pay(address, 599_000n), back(390_000n)]],
      ['not-a-replacement', [input], [pay(address, 600_000n), back(390_000n, 1)]],
      ['not-a-replacement', [input], [pay(address, 600_000n), pay(thief, 390_000n)]],
      ['not-a-replacement', [input], [pay(address, 600_000n), back(100n)]],
      ['not-a-replacement', [input, other], [pay(address, 600_000n), back(890_000n)]],
      ['not-a-replacement', [input], [back(399_000n)]],
      ['fee', [input], [pay(address, 600_000n)]],
    ];
    for (const [code, coins, parts] of cases) expect(await replace(coins, parts)).toEqual(refused(code));
    expect(await replace([input], [pay(address, 600_000n), back(390_000n)], fresh())).toEqual(
      refused('nothing-signed'),
    );
    expect(await replace([input], [pay(address, 600_000n), back(390_000n)])).toMatchObject({ outcome: 'signed' });
    expect(await replace([input], [pay(address, 600_000n), back(395_000n)])).toEqual(refused('not-a-replacement'));
    const versions = await signer.find(reference);
    expect(new Set(versions.map(({ anchor }) => anchor))).toEqual(new Set([`${input.txid}:0`]));
  });

  it('may drop the change altogether within the caps', async () => {
    const { coin, pay, back, psbtOf, deliver, signer, head, reference: fresh } = createBench();
    const reference = fresh();
    const address = customerAddress().text;
    const input = await coin(602_000n);
    await deliver(psbtOf([input], [pay(address, 600_000n), back(1500n)]), { reference, address, amountSats: 600_000n });
    const psbt = psbtOf([input], [pay(address, 600_000n)]);
    expect(await signer.sign({ purpose: 'replace', reference, psbt, logHead: await head() })).toMatchObject({
      outcome: 'signed',
    });
  });
});

describe('child', () => {
  it('spends a delivery’s own change to ourselves, nothing else', async () => {
    const bench = createBench();
    const { pay, back, psbtOf, signer, head, coin, change, reference: fresh } = bench;
    const { reference, answer } = await delivered(bench);
    const parent = { txid: answer.txid, index: 1, previousTransactionHex: answer.transactionHex, key: change() };
    const child = async (coins: Parameters<typeof psbtOf>[0], parts: readonly PsbtPart[], under: string = reference) =>
      signer.sign({ purpose: 'child', reference: under, psbt: psbtOf(coins, parts), logHead: await head() });
    expect(await child([parent], [pay(customerAddress().text, 390_000n)])).toEqual(refused('foreign-output'));
    expect(await child([parent], [back(190_000n), back(190_000n, 1)])).toEqual(refused('foreign-output'));
    expect(await child([await coin(400_000n)], [back(390_000n)])).toEqual(refused('nothing-signed'));
    expect(await child([parent], [back(390_000n)], fresh())).toEqual(refused('nothing-signed'));
    expect(await child([parent], [back(390_000n, 1)])).toMatchObject({ outcome: 'signed' });
    // A child is no version of the delivery: it can still be replaced, and its own anchor counts.
    expect(await signer.find(reference)).toHaveLength(2);
  });

  it('may go to the operator’s own descriptors, like a sweep', async () => {
    const cold = openSeed(new Uint8Array(32).fill(3), 'regtest', 'p2tr').account;
    const bench = createBench(createWorld({ coins: [], policy: { ownDescriptors: [cold.descriptor] } }));
    const { psbtOf, pay, signer, head, change } = bench;
    const { reference, answer } = await delivered(bench);
    const parent = { txid: answer.txid, index: 1, previousTransactionHex: answer.transactionHex, key: change() };
    const psbt = psbtOf([parent], [pay(cold.key({ branch: 'receive', index: 8 }).address, 390_000n)]);
    expect(await signer.sign({ purpose: 'child', reference, psbt, logHead: await head() })).toMatchObject({
      outcome: 'signed',
    });
  });

  it('is measured together with what it helps: its own rate may be higher', async () => {
    const bench = createBench(createWorld({ coins: [], policy: { maximumSatPerVbyte: 50 } }));
    const { back, psbtOf, signer, head, change } = bench;
    const { reference, answer } = await delivered(bench);
    const parent = { txid: answer.txid, index: 1, previousTransactionHex: answer.transactionHex, key: change() };
    const child = async (feeSats: bigint) => {
      const psbt = psbtOf([parent], [back(399_000n - feeSats)]);
      return signer.sign({ purpose: 'child', reference, psbt, logHead: await head() });
    };
    // The parent pays 1,000 sat for 141 virtual bytes, the child has 110: together at most 50 × 251 = 12,550 sat.
    expect(await child(11_600n)).toEqual(refused('fee'));
    expect(await child(11_500n)).toMatchObject({ outcome: 'signed' });
  });
});

describe('sweep', () => {
  it('goes to the account, a listed address or a listed account, never elsewhere', async () => {
    const cold = openSeed(new Uint8Array(32).fill(3), 'regtest').account;
    const venue = customerAddress().text;
    const world = createWorld({ coins: [], policy: { ownDescriptors: [`addr(${venue})`, cold.descriptor] } });
    const { coin, pay, psbtOf, signer, head, reference, account } = createBench(world);
    const sweep = async (part: PsbtPart, address: string) => {
      const psbt = psbtOf([await coin(500_000n)], [part]);
      return signer.sign({
        purpose: 'sweep',
        reference: reference(),
        psbt,
        address,
        amountSats: part.sats,
        logHead: await head(),
      });
    };
    const own = account.key({ branch: 'receive', index: 4 });
    const coldAddress = cold.key({ branch: 'receive', index: 17 }).address;
    const stranger = customerAddress().text;
    expect(await sweep(pay(venue, 490_000n), venue)).toMatchObject({ outcome: 'signed' });
    expect(await sweep(pay(coldAddress, 490_000n), coldAddress)).toMatchObject({ outcome: 'signed' });
    expect(await sweep({ script: own.script, sats: 490_000n, key: own }, own.address)).toMatchObject({
      outcome: 'signed',
    });
    expect(await sweep(pay(stranger, 490_000n), stranger)).toEqual(refused('foreign-output'));
  });
});

describe('what is handed out', () => {
  const elsewhere = () => openDescriptor(openSeed(seed, 'regtest').account.descriptor, 'regtest');

  it('counts as signed: once per reference, with its anchor, within the hour, and once when its signatures come', async () => {
    const world = createWorld({ coins: [], keys: elsewhere(), policy: { maximumSatsPerHour: 1_000_000n } });
    const bench = createBench(world);
    const { coin, pay, back, psbtOf, deliver, signer, head, reference: fresh } = bench;
    const [reference, address, input] = [fresh(), customerAddress().text, await coin(1_000_000n)];
    const psbt = psbtOf([input], [pay(address, 600_000n), back(399_000n)]);
    const fields = { reference, address, amountSats: 600_000n };
    const answer = await deliver(psbt, fields);
    expect(answer).toMatchObject({ outcome: 'handed-out' });
    expect(await deliver(psbt, { ...fields, logHead: null })).toEqual(answer);
    expect(await deliver(psbtOf([await coin(1_000_000n)], [pay(address, 600_000n)]), fields)).toEqual(
      refused('second-anchor'),
    );
    const more = customerAddress().text;
    const another = psbtOf([await coin(401_000n)], [pay(more, 400_001n)]);
    expect(await deliver(another, { reference: fresh(), address: more, amountSats: 400_001n })).toEqual(
      refused('velocity'),
    );

    const handedOut = answer.outcome === 'handed-out' ? answer.psbt : '';
    const signed = await signer.complete({ reference, psbt: signElsewhere(handedOut, seed), logHead: await head() });
    expect(signed).toMatchObject({ outcome: 'signed' });
    expect(await deliver(psbt, fields)).toEqual(signed);
    const rest = psbtOf([await coin(401_000n)], [pay(more, 400_000n)]);
    expect(await deliver(rest, { reference: fresh(), address: more, amountSats: 400_000n })).toMatchObject({
      outcome: 'handed-out',
    });
  });

  it('can be replaced before it was signed, and either version may come home', async () => {
    const bench = createBench(createWorld({ coins: [], keys: elsewhere() }));
    const { coin, pay, back, psbtOf, deliver, signer, head, reference: fresh } = bench;
    const [reference, address, input] = [fresh(), customerAddress().text, await coin(1_000_000n)];
    const first = psbtOf([input], [pay(address, 600_000n), back(399_000n)]);
    await deliver(first, { reference, address, amountSats: 600_000n });
    const second = psbtOf([input], [pay(address, 600_000n), back(390_000n)]);
    expect(await signer.sign({ purpose: 'replace', reference, psbt: second, logHead: await head() })).toMatchObject({
      outcome: 'handed-out',
    });
    for (const { txid, ...entry } of await signer.find(reference)) {
      const psbt = signElsewhere(entry.type === 'handed-out' ? entry.psbt : '', seed);
      expect(await signer.complete({ reference, psbt, logHead: await head() })).toMatchObject({
        outcome: 'signed',
        txid,
      });
    }
    expect((await signer.find(reference)).map(({ type, anchor }) => [type, anchor])).toEqual([
      ['signed', `${input.txid}:0`],
      ['signed', `${input.txid}:0`],
    ]);
  });

  it('comes home only to a caller who knows the log', async () => {
    const bench = createBench(createWorld({ coins: [], keys: elsewhere() }));
    const { coin, pay, psbtOf, deliver, signer, reference: fresh } = bench;
    const [reference, address] = [fresh(), customerAddress().text];
    const answer = await deliver(psbtOf([await coin(601_000n)], [pay(address, 600_000n)]), {
      reference,
      address,
      amountSats: 600_000n,
    });
    const psbt = signElsewhere(answer.outcome === 'handed-out' ? answer.psbt : '', seed);
    expect(await signer.complete({ reference, psbt, logHead: null })).toEqual(refused('log-disagrees'));
  });

  it('is told in pages that an answer can hold', async () => {
    const bench = createBench(createWorld({ coins: [], keys: elsewhere() }));
    const { chain, receive, pay, psbtOf, deliver, reference: fresh, signer } = bench;
    // Each previous transaction has outputs by the thousand, as an exchange's has.
    for (let order = 0; order < 14; order += 1) {
      const wide = new Transaction();
      wide.version = 2;
      wide.addInput(new Uint8Array(32).fill(order + 1), 0);
      wide.addOutput(receive.script, 601_000n);
      for (let output = 0; output < 8_000; output += 1) wide.addOutput(receive.script, 1000n);
      chain.force(wide.toHex());
      const address = customerAddress().text;
      const input = { txid: wide.getId(), index: 0, previousTransactionHex: wide.toHex(), key: receive };
      const answer = await deliver(psbtOf([input], [pay(address, 600_000n)]), {
        reference: fresh(),
        address,
        amountSats: 600_000n,
      });
      expect(answer).toMatchObject({ outcome: 'handed-out' });
    }
    const read: number[] = [];
    for (let last: LogHead | null = null; ;) {
      const page: Awaited<ReturnType<typeof signer.entriesAfter>> = await signer.entriesAfter(last);
      if (!page || page.length === 0) break;
      expect(JSON.stringify(page).length).toBeLessThan(5 * 1024 * 1024);
      read.push(...page.map(({ sequence }) => sequence));
      last = page.at(-1) ?? null;
      if (last) last = { sequence: last.sequence, hash: last.hash };
    }
    expect(read).toEqual(Array.from({ length: 15 }, (_, sequence) => sequence));
  });
});

describe('the signer as a whole', () => {
  it('signs nothing while frozen, not even again', async () => {
    const bench = createBench();
    const { reference, address, psbt } = await delivered(bench);
    bench.freeze.on = true;
    expect(await bench.deliver(psbt, { reference, address, amountSats: 600_000n })).toEqual(refused('frozen'));
    expect(await bench.signer.describe()).toMatchObject({ frozen: true });
  });

  it('answers nothing that it could not write down', async () => {
    const world = createWorld({ coins: [] });
    const log = {
      entries: world.log.entries,
      append: () => {
        throw new Error('disk full');
      },
    };
    const signer = createSigner({ keys: world.keys, bindingKey, policy, log, frozen: () => false }, world.runtime);
    const bench = createBench({ ...world, signer });
    await expect(delivered(bench)).rejects.toThrow('disk full');
    expect(await signer.find('1')).toEqual([]);
  });

  it('starts neither on an empty log nor on another account’s', () => {
    const { keys, runtime } = createWorld({ coins: [] });
    const start = (log: Parameters<typeof createSigner>[0]['log'], of = keys) =>
      createSigner({ keys: of, bindingKey, policy, log, frozen: () => false }, runtime);
    expect(() => start({ entries: [], append() {} })).toThrow('empty');
    const log = createMemoryLog({ network: 'regtest', descriptor: keys.account.descriptor }, 0);
    expect(() => start(log, openSeed(new Uint8Array(32).fill(2), 'regtest'))).toThrow('another account');
    expect(() => start(log)).not.toThrow();
    // As logs were begun before descriptors were written with a checksum.
    const bare = keys.account.descriptor.replace(/#.*/, '');
    expect(() => start(createMemoryLog({ network: 'regtest', descriptor: bare }, 0))).not.toThrow();
    expect(() => start(createMemoryLog({ network: 'regtest', descriptor: 'nonsense' }, 0))).toThrow('another account');
  });

  it('derives the account that BIP84 wants', () => {
    // The test vector of BIP84: the seed of "abandon … about".
    const words =
      '5eb00bbddcf069084889a8ab9155568165f5c453ccb85e70811aaed6f6da5fc19a5ac40b389cd370d086206dec8aa6c43daea6690f20ad3d8d48b2d2ce9e38e4';
    const bytes = Uint8Array.from(words.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
    const { account } = openSeed(bytes, 'bitcoin');
    expect(account.key({ branch: 'receive', index: 0 }).address).toBe('bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu');
    expect(account.key({ branch: 'receive', index: 1 }).address).toBe('bc1qnjg0jd8228aq7egyzacy8cys3knf9xvrerkf9g');
    expect(account.key({ branch: 'change', index: 0 }).address).toBe('bc1q8c6fshw2dlwun7ekn9qwf37cu2rn755upcp6el');
    expect(() => openSeed(seed.subarray(0, 8), 'regtest')).toThrow('16 to 64 bytes');
  });
});
