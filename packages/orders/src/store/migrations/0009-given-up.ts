import { sql } from 'kysely';
import type { Kysely } from 'kysely';

/** An applied write stays applied, but for a delivery that its custody gave up with all coins still there. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql`
    create or replace function effect_is_what_was_planned() returns trigger language plpgsql as $$
    begin
      if old.request_hash <> new.request_hash or old.purchase <> new.purchase or old.kind <> new.kind or old.seq <> new.seq then
        raise exception 'an effect keeps its request' using errcode = 'integrity_constraint_violation';
      end if;
      if old.status = 'applied' and new.status <> 'applied'
        and not (new.kind = 'send' and new.status = 'refused' and new.data #>> '{result,fundsReturned}' = 'true') then
        raise exception 'an applied effect stays applied' using errcode = 'integrity_constraint_violation';
      end if;
      return new;
    end $$`.execute(database);
}
