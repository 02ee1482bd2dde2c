import type { Trade } from '@rielrails/core';
import { formatAmount } from '@rielrails/kit';
import { z } from 'zod';
import { decimalText, divideUp, ONE } from '../decimal-text.ts';
import type { MarketRules } from '../market-rules.ts';
import type { OrderBook } from '../order-book.ts';
import type { Execution, VenueOrder } from '../trade.ts';

/** Status words of orders ("ENUM definitions, Order status"). */
export const statusWords: Readonly<Record<string, Trade['status']>> = {
  NEW: 'open',
  PENDING_NEW: 'open',
  PARTIALLY_FILLED: 'partial',
  FILLED: 'filled',
  CANCELED: 'cancelled',
  // Not cancelled yet: until it is, it may fill.
  PENDING_CANCEL: 'open',
  REJECTED: 'cancelled',
  EXPIRED: 'cancelled',
  EXPIRED_IN_MATCH: 'cancelled',
};

const priceFilter = z.object({ minPrice: decimalText, maxPrice: decimalText, tickSize: decimalText });
const lotSize = z.object({ minQty: decimalText, maxQty: decimalText, stepSize: decimalText });
const notional = z.object({ minNotional: decimalText, maxNotional: decimalText });
const exchangeInfo = z.object({
  symbols: z
    .array(
      z.object({
        symbol: z.string(),
        status: z.string(),
        isSpotTradingAllowed: z.boolean(),
        filters: z.array(z.looseObject({ filterType: z.string() })),
      }),
    )
    .length(1),
});

/** Reads the answer of "Exchange information" about one symbol. A filter that is missing or malformed throws. */
export function readRules(answer: unknown, symbol: string): MarketRules {
  const [found] = exchangeInfo.parse(answer).symbols;
  if (found?.symbol !== symbol) throw new TypeError('exchangeInfo: is about another symbol');
  const filter = <T>(type: string, schema: z.ZodType<T>): T =>
    schema.parse(found.filters.find(({ filterType }) => filterType === type));
  const price = filter('PRICE_FILTER', priceFilter);
  const quantity = filter('LOT_SIZE', lotSize);
  const value = filter('NOTIONAL', notional);
  return {
    trading: found.status === 'TRADING' && found.isSpotTradingAllowed,
    tick: price.tickSize || 1n, // 0 switches a rule off
    price: { minimum: price.minPrice, maximum: price.maxPrice },
    step: quantity.stepSize || 1n,
    quantity: { minimum: quantity.minQty, maximum: quantity.maxQty },
    notional: { minimum: value.minNotional, maximum: value.maxNotional },
    costUnit: 1n,
  };
}

const side = z.array(z.tuple([decimalText, decimalText]).transform(([price, quantity]) => ({ price, quantity })));
const depth = z.object({ lastUpdateId: z.int(), bids: side, asks: side });

/** Reads the answer of "Order book", which does not say when it changed. */
export function readBook(answer: unknown): OrderBook {
  const { lastUpdateId, asks, bids } = depth.parse(answer);
  return { updateId: lastUpdateId, changedAt: null, asks, bids };
}

const identifier = z.union([z.string().min(1), z.int()]).transform(String);

const orderSchema = z.object({
  symbol: z.string(),
  orderId: identifier,
  clientOrderId: z.string(),
  side: z.string(),
  price: decimalText,
  origQty: decimalText,
  executedQty: decimalText,
  cummulativeQuoteQty: decimalText,
  status: z.string(),
});

/** Reads an order as "Query order" and "New order" tell it. Fields that are missing or malformed throw. */
export function readOrder(answer: unknown): VenueOrder {
  const { origQty, executedQty, cummulativeQuoteQty, side: direction, ...rest } = orderSchema.parse(answer);
  return {
    ...rest,
    side: direction.toLowerCase(),
    quantity: origQty,
    executed: executedQty,
    cost: cummulativeQuoteQty,
  };
}

const execution = { price: decimalText, qty: decimalText, commission: decimalText, commissionAsset: z.string().min(1) };

/** Reads the executions in a `FULL` answer to a new order. */
export function readFills(answer: unknown): readonly Execution[] {
  const { fills } = z.object({ fills: z.array(z.object({ ...execution, tradeId: identifier })) }).parse(answer);
  return fills.map(({ tradeId, ...rest }) => toExecution({ ...rest, id: tradeId }));
}

/** Reads the answer of "Account trade list". */
export function readTrades(answer: unknown): readonly Execution[] {
  return z
    .array(z.object({ ...execution, id: identifier }))
    .parse(answer)
    .map(toExecution);
}

/** Ticks and steps keep the cost exact; anything below the last decimal would count against us. */
function toExecution(one: {
  readonly id: string;
  readonly price: bigint;
  readonly qty: bigint;
  readonly commission: bigint;
  readonly commissionAsset: string;
}): Execution {
  const { id, price, qty, commission, commissionAsset } = one;
  return { id, quantity: qty, cost: divideUp(price * qty, ONE), fee: commission, feeAsset: commissionAsset };
}

/** Writes hundred-millionths as the venue does. */
export function toText(minor: bigint): string {
  return formatAmount({ asset: { code: 'decimal', scale: 8 }, minor });
}

const accountSchema = z.object({
  balances: z.array(z.object({ asset: z.string(), free: decimalText, locked: decimalText })),
});

/** Reads the answer of "Account information". */
export function readBalances(answer: unknown): Readonly<Record<string, bigint>> {
  const { balances } = accountSchema.parse(answer);
  return Object.fromEntries(balances.map(({ asset, free, locked }) => [asset, free + locked]));
}
