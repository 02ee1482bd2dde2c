import { InputError, KHR, USD } from '@rielrails/core';
import type { Asset, Instant, Money } from '@rielrails/core';
import { parseAmount } from '@rielrails/kit';
import { CsvError, parse } from 'csv-parse/sync';
import { sql } from 'kysely';
import type { Reader } from '../store/transaction.ts';

/** One line of a payment provider's statement. */
export interface StatementLine {
  readonly type: 'payment' | 'refund';
  /** The provider's own id of the payment; of a refund, of the payment that it refunds. */
  readonly transaction: string;
  readonly amount: Money;
  readonly at: Instant;
}

/** The first line of a statement. Providers' own exports differ: a spreadsheet brings them into this form. */
export const statementColumns = ['type', 'transaction', 'amount', 'currency', 'at'] as const;

const MOST_LINES = 20_000;
/** The largest statement that is read. */
export const MOST_CHARACTERS = 2_000_000;
const assets: Readonly<Record<string, Asset>> = { KHR, USD };
const TRANSACTION = /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,99}$/;
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})$/;

/**
 * Reads a statement: CSV with the header `type,transaction,amount,currency,at`.
 *
 * `type` is `payment` or `refund`, `amount` a plain decimal above zero, `currency` KHR or USD, `at` a time with its zone, such
 * as `2026-11-21T09:30:00+07:00`.
 *
 * @throws InputError naming line and column, never a value.
 */
export function readStatement(text: string): readonly StatementLine[] {
  if (text.length > MOST_CHARACTERS)
    throw new InputError('statement', 'too-large', `is longer than ${MOST_CHARACTERS} characters`);
  const [header, ...rows] = rowsOf(text);
  if (header?.join() !== statementColumns.join())
    throw new InputError('statement line 1', 'header', `expected ${statementColumns.join(',')}`);
  if (rows.length > MOST_LINES) throw new InputError('statement', 'too-long', `has more than ${MOST_LINES} lines`);
  return rows.map((row, index) => readLine(row, `statement line ${index + 2}`));
}

function rowsOf(text: string): readonly (readonly string[])[] {
  try {
    return parse(text, {
      bom: true,
      trim: true,
      skip_empty_lines: true,
      relax_column_count: true,
      max_record_size: 1000,
    });
  } catch (error) {
    // The parser's message quotes the row; its code and line say enough.
    if (!(error instanceof CsvError)) throw error;
    const line = typeof error['lines'] === 'number' ? error['lines'] : 0;
    throw new InputError(`statement line ${line}`, 'csv', `the row is malformed (${error.code})`);
  }
}

function readLine(row: readonly string[], where: string): StatementLine {
  if (row.length !== statementColumns.length)
    throw new InputError(where, 'columns', `expected ${statementColumns.length} columns, found ${row.length}`);
  const [type = '', transaction = '', amount = '', currency = '', at = ''] = row;
  const fail = (column: string, rule: string) => new InputError(`${where} ${column}`, 'malformed', rule);
  if (type !== 'payment' && type !== 'refund') throw fail('type', 'expected payment or refund');
  if (!TRANSACTION.test(transaction)) throw fail('transaction', 'expected the provider’s own id');
  const asset = assets[currency];
  if (!asset) throw fail('currency', 'expected KHR or USD');
  const value = parseAmount(amount, asset, { field: `${where} amount` });
  if (value.minor <= 0n) throw fail('amount', 'must be above zero');
  const time = TIME.test(at) ? Date.parse(at) : Number.NaN;
  if (Number.isNaN(time)) throw fail('at', 'expected a time with its zone, such as 2026-11-21T09:30:00+07:00');
  return { type, transaction, amount: value, at: time as Instant };
}

/** Keeps lines as evidence. Gives how many were not known before. */
export async function keepStatement(
  db: Reader,
  brought: {
    readonly rail: string;
    readonly lines: readonly StatementLine[];
    readonly by: string;
    readonly at: Instant;
  },
): Promise<number> {
  const { rail, lines, by, at } = brought;
  const rows = lines.map(({ type, transaction, amount: { asset, minor }, at: happenedAt }) => ({
    type,
    transaction,
    asset: asset.code,
    scale: asset.scale,
    minor: minor.toString(),
    at: happenedAt,
  }));
  const { numAffectedRows } = await sql`
    insert into statement_line (rail, type, transaction, asset, scale, minor, at, imported_by, imported_at)
    select ${rail}, l.type, l.transaction, l.asset, l.scale, l.minor, l.at, ${by}, ${at}::bigint
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as l (type text, transaction text, asset text, scale int, minor bigint, at bigint)
    on conflict do nothing`.execute(db);
  return Number(numAffectedRows ?? 0n);
}
