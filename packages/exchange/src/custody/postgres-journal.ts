import type { Instant, Reference } from '@rielrails/core';
import type { WithdrawalJournal } from './journal.ts';

/** What is used of a PostgreSQL pool: the `Pool` of the package pg fits. */
export interface Database {
  query(
    text: string,
    values?: unknown[],
  ): Promise<{ readonly rows: readonly unknown[]; readonly rowCount: number | null }>;
}

/** Every statement may be run again. The two indexes are the rules of {@link WithdrawalJournal}. */
const migration = `
create schema if not exists exchange;
create table if not exists exchange.withdrawal (
  reference text primary key,
  key text not null,
  amount_sats bigint not null check (amount_sats > 0),
  begun_at_ms bigint not null,
  refid text unique
);
create unique index if not exists withdrawal_in_doubt on exchange.withdrawal (key, amount_sats) where refid is null;
`;

/** Creates the table of {@link createPostgresJournal} where it is missing. Safe to repeat; run it from one process. */
export async function migratePostgresJournal(database: Database): Promise<void> {
  await database.query(migration);
}

interface Row {
  readonly key: string;
  readonly amount_sats: string;
  readonly begun_at_ms: string;
  readonly refid: string | null;
}

/** A journal in PostgreSQL, shared by any number of processes. */
export function createPostgresJournal(database: Database): WithdrawalJournal {
  const find: WithdrawalJournal['find'] = async (reference) => {
    const { rows } = await database.query(
      'select key, amount_sats, begun_at_ms, refid from exchange.withdrawal where reference = $1',
      [reference],
    );
    const [row] = rows as readonly Row[];
    if (!row) return null;
    const { key, refid } = row;
    return { reference, key, amountSats: BigInt(row.amount_sats), begunAt: Number(row.begun_at_ms) as Instant, refid };
  };

  return {
    find,
    async begin({ reference, key, amountSats, begunAt }) {
      const { rowCount } = await database.query(
        `insert into exchange.withdrawal (reference, key, amount_sats, begun_at_ms) values ($1, $2, $3, $4)
         on conflict do nothing`,
        [reference, key, amountSats.toString(), begunAt],
      );
      if (rowCount === 1) return 'begun';
      return (await find(reference)) ? 'reference-taken' : 'equal-in-doubt';
    },
    async settle(reference, refid) {
      const { rowCount } = await database.query(
        `update exchange.withdrawal set refid = $2 where reference = $1 and coalesce(refid, $2) = $2
         and not exists (select from exchange.withdrawal other where other.refid = $2 and other.reference <> $1)`,
        [reference, refid],
      );
      return rowCount === 1;
    },
    async drop(reference: Reference) {
      await database.query('delete from exchange.withdrawal where reference = $1 and refid is null', [reference]);
    },
    async known(refids) {
      const { rows } = await database.query('select refid from exchange.withdrawal where refid = any($1)', [
        [...refids],
      ]);
      return new Set((rows as readonly { readonly refid: string }[]).map(({ refid }) => refid));
    },
  };
}
