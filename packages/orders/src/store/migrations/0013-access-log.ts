import { sql } from 'kysely';
import type { Kysely } from 'kysely';

const statements = [
  `create table access_log (
    seq bigint primary key check (seq > 0),
    at bigint not null,
    who text not null,
    person text not null,
    field text not null,
    why text not null,
    previous text not null,
    hash text not null unique
  )`,
  'create index access_log_person on access_log (person, seq)',
  `create trigger append_only before update or delete or truncate on access_log
    for each statement execute function ledger_refuse_change()`,
  `create function access_hash(seq bigint, at bigint, who text, person text, field text, why text, previous text) returns text
    language sql immutable as $$
      select encode(sha256(convert_to(jsonb_build_array(seq, at, who, person, field, why, previous)::text, 'UTF8')), 'hex')
    $$`,
  // One after another, so that the chain has no forks.
  `create function log_access(reader text, whom text, fields text[], reason text, moment bigint) returns void
    language plpgsql volatile as $$
    declare
      one text;
      last access_log;
    begin
      perform pg_advisory_xact_lock(hashtextextended('access_log', 0));
      foreach one in array fields loop
        select * into last from access_log order by seq desc limit 1;
        insert into access_log (seq, at, who, person, field, why, previous, hash)
          select x.seq, moment, reader, whom, one, reason, x.previous,
            access_hash(x.seq, moment, reader, whom, one, reason, x.previous)
          from (select coalesce(last.seq, 0) + 1 as seq, coalesce(last.hash, '') as previous) x;
      end loop;
    end $$`,
];

/** Who read which personal datum of whom, and why: a chain of hashes that nobody can change unseen. */
export async function up(database: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(database);
}
