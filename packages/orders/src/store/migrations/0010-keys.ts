import { sql } from 'kysely';
import type { Kysely } from 'kysely';

const statements = [
  'alter table person add column key_id text, add column key_wrapped bytea, add column erased_at bigint',
  'alter table person add constraint person_key_is_whole check ((key_id is null) = (key_wrapped is null))',
  'alter table person add constraint person_erased_has_no_key check (erased_at is null or (key_wrapped is null and identity_sealed is null))',
  'create index person_key on person (key_id) where key_id is not null',
  'create index person_without_key on person (id) where key_id is null and identity_sealed is not null',
  'create table data_key (name text primary key, key_id text not null, key_wrapped bytea not null)',
  // What came before stays readable as it is.
  'alter table inbox add column sealed boolean not null default false',
];

/** A wrapped data key for each person, and shared ones for what nobody owns. */
export async function up(database: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(database);
}
