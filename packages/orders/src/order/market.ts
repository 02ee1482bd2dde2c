import { convert } from '@rielrails/core';
import type { Money, Quote } from '@rielrails/core';

/**
 * What a sum is worth at a quote, to the last satoshi: at the worst price that the quote touched, less the venue's fee.
 *
 * A venue sells in steps, which for a small order are several percent of it. A buyer is promised the exact worth: the
 * order buys whole steps within its budget, and the inventory carries the difference until the next purchase.
 */
export function worthOf(quote: Quote, spend: Money): Money {
  const { worst, fee } = quote;
  const gross = convert(spend, { base: worst.quote, quote: worst.base }, 'down');
  const goods = goodsOf(quote);
  if (goods === null || fee.minor <= 0n) return gross;
  const whole = goods + fee.minor;
  const kept = (gross.minor * fee.minor + whole - 1n) / whole;
  return { asset: gross.asset, minor: gross.minor - kept };
}

/** What is bought, in the asset in which the fee is charged beside it: out of the goods, or on top of their price. */
function goodsOf({ worst, fee, receive }: Quote): bigint | null {
  if (fee.asset.code === receive.asset.code) return receive.minor;
  return fee.asset.code === worst.quote.asset.code ? convert(receive, worst, 'down').minor : null;
}
