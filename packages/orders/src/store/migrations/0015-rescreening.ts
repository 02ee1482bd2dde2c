import { sql } from 'kysely';
import type { Kysely } from 'kysely';

const statements = [
  'alter table person add column screened_lists text',
  `create index person_to_screen on person (screened_lists) where kyc_status = 'approved'`,
];

/** With which versions of the lists a known customer was last compared. */
export async function up(database: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(database);
}
