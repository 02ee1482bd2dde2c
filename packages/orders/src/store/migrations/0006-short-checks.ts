import { sql } from 'kysely';
import type { Kysely } from 'kysely';

/**
 * An entry is checked whole at commit, so that its lines need no check of their own: only a line that joins an entry of an
 * earlier transaction does.
 */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql`
    create or replace function ledger_check_new_line() returns trigger language plpgsql as $$
    begin
      if not exists (select from ledger_entry where id = new.entry and xmin = pg_current_xact_id()::xid) then
        perform ledger_check_entry(new.entry);
      end if;
      return null;
    end $$`.execute(database);
}
