import type { Instant } from '@rielrails/core';
import type { Pool, PoolClient } from 'pg';
import type { Branch } from './account.ts';
import type { LogHead } from './signer/protocol.ts';
import { outpointText, readOutpoint } from './store.ts';
import type { StoredWithdrawal, WalletStore } from './store.ts';

/** The tables, in a schema of their own. Every statement may be run again. */
const migration = `
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

/** Any number that nothing else in this database locks on. */
const MIGRATION_LOCK = '7021948310377';

/** Creates the tables of {@link createPostgresStore} where they are missing. Safe to repeat, and from many processes. */
export async function migratePostgresStore(pool: Pool): Promise<void> {
  await transact(pool, async (client) => {
    await client.query('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
    await client.query(migration);
  });
}

interface WithdrawalRow {
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

interface VersionRow {
  readonly txid: string;
  readonly hex: string;
  readonly fee_sats: string;
}

/**
 * A store in PostgreSQL, for any number of wallet instances.
 *
 * Its rules are constraints of the database: the primary key of `withdrawal` is the reference, that of `lease` the
 * outpoint. Run {@link migratePostgresStore} first. The pool stays the caller's.
 */
export function createPostgresStore(pool: Pool): WalletStore {
  return {
    async takeIndex(branch) {
      const { rows } = await pool.query<{ taken: number }>(
        `insert into wallet.branch_index (branch, next) values ($1, 1)
         on conflict (branch) do update set next = branch_index.next + 1 returning next - 1 as taken`,
        [branch],
      );
      return only(rows).taken;
    },

    async indexCounts() {
      const { rows } = await pool.query<{ branch: Branch; next: number }>(
        'select branch, next from wallet.branch_index',
      );
      const counts: Record<Branch, number> = { receive: 0, change: 0 };
      for (const { branch, next } of rows) counts[branch] = next;
      return counts;
    },

    async raiseIndexCounts({ receive, change }) {
      await pool.query(
        `insert into wallet.branch_index (branch, next) values ('receive', $1), ('change', $2)
         on conflict (branch) do update set next = greatest(branch_index.next, excluded.next)`,
        [receive, change],
      );
    },

    takeDeliveryIndex: ({ account, reference, least }) =>
      transact(pool, async (client) => {
        // One after the other for each account: the next index is known only when the last is stored.
        await client.query('select pg_advisory_xact_lock(hashtextextended($1, 7))', [account]);
        await client.query(
          `insert into wallet.delivery_index (account, index, reference)
           select $1, greatest($3::bigint, coalesce(max(index) + 1, 0)), $2 from wallet.delivery_index where account = $1
           on conflict (account, reference) do nothing`,
          [account, reference, least],
        );
        const { rows } = await client.query<{ index: string }>(
          'select index from wallet.delivery_index where account = $1 and reference = $2',
          [account, reference],
        );
        return Number(only(rows).index);
      }),

    plan: (plan) =>
      transact(pool, async (client, rollback) => {
        const { reference, purpose, address, amountSats, binding, psbt, txid, feeSats } = plan;
        const outpoints = plan.inputs.map(outpointText);
        const inserted = await client.query(
          `insert into wallet.withdrawal (reference, purpose, address, amount_sats, binding, psbt, txid, fee_sats, inputs, planned_at_ms)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (reference) do nothing`,
          [reference, purpose, address, amountSats, binding, psbt, txid, feeSats, outpoints, plan.plannedAt],
        );
        if (inserted.rowCount === 0) return 'reference-taken';
        // In one order for everybody, so that two plans never wait for each other.
        const leased = await client.query(
          `insert into wallet.lease (outpoint, reference)
           select outpoint, $2 from unnest($1::text[]) as outpoint order by outpoint on conflict (outpoint) do nothing`,
          [outpoints, reference],
        );
        return leased.rowCount === outpoints.length ? 'stored' : rollback('outpoint-taken');
      }),

    async find(reference) {
      const found = await pool.query<WithdrawalRow>('select * from wallet.withdrawal where reference = $1', [
        reference,
      ]);
      const [row] = found.rows;
      if (!row) return null;
      const { rows } = await pool.query<VersionRow>(
        'select txid, hex, fee_sats from wallet.version where reference = $1 order by position',
        [reference],
      );
      return withdrawalOf(row, rows);
    },

    async leased() {
      const { rows } = await pool.query<{ outpoint: string }>('select outpoint from wallet.lease');
      return new Set(rows.map(({ outpoint }) => outpoint));
    },

    abandon: (reference, txid) =>
      transact(pool, async (client) => {
        // Locked first: a version recorded meanwhile is then seen.
        const locked = await client.query(
          'select 1 from wallet.withdrawal where reference = $1 and txid = $2 for update',
          [reference, txid],
        );
        if (locked.rowCount === 0) return false;
        const signed = await client.query('select 1 from wallet.version where reference = $1', [reference]);
        if (signed.rowCount !== 0) return false;
        await client.query('delete from wallet.withdrawal where reference = $1', [reference]);
        return true;
      }),

    abandonHolders: (outpoints) =>
      transact(pool, async (client) => {
        const locked = await client.query<{ reference: string }>(
          `select reference from wallet.withdrawal
           where reference in (select reference from wallet.lease where outpoint = any($1::text[]))
           order by reference for update`,
          [outpoints.map(outpointText)],
        );
        await client.query(
          `delete from wallet.withdrawal where reference = any($1::text[])
           and not exists (select 1 from wallet.version where version.reference = withdrawal.reference)`,
          [locked.rows.map(({ reference }) => reference)],
        );
      }),

    retire: (reference) =>
      transact(pool, async (client) => {
        await client.query('select 1 from wallet.withdrawal where reference = $1 for update', [reference]);
        await client.query('delete from wallet.version where reference = $1', [reference]);
        await client.query('delete from wallet.withdrawal where reference = $1', [reference]);
      }),

    recordVersion: (reference, { txid, hex, feeSats }, head) =>
      transact(pool, async (client) => {
        const locked = await client.query('select 1 from wallet.withdrawal where reference = $1 for update', [
          reference,
        ]);
        if (locked.rowCount === 0) return false;
        await client.query(
          `insert into wallet.version (reference, position, txid, hex, fee_sats)
           values ($1, (select count(*) from wallet.version where reference = $1), $2, $3, $4)
           on conflict (txid) do nothing`,
          [reference, txid, hex, feeSats],
        );
        await raiseHead(client, head);
        return true;
      }),

    async recordSeen(reference, seen) {
      await pool.query(
        'update wallet.withdrawal set seen_txid = $2, seen_height = $3, seen_hash = $4 where reference = $1',
        [reference, seen?.txid ?? null, seen?.block.height ?? null, seen?.block.hash ?? null],
      );
    },

    async logHead() {
      const { rows } = await pool.query<{ sequence: string; hash: string }>(
        'select sequence, hash from wallet.log_head',
      );
      const [row] = rows;
      return row ? { sequence: Number(row.sequence), hash: row.hash } : null;
    },

    raiseLogHead: (head) => raiseHead(pool, head),
  };
}

async function raiseHead(client: Pick<PoolClient, 'query'>, { sequence, hash }: LogHead): Promise<void> {
  await client.query(
    `insert into wallet.log_head (sequence, hash)
     select $1::bigint, $2 where $1::bigint <= 1 or exists (select 1 from wallet.log_head)
     on conflict (only_row) do update set sequence = excluded.sequence, hash = excluded.hash
     where log_head.sequence + 1 = excluded.sequence`,
    [sequence, hash],
  );
}

function withdrawalOf(row: WithdrawalRow, versions: readonly VersionRow[]): StoredWithdrawal {
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
    seen:
      seen_txid === null || seen_height === null || seen_hash === null
        ? null
        : { txid: seen_txid, block: { height: seen_height, hash: seen_hash } },
  };
}

function only<T>([row]: readonly T[]): T {
  if (row === undefined) throw new RangeError('store: a row is missing');
  return row;
}

class Rollback<T> extends Error {
  readonly answer: T;

  constructor(answer: T) {
    super('rollback');
    this.answer = answer;
  }
}

/** Runs work in one transaction; `rollback(answer)` undoes it and still answers. */
async function transact<T>(
  pool: Pool,
  work: (client: PoolClient, rollback: (answer: T) => never) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('begin');
    const answer = await work(client, (instead) => {
      throw new Rollback(instead);
    });
    await client.query('commit');
    return answer;
  } catch (error) {
    await client.query('rollback').catch((failure: Error) => {
      broken = failure;
    });
    if (error instanceof Rollback) return error.answer as T;
    throw error;
  } finally {
    client.release(broken);
  }
}
