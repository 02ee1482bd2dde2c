import { BTC, USDT } from '@rielrails/core';
import { secretSchema } from '@rielrails/kit';
import { z } from 'zod';
import { ONE } from '../decimal-text.ts';
import type { Venue, VenueDoor } from '../venue.ts';
import { explainBinance } from './binance-codes.ts';
import {
  readBalances,
  readBook,
  readFills,
  readOrder,
  readRules,
  readTrades,
  statusWords,
  toText,
} from './binance-answers.ts';

const SYMBOL = 'BTCUSDT';
/** Executions told in one answer, at most. Without a word half of them are. */
const MOST_TRADES = 1000;

/** The paths, codes and options of Binance, whatever is asked there. */
export const binanceDoor: VenueDoor = {
  id: 'binance',
  client: 'binance',
  host: 'https://api.binance.com',
  credentials: {
    apiKey: z.string().regex(/^[A-Za-z0-9]{8,128}$/, 'expected 8 to 128 letters and digits'),
    secret: secretSchema(8),
  },
  windowed: true,
  numbered: false,
  burstMs: 10_000,
  maintenanceCodes: [],
  explain: explainBinance,
};

/**
 * Binance spot: USDT buys bitcoin.
 *
 * From "Public Rest API for Binance", "Error codes for Binance", "Filters" and "ENUM definitions".
 */
export const binance: Venue = {
  ...binanceDoor,
  // The venue wants 5 USDT after rounding down to a step, which is worth a dollar or two.
  market: { base: BTC, quote: USDT, symbol: SYMBOL, minimum: 7n * ONE, step: 1000n },
  fees: { takenFrom: 'base', takerBasisPoints: 10 },
  quoteValidForMs: { least: 1000, most: 300_000 },
  clientOrderId: (reference) => reference,
  leadMs: 0,
  // An order leaves before its quote expires, then may wait for its window, one second of clock difference, and the ten
  // seconds of the matching engine; the rest is for lookups that lag behind it ("Timing security", "HTTP Return Codes",
  // "Data Sources").
  settledAfterMs: ({ quoteValidForMs, recvWindowMs }) => quoteValidForMs + recvWindowMs + 1000 + 10_000 + 14_000,
  statusWords,
  costTolerance: 0n,

  rules: {
    method: 'publicGetExchangeInfo',
    parameters: { symbol: SYMBOL },
    read: (answer) => readRules(answer, SYMBOL),
  },
  book: { method: 'publicGetDepth', parameters: { symbol: SYMBOL, limit: 100 }, read: readBook },
  balances: { method: 'privateGetAccount', parameters: { omitZeroBalances: true }, read: readBalances },
  place: ({ clientOrderId, quantity, price }) => ({
    method: 'privatePostOrder',
    parameters: {
      symbol: SYMBOL,
      side: 'BUY',
      type: 'LIMIT',
      timeInForce: 'IOC',
      quantity: toText(quantity),
      price: toText(price),
      newClientOrderId: clientOrderId,
      newOrderRespType: 'FULL',
    },
    read(answer) {
      const order = readOrder(answer);
      return { orderId: order.orderId, order, executions: readFills(answer) };
    },
  }),
  order: (orderId) => ({ method: 'privateGetOrder', parameters: { symbol: SYMBOL, orderId }, read: readOrder }),
  // One page knows open and closed orders alike.
  find: (origClientOrderId) => [
    { method: 'privateGetOrder', parameters: { symbol: SYMBOL, origClientOrderId }, read: readOrder },
  ],
  executions: ({ orderId }) => [
    { method: 'privateGetMyTrades', parameters: { symbol: SYMBOL, orderId, limit: MOST_TRADES }, read: readTrades },
  ],
};
