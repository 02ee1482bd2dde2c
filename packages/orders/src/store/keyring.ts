import { hkdfSync } from 'node:crypto';
import type { Identity, Reference } from '@rielrails/core';
import { hmac, Secret, toBase64, toHex } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import { sql } from 'kysely';
import type { KeyProvider, WrappedKey } from './key-provider.ts';
import { createSealer } from './seal.ts';
import type { Sealer } from './seal.ts';
import type { Store } from './store.ts';

/** What a person's row says about their key and what it seals. */
export interface SealedPerson {
  readonly id: Reference;
  /** `null`: nothing was sealed under a key of their own yet, or the key was destroyed. */
  readonly key: WrappedKey | null;
  readonly sealedIdentity: Uint8Array | null;
}

/**
 * The data keys: one for each person, one for what nobody owns yet, one for marks. They lie wrapped in the database.
 *
 * Destroying a person's wrapped key ends everything that was sealed under it, in every copy of the row that comes after.
 */
export interface Keyring {
  /** A person's sealer. Makes their key when they have none; never for a person who was erased. */
  ensure(id: Reference): Promise<Sealer>;
  /** Opens the verified identity. */
  identityOf(person: SealedPerson): Promise<Identity | null>;
  /** Seals what came in before it is known whom it is about. */
  readonly inbox: Sealer;
  /** A mark by which equal things are found again and nothing is read: 128 bits of a keyed hash. */
  mark(kind: string, text: string): string;
  /** Brings keys under the provider's current key, and old seals under keys, some at a time. Gives how many. */
  tend(): Promise<number>;
}

/** What the keyring works with. */
export interface KeyringParts {
  readonly store: Store;
  readonly provider: KeyProvider;
  /** Sealed personal data itself, before each person had a key. */
  readonly dataKeys: readonly Secret[];
  readonly runtime: Pick<Runtime, 'clock' | 'random' | 'log'>;
  /** Opened keys that are kept in memory; the one that was used longest ago goes first. Default: 1000. */
  readonly mostOpen?: number;
}

const MOST_OPEN = 1000;
const MOST_TENDED = 100;
/** After a look that found nothing to do. */
const REST_MS = 600_000;

/** Where a person's identity lies, for the seal. */
export const identityPlace = (id: string): string => `person.identity:${id}`;
/** Where evidence about an order, or about a person, lies in their case. */
export const evidencePlace = (about: string): string => `case_entry.sealed:${about}`;
const personContext = (id: string) => `person.key:${id}`;
const sharedContext = (name: string) => `data_key:${name}`;

interface Row {
  readonly id: Reference;
  readonly key_id: string | null;
  readonly key_wrapped: Uint8Array | null;
  readonly identity_sealed: Uint8Array | null;
  readonly erased_at: bigint | null;
}

/** Opens the keyring: makes the shared keys where there are none yet. */
export async function openKeyring({
  store,
  provider,
  dataKeys,
  runtime,
  mostOpen = MOST_OPEN,
}: KeyringParts): Promise<Keyring> {
  const { clock, random, log } = runtime;
  let restUntil = Number.NEGATIVE_INFINITY;
  const earlier = dataKeys.map((key) => createSealer(earlierKey(key), random));
  const open = new Map<string, Sealer>();

  async function sealerOf(key: WrappedKey, context: string): Promise<Sealer> {
    const name = toBase64(key.wrapped);
    const sealer = open.get(name) ?? createSealer(await provider.unwrap(key, context), random);
    open.delete(name);
    open.set(name, sealer);
    const [oldest] = open.keys();
    if (open.size > mostOpen && oldest !== undefined) open.delete(oldest);
    return sealer;
  }

  /** An identity that was sealed before its person had a key. */
  function openEarlier(id: Reference, sealed: Uint8Array): unknown {
    for (const [index, sealer] of earlier.entries()) {
      try {
        return sealer.open(identityPlace(id), sealed);
      } catch (error) {
        if (index === earlier.length - 1) throw error;
      }
    }
    return null;
  }

  async function read(id: Reference): Promise<Row> {
    const { rows } = await sql<Row>`
      select id, key_id, key_wrapped, identity_sealed, erased_at from person where id = ${id}`.execute(store.db);
    const [row] = rows;
    if (!row || row.erased_at !== null) throw new RangeError('person: is not known, or was erased');
    return row;
  }

  async function ensure(id: Reference): Promise<Sealer> {
    for (;;) {
      const row = await read(id);
      if (row.key_id !== null && row.key_wrapped !== null)
        return sealerOf({ keyId: row.key_id, wrapped: row.key_wrapped }, personContext(id));
      const { plain, ...key } = await provider.generateDataKey(personContext(id));
      const sealer = createSealer(plain, random);
      const before = row.identity_sealed;
      const after = before && sealer.seal(identityPlace(id), openEarlier(id, before));
      // A row with a key holds nothing that another key sealed: both change in one statement, or neither does.
      await sql`
        update person set key_id = ${key.keyId}, key_wrapped = ${key.wrapped}, identity_sealed = ${after}
        where id = ${id} and key_wrapped is null and erased_at is null and identity_sealed is not distinct from ${before}`.execute(
        store.db,
      );
    }
  }

  async function shared(name: string): Promise<Uint8Array> {
    for (;;) {
      const { rows } = await sql<{ key_id: string; key_wrapped: Uint8Array }>`
        select key_id, key_wrapped from data_key where name = ${name}`.execute(store.db);
      const [row] = rows;
      if (row) return provider.unwrap({ keyId: row.key_id, wrapped: row.key_wrapped }, sharedContext(name));
      const key = await provider.generateDataKey(sharedContext(name));
      await sql`insert into data_key (name, key_id, key_wrapped) values (${name}, ${key.keyId}, ${key.wrapped}) on conflict do nothing`.execute(
        store.db,
      );
    }
  }

  async function rewrapShared(): Promise<number> {
    const { currentKeyId } = provider;
    const { rows } = await sql<{ name: string; key_id: string; key_wrapped: Uint8Array }>`
      select name, key_id, key_wrapped from data_key where key_id <> ${currentKeyId}`.execute(store.db);
    for (const { name, key_id: keyId, key_wrapped: wrapped } of rows) {
      const fresh = await provider.rewrap({ keyId, wrapped }, sharedContext(name));
      await sql`update data_key set key_id = ${fresh.keyId}, key_wrapped = ${fresh.wrapped} where name = ${name} and key_wrapped = ${wrapped}`.execute(
        store.db,
      );
    }
    return rows.length;
  }

  const inbox = createSealer(await shared('inbox'), random);
  const marking = new Secret(toHex(await shared('marks')));

  return {
    ensure,
    async identityOf({ id, key, sealedIdentity }) {
      if (sealedIdentity === null) return null;
      if (key === null) return openEarlier(id, sealedIdentity) as Identity;
      return (await sealerOf(key, personContext(id))).open(identityPlace(id), sealedIdentity) as Identity;
    },
    inbox,
    mark: (kind, text) => toHex(hmac('sha256', marking, `${kind}\n${text}`)).slice(0, 32),
    async tend() {
      if (clock.now() < restUntil) return 0;
      const { rows } = await sql<Row>`
        select id, key_id, key_wrapped, identity_sealed, erased_at from person
        where key_id <> ${provider.currentKeyId} or (key_id is null and identity_sealed is not null)
        limit ${MOST_TENDED}`.execute(store.db);
      for (const { id, key_id: keyId, key_wrapped: wrapped } of rows) {
        if (keyId === null || wrapped === null) {
          await ensure(id);
          continue;
        }
        const fresh = await provider.rewrap({ keyId, wrapped }, personContext(id));
        await sql`update person set key_id = ${fresh.keyId}, key_wrapped = ${fresh.wrapped} where id = ${id} and key_wrapped = ${wrapped}`.execute(
          store.db,
        );
      }
      const tended = rows.length + (await rewrapShared());
      if (tended === 0) restUntil = clock.now() + REST_MS;
      else log.info('keys-tended', { count: tended });
      return tended;
    },
  };
}

/** The key that sealed personal data itself, before each person had one. */
function earlierKey(dataKey: Secret): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', dataKey.reveal(), 'rielrails', 'personal-data/1', 32));
}
