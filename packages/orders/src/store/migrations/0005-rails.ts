import { sql } from 'kysely';
import type { Kysely } from 'kysely';

const statements = [
  'alter table effect drop constraint effect_kind_check',
  `alter table effect add constraint effect_kind_check check (kind in ('request-payment', 'cancel-payment', 'complete-payment',
    'approve-payment', 'buy', 'send', 'refund'))`,
  // What a payer hands in counts once at its rail, for whichever order.
  `create unique index effect_one_token on effect (provider, (data -> 'request' ->> 'token'))
    where kind = 'complete-payment' and status in ('planned', 'waiting', 'unknown', 'applied')`,
  `alter table inbox add column method text not null default 'POST'`,
  `alter table inbox add column url text not null default ''`,
];

/** Rails that ask before they charge, or want something handed in; deliveries that are read again when they are handled. */
export async function up(database: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(database);
}
