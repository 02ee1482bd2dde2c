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
