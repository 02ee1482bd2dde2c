import { sql } from 'kysely';
import type { Kysely } from 'kysely';

const statements = [
  // What was decided is sealed under the person's own key: nobody who can only write rows can write a decision.
  `create table somebody_else (
    id text primary key check (id ~ '^[1-9][0-9]{0,18}$'),
    person text not null references person (id),
    case_file text not null references case_file (id),
    first_by text not null check (first_by <> ''),
    second_by text not null check (second_by <> ''),
    decided_at bigint not null,
    expires_at bigint not null,
    sealed bytea not null,
    revoked_at bigint,
    revoked_by text,
    check (first_by <> second_by),
    check (expires_at > decided_at),
    check ((revoked_at is null) = (revoked_by is null))
  )`,
  'create index somebody_else_person on somebody_else (person)',
  `create function somebody_else_only_revoked() returns trigger language plpgsql as $$
    begin
      if tg_op = 'UPDATE' and old.revoked_at is null and new.revoked_at is not null
        and (new.id, new.person, new.case_file, new.first_by, new.second_by, new.decided_at, new.expires_at, new.sealed)
          is not distinct from (old.id, old.person, old.case_file, old.first_by, old.second_by, old.decided_at, old.expires_at, old.sealed)
      then
        return new;
      end if;
      raise exception 'somebody_else can only be revoked' using errcode = 'restrict_violation';
    end $$`,
  `create trigger only_revoked before update or delete on somebody_else
    for each row execute function somebody_else_only_revoked()`,
  `create trigger never_emptied before truncate on somebody_else
    for each statement execute function ledger_refuse_change()`,
];

/** Whom two people know to be somebody else than a listed entry, as long as it is not revoked. */
export async function up(database: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(database);
}
