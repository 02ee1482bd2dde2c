import { sql } from 'kysely';
import type { Kysely } from 'kysely';

const statements = [
  `create table case_file (
    id text primary key check (id ~ '^[1-9][0-9]{0,18}$'),
    person text not null references person (id),
    purchase text references purchase (id),
    rule text not null,
    state text not null check (state in ('open', 'decided', 'closed')),
    watches boolean not null default false,
    opened_at bigint not null,
    opened_by text not null,
    decision text check (decision in ('cleared', 'refused', 'suspicious')),
    decided_at bigint,
    decided_by text,
    report_due_at bigint,
    report_reference text unique,
    closed_at bigint,
    check ((state = 'open') = (decision is null)),
    check ((decision is null) = (decided_at is null) and (decision is null) = (decided_by is null)),
    check ((state = 'closed') = (closed_at is not null)),
    check (decision is distinct from 'suspicious' or report_due_at is not null)
  )`,
  `create index case_file_not_closed on case_file (opened_at) where state <> 'closed'`,
  'create index case_file_person on case_file (person)',
  'create index case_file_purchase on case_file (purchase) where purchase is not null',
  `create table case_entry (
    id bigint generated always as identity primary key,
    case_file text not null references case_file (id),
    at bigint not null,
    by text not null,
    kind text not null check (kind in ('evidence', 'note', 'decision', 'report')),
    facts jsonb not null,
    sealed bytea
  )`,
  'create index case_entry_file on case_entry (case_file, id)',
  `create trigger append_only before update or delete or truncate on case_entry
    for each statement execute function ledger_refuse_change()`,
  // Who paid for whom, by marks that tell nothing.
  `create table payer_mark (
    mark text not null,
    person text not null references person (id),
    first_at bigint not null,
    primary key (mark, person)
  )`,
  `create function noted_payer(wanted text, payer text, moment bigint) returns integer language plpgsql volatile as $$
    begin
      -- Two orders that one account pays for at the same time: the second sees the first.
      perform pg_advisory_xact_lock(hashtextextended('payer_mark:' || payer, 0));
      insert into payer_mark (mark, person, first_at) values (payer, wanted, moment) on conflict do nothing;
      return (select count(distinct coalesce(k.subject, k.id))::int from payer_mark m join person k on k.id = m.person
        where m.mark = payer);
    end $$`,
  `create function weighed_person(wanted text, this_order text, this_address text, since bigint, moment bigint, honoured_for bigint)
    returns table (barred boolean, watched boolean, cleared text[], enhanced_until bigint, unpaid integer, orders text, address_since bigint, address_people integer)
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
        exists (select from case_file c where c.person = any(people) and c.decision = 'refused'),
        exists (select from case_file c where c.person = any(people) and c.watches and c.state <> 'closed'),
        array(select c.rule from case_file c where c.purchase = this_order and c.decision = 'cleared'),
        (select max(k.enhanced_until) from person k where k.id = any(people)),
        (select count(*)::int from purchase p where p.person = any(people) and p.id <> this_order
          and p.state in ('confirmed', 'awaiting-payment')),
        counted_orders(people, this_order, this_address, since, moment, honoured_for)::text,
        (select min(a.first_at) from person_address a where a.address = this_address and a.person = any(people)),
        (select count(distinct coalesce(k.subject, k.id))::int from person_address a join person k on k.id = a.person
          where a.address = this_address);
    end $$`,
];

/** Cases with their entries, which nobody can change; who paid for whom; and a human weighed with all of that. */
export async function up(database: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(database);
}
