import { sql } from 'kysely';
import type { Kysely } from 'kysely';

/**
 * Two short ways for what every step does.
 *
 * `locked_purchase` locks an order and then reads it: two statements of one call, each with a snapshot of its own. In
 * one plain statement the effects would be read as they were before the lock was had.
 *
 * The index finds what is set aside for an order without reading every balance.
 */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql`
    create function locked_purchase(wanted text)
    returns table (version integer, data text, job_at bigint, told_version integer, message_handle text, effects text[], receipts text[])
    language plpgsql volatile as $$
    begin
      perform 1 from purchase p where p.id = wanted for update;
      return query select p.version, p.data::text, p.job_at, p.told_version, p.message_handle,
        array(select e.data::text from effect e where e.purchase = p.id order by e.planned_at, e.kind, e.seq),
        array(select r.data::text from receipt r where r.purchase = p.id order by r.data ->> 'seenAt', r.transaction)
      from purchase p where p.id = wanted;
    end $$`.execute(database);
  await sql`
    create index ledger_balance_reserved on ledger_balance (split_part(account, ':reserved:', 2))
    where account like '%:reserved:%'`.execute(database);
}
