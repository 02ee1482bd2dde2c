import { BTC, can, InputError, isProviderError, money } from '@rielrails/core';
import type { AnyCustody, Asset, CallContext, Instant, Money } from '@rielrails/core';
import { sql } from 'kysely';
import type { Place } from '../money/accounts.ts';
import type { Providers } from '../providers.ts';
import type { Reader } from '../store/transaction.ts';

/** A stretch of time: from its beginning to just before its end. */
export interface Stretch {
  readonly from: Instant;
  readonly to: Instant;
}

/** What the books say of a place, and what the place says itself. */
export interface PlaceCompared {
  readonly place: Place;
  readonly books: Money;
  /** `null`: it did not tell, or nothing can ask it. */
  readonly there: Money | null;
  /** What is there and not in the books; below zero: what the books have and the place has not. */
  readonly difference: Money | null;
}

/** One payment or refund that only one side knows, or that the sides know differently. */
export interface LineCompared {
  readonly type: 'payment' | 'refund';
  readonly transaction: string;
  readonly books: Money | null;
  readonly statement: Money | null;
}

/** What the books say of a rail's day, and what its statement says. */
export interface RailCompared {
  readonly rail: string;
  /** Lines of the statement in this stretch; 0: none was brought. */
  readonly lines: number;
  readonly agreed: number;
  readonly differences: readonly LineCompared[];
}

/** The daily reconciliation: statements, exchange and chain against the ledger. */
export interface ThreeWay extends Stretch {
  readonly places: readonly PlaceCompared[];
  readonly rails: readonly RailCompared[];
  /** Writes of which nobody knows yet whether they happened: they may explain a difference. */
  readonly inDoubt: number;
  readonly agrees: boolean;
}

const PLACES_WITHIN_MS = 15_000;

const DAY_MS = 24 * 60 * 60 * 1000;
const PHNOM_PENH_MS = 7 * 60 * 60 * 1000;

/** A day as banks in Phnom Penh count it. @throws InputError for what is no day, such as `2026-02-30`. */
export function dayInPhnomPenh(day: string): Stretch {
  const utc = /^\d{4}-\d{2}-\d{2}$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(utc) || new Date(utc).toISOString().slice(0, 10) !== day)
    throw new InputError('day', 'malformed', 'expected a day such as 2026-11-21');
  return { from: (utc - PHNOM_PENH_MS) as Instant, to: (utc - PHNOM_PENH_MS + DAY_MS) as Instant };
}

/** Compares all three. Reads only; safe to repeat. */
export async function compareThreeWays(
  db: Reader,
  providers: Providers,
  { from, to }: Stretch,
  now: Instant,
): Promise<ThreeWay> {
  const [places, rails, doubts] = await Promise.all([
    comparePlaces(db, providers, now),
    Promise.all(providers.rails.map(({ id }) => compareRail(db, id, { from, to }))),
    sql<{ count: number }>`select count(*)::int as count from effect where status = 'unknown'`.execute(db),
  ]);
  const agrees =
    places.every(({ difference }) => difference === null || difference.minor === 0n) &&
    rails.every(({ differences }) => differences.length === 0);
  return { from, to, places, rails, inDoubt: doubts.rows[0]?.count ?? 0, agrees };
}

/** The wallet on the chain, and the exchange's own account. */
async function comparePlaces(db: Reader, providers: Providers, now: Instant): Promise<readonly PlaceCompared[]> {
  const { exchange, venueAsset, custodies } = providers;
  const context = { deadline: (now + PLACES_WITHIN_MS) as Instant };
  const compare = async (place: Place, asset: Asset, there: Money | null): Promise<PlaceCompared> => {
    const books = await bookedAt(db, place, asset);
    return { place, books, there, difference: there && money(asset, there.minor - books.minor) };
  };
  const [wallets, account] = await Promise.all([
    Promise.all(custodies.map((custody) => lyingAt(custody, context))),
    orNull(can(exchange, 'balances') ? exchange.balances(context) : null),
  ]);
  return Promise.all([
    ...custodies.map(({ id }, index) => compare(`wallet:${id}`, BTC, wallets[index] ?? null)),
    ...[venueAsset, BTC].map((asset) =>
      compare(`exchange:${exchange.id}`, asset, account?.find((one) => one.asset.code === asset.code) ?? null),
    ),
  ]);
}

/** Free, and set aside for orders. */
async function bookedAt(db: Reader, place: Place, asset: Asset): Promise<Money> {
  const { rows } = await sql<{ minor: bigint }>`
    select coalesce(sum(minor), 0)::bigint as minor from ledger_balance
    where starts_with(account, ${`${place}:`}) and asset = ${asset.code}`.execute(db);
  return money(asset, rows[0]?.minor ?? 0n);
}

async function lyingAt(custody: AnyCustody, context: CallContext): Promise<Money | null> {
  if (!can(custody, 'balance')) return null;
  const balance = await orNull(custody.balance(BTC, context));
  return balance && money(BTC, balance.available.minor + balance.pending.minor);
}

/** A place that does not answer is told as such, and keeps nobody else from being compared. */
async function orNull<T>(work: Promise<T> | null): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (!isProviderError(error)) throw error;
    return null;
  }
}

interface Row {
  readonly type: 'payment' | 'refund';
  readonly transaction: string;
  readonly books_minor: bigint | null;
  readonly statement_minor: bigint | null;
  readonly asset: string;
  readonly scale: number;
}

/**
 * Line by line, by the provider's own id.
 *
 * A statement's line is compared with the whole books, so that one just past midnight finds its counterpart; of the books,
 * what happened in the stretch must stand in the statement. A rail without any line of a statement is not judged.
 */
async function compareRail(db: Reader, rail: string, { from, to }: Stretch): Promise<RailCompared> {
  const { rows } = await sql<Row>`
    with told as (
      select type, transaction, asset, max(scale) as scale, sum(minor)::bigint as minor,
        bool_or(at >= ${from} and at < ${to}) as of_day
      from statement_line where rail = ${rail} group by type, transaction, asset
    ), known as (
      select 'payment' as type, transaction, asset, (data #>> '{amount,asset,scale}')::int as scale, minor,
        coalesce((data ->> 'paidAt')::bigint, (data ->> 'seenAt')::bigint) as at
      from receipt where provider = ${rail}
      union all
      select 'refund', refunds_transaction, data #>> '{request,amount,asset,code}', (data #>> '{request,amount,asset,scale}')::int,
        (data #>> '{request,amount,minor,#}')::bigint, (data ->> 'settledAt')::bigint
      from effect where kind = 'refund' and status = 'applied' and provider = ${rail}
    ), booked as (
      select type, transaction, asset, max(scale) as scale, sum(minor)::bigint as minor,
        bool_or(at >= ${from} and at < ${to}) as of_day
      from known group by type, transaction, asset
    )
    select coalesce(told.type, booked.type) as type, coalesce(told.transaction, booked.transaction) as transaction,
      coalesce(told.asset, booked.asset) as asset, coalesce(booked.scale, told.scale) as scale, booked.minor as books_minor, told.minor as statement_minor
    from told full join booked using (type, transaction, asset)
    where coalesce(told.of_day, false) or (coalesce(booked.of_day, false)
      and exists (select from statement_line where rail = ${rail} and at >= ${from} and at < ${to}))
    order by type, transaction`.execute(db);
  const amount = ({ asset: code, scale }: Row, minor: bigint | null) =>
    minor === null ? null : money({ code, scale }, minor);
  const differences = rows
    .filter(({ books_minor, statement_minor }) => books_minor !== statement_minor)
    .map((row) => ({
      type: row.type,
      transaction: row.transaction,
      books: amount(row, row.books_minor),
      statement: amount(row, row.statement_minor),
    }));
  const lines = rows.filter(({ statement_minor }) => statement_minor !== null).length;
  return { rail, lines, agreed: rows.length - differences.length, differences };
}
