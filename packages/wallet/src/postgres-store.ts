import type { Pool, PoolClient } from 'pg';
import type { Branch } from './account.ts';
import type { LogHead } from './signer/protocol.ts';
import { migration, withdrawalOf } from './postgres-schema.ts';
import type { ChildRow, VersionRow, WithdrawalRow } from './postgres-schema.ts';
import { transact } from './postgres-transaction.ts';
import { outpointText } from './store.ts';
import type { StoredLabel, WalletStore } from './store.ts';

/** Any number that nothing else in this database locks on. */
const MIGRATION_LOCK = '7021948310377';

/** Creates the tables of {@link createPostgresStore} where they are missing. Safe to repeat, and from many processes. */
export async function migratePostgresStore(pool: Pool): Promise<void> {
  await transact(pool, async (client) => {
    await client.query('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
    await client.query(migration);
  });
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
      const children = await pool.query<ChildRow>(
        'select txid, parent, psbt, fee_sats, inputs, hex from wallet.child where reference = $1 order by position',
        [reference],
      );
      return withdrawalOf(row, rows, children.rows);
    },

    async open() {
      const { rows } = await pool.query<{ reference: string }>(
        'select reference from wallet.withdrawal where not settled order by planned_at_ms, reference',
      );
      return rows.map(({ reference }) => reference);
    },

    settle: (reference) =>
      transact(pool, async (client) => {
        await client.query('update wallet.withdrawal set settled = true where reference = $1', [reference]);
        await client.query('delete from wallet.lease where reference = $1', [reference]);
      }),

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

    retire: (reference, anchor) =>
      transact(pool, async (client) => {
        const locked = await client.query(
          'select 1 from wallet.withdrawal where reference = $1 and inputs[1] = $2 for update',
          [reference, anchor],
        );
        if (locked.rowCount === 0) return;
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

    planChild: (reference, { txid, parent, psbt, feeSats, inputs }) =>
      transact(pool, async (client, rollback): Promise<'stored' | 'outpoint-taken'> => {
        await client.query('select 1 from wallet.withdrawal where reference = $1 for update', [reference]);
        const outpoints = inputs.map(outpointText);
        // In one order for everybody, so that two plans never wait for each other.
        await client.query(
          `insert into wallet.lease (outpoint, reference)
           select outpoint, $2 from unnest($1::text[]) as outpoint order by outpoint on conflict (outpoint) do nothing`,
          [outpoints, reference],
        );
        const held = await client.query(
          'select 1 from wallet.lease where outpoint = any($1::text[]) and reference = $2',
          [outpoints, reference],
        );
        if (held.rowCount !== outpoints.length) return rollback('outpoint-taken');
        await client.query(
          `insert into wallet.child (reference, position, txid, parent, psbt, fee_sats, inputs)
           values ($1, (select coalesce(max(position) + 1, 0) from wallet.child where reference = $1), $2, $3, $4, $5, $6)
           on conflict (txid) do nothing`,
          [reference, txid, parent, psbt, feeSats, outpoints],
        );
        return 'stored';
      }),

    abandonChild: (reference, txid) =>
      transact(pool, async (client) => {
        await client.query('select 1 from wallet.withdrawal where reference = $1 for update', [reference]);
        const gone = await client.query<{ inputs: readonly string[] }>(
          'delete from wallet.child where reference = $1 and txid = $2 and hex is null returning inputs',
          [reference, txid],
        );
        await client.query(
          `delete from wallet.lease where reference = $1 and outpoint = any($2::text[])
           and not exists (select 1 from wallet.child where reference = $1 and outpoint = any(inputs))
           and not exists (select 1 from wallet.withdrawal where reference = $1 and outpoint = any(inputs))`,
          [reference, gone.rows.flatMap(({ inputs }) => inputs)],
        );
      }),

    recordChild: (reference, { txid, hex }, head) =>
      transact(pool, async (client) => {
        const { rowCount } = await client.query('update wallet.child set hex = $3 where reference = $1 and txid = $2', [
          reference,
          txid,
          hex,
        ]);
        if (rowCount === 0) return false;
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

    async setLabel({ type, ref, label }) {
      if (label === '') {
        await pool.query('delete from wallet.label where type = $1 and ref = $2', [type, ref]);
        return;
      }
      await pool.query(
        `insert into wallet.label (type, ref, label) values ($1, $2, $3)
         on conflict (type, ref) do update set label = excluded.label`,
        [type, ref, label],
      );
    },

    async labels() {
      const { rows } = await pool.query<StoredLabel>(
        `select type, ref, label from wallet.label union all
         select 'tx', own.txid, own.label from (
           select version.txid, withdrawal.purpose || ' ' || reference as label
           from wallet.version join wallet.withdrawal using (reference)
           union all select txid, 'child ' || reference from wallet.child
         ) as own
         where not exists (select 1 from wallet.label where type = 'tx' and ref = own.txid)
         order by type, ref`,
      );
      return rows;
    },
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

function only<T>([row]: readonly T[]): T {
  if (row === undefined) throw new RangeError('store: a row is missing');
  return row;
}
