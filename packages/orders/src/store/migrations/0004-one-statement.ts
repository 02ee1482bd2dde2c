import { sql } from 'kysely';
import type { Kysely } from 'kysely';

/**
 * Books any number of postings in one call, so that a step with everything it moves is one statement and one commit.
 *
 * A posting whose reference is in the books already is left out. Gives how many were written.
 */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql`
    create function ledger_post(moment bigint, postings jsonb) returns integer language plpgsql as $$
    declare
      posting jsonb;
      entry bigint;
      written integer := 0;
    begin
      for posting in select value from jsonb_array_elements(postings) loop
        insert into ledger_entry (at, owner, kind, reason, reference, lines)
          values (moment, posting ->> 'owner', posting ->> 'kind', posting ->> 'reason', posting ->> 'reference',
            jsonb_array_length(posting -> 'lines'))
          on conflict (reference) do nothing returning id into entry;
        continue when entry is null;
        insert into ledger_line (entry, account, asset, scale, minor)
          select entry, x.account, x.asset, x.scale, x.minor
          from rows from (jsonb_to_recordset(posting -> 'lines') as (account text, asset text, scale smallint, minor bigint))
            with ordinality as x(account, asset, scale, minor, place)
          order by x.place;
        written := written + 1;
      end loop;
      return written;
    end $$`.execute(database);
}
