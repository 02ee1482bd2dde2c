import type { Instant, Trade } from '@rielrails/core';
import { doubt, formatAmount, parseAmount, unavailable } from '@rielrails/kit';
import { z } from 'zod';
import { decimalText } from '../decimal-text.ts';
import type { MarketRules } from '../market-rules.ts';
import type { OrderBook } from '../order-book.ts';
import type { Execution, VenueOrder } from '../trade.ts';
import type { Placed } from '../venue.ts';

/** Status words of orders. */
export const statusWords: Readonly<Record<string, Trade['status']>> = {
  pending: 'open',
  open: 'open',
  closed: 'filled',
  canceled: 'cancelled',
  expired: 'cancelled',
};

/** What the venue says of itself ("Get System Status"). Only `online` takes orders. */
export function readState(answer: unknown): 'open' | 'halted' | 'maintenance' {
  const { result } = z.object({ result: z.object({ status: z.string() }) }).parse(answer);
  if (result.status === 'online') return 'open';
  return result.status === 'maintenance' ? 'maintenance' : 'halted';
}

/** Reads the answer of "Get Extended Balance". The account keeps more places of some assets than can be moved. */
export function readBalances(answer: unknown): Readonly<Record<string, bigint>> {
  const held = z.object({ balance: z.string() });
  const { result } = z
    .object({ result: z.looseObject({ XXBT: held.optional(), USDT: held.optional() }) })
    .parse(answer);
  const read = (text: string) => parseAmount(text, { code: 'decimal', scale: 8 }, { rounding: 'down' }).minor;
  return { BTC: read(result.XXBT?.balance ?? '0'), USDT: read(result.USDT?.balance ?? '0') };
}

const places = z.coerce.number().pipe(z.int().min(0).max(8));
const pairSchema = z.object({
  status: z.string(),
  tick_size: decimalText,
  lot_decimals: places,
  cost_decimals: places,
  ordermin: decimalText,
  costmin: decimalText,
});

/** Reads the answer of "Get Tradable Asset Pairs" about one pair. */
export function readRules(answer: unknown, pair: string): MarketRules {
  const { result } = z.object({ result: z.record(z.string(), z.looseObject({ altname: z.string() })) }).parse(answer);
  const found = Object.values(result).filter(({ altname }) => altname === pair);
  if (found.length !== 1) throw new TypeError('AssetPairs: is about another pair');
  const rules = pairSchema.parse(found[0]);
  if (rules.tick_size === 0n) throw new TypeError('AssetPairs: a tick of zero');
  return {
    trading: rules.status === 'online',
    tick: rules.tick_size,
    price: { minimum: rules.tick_size, maximum: 0n },
    step: unitOf(rules.lot_decimals),
    quantity: { minimum: rules.ordermin, maximum: 0n },
    notional: { minimum: rules.costmin, maximum: 0n },
    costUnit: unitOf(rules.cost_decimals),
  };
}

function unitOf(decimals: number): bigint {
  return 10n ** BigInt(8 - decimals);
}

const level = z
  .tuple([decimalText, decimalText, z.coerce.number().pipe(z.int().min(0))])
  .transform(([price, quantity, changedAt]) => ({ price, quantity, changedAt }));
const depth = z.object({ asks: z.array(level), bids: z.array(level) });

/** Reads the answer of "Get Order Book", whose levels say when each last changed. */
export function readBook(answer: unknown, pair: string): OrderBook {
  const { result } = z.object({ result: z.record(z.string(), depth) }).parse(answer);
  const [only, more] = Object.entries(result);
  if (!only || more || !only[0].includes(pair)) throw new TypeError('Depth: is about another pair');
  const { asks, bids } = only[1];
  const newest = Math.max(0, ...[...asks, ...bids].map(({ changedAt }) => changedAt));
  return { updateId: null, changedAt: (newest * 1000) as Instant, asks, bids };
}

const name = z.string().min(1);

/**
 * Reads the answer of "Add Order", which describes the order in words.
 *
 * A description of another size or price throws a doubt. One that cannot be read proves nothing: the order itself is
 * asked for next.
 */
export function readPlaced(answer: unknown, sent: { readonly quantity: bigint; readonly price: bigint }): Placed {
  const { result } = z
    .object({ result: z.object({ descr: z.object({ order: z.string() }), txid: z.tuple([name]) }) })
    .parse(answer);
  const match = /^buy (\d{1,12}(?:\.\d{1,8})?) \S{1,20} @ limit (\d{1,12}(?:\.\d{1,8})?)(?: |$)/.exec(
    result.descr.order,
  );
  const same = (text: string | undefined, expected: bigint) => decimalText.parse(text) === expected;
  if (match && !(same(match[1], sent.quantity) && same(match[2], sent.price)))
    throw doubt('kraken', 'echo-mismatch', 'kraken buy: the answer is not about the order that was sent; look it up');
  return { orderId: result.txid[0] };
}

const orderSchema = z.object({
  cl_ord_id: z.string().nullish(),
  status: z.string(),
  descr: z.object({ pair: z.string(), type: z.string(), price: decimalText }),
  vol: decimalText,
  vol_exec: decimalText,
  cost: decimalText,
  trades: z.array(name).default([]),
});
const orders = z.record(name, orderSchema);

function toOrder(orderId: string, order: z.infer<typeof orderSchema>): VenueOrder {
  const { descr, trades } = order;
  return {
    orderId,
    clientOrderId: (order.cl_ord_id ?? '').toLowerCase(),
    symbol: descr.pair,
    side: descr.type,
    price: descr.price,
    quantity: order.vol,
    executed: order.vol_exec,
    cost: order.cost,
    status: order.status,
    executionIds: trades,
  };
}

/** Reads the answer of "Query Orders Info" about one order. */
export function readQueried(answer: unknown, orderId: string): VenueOrder | null {
  const { result } = z.object({ result: orders }).parse(answer);
  const order = result[orderId];
  return order ? toOrder(orderId, order) : null;
}

/**
 * Reads the answer of "Get Open Orders" or "Get Closed Orders" about one client order id.
 *
 * @throws ProviderError of kind `unavailable` when there are several: a person has to look which of them is ours.
 */
export function readTheOne(answer: unknown, list: 'open' | 'closed'): VenueOrder | null {
  const parsed = z.object({ result: z.object({ [list]: orders }) }).parse(answer);
  const found = Object.entries(parsed.result[list] ?? {});
  if (found.length > 1)
    throw unavailable('kraken', 'kraken get: several orders bear this reference; look at the account');
  const [only] = found;
  return only ? toOrder(...only) : null;
}

const tradeSchema = z.object({ vol: decimalText, cost: decimalText, fee: decimalText });

/** Reads the answer of "Query Trades Info". Orders are placed with `fciq`: the fee is in the quote asset. */
export function readTrades(answer: unknown, ids: readonly string[]): readonly Execution[] {
  const { result } = z.object({ result: z.record(name, tradeSchema) }).parse(answer);
  return ids.flatMap((id) => {
    const trade = result[id];
    return trade ? [{ id, quantity: trade.vol, cost: trade.cost, fee: trade.fee, feeAsset: 'USDT' }] : [];
  });
}

/** Writes hundred-millionths without zeros at the end: more places than the pair has are refused. */
export function toText(value: bigint): string {
  return formatAmount({ asset: { code: 'decimal', scale: 8 }, minor: value }).replace(/\.?0+$/, '');
}
