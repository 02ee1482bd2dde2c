import { hkdfSync } from 'node:crypto';
import type { Identity, Reference } from '@rielrails/core';
import { newReference, Secret } from '@rielrails/kit';
import { createVirtualRuntime } from '@rielrails/kit/virtual';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLocalKeys } from '../src/index.ts';
import type { KeyProvider } from '../src/index.ts';
import { identityPlace, openKeyring } from '../src/store/keyring.ts';
import type { Keyring } from '../src/store/keyring.ts';
import { loadPerson } from '../src/store/people.ts';
import { createSealer } from '../src/store/seal.ts';
import { openStore } from '../src/store/store.ts';
import type { Store } from '../src/store/store.ts';
import { createTestDatabase } from './database.ts';
import type { TestDatabase } from './database.ts';

const identity: Identity = { name: 'SOK DARA', born: '1990-01-01' };
const first = new Secret('first-data-key-0123456789-0123456789');
const second = new Secret('second-data-key-0123456789-012345678');
const runtime = createVirtualRuntime();

let database: TestDatabase;
let store: Store;
beforeEach(async () => {
  database = await createTestDatabase();
  store = openStore({ url: database.url }, runtime);
});
afterEach(async () => {
  await store.close();
  await database.drop();
});

const ringOf = (provider: KeyProvider, dataKeys: readonly Secret[] = [first]): Promise<Keyring> =>
  openKeyring({ store, provider, dataKeys, runtime });
const local = (current = first, older: readonly Secret[] = []) => createLocalKeys({ current, older }, runtime.random);

async function newPerson(): Promise<Reference> {
  const id = newReference(runtime.random);
  await sql`insert into person (id, created_at) values (${id}, 0)`.execute(store.db);
  return id;
}

async function verify(ring: Keyring, id: Reference): Promise<void> {
  const sealed = (await ring.ensure(id)).seal(identityPlace(id), identity);
  await sql`update person set identity_sealed = ${sealed} where id = ${id}`.execute(store.db);
}

const identityIn = async (ring: Keyring, id: Reference) => ring.identityOf(await loadPerson(store.db, id));

/** A key management service, as far as it can be told from here: it counts how often it was asked. */
function counting(provider: KeyProvider): KeyProvider & { readonly asked: Record<string, number> } {
  const asked: Record<string, number> = {};
  const count = <A extends unknown[], R>(name: string, work: (...given: A) => R) => {
    return (...given: A): R => {
      asked[name] = (asked[name] ?? 0) + 1;
      return work(...given);
    };
  };
  return {
    currentKeyId: provider.currentKeyId,
    generateDataKey: count('generate', provider.generateDataKey),
    unwrap: count('unwrap', provider.unwrap),
    rewrap: count('rewrap', provider.rewrap),
    asked,
  };
}

describe('a data key for each person', () => {
  test('opens what it sealed, in any process; another person’s does not', async () => {
    const ring = await ringOf(local());
    const [one, other] = [await newPerson(), await newPerson()];
    await verify(ring, one);
    await verify(ring, other);
    expect(await identityIn(await ringOf(local()), one)).toEqual(identity);
    // Neither the value nor the key can be moved to another row.
    await sql`update person set identity_sealed = (select identity_sealed from person where id = ${one}) where id = ${other}`.execute(
      store.db,
    );
    await expect(identityIn(ring, other)).rejects.toThrow(/authenticate/);
    await sql`update person set key_wrapped = (select key_wrapped from person where id = ${one}) where id = ${other}`.execute(
      store.db,
    );
    await expect(identityIn(await ringOf(local()), other)).rejects.toThrow(/authenticate/);
  });

  test('is made once, however many ask at the same time', async () => {
    const rings = await Promise.all([ringOf(local()), ringOf(local()), ringOf(local())]);
    const id = await newPerson();
    const sealers = await Promise.all(rings.flatMap((ring) => [ring.ensure(id), ring.ensure(id)]));
    for (const sealer of sealers)
      for (const other of sealers) expect(other.open('a', sealer.seal('a', identity))).toEqual(identity);
    expect(new Set(rings.map((ring) => ring.mark('payer', 'SOK DARA'))).size).toBe(1);
  });

  test('is unwrapped once, and then kept in memory, as long as there is room', async () => {
    const provider = counting(local());
    const ring = await openKeyring({ store, provider, dataKeys: [first], runtime, mostOpen: 5 });
    const id = await newPerson();
    await verify(ring, id);
    const before = provider.asked['unwrap'] ?? 0;
    for (let time = 0; time < 5; time += 1) expect(await identityIn(ring, id)).toEqual(identity);
    expect(provider.asked['unwrap']).toBe(before);
    for (let more = 0; more < 5; more += 1) await ring.ensure(await newPerson());
    await identityIn(ring, id);
    expect(provider.asked['unwrap']).toBe(before + 6);
  });

  test('destroyed, it ends what it sealed, and is never made again', async () => {
    const ring = await ringOf(local());
    const id = await newPerson();
    await verify(ring, id);
    await expect(sql`update person set erased_at = 1 where id = ${id}`.execute(store.db)).rejects.toThrow(
      /person_erased_is_empty/,
    );
    await sql`update person set erased_at = 1, key_id = null, key_wrapped = null, identity_sealed = null where id = ${id}`.execute(
      store.db,
    );
    await expect(ring.ensure(id)).rejects.toThrow(/erased/);
  });
});

describe('what was sealed before people had keys', () => {
  const sealEarlier = async (dataKey: Secret): Promise<Reference> => {
    const id = await newPerson();
    const key = new Uint8Array(hkdfSync('sha256', dataKey.reveal(), 'rielrails', 'personal-data/1', 32));
    const sealed = createSealer(key, runtime.random).seal(identityPlace(id), identity);
    await sql`update person set identity_sealed = ${sealed} where id = ${id}`.execute(store.db);
    return id;
  };

  test('is read as before, and sealed anew under a key by and by', async () => {
    const id = await sealEarlier(first);
    const ring = await ringOf(local(second, [first]), [second, first]);
    expect(await identityIn(ring, id)).toEqual(identity);
    expect(await ring.tend()).toBe(1);
    expect(await ring.tend()).toBe(0);
    const person = await loadPerson(store.db, id);
    expect(person.key?.keyId).toBe(local(second).currentKeyId);
    // The data key that sealed it at first is of no use any more.
    expect(await identityIn(await ringOf(local(second), [second]), id)).toEqual(identity);
  });

  test('is not lost when its data key is not given', async () => {
    const id = await sealEarlier(first);
    const ring = await ringOf(local(second), [second]);
    await expect(ring.tend()).rejects.toThrow(/authenticate/);
    expect(await identityIn(await ringOf(local(second), [second, first]), id)).toEqual(identity);
  });
});

test('another wrapping key: everything is rewrapped, nothing sealed anew, and the old one can go', async () => {
  const id = await newPerson();
  const ring = await ringOf(local(first));
  await verify(ring, id);
  const mark = ring.mark('payer', 'x');
  const { sealedIdentity } = await loadPerson(store.db, id);
  await expect(ringOf(local(second))).rejects.toThrow(/not among the keys given/);
  expect(await (await ringOf(local(second, [first]))).tend()).toBe(3);
  const after = await ringOf(local(second));
  expect(await identityIn(after, id)).toEqual(identity);
  expect(after.mark('payer', 'x')).toBe(mark);
  expect((await loadPerson(store.db, id)).sealedIdentity).toEqual(sealedIdentity);
});
