import { BTC, KHR, money, USDT } from '@rielrails/core';
import type { Instant } from '@rielrails/core';
import { createVirtualRuntime } from '@rielrails/kit/virtual';
import { bank, broughtIn, capital, free, heldFor, paymentReceived, release, reserve } from '../src/money/index.ts';
import { balances, InsufficientBalanceError, openStore, post, trialBalance } from '../src/store/index.ts';
import type { Posting, Store } from '../src/store/index.ts';
import { sql } from 'kysely';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase } from './database.ts';

const at = 1_767_323_045_000 as Instant;
let store: Store;

async function openEmptyStore(): Promise<{ store: Store; drop(): Promise<void> }> {
  const database = await createTestDatabase();
  const store = openStore({ url: database.url, poolSize: 10 }, createVirtualRuntime());
  return {
    store,
    async drop() {
      await store.close();
      await database.drop();
    },
  };
}

const book = (posting: Posting) => store.transaction((tx) => post(tx, posting, at));
const opened = () =>
  store.transaction(async (tx) => {
    await post(tx, broughtIn({ to: free('exchange:binance'), amount: money(USDT, 500n), reference: '1' }), at);
    await post(tx, broughtIn({ to: free('wallet:own'), amount: money(BTC, 500n), reference: '2' }), at);
  });
const holdings = (minor: bigint) =>
  [
    { place: 'exchange:binance', amount: money(USDT, minor) },
    { place: 'wallet:own', amount: money(BTC, minor) },
  ] as const;

describe('what the database itself refuses', () => {
  // What is refused leaves nothing behind: one database serves all.
  beforeAll(async () => {
    const opened = await openEmptyStore();
    store = opened.store;
    return opened.drop;
  });

  const entry = (lines: number) =>
    sql`insert into ledger_entry (at, kind, reason, lines) values (1, 'k', 'r', ${sql.lit(lines)}) returning id`;
  const line = (account: string, minor: number, id = sql`(select max(id) from ledger_entry)`, scale = 0) =>
    sql`insert into ledger_line values (${id}, ${account}, 'KHR', ${scale}, ${minor})`;
  const write = (...statements: readonly { execute(db: Store['db']): Promise<unknown> }[]) =>
    store.transaction(async (tx) => {
      for (const statement of statements) await statement.execute(tx);
    });

  test('an entry that does not balance, at commit', async () => {
    await expect(write(entry(2), line('a', 5), line('b', -4))).rejects.toThrow('does not balance in KHR');
    await expect(write(entry(2), line('a', 5), line('b', -5))).resolves.toBeUndefined();
  });

  test('an entry without its lines', async () => {
    await expect(write(entry(2))).rejects.toThrow('does not have the lines it says');
    await expect(write(entry(0))).rejects.toThrow('ledger_entry_lines_check');
    await expect(write(entry(2), line('a', 0), line('b', 0))).rejects.toThrow('ledger_line_minor_check');
  });

  test('a line that joins an entry of the past, even a balanced pair', async () => {
    await write(entry(2), line('a', 5), line('b', -5));
    await expect(write(line('c', 5), line('d', -5))).rejects.toThrow('does not have the lines it says');
  });

  test('one asset in two scales', async () => {
    await write(entry(2), line('a', 5), line('b', -5));
    await expect(write(entry(2), line('a', 5, undefined, 2), line('b', -5, undefined, 2))).rejects.toThrow('scale');
  });

  test.each([
    'update ledger_entry set reason = reason',
    'delete from ledger_entry',
    'truncate ledger_entry cascade',
    'update ledger_line set minor = minor + 1',
    'delete from ledger_line',
    'truncate ledger_line',
    'update ledger_balance set minor = minor + 1',
    "insert into ledger_balance values ('x', 'KHR', 0, 5)",
    'delete from ledger_balance',
    'truncate ledger_balance',
  ])('%s', async (statement) => {
    await write(entry(2), line('a', 5), line('b', -5));
    await expect(write(sql.raw(statement))).rejects.toThrow('append-only');
    expect(await trialBalance(store.db)).toEqual({ uneven: [], drifted: [] });
  });
});

describe('the books', () => {
  beforeEach(async () => {
    const opened = await openEmptyStore();
    store = opened.store;
    return opened.drop;
  });

  test('a posting moves balances; amounts come back as money', async () => {
    await book(paymentReceived({ order: '7', provider: 'payway', transaction: 'T', amount: money(KHR, 41_000n) }));
    await book(broughtIn({ to: bank('aba'), amount: money(KHR, 9_007_199_254_740_993n), reference: '1' }));
    expect(await balances(store.db)).toEqual([
      { account: 'bank:aba', amount: money(KHR, 9_007_199_254_740_993n) },
      { account: capital, amount: money(KHR, -9_007_199_254_740_993n) },
      { account: 'customer:7:payable', amount: money(KHR, -41_000n) },
      { account: 'provider:payway:receivable', amount: money(KHR, 41_000n) },
    ]);
    expect(await balances(store.db, { prefix: 'customer:7:' })).toHaveLength(1);
    expect(await trialBalance(store.db)).toEqual({ uneven: [], drifted: [] });
  });

  test('what has a reference is booked once, even by two at a time', async () => {
    const receipt = paymentReceived({ order: '7', provider: 'payway', transaction: 'T', amount: money(KHR, 41_000n) });
    const written = await Promise.all([book(receipt), book(receipt), book(receipt)]);
    expect(written.filter(Boolean)).toHaveLength(1);
    expect(await balances(store.db, { prefix: 'customer:7:' })).toEqual([
      { account: 'customer:7:payable', amount: money(KHR, -41_000n) },
    ]);
  });

  test('ten buyers at once, float for five: exactly five get it', async () => {
    await opened();
    const buyers = Array.from({ length: 10 }, (_, index) => String(index + 1));
    const results = await Promise.allSettled(buyers.map((order) => book(reserve({ order, holdings: holdings(100n) }))));
    const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
    expect(refused).toHaveLength(5);
    for (const error of refused) expect(error).toBeInstanceOf(InsufficientBalanceError);
    expect(await balances(store.db, { suffix: ':free' })).toEqual([]);
    expect((await balances(store.db, { prefix: 'wallet:own:reserved:' })).map(({ amount }) => amount.minor)).toEqual(
      Array.from({ length: 5 }, () => 100n),
    );
    expect(await trialBalance(store.db)).toEqual({ uneven: [], drifted: [] });
  });

  test('the reserve is all or none, belongs to its order, and is released once', async () => {
    await opened();
    const greedy = [holdings(1n)[0], { place: 'wallet:own', amount: money(BTC, 501n) }] as const;
    await expect(book(reserve({ order: '1', holdings: greedy }))).rejects.toBeInstanceOf(InsufficientBalanceError);
    expect(await heldFor(store.db, '1')).toEqual([]);

    await book(reserve({ order: '1', holdings: holdings(300n) }));
    await book(reserve({ order: '11', holdings: holdings(100n) }));
    expect(await heldFor(store.db, '1')).toEqual(holdings(300n));
    await book(release({ order: '1', holdings: await heldFor(store.db, '1') }));
    // A second release finds nothing to free, and the floor of the books would refuse it.
    await expect(book(release({ order: '1', holdings: holdings(300n) }))).rejects.toBeInstanceOf(
      InsufficientBalanceError,
    );
    expect(await heldFor(store.db, '1')).toEqual([]);
    expect(await heldFor(store.db, '11')).toEqual(holdings(100n));
    expect((await balances(store.db, { suffix: ':free' })).map(({ amount }) => amount.minor)).toEqual([400n, 400n]);
  });
});
