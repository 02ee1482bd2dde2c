import type { Instant } from '@rielrails/core';
import type { Balances } from './balances.ts';
import type { Book } from './book.ts';

/** A limit order to buy, as a venue keeps it. */
export interface Order<Id> {
  readonly orderId: Id;
  readonly clientOrderId: string;
  readonly timeInForce: 'GTC' | 'IOC' | 'FOK';
  readonly price: bigint;
  readonly quantity: bigint;
  readonly time: Instant;
  readonly trades: Trade<Id>[];
  status: 'open' | 'partly-filled' | 'filled' | 'cancelled' | 'expired';
  updateTime: Instant;
}

/** One execution. */
export interface Trade<Id> {
  readonly id: Id;
  readonly price: bigint;
  readonly quantity: bigint;
  readonly cost: bigint;
  readonly fee: bigint;
  readonly feeAsset: string;
  readonly time: Instant;
}

/** What somebody asks to buy. */
export type NewOrder = Pick<Order<unknown>, 'clientOrderId' | 'timeInForce' | 'price' | 'quantity'>;

/** How one venue trades bitcoin. */
export interface MatchingTerms<Id> {
  readonly book: Book;
  readonly balances: Balances;
  /** The asset that pays. */
  readonly quote: string;
  readonly step: bigint;
  costOf(price: bigint, quantity: bigint): bigint;
  feeOf(quantity: bigint, cost: bigint): Pick<Trade<Id>, 'fee' | 'feeAsset'>;
  /** What is held back for an order that may cost this much. */
  reserveFor(cost: bigint): bigint;
  orderId(): Id;
  tradeId(): Id;
  /** The venue's own refusals. */
  readonly refuse: { duplicate(): Error; insufficient(): Error };
  now(): Instant;
}

/** The part of a venue that trades. */
export interface Matching<Id> {
  readonly orders: readonly Order<Id>[];
  place(input: NewOrder): Order<Id>;
  cancel(order: Order<Id>): void;
  /** Lets resting orders meet a book that changed. */
  rematch(): void;
  /** Lets only part of the next order fill, in hundredths of a percent. */
  fillPartly(basisPoints: number): void;
  /** Moves every price once the next order is in and before it is matched. */
  jumpAtNextOrder(jump: Jump): void;
}

/** A price that moves while an order is on its way. */
export interface Jump {
  readonly basisPoints: number;
  /** What stays at the best ask. */
  readonly spared: bigint;
  jumped(): void;
}

/** Whether an order still works. */
export function isOpen({ status }: Order<unknown>): boolean {
  return status === 'open' || status === 'partly-filled';
}

/** How much of an order was executed. */
export function executed(order: Order<unknown>): bigint {
  return order.trades.reduce((sum, { quantity }) => sum + quantity, 0n);
}

/** What the executions cost, before any fee. */
export function costOfTrades(order: Order<unknown>): bigint {
  return order.trades.reduce((sum, { cost }) => sum + cost, 0n);
}

/** What an order changed the balances by, fees included. */
export function settled(order: Order<unknown>, quote: string): { readonly spent: bigint; readonly received: bigint } {
  const feesIn = (asset: string) =>
    order.trades.reduce((sum, { fee, feeAsset }) => (feeAsset === asset ? sum + fee : sum), 0n);
  return { spent: costOfTrades(order) + feesIn(quote), received: executed(order) - feesIn('BTC') };
}

/** Makes the trading part. Money moves with each execution, exactly once. */
export function createMatching<Id>(terms: MatchingTerms<Id>): Matching<Id> {
  const { book, balances, quote, now } = terms;
  const orders: Order<Id>[] = [];
  const held = new Map<Order<Id>, bigint>();
  let nextFillBasisPoints: number | null = null;
  let nextJump: Jump | null = null;

  const reserveOf = (price: bigint, quantity: bigint) => terms.reserveFor(terms.costOf(price, quantity));

  /** Lowers what an order holds back, and frees the difference. */
  function hold(order: Order<Id>, amount: bigint): void {
    const before = held.get(order) ?? 0n;
    held.set(order, amount);
    balances.change(quote, { free: before - amount, locked: amount - before });
  }

  function match(order: Order<Id>, most: bigint): void {
    for (const { price, quantity } of book.take(most, order.price)) {
      const cost = terms.costOf(price, quantity);
      const charge = terms.feeOf(quantity, cost);
      order.trades.push({ id: terms.tradeId(), price, quantity, cost, time: now(), ...charge });
      hold(order, reserveOf(order.price, order.quantity - executed(order)));
      balances.change(quote, { free: -cost });
      balances.change('BTC', { free: quantity });
      balances.change(charge.feeAsset, { free: -charge.fee });
    }
    const done = executed(order);
    if (done === order.quantity) order.status = 'filled';
    else if (done > 0n) order.status = 'partly-filled';
    order.updateTime = now();
  }

  function end(order: Order<Id>, status: 'cancelled' | 'expired'): void {
    hold(order, 0n);
    order.status = status;
    order.updateTime = now();
  }

  /** How much of a new order may fill at once. */
  function mostOf({ quantity }: NewOrder): bigint {
    const wanted = (quantity * BigInt(nextFillBasisPoints ?? 10_000)) / 10_000n;
    nextFillBasisPoints = null;
    return wanted - (wanted % terms.step);
  }

  /** Sellers leave before the order is matched; buyers follow them after it, so that the book is never crossed. */
  function matchAfterJump(work: () => void): void {
    const jump = nextJump;
    nextJump = null;
    if (!jump) return work();
    const best = book.asks[0]?.price;
    book.move(jump.basisPoints, ['asks']);
    if (best !== undefined && jump.spared > 0n)
      book.set('asks', [{ price: best, quantity: jump.spared }, ...book.asks]);
    work();
    book.move(jump.basisPoints, ['bids']);
    jump.jumped();
  }

  return {
    orders,
    place(input) {
      if (orders.some((order) => isOpen(order) && order.clientOrderId === input.clientOrderId))
        throw terms.refuse.duplicate();
      const reserve = reserveOf(input.price, input.quantity);
      if (balances.of(quote).free < reserve) throw terms.refuse.insufficient();
      const times = { time: now(), updateTime: now() };
      const order: Order<Id> = { ...input, ...times, orderId: terms.orderId(), status: 'open', trades: [] };
      hold(order, reserve);
      orders.push(order);
      const most = mostOf(order);
      matchAfterJump(() => {
        if (order.timeInForce !== 'FOK' || (most === order.quantity && book.offered(order.price) >= most))
          match(order, most);
      });
      if (order.timeInForce !== 'GTC' && isOpen(order)) end(order, 'expired');
      return order;
    },
    cancel: (order) => end(order, 'cancelled'),
    rematch() {
      for (const order of orders) if (isOpen(order)) match(order, order.quantity - executed(order));
    },
    fillPartly(basisPoints) {
      if (!Number.isInteger(basisPoints) || basisPoints < 0 || basisPoints > 10_000)
        throw new RangeError('basisPoints: expected 0 to 10000');
      nextFillBasisPoints = basisPoints;
    },
    jumpAtNextOrder(jump) {
      const { basisPoints, spared } = jump;
      if (!Number.isInteger(basisPoints) || basisPoints <= 0) throw new RangeError('basisPoints: expected above 0');
      if (spared < 0n || spared % terms.step !== 0n) throw new RangeError('spared: expected whole steps');
      nextJump = jump;
    },
  };
}
