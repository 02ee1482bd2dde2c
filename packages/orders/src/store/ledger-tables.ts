import type { ColumnType, GeneratedAlways } from 'kysely';

/** Written once, never changed. */
type Fixed<T> = ColumnType<T, T, never>;

/** One event in the books. */
export interface LedgerEntryTable {
  readonly id: GeneratedAlways<bigint>;
  /** Unix milliseconds. */
  readonly at: ColumnType<bigint, bigint | number, never>;
  readonly owner: Fixed<string | null>;
  readonly kind: Fixed<string>;
  readonly reason: Fixed<string>;
  readonly reference: Fixed<string | null>;
  readonly lines: Fixed<number>;
}

/** One side of an event. */
export interface LedgerLineTable {
  readonly entry: Fixed<bigint>;
  readonly account: Fixed<string>;
  readonly asset: Fixed<string>;
  readonly scale: Fixed<number>;
  readonly minor: Fixed<bigint>;
}

/** The sum of an account's lines, kept by the database; we only read it. */
export interface LedgerBalanceTable {
  readonly account: ColumnType<string, never, never>;
  readonly asset: ColumnType<string, never, never>;
  readonly scale: ColumnType<number, never, never>;
  readonly minor: ColumnType<bigint, never, never>;
}

/** The tables of the ledger. */
export interface LedgerTables {
  readonly ledger_entry: LedgerEntryTable;
  readonly ledger_line: LedgerLineTable;
  readonly ledger_balance: LedgerBalanceTable;
}
