import { BTC, money, USDT } from '@rielrails/core';
import type { Fill, Money, ProviderRef, Reference, Trade } from '@rielrails/core';
import type { Vocabulary } from '@rielrails/kit';
import { z } from 'zod';
import { decimalText, divideUp, ONE } from './decimal-text.ts';

/** The venue's status words ("ENUM definitions, Order status"). */
export const statusWords: Readonly<Record<string, Trade['status']>> = {
  NEW: 'open',
  PENDING_NEW: 'open',
  PARTIALLY_FILLED: 'partial',
  FILLED: 'filled',
  CANCELED: 'cancelled',
  PENDING_CANCEL: 'cancelled',
  REJECTED: 'cancelled',
  EXPIRED: 'cancelled',
  EXPIRED_IN_MATCH: 'cancelled',
};

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

const execution = {
  price: decimalText,
  qty: decimalText,
  commission: decimalText,
  commissionAsset: z.string().min(1),
};

/** An order as "Query order" and "New order" (`FULL`) tell it. */
export interface VenueOrder {
  readonly symbol: string;
  readonly orderId: string;
  readonly clientOrderId: string;
  readonly side: string;
  readonly price: bigint;
  readonly origQty: bigint;
  readonly executedQty: bigint;
  readonly cummulativeQuoteQty: bigint;
  readonly status: string;
}

/** One execution as "New order" and "Account trade list" tell it. */
export interface Execution {
  readonly id: string;
  readonly price: bigint;
  readonly qty: bigint;
  readonly commission: bigint;
  readonly commissionAsset: string;
}

/** Reads an order. Fields that are missing or malformed throw. */
export function readOrder(answer: unknown): VenueOrder {
  return orderSchema.parse(answer);
}

/** Reads the executions in a `FULL` answer to a new order. */
export function readFills(answer: unknown): readonly Execution[] {
  const { fills } = z.object({ fills: z.array(z.object({ ...execution, tradeId: identifier })) }).parse(answer);
  return fills.map(({ tradeId, ...rest }) => ({ id: tradeId, ...rest }));
}

/** Reads the account's trades. */
export function readTrades(answer: unknown): readonly Execution[] {
  return z.array(z.object({ ...execution, id: identifier })).parse(answer);
}

/** Whether executions add up to what the order says of itself. */
export function addUp(order: VenueOrder, executions: readonly Execution[]): boolean {
  const quantity = executions.reduce((sum, { qty }) => sum + qty, 0n);
  const cost = executions.reduce((sum, one) => sum + costOf(one), 0n);
  return quantity === order.executedQty && cost === order.cummulativeQuoteQty;
}

/** Our view of an order and its executions. */
export function toTrade(
  order: VenueOrder,
  executions: readonly Execution[],
  reference: Reference,
  words: Vocabulary<Trade['status']>,
): Trade {
  return {
    reference,
    id: order.orderId as ProviderRef,
    status: words.read(order.status),
    fills: executions.map(toFill),
  };
}

function toFill(one: Execution): Fill {
  const fee = feeOf(one);
  const taken = (asset: string) => (fee.asset.code === asset ? fee.minor : 0n);
  return {
    id: one.id as ProviderRef,
    spent: money(USDT, costOf(one) + taken('USDT')),
    received: money(BTC, one.qty - taken('BTC')),
    fee,
  };
}

function feeOf({ commission, commissionAsset }: Execution): Money {
  return money({ code: commissionAsset, scale: 8 }, commission);
}

/** Ticks and steps keep the product exact; anything below the last decimal would count against us. */
function costOf({ price, qty }: Execution): bigint {
  return divideUp(price * qty, ONE);
}
