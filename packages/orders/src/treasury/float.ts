import { BTC, InputError } from '@rielrails/core';
import type { Money } from '@rielrails/core';
import type { Log } from '@rielrails/kit';
import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import { free } from '../money/accounts.ts';
import type { Place } from '../money/accounts.ts';
import type { OrderQuote } from '../order/order.ts';
import { coinsOf } from '../order/turn.ts';
import type { Providers } from '../providers.ts';
import type { Reader } from '../store/transaction.ts';

/** What nobody has a claim on yet: what the next order can be served from. */
export interface FreeFloat {
  /** At the exchange, in the venue's currency. */
  readonly venue: bigint;
  /** In the wallet, in satoshi. */
  readonly coins: bigint;
}

/** One place of the float, against what the operator wants to be there. */
export interface FloatReport {
  readonly place: Place;
  readonly free: Money;
  /** `null`: no alarm is set. */
  readonly alarmBelow: Money | null;
  readonly low: boolean;
}

/** The accounts of the float, as part of a query: `venue` and `coins`. */
export function freeFloat({ exchange, venueAsset, custodies: [custody] }: Providers): RawBuilder<FreeFloat> {
  return sql<FreeFloat>`
    coalesce((select minor from ledger_balance where account = ${free(`exchange:${exchange.id}`)} and asset = ${venueAsset.code}), 0)::bigint as venue,
    coalesce((select minor from ledger_balance where account = ${free(`wallet:${custody.id}`)} and asset = ${BTC.code}), 0)::bigint as coins`;
}

/** The refusal of an order that the float does not cover. */
export function floatShort(): InputError {
  return new InputError(
    'order',
    'float-short',
    'not enough bitcoin is in stock for this order at the moment; nothing was charged',
  );
}

/**
 * Stops a quote that could not be kept. What is free may be gone at confirm all the same: the database decides then.
 *
 * @throws InputError with rule `float-short`.
 */
export function assertFloatCovers({ venue, coins }: FreeFloat, quote: OrderQuote): void {
  if (venue < quote.budget.minor || coins < coinsOf(quote).minor) throw floatShort();
}

/** Reads the float, and holds it against the operator's alarms: bitcoin for the wallet, the venue's currency for the exchange. */
export async function readFloat(
  db: Reader,
  providers: Providers,
  alarms: readonly Money[],
): Promise<readonly FloatReport[]> {
  const { rows } = await sql<FreeFloat>`select ${freeFloat(providers)}`.execute(db);
  const { venue, coins } = rows[0] ?? { venue: 0n, coins: 0n };
  const report = (place: Place, now: Money): FloatReport => {
    const alarmBelow = alarms.find(({ asset }) => asset.code === now.asset.code) ?? null;
    return { place, free: now, alarmBelow, low: alarmBelow !== null && now.minor < alarmBelow.minor };
  };
  return [
    report(`exchange:${providers.exchange.id}`, { asset: providers.venueAsset, minor: venue }),
    report(`wallet:${providers.custodies[0].id}`, { asset: BTC, minor: coins }),
  ];
}

/** Makes the alarm: told once when a place falls below its bound, and once when it is filled again. */
export function createFloatAlarm(log: Log): (reports: readonly FloatReport[]) => void {
  const low = new Set<Place>();
  return (reports) => {
    for (const report of reports) {
      const where = report.place;
      if (report.low === low.has(where)) continue;
      if (report.low) {
        low.add(where);
        log.error('float-low', { where });
      } else {
        low.delete(where);
        log.info('float-filled', { where });
      }
    }
  };
}
