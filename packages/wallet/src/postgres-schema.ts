import type { Instant } from '@rielrails/core';
import { readOutpoint } from './store.ts';
import type { StoredWithdrawal } from './store.ts';

/** The tables, in a schema of their own. Every statement may be run again. */
export const migration: string = `
create schema if not exists wallet;
create table if not exists wallet.branch_index (
  branch text primary key check (branch in ('receive', 'change')),
  next integer not null check (next >= 0)
);
create table if not exists wallet.withdrawal (
  reference text primary key,
  purpose text not null check (purpose in ('deliver', 'sweep')),
  address text not null,
  amount_sats bigint not null check (amount_sats > 0),
  binding text,
  psbt text not null,
  txid text not null,
  fee_sats bigint not null check (fee_sats > 0),
  inputs text[] not null check (cardinality(inputs) > 0),
  planned_at_ms bigint not null,
  seen_txid text,
  seen_height integer,
  seen_hash text,
  check (num_nulls(seen_txid, seen_height, seen_hash) in (0, 3))
);
create table if not exists wallet.lease (
  outpoint text primary key,
  reference text not null references wallet.withdrawal on delete cascade
);
-- "restrict": a withdrawal that was signed, and with it its leases, cannot be deleted by accident.
create table if not exists wallet.version (
  reference text not null references wallet.withdrawal on delete restrict,
  position integer not null check (position >= 0),
  txid text not null unique,
  hex text not null,
  fee_sats bigint not null check (fee_sats > 0),
  primary key (reference, position)
);
create table if not exists wallet.child (
  reference text not null references wallet.withdrawal on delete cascade,
  position integer not null check (position >= 0),
  txid text not null unique,
  parent text not null,
  psbt text not null,
  fee_sats bigint not null check (fee_sats > 0),
  inputs text[] not null check (cardinality(inputs) > 0),
  hex text,
  primary key (reference, position)
);
create table if not exists wallet.label (
  type text not null check (type in ('tx', 'addr', 'output')),
  ref text not null,
  label text not null check (label <> ''),
  primary key (type, ref)
);
alter table wallet.withdrawal add column if not exists settled boolean not null default false;
create index if not exists withdrawal_open on wallet.withdrawal (planned_at_ms) where not settled;
create table if not exists wallet.delivery_index (
  account text not null,
  index bigint not null check (index >= 0),
  reference text not null,
  primary key (account, index),
  unique (account, reference)
);
create table if not exists wallet.log_head (
  only_row boolean primary key default true check (only_row),
  sequence bigint not null check (sequence >= 0),
  hash text not null
);
`;

/** A row of `wallet.withdrawal`. */
export interface WithdrawalRow {
  readonly reference: string;
  readonly purpose: 'deliver' | 'sweep';
  readonly address: string;
  readonly amount_sats: string;
  readonly binding: string | null;
  readonly psbt: string;
  readonly txid: string;
  readonly fee_sats: string;
  readonly inputs: readonly string[];
  readonly planned_at_ms: string;
  readonly seen_txid: string | null;
  readonly seen_height: number | null;
  readonly seen_hash: string | null;
}

/** A row of `wallet.child`. */
export interface ChildRow {
  readonly txid: string;
  readonly parent: string;
  readonly psbt: string;
  readonly fee_sats: string;
  readonly inputs: readonly string[];
  readonly hex: string | null;
}

/** A row of `wallet.version`. */
export interface VersionRow {
  readonly txid: string;
  readonly hex: string;
  readonly fee_sats: string;
}

/** A withdrawal as its rows tell it. */
export function withdrawalOf(
  row: WithdrawalRow,
  versions: readonly VersionRow[],
  children: readonly ChildRow[],
): StoredWithdrawal {
  const { reference, purpose, address, binding, psbt, txid, seen_txid, seen_height, seen_hash } = row;
  return {
    reference,
    purpose,
    address,
    amountSats: BigInt(row.amount_sats),
    binding,
    psbt,
    txid,
    feeSats: BigInt(row.fee_sats),
    inputs: row.inputs.map(readOutpoint),
    plannedAt: Number(row.planned_at_ms) as Instant,
    versions: versions.map((version) => ({
      txid: version.txid,
      hex: version.hex,
      feeSats: BigInt(version.fee_sats),
    })),
    children: children.map((child) => ({
      txid: child.txid,
      parent: child.parent,
      psbt: child.psbt,
      feeSats: BigInt(child.fee_sats),
      inputs: child.inputs.map(readOutpoint),
      hex: child.hex,
    })),
    seen:
      seen_txid === null || seen_height === null || seen_hash === null
        ? null
        : { txid: seen_txid, block: { height: seen_height, hash: seen_hash } },
  };
}
