import { BTC, money } from '@rielrails/core';
import type { Reference, Withdrawal } from '@rielrails/core';
import { newReference } from '@rielrails/kit';
import { addressOfScript } from '@rielrails/kit/bitcoin';
import { Transaction } from 'bitcoinjs-lib';
import { describe, expect, it } from 'vitest';
import { customerAddress, createWorld } from '../test/world.ts';
import { singleDescriptor, seedOf } from '../test/hardware.ts';
import { createMemoryStore } from './memory-store.ts';
import { readAccount } from './account.ts';
import { reconcile } from './reconcile.ts';
import type { Signer } from './signer/protocol.ts';
import type { WalletStore } from './store.ts';

type World = ReturnType<typeof createWorld>;
const fresh = ({ runtime }: World): { readonly reference: Reference } => ({ reference: newReference(runtime.random) });
const valuesOf = (hex: string | undefined) => Transaction.fromHex(hex ?? '').outs.map(({ value }) => value);
const txidOf = (withdrawal: Withdrawal | null | undefined) =>
  withdrawal && 'transactionId' in withdrawal ? withdrawal.transactionId : '';

describe('a child', () => {
  /** A delivery whose change is too small to pay more. */
  async function stuck(options: { readonly coins?: readonly bigint[] } = {}) {
    const world = createWorld({ coins: options.coins ?? [1_000_000n, 300_000n] });
    const order = world.ask(998_000n);
    const sent = await world.wallet.withdraw(order);
    if (sent.outcome !== 'applied') throw new Error(sent.fault.message);
    world.chain.setFeeRate(40);
    return { ...world, order, parent: txidOf(sent.value), fee: sent.value.fee?.minor ?? 0n };
  }

  it('pays for a delivery whose change cannot, with a coin of its own, so that both have the rate', async () => {
    const { wallet, chain, order, parent, store, fee } = await stuck();
    const bumped = await wallet.bump(order);
    expect(bumped).toMatchObject({ outcome: 'applied', value: { status: 'broadcast', transactionId: parent } });
    expect(chain.mempool).toHaveLength(2);
    const stored = await store.find(order.reference);
    const [child] = stored?.children ?? [];
    expect(stored?.versions).toHaveLength(1);
    expect(child).toMatchObject({ parent });
    const [parentSize, childSize] = [stored?.versions[0]?.hex, child?.hex].map((hex) =>
      Transaction.fromHex(hex ?? '').virtualSize(),
    );
    const rate = Number(fee + (child?.feeSats ?? 0n)) / ((parentSize ?? 0) + (childSize ?? 0));
    expect(rate).toBeGreaterThanOrEqual(40);
    expect(rate).toBeLessThan(40.5);
    // What the customer is told the delivery costs is both.
    expect(bumped).toMatchObject({ value: { fee: money(BTC, fee + (child?.feeSats ?? 0n)) } });
    expect(await store.leased()).toEqual(
      new Set([...(stored?.inputs ?? []), ...(child?.inputs ?? [])].map(({ txid, index }) => `${txid}:${index}`)),
    );
    chain.mine();
    expect(await wallet.get(order)).toMatchObject({ status: 'confirmed', transactionId: parent });
    expect(await wallet.balance(BTC)).toMatchObject({ pending: money(BTC, 0n) });
  });

  it('may pay more again; the second takes the place of the first', async () => {
    const { wallet, chain, order, store } = await stuck();
    await wallet.bump(order);
    chain.setFeeRate(70);
    expect(await wallet.bump(order)).toMatchObject({ outcome: 'applied' });
    expect(chain.mempool).toHaveLength(2);
    const { children } = (await store.find(order.reference)) ?? { children: [] };
    expect(children).toHaveLength(2);
    expect(children[1]?.inputs[0]).toEqual(children[0]?.inputs[0]);
    expect(children[1]?.feeSats).toBeGreaterThan(children[0]?.feeSats ?? 0n);
    expect(chain.mempool).toContain(children[1]?.txid);
  });

  it('is handed in again with its parent when the network lost one or both', async () => {
    const { wallet, chain, order, parent, store } = await stuck();
    await wallet.bump(order);
    const child = (await store.find(order.reference))?.children[0]?.txid ?? '';
    chain.evict(child);
    expect(await wallet.get(order)).toMatchObject({ status: 'broadcast', transactionId: parent });
    expect(chain.mempool).toContain(child);
    chain.evict(child);
    chain.evict(parent);
    expect(await wallet.get(order)).toMatchObject({ status: 'broadcast', transactionId: parent });
    expect([...chain.mempool].sort()).toEqual([parent, child].sort());
    chain.mine();
    chain.reorganise(1, { drop: true });
    expect(await wallet.get(order)).toMatchObject({ status: 'broadcast', transactionId: parent });
    expect([...chain.mempool].sort()).toEqual([parent, child].sort());
  });

  it('is refused where nothing could pay for it, and leaves no lease', async () => {
    const alone = await stuck({ coins: [1_000_000n] });
    const before = await alone.store.leased();
    expect(await alone.wallet.bump(alone.order)).toMatchObject({
      fault: { kind: 'declined', reason: 'insufficient-funds' },
    });
    expect(await alone.store.leased()).toEqual(before);
    const capped = await stuck();
    capped.chain.setFeeRate(100);
    await capped.wallet.bump(capped.order);
    expect(await capped.wallet.bump(capped.order)).toMatchObject({ fault: { kind: 'declined', reason: 'fee-cap' } });
  });

  it('that the signer refuses is forgotten, and its coins are free', async () => {
    const world = await stuck();
    world.freeze.on = true;
    const before = await world.store.leased();
    expect(await world.wallet.bump(world.order)).toMatchObject({ fault: { kind: 'declined', reason: 'frozen' } });
    expect(await world.store.leased()).toEqual(before);
    world.freeze.on = false;
    expect(await world.wallet.bump(world.order)).toMatchObject({ outcome: 'applied' });
  });

  it.each(['planChild', 'sign', 'recordChild'] as const)('killed at %s: the next bump goes on', async (point) => {
    const { open, signer, store, chain, order, log } = await stuck();
    const dead = (): Promise<never> => Promise.reject(new Error('killed'));
    const dying = {
      planChild: () => open({ store: { ...store, planChild: (...input) => store.planChild(...input).then(dead) } }),
      sign: () => open({ signer: { ...signer, sign: (request) => signer.sign(request).then(dead) } }),
      recordChild: () => open({ store: { ...store, recordChild: dead } }),
    }[point]();
    expect(await dying.bump(order)).toMatchObject({ outcome: 'unknown' });
    expect(await open().bump(order)).toMatchObject({ outcome: 'applied' });
    expect((await store.find(order.reference))?.children).toHaveLength(1);
    expect(log.entries.filter((entry) => entry.type === 'signed' && entry.purpose === 'child')).toHaveLength(1);
    expect(chain.mempool).toHaveLength(2);
  });

  it('is found again in the log by a restored store', async () => {
    const { wallet, signer, order, store } = await stuck();
    await wallet.bump(order);
    const restored = createMemoryStore();
    await reconcile({ signer, store: restored }, { adopt: 'all' });
    const [before, after] = [await store.find(order.reference), await restored.find(order.reference)];
    expect(after?.children).toMatchObject([{ txid: before?.children[0]?.txid, hex: before?.children[0]?.hex }]);
    expect(await restored.leased()).toEqual(await store.leased());
    // Where the child pays to is given to nobody again.
    expect((await restored.indexCounts()).change).toBe((await store.indexCounts()).change);
  });
});

describe('the pool', () => {
  const pool = { coins: 4, sats: 200_000n };

  it('is filled from a large coin, and then four orders go out at once', async () => {
    const world = createWorld({ coins: [2_000_000n], config: { pool } });
    const { wallet, chain } = world;
    const split = await wallet.housekeeping.split(fresh(world));
    expect(split).toMatchObject({ outcome: 'applied', value: { status: 'broadcast', amount: money(BTC, 200_000n) } });
    expect(valuesOf(chain.broadcasts[0]).filter((value) => value === 200_000n)).toHaveLength(4);
    // What is on its way counts.
    expect(await wallet.housekeeping.split(fresh(world))).toMatchObject({
      fault: { kind: 'declined', reason: 'pool-is-full' },
    });
    chain.mine();
    expect(await wallet.housekeeping.split(fresh(world))).toMatchObject({ fault: { reason: 'pool-is-full' } });
    const orders = await Promise.all([1, 2, 3, 4].map(() => wallet.withdraw(world.ask(150_000n))));
    expect(orders.map(({ outcome }) => outcome)).toEqual(['applied', 'applied', 'applied', 'applied']);
  });

  it('is made of as many as there is for, and never out of its own coins', async () => {
    const world = createWorld({
      coins: [200_000n, 390_000n, 700_000n],
      config: { pool: { coins: 9, sats: 200_000n } },
    });
    await world.wallet.housekeeping.split(fresh(world));
    const { ins, outs } = Transaction.fromHex(world.chain.broadcasts[0] ?? '');
    expect(ins).toHaveLength(1);
    expect(outs.filter(({ value }) => value === 200_000n)).toHaveLength(3);
    expect(await world.wallet.housekeeping.split(fresh(world))).toMatchObject({
      fault: { reason: 'insufficient-funds' },
    });
  });

  it('is declined without a pool', async () => {
    const world = createWorld();
    expect(await world.wallet.housekeeping.split(fresh(world))).toMatchObject({
      fault: { kind: 'declined', reason: 'no-pool', message: expect.stringContaining('pool.coins') as string },
    });
  });

  it('goes only to addresses of ours, each another one, and the signer sees to it', async () => {
    const world = createWorld({ coins: [2_000_000n], config: { pool } });
    await world.wallet.housekeeping.split(fresh(world));
    const { account } = world.keys;
    const own = new Set(Array.from({ length: 30 }, (_, index) => account.key({ branch: 'change', index }).address));
    const paid = Transaction.fromHex(world.chain.broadcasts[0] ?? '').outs.map(
      ({ script }) => addressOfScript(script, 'regtest') ?? '',
    );
    expect(new Set(paid).size).toBe(paid.length);
    expect(paid.every((address) => own.has(address))).toBe(true);
    // After a restore none of them is given out again.
    const store = createMemoryStore();
    await reconcile({ signer: world.signer, store }, { adopt: 'all' });
    expect((await store.indexCounts()).change).toBe((await world.store.indexCounts()).change);
  });

  it('can be helped by a child of one of its coins', async () => {
    const world = createWorld({ coins: [2_000_000n], config: { pool } });
    const { wallet, chain, store } = world;
    const reference = fresh(world);
    await wallet.housekeeping.split(reference);
    chain.setFeeRate(30);
    expect(await wallet.bump(reference)).toMatchObject({ outcome: 'applied' });
    expect((await store.find(reference.reference))?.children).toHaveLength(1);
    expect(chain.mempool).toHaveLength(2);
  });
});

describe('gathering', () => {
  const many = [900_000n, 800_000n, 9000n, 8000n, 7000n, 6000n, 60n];

  it('makes one of many small coins while fees are low, and leaves the large ones', async () => {
    const world = createWorld({ coins: many });
    world.chain.setFeeRate(1);
    const reference = fresh(world);
    const gathered = await world.wallet.housekeeping.consolidate(reference);
    expect(gathered).toMatchObject({ outcome: 'applied', value: { status: 'broadcast' } });
    const transaction = Transaction.fromHex(world.chain.broadcasts[0] ?? '');
    expect(transaction.ins).toHaveLength(4);
    const [value] = valuesOf(world.chain.broadcasts[0]);
    // One byte a signature more than the signer needs is reckoned with.
    const fee = 30_000n - (value ?? 0n);
    expect(fee).toBeGreaterThanOrEqual(BigInt(transaction.virtualSize()));
    expect(fee).toBeLessThanOrEqual(BigInt(transaction.virtualSize() + 1));
    expect(await world.wallet.housekeeping.consolidate(reference)).toEqual(gathered);
    expect(world.chain.mempool).toHaveLength(1);
    const restored = createMemoryStore();
    await reconcile({ signer: world.signer, store: restored }, { adopt: 'all' });
    expect((await restored.indexCounts()).change).toBe(1);
  });

  it('gathers what is below the size of the pool', async () => {
    const world = createWorld({ coins: many, config: { pool: { coins: 1, sats: 850_000n } } });
    world.chain.setFeeRate(1);
    await world.wallet.housekeeping.consolidate(fresh(world));
    expect(Transaction.fromHex(world.chain.broadcasts[0] ?? '').ins).toHaveLength(5);
  });

  it('waits for a quiet hour, and for enough coins', async () => {
    const world = createWorld({ coins: many });
    world.chain.setFeeRate(3.5);
    const asked = () => world.wallet.housekeeping.consolidate(fresh(world));
    expect(await asked()).toMatchObject({ fault: { kind: 'declined', reason: 'fees-too-high' } });
    const few = createWorld({ coins: [900_000n, 800_000n, 9000n, 8000n] });
    few.chain.setFeeRate(1);
    expect(await few.wallet.housekeeping.consolidate(fresh(few))).toMatchObject({
      fault: { kind: 'declined', reason: 'nothing-to-gather' },
    });
  });

  it('goes along with a payment in a quiet hour, as far as the pool allows', async () => {
    const world = createWorld({ coins: many, config: { pool: { coins: 3, sats: 10_000n } } });
    world.chain.setFeeRate(1);
    await world.wallet.withdraw(world.ask(700_000n));
    expect(Transaction.fromHex(world.chain.broadcasts[0] ?? '').ins).toHaveLength(3);
    const dear = createWorld({ coins: many, config: { pool: { coins: 3, sats: 10_000n } } });
    dear.chain.setFeeRate(10);
    await dear.wallet.withdraw(dear.ask(700_000n));
    expect(Transaction.fromHex(dear.chain.broadcasts[0] ?? '').ins).toHaveLength(1);
  });
});

describe('the float', () => {
  const cold = singleDescriptor('p2tr', seedOf(9));
  const float = { minimumSats: 1_000_000n, targetSats: 2_000_000n, maximumSats: 3_000_000n, cold };
  const start = (coins: readonly bigint[]) =>
    createWorld({ coins, config: { float }, policy: { ownDescriptors: [cold] } });

  it.each([
    [[1_500_000n], { type: 'none' }],
    [[3_000_000n], { type: 'none' }],
    [[2_000_000n, 1_500_000n], { type: 'wallet-to-cold', amount: money(BTC, 1_500_000n) }],
    [[400_000n], { type: 'exchange-to-wallet', amount: money(BTC, 1_600_000n) }],
    [[], { type: 'exchange-to-wallet', amount: money(BTC, 2_000_000n) }],
  ] as const)('of %s', async (coins, advice) => {
    expect(await start(coins).wallet.housekeeping.float()).toEqual(advice);
  });

  it('is emptied to cold storage, each time to its next address', async () => {
    const world = start([2_000_000n, 1_500_000n, 600_000n]);
    const advice = await world.wallet.housekeeping.float();
    if (advice.type !== 'wallet-to-cold') throw new Error(advice.type);
    const account = readAccount(cold, 'regtest');
    for (const index of [0, 1]) {
      const input = { ...fresh(world), amount: index === 0 ? advice.amount : money(BTC, 100_000n) };
      const swept = await world.wallet.housekeeping.sweepToCold(input);
      expect(swept).toMatchObject({ outcome: 'applied', value: { status: 'broadcast', amount: input.amount } });
      expect(await world.wallet.housekeeping.sweepToCold(input)).toEqual(swept);
      const { outs } = Transaction.fromHex(world.chain.broadcasts.at(-1) ?? '');
      const { address } = account.key({ branch: 'receive', index });
      expect(outs.map(({ script }) => addressOfScript(script, 'regtest'))).toContain(address);
      world.chain.mine();
    }
    expect(await world.wallet.housekeeping.float()).toMatchObject({ type: 'none' });
  });

  it('counts what is arriving as filled, and asks once', async () => {
    const world = start([700_000n, 700_000n]);
    await world.wallet.withdraw(world.ask(100_000n));
    expect(await world.wallet.housekeeping.float()).toEqual({ type: 'none' });
  });

  it('goes nowhere that the signer does not know', async () => {
    const world = createWorld({ coins: [4_000_000n], config: { float } });
    const amount = money(BTC, 1_000_000n);
    expect(await world.wallet.housekeeping.sweepToCold({ ...fresh(world), amount })).toMatchObject({
      fault: { kind: 'invalid', providerCode: 'foreign-output' },
    });
    expect(await world.store.leased()).toEqual(new Set());
  });

  it('refuses other money, a used reference, and a wallet without bounds', async () => {
    const world = start([4_000_000n]);
    const { housekeeping } = world.wallet;
    const order = world.ask(100_000n);
    await world.wallet.withdraw(order);
    const amount = money(BTC, 1_000_000n);
    const refused = async (input: Parameters<typeof housekeeping.sweepToCold>[0]) => {
      const attempt = await housekeeping.sweepToCold(input);
      return attempt.outcome === 'refused' ? attempt.fault : attempt;
    };
    expect(await refused({ ...fresh(world), amount: money({ code: 'USD', scale: 2 }, 5n) })).toMatchObject({
      kind: 'invalid',
    });
    expect(await refused({ ...fresh(world), amount: money(BTC, 0n) })).toMatchObject({ kind: 'invalid' });
    expect(await refused({ reference: order.reference, amount })).toMatchObject({ reason: 'reference-used' });
    const bare = createWorld();
    await expect(bare.wallet.housekeeping.float()).rejects.toMatchObject({ fault: { kind: 'config' } });
    expect(await bare.wallet.housekeeping.sweepToCold({ ...fresh(bare), amount })).toMatchObject({
      fault: { kind: 'config' },
    });
  });

  it.each([
    ['bounds that fall', { ...float, minimumSats: 5_000_000n }, /not to fall/],
    [
      'an address of another network',
      { ...float, cold: 'addr(bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4)' },
      /float\.cold/,
    ],
    ['no descriptor', { ...float, cold: 'somewhere safe' }, /float\.cold/],
  ])('is refused with %s', (_, wrong, message) => {
    expect(() => createWorld({ config: { float: wrong } })).toThrow(message);
  });

  it('may name one address', async () => {
    const { text } = customerAddress();
    const world = createWorld({
      coins: [4_000_000n],
      config: { float: { ...float, cold: `addr(${text})` } },
      policy: { ownDescriptors: [`addr(${text})`] },
    });
    const amount = money(BTC, 1_000_000n);
    expect(await world.wallet.housekeeping.sweepToCold({ ...fresh(world), amount })).toMatchObject({
      outcome: 'applied',
    });
    const { outs } = Transaction.fromHex(world.chain.broadcasts[0] ?? '');
    expect(outs.map(({ script }) => addressOfScript(script, 'regtest'))).toContain(text);
  });
});

describe('tending', () => {
  it('hands in again what was lost, until it is buried, and then forgets its leases', async () => {
    const { wallet, chain, store, ask } = createWorld();
    const order = ask(500_000n);
    const sent = await wallet.withdraw(order);
    const txid = txidOf(sent.outcome === 'applied' ? sent.value : null);
    chain.evict(txid);
    expect(await wallet.housekeeping.tend()).toEqual({ followed: 1, settled: 0, failed: 0 });
    expect(chain.mempool).toEqual([txid]);
    chain.mine(6);
    // Long after the order is done, a reorganisation takes it back.
    chain.reorganise(6, { drop: true });
    await wallet.housekeeping.tend();
    expect(chain.mempool).toEqual([txid]);
    chain.mine(99);
    expect(await wallet.housekeeping.tend()).toMatchObject({ settled: 0 });
    chain.mine(1);
    expect(await wallet.housekeeping.tend()).toEqual({ followed: 1, settled: 1, failed: 0 });
    expect(await wallet.housekeeping.tend()).toEqual({ followed: 0, settled: 0, failed: 0 });
    expect(await store.leased()).toEqual(new Set());
    expect(await wallet.get(order)).toMatchObject({ status: 'confirmed', depth: 100 });
  });

  it('gives up what nobody signed, so that its coins are free', async () => {
    const { open, signer, store, ask, runtime } = createWorld();
    const dying: Signer = { ...signer, sign: () => Promise.reject(new Error('killed')) };
    await open({ signer: dying }).withdraw(ask(500_000n));
    expect((await store.leased()).size).toBeGreaterThan(0);
    await runtime.clock.advance(120_000);
    await open().housekeeping.tend();
    expect(await store.leased()).toEqual(new Set());
    expect(await store.open()).toEqual([]);
  });

  it('goes on with the others when one cannot be looked at', async () => {
    const { open, store, ask, wallet } = createWorld();
    const orders = [ask(100_000n), ask(110_000n), ask(120_000n)];
    for (const order of orders) await wallet.withdraw(order);
    const sick: WalletStore = {
      ...store,
      find: async (reference) => {
        if (reference === orders[1]?.reference) throw new Error('no');
        return store.find(reference);
      },
    };
    expect(await open({ store: sick }).housekeeping.tend()).toEqual({ followed: 3, settled: 0, failed: 1 });
  });
});

describe('labels', () => {
  it('leave as lines of BIP329, with what each transaction was for', async () => {
    const { wallet, ask } = createWorld();
    const order = ask(500_000n);
    const sent = await wallet.withdraw(order);
    const { text } = await wallet.depositAddress(BTC);
    await wallet.housekeeping.label({ type: 'addr', ref: text, label: 'float from the exchange, "May"' });
    const lines = (await wallet.housekeeping.exportLabels()).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { type: 'tx', ref: txidOf(sent.outcome === 'applied' ? sent.value : null), label: `deliver ${order.reference}` },
      { type: 'addr', ref: text, label: 'float from the exchange, "May"' },
    ]);
  });

  it.each([
    [{ type: 'tx', ref: 'abc', label: 'x' }, /ref/],
    [{ type: 'output', ref: `${'a'.repeat(64)}:-1`, label: 'x' }, /ref/],
    [{ type: 'addr', ref: 'bc1q; drop table', label: 'x' }, /ref/],
    [{ type: 'tx', ref: 'a'.repeat(64), label: 'x'.repeat(256) }, /label/],
  ] as const)('are refused: %o', async (label, message) => {
    await expect(createWorld().wallet.housekeeping.label(label)).rejects.toThrow(message);
  });
});
