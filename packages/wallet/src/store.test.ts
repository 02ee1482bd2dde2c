import type { Instant } from '@rielrails/core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startPostgres } from '../test/postgres.ts';
import type { TestDatabase } from '../test/postgres.ts';
import { createWorld } from '../test/world.ts';
import { createMemoryStore } from './memory-store.ts';
import { createPostgresStore, migratePostgresStore } from './postgres-store.ts';
import type { WalletStore, WithdrawalPlan } from './store.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await startPostgres();
  await Promise.all([1, 2, 3].map(() => migratePostgresStore(database.pool)));
  await migratePostgresStore(database.pool);
});
afterAll(() => database.stop());

const hash = (digit: number | string) => String(digit).repeat(64).slice(0, 64);
const planOf = (reference: string, ...inputs: readonly number[]): WithdrawalPlan => ({
  reference,
  purpose: 'deliver',
  address: 'bcrt1q…',
  amountSats: 2_000_000_000_000_000n,
  binding: '1.2.3',
  psbt: 'cHNidA==',
  txid: hash(reference),
  feeSats: 220n,
  plannedAt: 1_767_323_045_000 as Instant,
  inputs: inputs.map((index) => ({ txid: hash('a'), index })),
});
const version = (digit: number) => ({ txid: hash(digit), hex: '0200', feeSats: BigInt(digit) });
const head = (sequence: number) => ({ sequence, hash: hash(sequence) });

describe.each(['memory', 'postgres'] as const)('the %s store', (type) => {
  let store: WalletStore;
  beforeEach(async () => {
    if (type === 'memory') {
      store = createMemoryStore();
      return;
    }
    await database.pool.query(
      'truncate wallet.branch_index, wallet.withdrawal, wallet.lease, wallet.version, wallet.child, wallet.label, wallet.delivery_index, wallet.log_head',
    );
    store = createPostgresStore(database.pool);
  });

  it('gives out every index once', async () => {
    const taken = await Promise.all(Array.from({ length: 20 }, () => store.takeIndex('change')));
    expect(taken.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => index));
    expect(await store.indexCounts()).toEqual({ receive: 0, change: 20 });
    await store.raiseIndexCounts({ receive: 3, change: 7 });
    expect(await store.indexCounts()).toEqual({ receive: 3, change: 20 });
  });

  it('gives every delivery an index of its own, and the same again when it asks again', async () => {
    const take = (reference: string, least = 0, account = 'a') =>
      store.takeDeliveryIndex({ account, reference, least });
    const references = Array.from({ length: 20 }, (_, index) => String(index % 10));
    const taken = await Promise.all(references.map((reference) => take(reference)));
    expect(new Set(taken)).toEqual(new Set([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]));
    for (const [index, reference] of references.entries()) expect(await take(reference)).toBe(taken[index]);
    expect(await take('x', 30)).toBe(30);
    expect(await take('y', 5)).toBe(31);
    expect(await take('0', 0, 'b')).toBe(0);
  });

  it('forgets a withdrawal whose anchor was released, with its leases, and takes it again', async () => {
    await store.plan(planOf('1', 0, 1));
    await store.recordVersion('1', version(1), head(1));
    const anchor = `${hash('a')}:0`;
    await store.retire('1', `${hash('a')}:1`);
    expect((await store.find('1'))?.versions).toHaveLength(1);
    await store.retire('1', anchor);
    await store.retire('1', anchor);
    expect(await store.find('1')).toBeNull();
    expect(await store.leased()).toEqual(new Set());
    expect(await store.plan(planOf('1', 2, 0))).toBe('stored');
    await store.recordVersion('1', version(2), head(2));
    await store.retire('1', anchor);
    expect((await store.find('1'))?.versions).toEqual([version(2)]);
  });

  it('gives back what was planned', async () => {
    const plan = planOf('1', 0, 1);
    expect(await store.plan(plan)).toBe('stored');
    expect(await store.find('1')).toEqual({ ...plan, versions: [], children: [], seen: null });
    expect(await store.find('2')).toBeNull();
    expect(await store.leased()).toEqual(new Set([`${hash('a')}:0`, `${hash('a')}:1`]));
  });

  it('holds one withdrawal per reference and one holder per outpoint, both or neither', async () => {
    await store.plan(planOf('1', 0, 1));
    expect(await store.plan(planOf('1', 5))).toBe('reference-taken');
    expect(await store.plan(planOf('2', 7, 1))).toBe('outpoint-taken');
    expect(await store.find('2')).toBeNull();
    expect(await store.plan(planOf('3', 7))).toBe('stored');
  });

  it('lets one of many win', async () => {
    const sameCoin = await Promise.all(
      [1, 2, 3, 4, 5, 6, 7, 8].map((digit) => store.plan(planOf(String(digit), digit, 0))),
    );
    expect(sameCoin.filter((result) => result === 'stored')).toHaveLength(1);
    const sameReference = await Promise.all([11, 12, 13, 14].map((index) => store.plan(planOf('9', index))));
    expect(sameReference.filter((result) => result === 'stored')).toHaveLength(1);
    expect((await store.leased()).size).toBe(3);
  });

  it('frees an abandoned plan, and never a signed one', async () => {
    await store.plan(planOf('1', 0));
    expect(await store.abandon('1', hash('7'))).toBe(false);
    expect(await store.abandon('1', hash('1'))).toBe(true);
    expect(await store.leased()).toEqual(new Set());
    expect(await store.recordVersion('1', version(1), head(1))).toBe(false);
    expect(await store.plan(planOf('1', 0))).toBe('stored');
    expect(await store.recordVersion('1', version(1), head(1))).toBe(true);
    expect(await store.abandon('1', hash('1'))).toBe(false);
    expect((await store.leased()).size).toBe(1);
  });

  it('frees coins from unsigned plans only', async () => {
    await store.plan(planOf('1', 0, 1));
    await store.plan(planOf('2', 2));
    await store.plan(planOf('3', 3));
    await store.recordVersion('2', version(2), head(1));
    await store.abandonHolders([1, 2, 9].map((index) => ({ txid: hash('a'), index })));
    expect(await store.find('1')).toBeNull();
    expect(await store.leased()).toEqual(new Set([`${hash('a')}:2`, `${hash('a')}:3`]));
  });

  it('either abandons or records, when both are tried at once', async () => {
    for (let round = 0; round < 10; round += 1) {
      const reference = String(round + 1);
      await store.plan(planOf(reference, round));
      const plan = await store.find(reference);
      const [abandoned, recorded] = await Promise.all([
        store.abandon(reference, plan?.txid ?? ''),
        store.recordVersion(
          reference,
          { ...version(1), txid: `${reference.padStart(2, '0')}${hash('b').slice(2)}` },
          head(round),
        ),
      ]);
      expect(abandoned).toBe(!recorded);
    }
  });

  it('keeps versions in order, each once', async () => {
    await store.plan(planOf('1', 0));
    await store.recordVersion('1', version(1), head(1));
    await store.recordVersion('1', version(2), head(2));
    await store.recordVersion('1', version(1), head(1));
    expect((await store.find('1'))?.versions).toEqual([version(1), version(2)]);
  });

  const childOf = (txid: number, ...inputs: readonly number[]) => ({
    txid: hash(txid),
    parent: hash(1),
    psbt: 'cHNidA==',
    feeSats: 300n,
    inputs: inputs.map((index) => ({ txid: hash('a'), index })),
  });

  it('keeps children in order, each with what it spends', async () => {
    await store.plan(planOf('1', 0));
    await store.recordVersion('1', version(1), head(1));
    expect(await store.planChild('1', childOf(2, 7, 8))).toBe('stored');
    expect(await store.planChild('1', childOf(2, 7, 8))).toBe('stored');
    expect((await store.leased()).size).toBe(3);
    expect(await store.recordChild('1', { txid: hash(9), hex: 'ff' }, head(2))).toBe(false);
    expect(await store.recordChild('1', { txid: hash(2), hex: 'ff' }, head(2))).toBe(true);
    // The next one spends the same change.
    expect(await store.planChild('1', childOf(3, 7, 9))).toBe('stored');
    expect((await store.find('1'))?.children).toEqual([
      { ...childOf(2, 7, 8), hex: 'ff' },
      { ...childOf(3, 7, 9), hex: null },
    ]);
    expect(await store.logHead()).toEqual(head(2));
  });

  it('gives no coin of a child to anybody else, and none of anybody else to a child', async () => {
    await store.plan(planOf('1', 0));
    await store.plan(planOf('2', 4));
    await store.recordVersion('1', version(1), head(1));
    expect(await store.planChild('1', childOf(2, 7, 4))).toBe('outpoint-taken');
    expect((await store.find('1'))?.children).toEqual([]);
    expect(await store.leased()).toEqual(new Set([`${hash('a')}:0`, `${hash('a')}:4`]));
    await store.planChild('1', childOf(2, 7));
    expect(await store.plan(planOf('3', 7))).toBe('outpoint-taken');
  });

  it('frees what only an unsigned child spends, and nothing of a signed one', async () => {
    await store.plan(planOf('1', 0));
    await store.recordVersion('1', version(1), head(1));
    await store.planChild('1', childOf(2, 7, 8));
    await store.recordChild('1', { txid: hash(2), hex: 'ff' }, head(2));
    await store.planChild('1', childOf(3, 7, 9));
    await store.abandonChild('1', hash(2));
    await store.abandonChild('1', hash(3));
    expect((await store.find('1'))?.children.map(({ txid }) => txid)).toEqual([hash(2)]);
    expect(await store.leased()).toEqual(new Set([0, 7, 8].map((index) => `${hash('a')}:${index}`)));
    expect(await store.planChild('1', childOf(4, 7))).toBe('stored');
  });

  it('forgets children with their withdrawal', async () => {
    await store.plan(planOf('1', 0));
    await store.recordVersion('1', version(1), head(1));
    await store.planChild('1', childOf(2, 7));
    await store.retire('1', `${hash('a')}:0`);
    expect(await store.leased()).toEqual(new Set());
    expect(await store.open()).toEqual([]);
  });

  it('knows what is open, oldest first, and gives back what is settled', async () => {
    for (const [index, reference] of ['3', '1', '2'].entries()) {
      await store.plan({ ...planOf(reference, index), plannedAt: (1000 + index) as Instant });
    }
    await store.recordVersion('1', version(1), head(1));
    await store.planChild('1', childOf(2, 7));
    expect(await store.open()).toEqual(['3', '1', '2']);
    await store.settle('1');
    await store.settle('1');
    expect(await store.open()).toEqual(['3', '2']);
    expect(await store.leased()).toEqual(new Set([`${hash('a')}:0`, `${hash('a')}:2`]));
    expect((await store.find('1'))?.versions).toHaveLength(1);
  });

  it('keeps notes, and tells what each transaction was for', async () => {
    await store.plan(planOf('5', 0));
    await store.recordVersion('5', version(1), head(1));
    await store.planChild('5', childOf(2, 7));
    const all = async () => [...(await store.labels())].sort((a, b) => (a.ref < b.ref ? -1 : 1));
    expect(await all()).toEqual([
      { type: 'tx', ref: hash(1), label: 'deliver 5' },
      { type: 'tx', ref: hash(2), label: 'child 5' },
    ]);
    await store.setLabel({ type: 'tx', ref: hash(1), label: 'first order' });
    await store.setLabel({ type: 'addr', ref: 'bcrt1q', label: 'rent' });
    await store.setLabel({ type: 'addr', ref: 'bcrt1q', label: 'float' });
    expect(await all()).toEqual([
      { type: 'tx', ref: hash(1), label: 'first order' },
      { type: 'tx', ref: hash(2), label: 'child 5' },
      { type: 'addr', ref: 'bcrt1q', label: 'float' },
    ]);
    await store.setLabel({ type: 'addr', ref: 'bcrt1q', label: '' });
    await store.setLabel({ type: 'tx', ref: hash(1), label: '' });
    expect(await all()).toHaveLength(2);
    expect((await all())[0]).toEqual({ type: 'tx', ref: hash(1), label: 'deliver 5' });
  });

  it('keeps the head step by step, and takes no leap', async () => {
    expect(await store.logHead()).toBeNull();
    await store.raiseLogHead(head(2));
    expect(await store.logHead()).toBeNull();
    await store.raiseLogHead(head(0));
    await store.raiseLogHead(head(1));
    await store.raiseLogHead(head(3));
    await store.raiseLogHead(head(0));
    expect(await store.logHead()).toEqual(head(1));
    await store.raiseLogHead(head(2));
    await store.plan(planOf('1', 0));
    await store.recordVersion('1', version(1), head(3));
    expect(await store.logHead()).toEqual(head(3));
  });

  it('keeps what was seen, and that it no longer is', async () => {
    const seen = { txid: hash('1'), block: { height: 120, hash: hash('c') } };
    await store.plan(planOf('1', 0));
    await store.recordSeen('1', seen);
    expect((await store.find('1'))?.seen).toEqual(seen);
    await store.recordSeen('1', null);
    expect((await store.find('1'))?.seen).toBeNull();
  });
});

describe('wallets on one PostgreSQL', () => {
  it('deliver many orders at once, each coin once, each order once', async () => {
    await database.pool.query(
      'truncate wallet.branch_index, wallet.withdrawal, wallet.lease, wallet.version, wallet.child, wallet.label, wallet.delivery_index, wallet.log_head',
    );
    const { open, ask, chain } = createWorld({ coins: Array.from({ length: 8 }, () => 1_000_000n) });
    const wallets = [1, 2, 3].map(() => open({ store: createPostgresStore(database.pool) }));
    const orders = Array.from({ length: 6 }, () => ask(600_000n));
    // Every order is given to every wallet, as a queue that runs each job three times would.
    const results = await Promise.all(orders.flatMap((order) => wallets.map((wallet) => wallet.withdraw(order))));
    const refused = results.filter(({ outcome }) => outcome === 'refused');
    expect(refused).toEqual([]);
    for (const order of orders) {
      expect(await wallets[0]?.withdraw(order)).toMatchObject({ outcome: 'applied', value: { status: 'broadcast' } });
    }
    expect(chain.mempool).toHaveLength(orders.length);
  });

  it('outlive a connection that is cut off in the middle of a transaction', async () => {
    const { pool } = database;
    const store = createPostgresStore(pool);
    await pool.query(`create sequence cuts;
      create function cut_off() returns trigger language plpgsql as $$ begin
        if nextval('cuts') = 1 then perform pg_terminate_backend(pg_backend_pid()); end if; return null; end $$;
      create trigger cut after insert on wallet.withdrawal for each row execute function cut_off()`);
    await expect(store.plan(planOf('901', 901))).rejects.toMatchObject({ code: '57P01' });
    expect(await store.find('901')).toBeNull();
    expect(await store.plan(planOf('901', 901))).toBe('stored');
    await pool.query('drop trigger cut on wallet.withdrawal; drop function cut_off; drop sequence cuts');
  });
});
