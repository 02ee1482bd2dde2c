import { BTC, USDT } from '@rielrails/core';
import { formedSecretSchema } from '@rielrails/kit';
import { z } from 'zod';
import { ONE } from '../decimal-text.ts';
import type { Question } from '../question.ts';
import type { PlaceOrder, Venue, VenueDoor } from '../venue.ts';
import {
  readBalances,
  readBook,
  readPlaced,
  readQueried,
  readRules,
  readState,
  readTheOne,
  readTrades,
  statusWords,
  toText,
} from './kraken-answers.ts';
import { explainKraken, maintenanceCodes } from './kraken-errors.ts';

const PAIR = 'XBTUSDT';
const base64 = /^[A-Za-z0-9+/]{16,200}={0,2}$/;
/** Trades told in one answer. */
const TRADES = 20;
/** A deadline further away is refused. */
const LATEST_MS = 60_000;

/** The paths, words and options of Kraken, whatever is asked there. */
export const krakenDoor: VenueDoor = {
  id: 'kraken',
  client: 'kraken',
  host: 'https://api.kraken.com',
  credentials: {
    apiKey: z.string().regex(base64, 'expected base64'),
    secret: formedSecretSchema(base64, 'expected base64'),
  },
  windowed: false,
  numbered: true,
  // Eight private calls. The counter of an account of the lowest tier holds fifteen.
  burstMs: 30_000,
  maintenanceCodes,
  explain: explainKraken,
};

/**
 * Kraken spot: USDT buys bitcoin.
 *
 * From the specification of Kraken's REST API, "API error messages" and "Spot Client Order Identifiers".
 */
export const kraken: Venue = {
  ...krakenDoor,
  // The venue wants 0.00005 bitcoin: less than this at any price below 300,000.
  market: { base: BTC, quote: USDT, symbol: PAIR, minimum: 15n * ONE, step: 1n },
  fees: { takenFrom: 'quote', takerBasisPoints: 40 },
  // An order has to leave some seconds before its quote expires, and the venue keeps one no longer than a minute.
  quoteValidForMs: { least: 10_000, most: LATEST_MS },
  // Free text ends at 18 characters and our references at 19 digits, so they are written as a short UUID.
  clientOrderId: (reference) => BigInt(reference).toString(16).padStart(32, '0'),
  // The least time that an order may be given, and a second for the clocks.
  leadMs: 3000,
  // An order is thrown away when its quote expires; the rest is for lookups that lag behind.
  settledAfterMs: ({ quoteValidForMs }) => quoteValidForMs + 30_000,
  statusWords,
  // Costs and fees are rounded to as many places as the pair has.
  costTolerance: 1000n,

  state: { method: 'publicGetSystemStatus', parameters: {}, read: readState },
  rules: {
    method: 'publicGetAssetPairs',
    parameters: { pair: PAIR },
    read: (answer) => readRules(answer, PAIR),
  },
  book: { method: 'publicGetDepth', parameters: { pair: PAIR, count: 100 }, read: (answer) => readBook(answer, PAIR) },
  balances: { method: 'privatePostBalanceEx', parameters: {}, read: readBalances },
  place: (order) => ({
    method: 'privatePostAddOrder',
    parameters: {
      pair: PAIR,
      type: 'buy',
      ordertype: 'limit',
      timeinforce: 'IOC',
      oflags: 'fciq',
      volume: toText(order.quantity),
      price: toText(order.price),
      cl_ord_id: order.clientOrderId,
      deadline: deadlineOf(order),
    },
    read: (answer) => readPlaced(answer, order),
  }),
  order: (orderId) => ({
    method: 'privatePostQueryOrders',
    parameters: { txid: orderId, trades: true },
    read: (answer) => readQueried(answer, orderId),
  }),
  // Open ones first: an order that closes in between is among the closed ones by then.
  find: (clientOrderId) => [among('open', clientOrderId), among('closed', clientOrderId)],
  executions({ executionIds = [] }) {
    const parts = Array.from({ length: Math.ceil(executionIds.length / TRADES) }, (_, at) =>
      executionIds.slice(at * TRADES, (at + 1) * TRADES),
    );
    return parts.map((ids) => ({
      method: 'privatePostQueryTrades',
      parameters: { txid: ids.join(',') },
      read: (answer) => readTrades(answer, ids),
    }));
  },
};

/** When the matching engine throws the order away: with its quote. In whole seconds, never later. */
function deadlineOf({ expiresAt, now }: PlaceOrder): string {
  const at = Math.min(expiresAt, now + LATEST_MS);
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

function among(list: 'open' | 'closed', clientOrderId: string): Question<ReturnType<typeof readTheOne>> {
  return {
    method: list === 'open' ? 'privatePostOpenOrders' : 'privatePostClosedOrders',
    parameters: { cl_ord_id: clientOrderId, trades: true },
    read: (answer) => readTheOne(answer, list),
  };
}
