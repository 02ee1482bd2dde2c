import type { Instant } from '@rielrails/core';
import { unusable } from './meanings.ts';

/** A price and what is offered at it, in hundred-millionths. */
export interface Level {
  readonly price: bigint;
  readonly quantity: bigint;
}

/** Both sides of a market, best price first, and how fresh they are, as far as the venue says. */
export interface OrderBook {
  readonly asks: readonly Level[];
  readonly bids: readonly Level[];
  /** The number of this state of the book: a lower one is older. */
  readonly updateId: number | null;
  /** When any of these levels last changed. */
  readonly changedAt: Instant | null;
}

/** A book in which nothing moved for so long is not the market's. */
const STILL_MS = 60_000;

/**
 * Watches how books of one venue follow each other. Begin before a book is asked for; the check throws `unavailable` for one
 * that is older than what had been seen by then, and for one in which nothing moved for a minute: by the venue's clock where
 * levels bear times, else by ours, since its number was first seen.
 */
export function createBookWatch(provider: string): (askedAt: Instant) => (book: OrderBook) => void {
  let newest = { updateId: 0, since: 0 as Instant };
  return (askedAt) => {
    const seenBefore = newest.updateId;
    return ({ updateId, changedAt }) => {
      if (updateId !== null && updateId < seenBefore)
        throw unusable(provider, 'the order book is older than one that was seen before');
      if (updateId !== null && updateId > newest.updateId) newest = { updateId, since: askedAt };
      const stillSince = changedAt ?? (updateId === newest.updateId ? newest.since : askedAt);
      if (stillSince < askedAt - STILL_MS) throw unusable(provider, 'nothing moved in the order book for a minute');
    };
  };
}

/**
 * Makes sure that a price can be told from a book.
 *
 * @throws ProviderError of kind `unavailable` when a side is empty, out of order, or crosses the other.
 */
export function assertUsable(provider: string, { asks, bids }: OrderBook): void {
  const [bestAsk, bestBid] = [asks[0], bids[0]];
  if (!bestAsk || !bestBid) throw unusable(provider, 'a side of the order book is empty');
  if (bestAsk.price <= bestBid.price) throw unusable(provider, 'the order book is crossed');
  const inOrder = asks.every(({ price, quantity }, at) => quantity > 0n && price > (asks[at - 1]?.price ?? 0n));
  if (!inOrder) throw unusable(provider, 'the order book is out of order');
}
