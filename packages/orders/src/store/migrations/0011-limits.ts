import { sql } from 'kysely';
import type { Kysely } from 'kysely';

const statements = [
  'alter table purchase add column confirmed_at bigint',
  `update purchase set confirmed_at = (data -> 'terms' ->> 'acceptedAt')::bigint where jsonb_typeof(data -> 'terms') = 'object'`,
  'create index purchase_confirmed on purchase (person, confirmed_at) where confirmed_at is not null',
  // Verified people whose verifier says that they are one share a subject: limits and cases join on it.
  'alter table person add column subject text, add column enhanced_until bigint',
  'create index person_subject on person (subject) where subject is not null',
  `create table person_address (
    person text not null references person (id),
    address text not null,
    first_at bigint not null,
    primary key (person, address)
  )`,
  'create index person_address_shared on person_address (address)',
  `insert into person_address (person, address, first_at)
    select person, data ->> 'address', min(confirmed_at) from purchase
    where confirmed_at is not null and data ->> 'address' is not null group by 1, 2`,
  // An order that ran out counts as long as a late payment may bring it back.
  `create function counted_orders(people text[], except_order text, to_address text, since bigint, moment bigint, honoured_for bigint)
    returns jsonb language sql stable as $$
      select coalesce(jsonb_agg(jsonb_build_object('at', p.confirmed_at, 'asset', p.data #> '{quote,pay,asset}', 'minor', p.pay_minor::text,
        'toAddress', p.data ->> 'address' = to_address) order by p.confirmed_at), '[]')
      from purchase p
      where p.person = any(people) and p.confirmed_at > since and p.id <> except_order and p.pay_minor is not null
        and (p.state not in ('EXPIRED', 'CANCELLED', 'REJECTED')
          or (p.state = 'EXPIRED' and (p.data ->> 'payBy')::bigint + honoured_for > moment))
    $$`,
];

/** What limits of a person rest on: when they confirmed, who is the same human, since when they buy to an address. */
export async function up(database: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(database);
}
