import { sql } from 'kysely';
import type { Kysely } from 'kysely';

/** A stuck delivery pays its miners more: a write of its own. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql`alter table effect drop constraint effect_kind_check`.execute(database);
  await sql`alter table effect add constraint effect_kind_check check (kind in ('request-payment', 'cancel-payment',
    'complete-payment', 'approve-payment', 'buy', 'send', 'bump', 'refund'))`.execute(database);
  await sql`create unique index effect_one_bump on effect (purchase)
    where kind = 'bump' and status in ('planned', 'waiting', 'unknown')`.execute(database);
}
