import { sql } from 'kysely';
import type { Kysely } from 'kysely';

/**
 * Append-only double entry. What the books promise is enforced here, whatever the code above does:
 *
 * - an entry has the lines it says, and they sum to zero per asset, checked at commit;
 * - nothing is changed or removed;
 * - balances follow from lines, and an account of coins (`…:free`, `…:reserved`) never falls below zero.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table ledger_entry (
      id bigint generated always as identity primary key,
      at bigint not null,
      owner text,
      kind text not null,
      reason text not null,
      reference text unique,
      lines smallint not null check (lines >= 2)
    )`.execute(db);
  await sql`create index ledger_entry_owner on ledger_entry (owner, id)`.execute(db);
  await sql`
    create table ledger_line (
      entry bigint not null references ledger_entry,
      account text not null,
      asset text not null,
      scale smallint not null check (scale between 0 and 18),
      minor bigint not null check (minor <> 0),
      primary key (entry, account, asset)
    )`.execute(db);
  await sql`create index ledger_line_account on ledger_line (account, asset)`.execute(db);
  await sql`
    create table ledger_balance (
      account text not null,
      asset text not null,
      scale smallint not null,
      minor bigint not null,
      primary key (account, asset),
      constraint ledger_balance_floor check (minor >= 0 or account !~ ':(free|reserved)(:|$)')
    )`.execute(db);

  await sql`
    create function ledger_refuse_change() returns trigger language plpgsql as $$
    begin
      raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
    end $$`.execute(db);
  for (const table of ['ledger_entry', 'ledger_line']) {
    await sql`
      create trigger append_only before update or delete or truncate on ${sql.table(table)}
      for each statement execute function ledger_refuse_change()`.execute(db);
  }
  await sql`
    create trigger follows_lines before insert or update or delete on ledger_balance
    for each statement when (pg_trigger_depth() = 0) execute function ledger_refuse_change()`.execute(db);
  await sql`
    create trigger follows_lines_whole before truncate on ledger_balance
    for each statement execute function ledger_refuse_change()`.execute(db);

  // The row is made at zero first: PostgreSQL would check the floor against a bare negative line otherwise.
  await sql`
    create function ledger_keep_balance() returns trigger language plpgsql as $$
    begin
      insert into ledger_balance (account, asset, scale, minor) values (new.account, new.asset, new.scale, 0)
        on conflict (account, asset) do nothing;
      update ledger_balance set minor = minor + new.minor
        where account = new.account and asset = new.asset and scale = new.scale;
      if not found then
        raise exception 'asset % of account % has another scale', new.asset, new.account using errcode = 'check_violation';
      end if;
      return null;
    end $$`.execute(db);
  await sql`
    create trigger keep_balance after insert on ledger_line
    for each row execute function ledger_keep_balance()`.execute(db);

  await sql`
    create function ledger_check_entry(checked bigint) returns void language plpgsql as $$
    declare
      uneven text;
    begin
      if (select count(*) from ledger_line where entry = checked)
          is distinct from (select lines from ledger_entry where id = checked) then
        raise exception 'ledger entry % does not have the lines it says', checked using errcode = 'check_violation';
      end if;
      select asset into uneven from ledger_line where entry = checked
        group by asset having sum(minor) <> 0 or min(scale) <> max(scale) limit 1;
      if found then
        raise exception 'ledger entry % does not balance in %', checked, uneven using errcode = 'check_violation';
      end if;
    end $$`.execute(db);
  await sql`
    create function ledger_check_new_entry() returns trigger language plpgsql as $$
    begin
      perform ledger_check_entry(new.id);
      return null;
    end $$`.execute(db);
  // A line that joins an entry of the past makes its count wrong.
  await sql`
    create function ledger_check_new_line() returns trigger language plpgsql as $$
    begin
      perform ledger_check_entry(new.entry);
      return null;
    end $$`.execute(db);
  await sql`
    create constraint trigger balances after insert on ledger_entry deferrable initially deferred
    for each row execute function ledger_check_new_entry()`.execute(db);
  await sql`
    create constraint trigger balances after insert on ledger_line deferrable initially deferred
    for each row execute function ledger_check_new_line()`.execute(db);
}
