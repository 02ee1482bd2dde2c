import type { Instant, Money } from '@rielrails/core';
import { money } from '@rielrails/core';
import { sql } from 'kysely';
import { DatabaseError } from 'pg';
import type { Account } from './account.ts';
import { assertBalanced } from './posting.ts';
import type { Posting } from './posting.ts';
import type { Reader, Tx } from './transaction.ts';

/** What an account holds of one asset. */
export interface Balance {
  readonly account: Account;
  readonly amount: Money;
}

/**
 * A posting asked more of an account than it holds: the float is sold.
 *
 * The transaction is spent: let the error leave it, and tell the buyer in another.
 */
export class InsufficientBalanceError extends Error {
  constructor(kinds: string, options?: ErrorOptions) {
    super(`${kinds}: an account does not hold what is asked of it`, options);
    this.name = 'InsufficientBalanceError';
  }
}

/**
 * Writes a posting into the books, as part of the transaction.
 *
 * @returns true when it was written; false when its reference is in the books already, and nothing was done.
 * @throws InsufficientBalanceError when an account of coins would fall below zero.
 * @throws RangeError when it does not balance.
 */
export async function post(tx: Tx, posting: Posting, at: Instant): Promise<boolean> {
  const { rows } = await namingTheShort([posting], () =>
    sql<{ written: number }>`select ledger_post(${at}, ${postingRows([posting])}::jsonb) as written`.execute(tx),
  );
  return rows[0]?.written === 1;
}

/**
 * Postings as `ledger_post` takes them.
 *
 * @throws RangeError when one of them does not balance.
 */
export function postingRows(postings: readonly Posting[]): string {
  return JSON.stringify(
    postings.map((posting) => {
      assertBalanced(posting);
      const lines = posting.lines.map(({ account, amount }) => ({
        account,
        asset: amount.asset.code,
        scale: amount.asset.scale,
        minor: amount.minor.toString(),
      }));
      // Balances are locked line by line: one order for everybody, or two postings would wait for each other.
      lines.sort((a, b) => (a.account < b.account ? -1 : a.account > b.account ? 1 : a.asset < b.asset ? -1 : 1));
      return { ...posting, lines };
    }),
  );
}

/** Runs a statement that books postings; what the database says of an account that is short is named. */
export async function namingTheShort<T>(postings: readonly Posting[], work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DatabaseError && error.constraint === 'ledger_balance_floor') {
      throw new InsufficientBalanceError(postings.map(({ kind }) => kind).join(', '), { cause: error });
    }
    throw error;
  }
}

/** Which balances are meant. */
export interface BalanceFilter {
  /** The beginning of the account's name. Default: all accounts. */
  readonly prefix?: string;
  /** The end of the account's name. */
  readonly suffix?: string;
}

/** The balances that are not zero, by account and asset. */
export async function balances(db: Reader, filter: BalanceFilter = {}): Promise<Balance[]> {
  const rows = await db
    .selectFrom('ledger_balance')
    .select(['account', 'asset', 'scale', 'minor'])
    .where('minor', '<>', 0n)
    .where(sql<boolean>`starts_with(account, ${filter.prefix ?? ''})`)
    .where(sql<boolean>`right(account, length(${filter.suffix ?? ''})) = ${filter.suffix ?? ''}`)
    .orderBy('account')
    .orderBy('asset')
    .execute();
  return rows.map(toBalance);
}

/** What is still set aside for one owner, at every place. Finds it by an index, however many accounts there are. */
export async function reservedBalances(db: Reader, owner: string): Promise<Balance[]> {
  const { rows } = await sql<BalanceRow>`
    select account, asset, scale, minor from ledger_balance
    where split_part(account, ':reserved:', 2) = ${owner} and account like '%:reserved:%' and minor <> 0
    order by account, asset`.execute(db);
  return rows.map(toBalance);
}

interface BalanceRow {
  readonly account: string;
  readonly asset: string;
  readonly scale: number;
  readonly minor: bigint;
}

function toBalance({ account, asset, scale, minor }: BalanceRow): Balance {
  return { account: account as Account, amount: money({ code: asset, scale }, minor) };
}

/** What the books say about themselves. */
export interface TrialBalance {
  /** Assets whose balances do not sum to zero. Empty when the books are whole. */
  readonly uneven: readonly Money[];
  /** Accounts whose kept balance is not the sum of their lines. Empty when the books are whole. */
  readonly drifted: readonly Account[];
}

/** Recomputes every balance from the lines. Reads all of the ledger: for a daily check, not for every order. */
export async function trialBalance(db: Reader): Promise<TrialBalance> {
  const uneven = await db
    .selectFrom('ledger_balance')
    .select(['asset', 'scale', sql<bigint>`sum(minor)::bigint`.as('minor')])
    .groupBy(['asset', 'scale'])
    .having(sql<boolean>`sum(minor) <> 0`)
    .execute();
  const drifted = await sql<{ account: string }>`
    select distinct coalesce(kept.account, counted.account) as account
    from (select account, asset, minor from ledger_balance where minor <> 0) kept
    full join (
      select account, asset, sum(minor) as minor from ledger_line group by account, asset having sum(minor) <> 0
    ) counted on counted.account = kept.account and counted.asset = kept.asset
    where kept.minor is distinct from counted.minor
    order by account`.execute(db);
  return {
    uneven: uneven.map(({ asset, scale, minor }) => money({ code: asset, scale }, minor)),
    drifted: drifted.rows.map(({ account }) => account as Account),
  };
}
