import { sql } from 'kysely';
import type { Kysely } from 'kysely';

const statements = [
  `create table person (
    id text primary key,
    created_at bigint not null,
    kyc_provider text,
    kyc_reference text unique,
    kyc_handle text,
    kyc_url text,
    kyc_status text not null default 'none' check (kyc_status in ('none', 'starting', 'pending', 'approved', 'retry', 'rejected', 'revoked')),
    kyc_until bigint,
    kyc_reasons jsonb not null default '[]',
    kyc_seq integer not null default 0,
    identity_sealed bytea
  )`,
  `create table chat (
    channel text not null,
    chat text not null,
    person text not null references person (id),
    language text not null check (language in ('en', 'km')),
    unreachable boolean not null default false,
    created_at bigint not null,
    primary key (channel, chat)
  )`,
  `create table purchase (
    id text primary key check (id ~ '^[1-9][0-9]{0,18}$'),
    number text not null unique,
    version integer not null check (version > 0),
    person text not null references person (id),
    channel text not null,
    chat text not null,
    state text not null check (state in ('draft', 'quoted', 'confirmed', 'awaiting-payment', 'paid', 'buying', 'bought', 'sending', 'broadcast',
      'DELIVERED', 'refund-due', 'refunding', 'REFUNDED', 'EXPIRED', 'CANCELLED', 'REJECTED')),
    disposition text not null check (disposition in ('undecided', 'deliver', 'refund')),
    hold text not null check (hold in ('none', 'review', 'frozen')),
    pay_asset text,
    pay_minor bigint,
    wake_at bigint,
    job_at bigint,
    told_version integer not null default 0,
    told_hash text,
    message_handle text,
    created_at bigint not null,
    updated_at bigint not null,
    data jsonb not null
  )`,
  'create index purchase_wake on purchase (wake_at) where wake_at is not null',
  'create index purchase_untold on purchase (updated_at) where told_version < version',
  'create index purchase_person on purchase (person, created_at)',
  'create index purchase_chat on purchase (channel, chat, created_at)',
  `create table effect (
    reference text primary key check (reference ~ '^[1-9][0-9]{0,18}$'),
    purchase text not null references purchase (id),
    kind text not null check (kind in ('request-payment', 'cancel-payment', 'buy', 'send', 'refund')),
    seq integer not null check (seq > 0),
    status text not null check (status in ('planned', 'waiting', 'unknown', 'applied', 'refused', 'absent')),
    provider text not null,
    request_hash text not null,
    refunds_transaction text,
    planned_at bigint not null,
    data jsonb not null,
    unique (purchase, kind, seq)
  )`,
  // Deliver once: one send per order that may still be or was applied. Refund once: one open refund per receipt.
  `create unique index effect_one_send on effect (purchase) where kind = 'send' and status in ('planned', 'waiting', 'unknown', 'applied')`,
  `create unique index effect_one_open_refund on effect (purchase, refunds_transaction)
    where kind = 'refund' and status in ('planned', 'waiting', 'unknown')`,
  `create function effect_is_what_was_planned() returns trigger language plpgsql as $$
    begin
      if old.request_hash <> new.request_hash or old.purchase <> new.purchase or old.kind <> new.kind or old.seq <> new.seq then
        raise exception 'an effect keeps its request' using errcode = 'integrity_constraint_violation';
      end if;
      if old.status = 'applied' and new.status <> 'applied' then
        raise exception 'an applied effect stays applied' using errcode = 'integrity_constraint_violation';
      end if;
      return new;
    end $$`,
  'create trigger effect_keeps_request before update on effect for each row execute function effect_is_what_was_planned()',
  `create table receipt (
    provider text not null,
    transaction text not null,
    purchase text not null references purchase (id),
    request text not null references effect (reference),
    asset text not null,
    minor bigint not null check (minor > 0),
    funded bigint not null check (funded >= 0),
    refunded bigint not null check (refunded >= 0),
    review bigint not null check (review >= 0),
    blocked bigint not null check (blocked >= 0),
    data jsonb not null,
    primary key (provider, transaction),
    check (funded + refunded + review + blocked = minor)
  )`,
  'create index receipt_purchase on receipt (purchase)',
  `create table bank_reference (reference text primary key, purchase text not null references purchase (id), task text not null)`,
  `create table happening (
    purchase text not null references purchase (id),
    seq integer not null,
    at bigint not null,
    what text not null,
    primary key (purchase, seq)
  )`,
  `create table inbox (
    source text not null,
    key text not null,
    lane text not null,
    received_at bigint not null,
    trust text not null,
    headers jsonb not null,
    body bytea not null,
    targets jsonb not null,
    done_at bigint,
    primary key (source, key)
  )`,
  'create index inbox_open on inbox (received_at) where done_at is null',
  `create table proposal (
    id text primary key,
    action text not null,
    payload jsonb not null,
    payload_hash text not null,
    proposed_by text not null,
    proposed_at bigint not null,
    expires_at bigint not null,
    approved_by text,
    approved_at bigint,
    check (approved_by is null or approved_by <> proposed_by)
  )`,
  `create table setting (name text primary key, value jsonb not null, changed_by text not null, changed_at bigint not null)`,
  `create table treasury_transfer (
    reference text primary key check (reference ~ '^[1-9][0-9]{0,18}$'),
    kind text not null check (kind in ('float-in', 'float-out', 'exchange-to-wallet', 'wallet-to-cold', 'bank-settlement')),
    status text not null check (status in ('planned', 'done', 'cancelled')),
    asset text not null,
    minor bigint not null check (minor > 0),
    planned_by text not null,
    planned_at bigint not null,
    done_by text,
    done_at bigint,
    evidence text unique
  )`,
];

/**
 * Orders, their effects and receipts, the inbox, proposals and settings.
 *
 * What the engine promises is enforced here too: one live send per order, one open refund per receipt, an effect that
 * keeps its request, receipts whose parts sum to their amount.
 */
export async function up(database: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(database);
}
