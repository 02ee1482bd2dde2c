import { unavailable } from '@rielrails/kit';
import { z } from 'zod';
import { decimalText } from './decimal-text.ts';
import { PROVIDER } from './explain.ts';

/** A price and what is offered at it, in hundred-millionths. */
export interface Level {
  readonly price: bigint;
  readonly quantity: bigint;
}

/** What is offered, best price first, and the number of this state of the book. */
export interface OrderBook {
  readonly updateId: number;
  readonly asks: readonly Level[];
}

const side = z.array(z.tuple([decimalText, decimalText]));
const depth = z.object({ lastUpdateId: z.int(), bids: side, asks: side });

/**
 * Reads the answer of "Order book".
 *
 * @throws ProviderError of kind `unavailable` when a side is empty, out of order, or crosses the other.
 */
export function readOrderBook(answer: unknown): OrderBook {
  const { lastUpdateId, asks, bids } = depth.parse(answer);
  const [bestAsk, bestBid] = [asks[0], bids[0]];
  if (!bestAsk || !bestBid) throw unusable('a side of the order book is empty');
  if (bestAsk[0] <= bestBid[0]) throw unusable('the order book is crossed');
  const levels = asks.map(([price, quantity]) => ({ price, quantity }));
  if (levels.some((level, at) => level.quantity === 0n || level.price <= (levels[at - 1]?.price ?? 0n)))
    throw unusable('the order book is out of order');
  return { updateId: lastUpdateId, asks: levels };
}

/** A fault that says: no price can be told from this book. */
export function unusable(why: string): Error {
  return unavailable(PROVIDER, `binance: ${why}; no quote`);
}
