import { sql } from 'kysely';
import type { Kysely } from 'kysely';

const statements = [
  'alter table purchase add column confirmed_at bigint',
  `update purchase set confirmed_at = (data -> 'terms' ->> 'acceptedAt')::bigint where jsonb_typeof(data -> 'terms') = 'object'`,
  'create index purchase_confirmed on purchase (person, confirmed_at) where confirmed_at is not null',
  // Verified people whose verifier says that they are one share a subject: limits and cases join on it.
  `alter table person add column subject text, add column enhanced_until bigint,
    add column standing text not null default 'open' check (standing in ('open', 'watched', 'barred'))`,
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
  `create function weighed_person(wanted text, this_order text, this_address text, since bigint, moment bigint, honoured_for bigint)
    returns table (standings text[], enhanced_until bigint, unpaid integer, orders text, address_since bigint, address_people integer)
    language plpgsql volatile as $$
    declare
      human text := (select k.subject from person k where k.id = wanted);
      people text[];
    begin
      -- Locked in one order for everybody, or two confirmations would wait for each other.
      perform 1 from person k where k.id = wanted or k.subject = human order by k.id for update;
      people := array(select k.id from person k where k.id = wanted or k.subject = human);
      -- Two strangers who name one address at the same time: the second sees the first.
      perform pg_advisory_xact_lock(hashtextextended('person_address:' || this_address, 0));
      insert into person_address (person, address, first_at) values (wanted, this_address, moment) on conflict do nothing;
      return query select
        array(select distinct k.standing from person k where k.id = any(people)),
        (select max(k.enhanced_until) from person k where k.id = any(people)),
        (select count(*)::int from purchase p where p.person = any(people) and p.id <> this_order
          and p.state in ('confirmed', 'awaiting-payment')),
        counted_orders(people, this_order, this_address, since, moment, honoured_for)::text,
        (select min(a.first_at) from person_address a where a.address = this_address and a.person = any(people)),
        (select count(distinct coalesce(k.subject, k.id))::int from person_address a join person k on k.id = a.person
          where a.address = this_address);
    end $$`,
];

/** What limits of a person rest on: when they confirmed, who is the same human, since when they buy to an address. */
export async function up(database: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(database);
}
