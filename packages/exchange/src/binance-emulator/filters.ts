import type { Book } from '../venue-emulator/book.ts';
import { fromText, product } from '../venue-emulator/decimal-text.ts';
import { Refused } from './refused.ts';

/** The filters of the one symbol, as `exchangeInfo` shows them. */
export const filters = [
  { filterType: 'PRICE_FILTER', minPrice: '0.01000000', maxPrice: '1000000.00000000', tickSize: '0.01000000' },
  { filterType: 'LOT_SIZE', minQty: '0.00001000', maxQty: '9000.00000000', stepSize: '0.00001000' },
  {
    filterType: 'NOTIONAL',
    minNotional: '5.00000000',
    applyMinToMarket: true,
    maxNotional: '9000000.00000000',
    applyMaxToMarket: false,
    avgPriceMins: 5,
  },
  {
    filterType: 'PERCENT_PRICE_BY_SIDE',
    bidMultiplierUp: '5',
    bidMultiplierDown: '0.2',
    askMultiplierUp: '5',
    askMultiplierDown: '0.2',
    avgPriceMins: 5,
  },
  { filterType: 'MAX_NUM_ORDERS', maxNumOrders: 200 },
] as const;

const [priceFilter, lotSize, notional, percentPrice, maxNumOrders] = filters;

/** The smallest difference between two prices. */
export const tickSize: bigint = fromText(priceFilter.tickSize);

/** The smallest difference between two quantities. */
export const stepSize: bigint = fromText(lotSize.stepSize);

/** Refuses what the document "Filters" refuses of an order to buy. */
export function assertFilters(
  { price, quantity }: { readonly price: bigint; readonly quantity: bigint },
  around: { readonly book: Pick<Book, 'asks' | 'bids'>; readonly openOrders: number },
): void {
  const within = (value: bigint, least: string, most: string, step: bigint) =>
    value >= fromText(least) && value <= fromText(most) && value % step === 0n;
  if (!within(price, priceFilter.minPrice, priceFilter.maxPrice, tickSize)) throw failure('PRICE_FILTER');
  if (!withinPercent(price, around.book)) throw failure('PERCENT_PRICE_BY_SIDE');
  if (!within(quantity, lotSize.minQty, lotSize.maxQty, stepSize)) throw failure('LOT_SIZE');
  if (!within(product(price, quantity), notional.minNotional, notional.maxNotional, 1n)) throw failure('NOTIONAL');
  if (around.openOrders >= maxNumOrders.maxNumOrders) throw failure('MAX_NUM_ORDERS');
}

/** The middle of the book stands for the average of five minutes. */
function withinPercent(price: bigint, { asks, bids }: Pick<Book, 'asks' | 'bids'>): boolean {
  const [ask, bid] = [asks[0], bids[0]];
  if (!ask || !bid) return true;
  const average = (ask.price + bid.price) / 2n;
  const most = product(average, fromText(percentPrice.bidMultiplierUp));
  const least = product(average, fromText(percentPrice.bidMultiplierDown));
  return price <= most && price >= least;
}

function failure(filter: string): Refused {
  return new Refused(-1013, `Filter failure: ${filter}`);
}
