import type { Instant } from '@rielrails/core';
import type { Balances } from './balances.ts';
import type { Book } from './book.ts';
import { ONE, product } from './decimal-text.ts';
import { assertFilters, stepSize } from './filters.ts';
import { Refused } from './refused.ts';

/** A limit order to buy, as the venue keeps it. */
export interface Order {
  readonly orderId: number;
  readonly clientOrderId: string;
  readonly timeInForce: 'GTC' | 'IOC' | 'FOK';
  readonly price: bigint;
  readonly quantity: bigint;
  readonly time: Instant;
  status: 'NEW' | 'PARTIALLY_FILLED' | 'FILLED' | 'CANCELED' | 'EXPIRED';
  updateTime: Instant;
  readonly trades: Trade[];
}

/** One execution. */
interface Trade {
  readonly id: number;
  readonly price: bigint;
  readonly quantity: bigint;
  readonly spent: bigint;
  readonly commission: bigint;
  readonly commissionAsset: string;
  readonly time: Instant;
}

/** What somebody asks to buy. */
export type NewOrder = Pick<Order, 'clientOrderId' | 'timeInForce' | 'price' | 'quantity'>;

/** What takes fees. */
export interface FeeTerms {
  /** Hundredths of a percent of each execution. */
  basisPoints: number;
  /** `BNB`: taken there at `bnbPrice`, as long as there is some; otherwise out of what was bought. */
  asset: 'BTC' | 'BNB';
  bnbPrice: bigint;
}

/** The part of the venue that trades. */
export interface Matching {
  readonly orders: readonly Order[];
  place(input: NewOrder): Order;
  cancel(order: Order): void;
  /** Lets resting orders meet a book that changed. */
  rematch(): void;
  /** Lets only part of the next order fill, in hundredths of a percent. */
  fillPartly(basisPoints: number): void;
}

/** Whether an order still works. */
export function isOpen(order: Order): boolean {
  return order.status === 'NEW' || order.status === 'PARTIALLY_FILLED';
}

/** How much of an order was executed. */
export function executed(order: Order): bigint {
  return order.trades.reduce((sum, { quantity }) => sum + quantity, 0n);
}

/** What the executions cost. */
export function spent(order: Order): bigint {
  return order.trades.reduce((sum, trade) => sum + trade.spent, 0n);
}

/** Makes the trading part. Money moves with each execution, exactly once. */
export function createMatching(parts: {
  readonly book: Book;
  readonly balances: Balances;
  readonly fees: FeeTerms;
  now(): Instant;
}): Matching {
  const { book, balances, fees, now } = parts;
  const orders: Order[] = [];
  let nextOrderId = 28_000_000_001;
  let nextTradeId = 4_000_000_001;
  let nextFillBasisPoints: number | null = null;

  function commissionOf(quantity: bigint, cost: bigint): Pick<Trade, 'commission' | 'commissionAsset'> {
    const share = (amount: bigint) => (amount * BigInt(fees.basisPoints) + 9_999n) / 10_000n;
    const inBnb = (share(cost) * ONE + fees.bnbPrice - 1n) / fees.bnbPrice;
    return fees.asset === 'BNB' && balances.of('BNB').free >= inBnb
      ? { commission: inBnb, commissionAsset: 'BNB' }
      : { commission: share(quantity), commissionAsset: 'BTC' };
  }

  function match(order: Order, most: bigint): void {
    for (const { price, quantity } of book.take(most, order.price)) {
      const cost = product(price, quantity);
      const fee = commissionOf(quantity, cost);
      const reserved = product(order.price, quantity);
      balances.change('USDT', { locked: -reserved, free: reserved - cost });
      balances.change('BTC', { free: quantity });
      balances.change(fee.commissionAsset, { free: -fee.commission });
      order.trades.push({ id: nextTradeId, price, quantity, spent: cost, time: now(), ...fee });
      nextTradeId += 1;
    }
    const done = executed(order);
    if (done === order.quantity) order.status = 'FILLED';
    else if (done > 0n) order.status = 'PARTIALLY_FILLED';
    order.updateTime = now();
  }

  function end(order: Order, status: 'CANCELED' | 'EXPIRED'): void {
    const reserved = product(order.price, order.quantity - executed(order));
    balances.change('USDT', { locked: -reserved, free: reserved });
    order.status = status;
    order.updateTime = now();
  }

  return {
    orders,
    place(input) {
      assertFilters(input);
      if (orders.some((order) => isOpen(order) && order.clientOrderId === input.clientOrderId))
        throw new Refused(-2010, 'Duplicate order sent.');
      const reserve = product(input.price, input.quantity);
      if (balances.of('USDT').free < reserve)
        throw new Refused(-2010, 'Account has insufficient balance for requested action.');
      balances.change('USDT', { free: -reserve, locked: reserve });
      const order: Order = {
        ...input,
        orderId: nextOrderId,
        time: now(),
        updateTime: now(),
        status: 'NEW',
        trades: [],
      };
      nextOrderId += 1;
      orders.push(order);

      const part = nextFillBasisPoints ?? 10_000;
      nextFillBasisPoints = null;
      const wanted = (order.quantity * BigInt(part)) / 10_000n;
      const most = wanted - (wanted % stepSize);
      if (order.timeInForce !== 'FOK' || (most === order.quantity && book.offered(order.price) >= most))
        match(order, most);
      if (order.timeInForce !== 'GTC' && isOpen(order)) end(order, 'EXPIRED');
      return order;
    },
    cancel: (order) => end(order, 'CANCELED'),
    rematch() {
      for (const order of orders) if (isOpen(order)) match(order, order.quantity - executed(order));
    },
    fillPartly(basisPoints) {
      if (!Number.isInteger(basisPoints) || basisPoints < 0 || basisPoints > 10_000)
        throw new RangeError('basisPoints: expected 0 to 10000');
      nextFillBasisPoints = basisPoints;
    },
  };
}
