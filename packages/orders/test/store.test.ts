import { Secret } from '@rielrails/kit';
import { createVirtualRuntime } from '@rielrails/kit/virtual';
import { CommitUnknownError, DatabaseNewerError, openStore } from '../src/store/index.ts';
import type { Store, Tx } from '../src/store/index.ts';
import { sql } from 'kysely';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase } from './database.ts';
import type { TestDatabase } from './database.ts';

let database: TestDatabase;
let store: Store;
const runtime = createVirtualRuntime();

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(() => database.drop());

beforeEach(async () => {
  store = openStore({ url: database.url }, runtime);
  await sql`drop table if exists box`.execute(store.db);
  await sql`create table box (id int primary key, n bigint not null)`.execute(store.db);
  await sql`insert into box values (1, 0), (2, 0)`.execute(store.db);
});

afterEach(async () => {
  await store.close();
});

const boxes = async (db: Store['db'] = store.db) =>
  (await sql<{ n: bigint }>`select n from box order by id`.execute(db)).rows.map(({ n }) => n);

test('bigint columns are bigint, and only on our own pool', async () => {
  await sql`update box set n = ${9_007_199_254_740_993n} where id = 1`.execute(store.db);
  expect(await boxes()).toEqual([9_007_199_254_740_993n, 0n]);
});

test('an error takes the whole transaction along', async () => {
  const work = store.transaction(async (tx) => {
    await sql`update box set n = 5`.execute(tx);
    throw new Error('no');
  });
  await expect(work).rejects.toThrow('no');
  expect(await boxes()).toEqual([0n, 0n]);
});

test('the loser of a deadlock tries again, and both happen', async () => {
  let waiting = 0;
  const both = Promise.withResolvers<void>();
  const cross = (first: number, second: number) =>
    store.transaction(async (tx) => {
      await sql`update box set n = n + 1 where id = ${first}`.execute(tx);
      waiting += 1;
      if (waiting === 2) both.resolve();
      await both.promise;
      await sql`update box set n = n + 1 where id = ${second}`.execute(tx);
    });
  await Promise.all([cross(1, 2), cross(2, 1)]);
  expect(await boxes()).toEqual([2n, 2n]);
  expect(runtime.entries).toContainEqual({
    level: 'warn',
    event: 'transaction-repeated',
    fields: { code: '40P01', attempt: 1 },
  });
});

test('five serialization failures in a row are given up', async () => {
  let runs = 0;
  const work = store.transaction(async (tx) => {
    runs += 1;
    await sql`do $$ begin raise exception 'conflict' using errcode = '40001'; end $$`.execute(tx);
  });
  await expect(work).rejects.toMatchObject({ code: '40001' });
  expect(runs).toBe(5);
});

test('a commit that the database refuses is known not to have happened', async () => {
  await sql`
    create or replace function refuse() returns trigger language plpgsql as $$ begin raise exception 'at commit'; end $$`.execute(
    store.db,
  );
  await sql`
    create constraint trigger late after update on box deferrable initially deferred
    for each row execute function refuse()`.execute(store.db);
  const work = store.transaction((tx) => sql`update box set n = 5`.execute(tx));
  await expect(work).rejects.toThrow('at commit');
  await expect(work).rejects.not.toBeInstanceOf(CommitUnknownError);
  expect(await boxes()).toEqual([0n, 0n]);
});

test('a swallowed error does not pretend to have committed', async () => {
  const work = store.transaction(async (tx: Tx) => {
    await sql`update box set n = 5`.execute(tx);
    await sql`select 1 / 0`.execute(tx).catch(() => undefined);
  });
  await expect(work).rejects.not.toBeInstanceOf(CommitUnknownError);
  expect(await boxes()).toEqual([0n, 0n]);
});

test.each([
  { when: 'the commit never arrived', forwarded: false, after: [0n, 0n] },
  { when: 'only its answer was lost', forwarded: true, after: [5n, 5n] },
])('a connection cut during commit is unknown: $when', async ({ forwarded, after }) => {
  const line = await createCuttableLine(database.url, forwarded);
  const cut = openStore({ url: line.url, poolSize: 1 }, runtime);
  const work = cut.transaction((tx) => sql`update box set n = 5`.execute(tx));
  await expect(work).rejects.toBeInstanceOf(CommitUnknownError);
  await expect.poll(() => boxes()).toEqual(after);
  expect(await boxes(cut.db), 'the next use reconnects').toEqual(after);
  await cut.close();
  line.close();
});

test('a dropped idle connection is logged and replaced', async () => {
  await boxes();
  const admin = openStore({ url: database.url, poolSize: 1 }, createVirtualRuntime());
  await sql`select pg_terminate_backend(pid) from pg_stat_activity
            where datname = current_database() and pid <> pg_backend_pid()`.execute(admin.db);
  await admin.close();
  await expect
    .poll(() => runtime.entries)
    .toContainEqual({ level: 'warn', event: 'database-connection-lost', fields: { code: '57P01' } });
  expect(await boxes()).toEqual([0n, 0n]);
});

test('migrations run once, by several instances at a time, and on a pool of one', async () => {
  await sql`drop schema public cascade; create schema public`.execute(store.db);
  const others = [1, 1, 3].map((poolSize) => openStore({ url: database.url, poolSize }, runtime));
  await Promise.all(others.map((other) => other.migrate()));
  await store.migrate();
  expect((await sql`select name from kysely_migration order by name`.execute(store.db)).rows[0]).toEqual({
    name: '0001-ledger',
  });
  await Promise.all(others.map((other) => other.close()));
});

test('a database of newer code is refused by name and left alone', async () => {
  await sql`insert into kysely_migration values ('9999-tomorrow', '2030-01-01T00:00:00.000Z')`.execute(store.db);
  await expect(store.migrate()).rejects.toBeInstanceOf(DatabaseNewerError);
  await expect(store.migrate()).rejects.toMatchObject({ migration: '9999-tomorrow' });
  await sql`delete from kysely_migration where name = '9999-tomorrow'`.execute(store.db);
});

test('close may be repeated', async () => {
  await store.close();
  await store.close();
});

/** A proxy that ends a connection at its `commit`, before or after the server has seen it. */
async function createCuttableLine(target: Secret, forwarded: boolean): Promise<{ url: Secret; close(): void }> {
  const url = new URL(target.reveal());
  const port = Number(url.port);
  const sockets = new Set<Socket>();
  let cut = false;
  const server = createServer((client) => {
    const upstream = connect(port, url.hostname);
    for (const socket of [client, upstream]) sockets.add(socket.on('error', () => {}));
    client.on('data', (chunk) => {
      const commit = !cut && chunk.includes('commit');
      if (commit) cut = true;
      if (!commit || forwarded) upstream.write(chunk);
      if (commit && forwarded) upstream.removeAllListeners('data').once('data', () => client.destroy());
      if (commit && !forwarded) client.destroy();
    });
    upstream.on('data', (chunk) => client.write(chunk));
    upstream.on('close', () => client.destroy());
    client.on('close', () => upstream.destroy());
  });
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: new Secret(url.href),
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
