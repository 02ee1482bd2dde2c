import type { Book } from './book.ts';
import { toText } from './decimal-text.ts';

/** The market as a screen shows it, in decimal texts. */
export interface MarketView {
  /** `[price, quantity]`, best first. */
  readonly asks: readonly (readonly [string, string])[];
  readonly bids: readonly (readonly [string, string])[];
  readonly trading: boolean;
}

/** The best levels of a book. */
export function viewOf({ asks, bids }: Pick<Book, 'asks' | 'bids'>, levels: number, trading: boolean): MarketView {
  const side = (all: Book['asks']) =>
    all.slice(0, levels).map(({ price, quantity }) => [toText(price), toText(quantity)] as const);
  return { asks: side(asks), bids: side(bids), trading };
}
