import { generateKeyPairSync, sign } from 'node:crypto';
import { BTC, money } from '@rielrails/core';
import { toHex, utf8 } from '@rielrails/kit';
import { Transaction } from 'bitcoinjs-lib';
import { describe, expect, it } from 'vitest';
import { mineBlock, mineOn, proofOf } from '../../test/blocks.ts';
import { createWorld, customerAddress } from '../../test/world.ts';
import type { World } from '../../test/world.ts';
import { scriptOfAddress } from '@rielrails/kit/bitcoin';
import { createMemoryStore } from '../memory-store.ts';
import { releaseAnchor } from '../psbt-desk.ts';
import { reconcile } from '../reconcile.ts';
import { hashOfTxid } from '../txid.ts';
import { createSigner } from './signer.ts';
import { releaseText } from './release.ts';
import type { ReleaseRequest } from './protocol.ts';

const people = ['dara', 'sok', 'mallory'].map((name) => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return { name, publicKey: publicKey.export({ format: 'der', type: 'spki' }).toString('base64'), privateKey };
});
const operators = people.slice(0, 2).map(({ name, publicKey }) => ({ name, publicKey }));
const release = { operators, depth: 6, minimumDifficulty: 0n };

/** A delivery whose anchor a stranger spends, and what a person would collect to prove it. */
async function stolen(world: World = createWorld({ coins: [1_000_000n, 1_000_000n], policy: { release } })) {
  const order = world.ask(700_000n);
  await world.wallet.withdraw(order);
  const [signed] = await world.signer.find(order.reference);
  if (!signed) throw new Error('nothing was signed');
  const conflict = (script: Uint8Array, anchor = signed.anchor) => {
    const [txid = '', index = ''] = anchor.split(':');
    const transaction = new Transaction();
    transaction.version = 2;
    transaction.addInput(hashOfTxid(txid), Number(index));
    transaction.addOutput(script, 900_000n);
    return transaction;
  };
  const prove = (spender: Transaction, blocks = 6) => {
    const block = mineBlock([new Uint8Array(32).fill(1), spender.getHash(), new Uint8Array(32).fill(2)]);
    const headers = mineOn(block, blocks - 1).map(({ header }) => toHex(header));
    return { spender: spender.toHex(), proof: proofOf(block, [1]), headers };
  };
  const approve = (spender: Transaction, names: readonly string[], reference: string = order.reference) => {
    const text = releaseText({ network: 'regtest', reference, anchor: signed.anchor, spentBy: spender.getId() });
    return people
      .filter(({ name }) => names.includes(name))
      .map(({ name, privateKey }) => ({
        operator: name,
        signature: sign(null, utf8(text), privateKey).toString('hex'),
      }));
  };
  const thief = conflict(scriptOfAddress(customerAddress().text, 'regtest'));
  const request: Omit<ReleaseRequest, 'logHead'> = {
    reference: order.reference,
    ...prove(thief),
    approvals: approve(thief, ['dara', 'sok']),
  };
  return { ...world, order, signed, thief, conflict, prove, approve, request };
}

describe('a released anchor', () => {
  it('lets the same reference be delivered with other coins, once', async () => {
    const { wallet, signer, store, chain, order, thief, request, log } = await stolen();
    chain.force(thief.toHex());
    chain.mine(5);
    expect(await wallet.get(order)).toMatchObject({ status: 'replaced', replacedBy: thief.getId() });
    await releaseAnchor({ signer, store }, request);
    expect(log.entries.at(-1)).toMatchObject({
      type: 'anchor-released',
      spentBy: thief.getId(),
      depth: 6,
      approvedBy: ['dara', 'sok'],
    });
    expect(await signer.find(order.reference)).toEqual([]);
    // Safe to repeat.
    await releaseAnchor({ signer, store }, request);
    expect(log.entries).toHaveLength(3);

    expect(await wallet.withdraw(order)).toMatchObject({ outcome: 'applied', value: { status: 'broadcast' } });
    chain.mine();
    expect(await wallet.get(order)).toMatchObject({ status: 'confirmed', amount: money(BTC, 700_000n) });
    const [again] = await signer.find(order.reference);
    await expect(releaseAnchor({ signer, store }, request)).rejects.toMatchObject({
      fault: { providerCode: 'not-a-conflict' },
    });
    expect(await signer.find(order.reference)).toEqual([again]);
  });

  it('is known to a store that was restored, whenever it was saved', async () => {
    const { open, signer, store, order, request, chain, thief } = await stolen();
    chain.force(thief.toHex());
    chain.mine(5);
    await releaseAnchor({ signer, store }, request);
    await open().withdraw(order);
    const restored = createMemoryStore();
    expect(await reconcile({ signer, store: restored }, { adopt: 'all' })).toEqual([order.reference, order.reference]);
    const [living] = await signer.find(order.reference);
    expect((await restored.find(order.reference))?.versions.map(({ txid }) => txid)).toEqual([living?.txid]);
    expect(await open({ store: restored }).get(order)).toMatchObject({ status: 'broadcast' });
  });

  it('is finished by reconciling when the wallet died in between', async () => {
    const { open, signer, store, order, request, chain, thief } = await stolen();
    chain.force(thief.toHex());
    chain.mine(5);
    await signer.releaseAnchor({ ...request, logHead: await store.logHead() });
    expect((await store.find(order.reference))?.versions).toHaveLength(1);
    expect(await reconcile({ signer, store }, { adopt: 'known' })).toEqual([]);
    expect(await store.find(order.reference)).toBeNull();
    expect(await open().withdraw(order)).toMatchObject({ outcome: 'applied' });
  });

  it('forgets nothing that was planned or signed since, however late its wallet is told', async () => {
    const { open, wallet, signer, store, order, request, chain, thief, ask } = await stolen();
    chain.force(thief.toHex());
    chain.mine(5);
    // Dies after the old withdrawal was forgotten, before the head of the log was stored.
    const dying = { ...store, raiseLogHead: () => Promise.reject(new Error('killed')) };
    await expect(releaseAnchor({ signer, store: dying }, request)).rejects.toThrow('killed');
    expect(await store.find(order.reference)).toBeNull();
    const again = await open().withdraw(order);
    expect(again).toMatchObject({ outcome: 'applied', value: { status: 'broadcast' } });
    // Another process was told that it is released, and stood still until now.
    const released = { outcome: 'released', head: { sequence: 2, hash: '' } } as const;
    const late = { ...signer, releaseAnchor: () => Promise.resolve(released) };
    await releaseAnchor({ signer: late, store }, request);
    expect(await wallet.withdraw(order)).toEqual(again);
    chain.mine();
    expect(await wallet.withdraw(ask(100_000n))).toMatchObject({ outcome: 'applied' });
  });

  it('is refused by name unless everything holds', async () => {
    const { signer, store, order, thief, conflict, prove, approve, request, signed } = await stolen();
    const paying = conflict(scriptOfAddress(order.destination.address.text, 'regtest'));
    const elsewhere = conflict(scriptOfAddress(customerAddress().text, 'regtest'), `${'ab'.repeat(32)}:0`);
    const own = signed.type === 'signed' ? Transaction.fromHex(signed.transactionHex) : paying;
    const both = ['dara', 'sok'];
    const [first, second] = request.approvals;
    const cases: readonly (readonly [string, Partial<typeof request>])[] = [
      ['approval', { approvals: [] }],
      ['approval', { approvals: approve(thief, ['dara']) }],
      ['approval', { approvals: first ? [first, first] : [] }],
      ['approval', { approvals: approve(thief, ['dara', 'mallory']) }],
      ['approval', { approvals: approve(thief, both, '77') }],
      ['approval', { approvals: approve(elsewhere, both) }],
      ['approval', { approvals: first && second ? [{ ...first, signature: second.signature }, second] : [] }],
      ['approval', { approvals: first && second ? [{ ...first, signature: 'zz' }, second] : [] }],
      ['proof', { ...prove(thief, 5), approvals: approve(thief, both) }],
      ['proof', { proof: prove(elsewhere).proof }],
      ['not-a-conflict', { ...prove(elsewhere), approvals: approve(elsewhere, both) }],
      ['not-a-conflict', { ...prove(own), approvals: approve(own, both) }],
      ['already-paid', { ...prove(paying), approvals: approve(paying, both) }],
      ['nothing-signed', { reference: '78' }],
      ['malformed', { spender: '00' }],
    ];
    for (const [code, change] of cases) {
      await expect(releaseAnchor({ signer, store }, { ...request, ...change })).rejects.toMatchObject({
        fault: { kind: 'invalid', providerCode: code },
      });
    }
    expect(await signer.find(order.reference)).toHaveLength(1);
  });

  it('is refused while frozen, by a stale head, and where the policy names nobody', async () => {
    const { signer, store, request, freeze } = await stolen();
    expect(await signer.releaseAnchor({ ...request, logHead: null })).toEqual({
      outcome: 'refused',
      code: 'log-disagrees',
    });
    freeze.on = true;
    await expect(releaseAnchor({ signer, store }, request)).rejects.toMatchObject({ fault: { reason: 'frozen' } });
    const without = await stolen(createWorld({ coins: [1_000_000n] }));
    await expect(releaseAnchor(without, without.request)).rejects.toMatchObject({ fault: { reason: 'no-operators' } });
  });
});

describe('the policy', () => {
  const { keys, runtime, log } = createWorld({ coins: [] });
  const { bindingKey } = createWorld({ coins: [] }).config;
  const start = (rule: typeof release) =>
    createSigner(
      {
        keys,
        bindingKey: bindingKey as never,
        policy: {
          maximumFeeSats: 1n,
          maximumSatPerVbyte: 1,
          maximumSatsPerHour: 1n,
          maximumSatsPerDay: 1n,
          ownDescriptors: [],
          release: rule,
        },
        log,
        frozen: () => false,
      },
      runtime,
    );

  it.each([
    ['one operator', operators.slice(1)],
    [
      'two names for one key',
      operators.map(({ publicKey }, index) => ({ name: `n${index}`, publicKey: operators[0]?.publicKey ?? publicKey })),
    ],
    ['one name for two keys', operators.map(({ publicKey }) => ({ name: 'dara', publicKey }))],
  ])('refuses %s', (_what, list) => {
    expect(() => start({ ...release, operators: list })).toThrow(
      'operators: expected at least two, each with a name and a key',
    );
  });

  it('refuses a key that is none', () => {
    const list = operators.map(({ name }) => ({ name, publicKey: 'AAAA' }));
    expect(() => start({ ...release, operators: list })).toThrow('expected an Ed25519 key, base64 of its DER form');
    expect(() => start(release)).not.toThrow();
  });
});
