import { fromText, product } from './decimal-text.ts';
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
] as const;

const [priceFilter, lotSize, notional] = filters;

/** The smallest difference between two prices. */
export const tickSize: bigint = fromText(priceFilter.tickSize);

/** The smallest difference between two quantities. */
export const stepSize: bigint = fromText(lotSize.stepSize);

/** Refuses what the document "Filters" refuses. */
export function assertFilters({ price, quantity }: { readonly price: bigint; readonly quantity: bigint }): void {
  const within = (value: bigint, least: string, most: string, step: bigint) =>
    value >= fromText(least) && value <= fromText(most) && value % step === 0n;
  if (!within(price, priceFilter.minPrice, priceFilter.maxPrice, tickSize))
    throw new Refused(-1013, 'Filter failure: PRICE_FILTER');
  if (!within(quantity, lotSize.minQty, lotSize.maxQty, stepSize)) throw new Refused(-1013, 'Filter failure: LOT_SIZE');
  if (!within(product(price, quantity), notional.minNotional, notional.maxNotional, 1n))
    throw new Refused(-1013, 'Filter failure: NOTIONAL');
}
