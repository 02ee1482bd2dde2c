import { sql } from 'kysely';
import type { Kysely } from 'kysely';

const statements = [
  'alter table person add column erasure_asked_at bigint, add column erase_after bigint, add column contact_sealed bytea',
  'create index person_to_erase on person (erase_after) where erase_after is not null and erased_at is null',
  `alter table person drop constraint person_erased_has_no_key`,
  `alter table person add constraint person_erased_is_empty check (erased_at is null or (key_wrapped is null
    and identity_sealed is null and contact_sealed is null and subject is null and kyc_reference is null))`,
  `create index inbox_said on inbox (done_at) where body <> ''`,
  'create index inbox_lane on inbox (source, lane)',
];

/** When somebody asked to be erased, until when the law keeps them, and what came in and is no longer needed. */
export async function up(database: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(database);
}
