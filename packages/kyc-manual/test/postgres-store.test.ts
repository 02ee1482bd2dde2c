import type { Instant, Reference } from '@rielrails/core';
import { createMemoryStore, createPostgresStore, migratePostgresStore } from '@rielrails/kyc-manual';
import type { ManualCase, ManualStore } from '@rielrails/kyc-manual';
import { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase } from '../../orders/test/database.ts';

const bytes = (...all: readonly number[]) => Uint8Array.from(all);
const fresh = (reference: string): ManualCase => ({
  reference: reference as Reference,
  person: 'p-1',
  level: 'basic',
  language: 'km',
  version: 1,
  state: 'open',
  openedAt: 1000 as Instant,
  submittedAt: null,
  decidedAt: null,
  decidedBy: null,
  reasons: [],
  until: null,
  statement: null,
  identity: null,
  proposal: null,
});
const submitted = (one: ManualCase, at = 2000): ManualCase => ({
  ...one,
  version: one.version + 1,
  state: 'submitted',
  submittedAt: at as Instant,
  statement: bytes(1, 2, 3),
});
const plain = (one: ManualCase | null) =>
  one && {
    ...one,
    statement: one.statement && [...one.statement],
    identity: one.identity && [...one.identity],
    proposal: one.proposal && { ...one.proposal, sealed: [...one.proposal.sealed] },
  };

const stores: Record<string, ManualStore> = { memory: createMemoryStore() };
let pool: Pool;
let end = async () => {};
beforeAll(async () => {
  const database = await createTestDatabase();
  pool = new Pool({ connectionString: database.url.reveal(), max: 4 });
  // A pool is over before its connections are: the one that is cut off with the database is nobody's any more.
  pool.on('error', () => {});
  await Promise.all([migratePostgresStore(pool), migratePostgresStore(pool)]);
  stores['postgres'] = createPostgresStore(pool);
  end = async () => {
    await pool.end();
    await database.drop();
  };
});
afterAll(() => end());

describe.each([['memory'], ['postgres']])('%s', (name) => {
  const store = () => stores[name] ?? createMemoryStore();

  test('a case is opened once, whoever opens it', async () => {
    const first = await store().open(fresh('1'));
    expect(plain(first)).toEqual(plain(fresh('1')));
    expect((await store().open({ ...fresh('1'), person: 'p-2' })).person).toBe('p-1');
    expect(await store().find('2' as Reference)).toBeNull();
  });

  test('a change is written once, by its version, with its documents', async () => {
    const one = await store().open(fresh('3'));
    const front = { name: 'front', type: 'image/png', sealed: bytes(9, 8) } as const;
    const both = await Promise.all([store().save(submitted(one), [front]), store().save(submitted(one), [front])]);
    expect(both.filter(Boolean)).toHaveLength(1);
    expect(await store().find(one.reference)).toMatchObject({ version: 2, state: 'submitted' });
    expect([...((await store().document(one.reference, 'front'))?.sealed ?? [])]).toEqual([9, 8]);
    expect(await store().document(one.reference, 'back')).toBeNull();
  });

  test('who waits longest comes first', async () => {
    for (const [reference, at] of [
      ['11', 500],
      ['12', 300],
      ['13', 400],
    ] as const)
      await store().save(submitted(await store().open(fresh(reference)), at), []);
    const waiting = (await store().waiting(100)).map(({ reference }) => reference);
    expect(waiting.slice(0, 3)).toEqual(['12', '13', '11']);
    expect(await store().waiting(1)).toHaveLength(1);
  });

  test('what is decided is listed apart, the newest first; what is proposed waits', async () => {
    const [first, second, third] = await Promise.all(
      ['41', '42', '43'].map(async (reference) => submitted(await store().open(fresh(reference)), 600)),
    );
    if (!first || !second || !third) throw new Error('three were opened');
    const proposal = { by: 'sokha', at: 1 as Instant, sealed: bytes(1) };
    for (const [one, at] of [
      [first, 7000],
      [second, 8000],
    ] as const) {
      await store().save(one, []);
      await store().save({ ...one, version: 3, state: 'approved', decidedAt: at as Instant, decidedBy: 'sokha' });
    }
    await store().save({ ...third, state: 'approved', decidedAt: 6000 as Instant, proposal });
    const listed = (found: readonly ManualCase[]) =>
      found.map(({ reference }) => reference).filter((reference) => /^4[123]$/.test(reference));
    expect(listed(await store().decided(100))).toEqual(['42', '41', '43']);
    expect(listed(await store().waiting(100))).toEqual(['43']);
    await store().erase(third.reference);
    expect(listed(await store().waiting(100))).toEqual([]);
  });

  test('a person who is erased takes every document along, and leaves nothing to review', async () => {
    const one = submitted({ ...(await store().open({ ...fresh('51'), person: 'p-9' })) });
    await store().save(one, [{ name: 'selfie', type: 'image/png', sealed: bytes(1) }]);
    const other = submitted(await store().open(fresh('52')));
    await store().save(other, [{ name: 'selfie', type: 'image/png', sealed: bytes(1) }]);
    const rejected = submitted(await store().open({ ...fresh('53'), person: 'p-9' }));
    await store().save({ ...rejected, state: 'rejected' }, []);
    expect([...(await store().forget('p-9'))].sort()).toEqual(['51', '53']);
    expect(await store().find(one.reference)).toMatchObject({ state: 'revoked', statement: null, version: 3 });
    expect(await store().find(rejected.reference)).toMatchObject({ state: 'rejected', statement: null });
    expect(await store().documentNames(one.reference)).toEqual([]);
    expect(await store().documentNames(other.reference)).toEqual(['selfie']);
    expect((await store().waiting(100)).map(({ reference }) => reference)).not.toContain('51');
    expect(await store().forget('p-nobody')).toEqual([]);
  });

  test('everything that a decision is made of comes back', async () => {
    const one = submitted(await store().open(fresh('21')));
    await store().save(one, []);
    const decided: ManualCase = {
      ...one,
      version: 3,
      state: 'retry',
      decidedAt: 5000 as Instant,
      decidedBy: 'sokha',
      reasons: ['document-unreadable', 'other'],
      until: 9000 as Instant,
      identity: bytes(7),
      proposal: { by: 'sokha', at: 6000 as Instant, sealed: bytes(8, 9) },
    };
    expect(await store().save(decided)).toBe(true);
    expect(plain(await store().find(one.reference))).toEqual(plain(decided));
  });

  test('an erased case keeps its decision and who looked', async () => {
    const one = submitted(await store().open(fresh('31')));
    await store().save(one, [{ name: 'selfie', type: 'image/jpeg', sealed: bytes(1) }]);
    await store().noteAccess(one.reference, { at: 1 as Instant, by: 'sokha', what: 'selfie' });
    await store().erase(one.reference);
    expect(await store().find(one.reference)).toMatchObject({ state: 'submitted', statement: null, version: 3 });
    expect(await store().documentNames(one.reference)).toEqual([]);
    expect(await store().accesses(one.reference)).toEqual([{ at: 1, by: 'sokha', what: 'selfie' }]);
  });
});

test('postgres outlives a connection that is cut off in the middle of a change', async () => {
  const store = createPostgresStore(pool);
  const one = await store.open(fresh('61'));
  await pool.query(`create sequence cuts;
    create function cut_off() returns trigger language plpgsql as $$ begin
      if nextval('cuts') = 1 then perform pg_terminate_backend(pg_backend_pid()); end if; return null; end $$;
    create trigger cut after update on kyc_manual.verification for each row execute function cut_off()`);
  await expect(store.save(submitted(one), [])).rejects.toMatchObject({ code: '57P01' });
  expect(plain(await store.find(one.reference))).toEqual(plain(one));
  expect(await store.save(submitted(one), [])).toBe(true);
});
