import { BTC, InputError, isProviderError, money, USD } from '@rielrails/core';
import type { Asset, Instant, Rate } from '@rielrails/core';
import { can } from '@rielrails/core';
import type { Runtime } from '@rielrails/kit';
import type { OrderQuote, Want } from './order/order.ts';
import type { Policy } from './order/policy.ts';
import { price } from './order/pricing.ts';
import type { Providers } from './providers.ts';

/** A size by which the network fee is estimated: fees depend on the transaction, hardly on its amount. */
const FEE_PROBE = money(BTC, 100_000n);

/**
 * Prices a wish with everybody who has to be asked. Safe to repeat.
 *
 * @throws InputError for a wish outside the rules, and with rule `no-quote` when a price cannot be had honestly now.
 */
export async function quoteWish(
  want: Want,
  payIn: Asset,
  policy: Policy,
  providers: Providers,
  runtime: Runtime,
): Promise<OrderQuote> {
  const now = runtime.clock.now();
  const noQuote = () =>
    new InputError('order', 'no-quote', 'no honest price can be given at the moment; try again in a few minutes');
  try {
    const [payToUsd, usdToVenue, networkFee] = await Promise.all([
      payIn.code === USD.code ? null : rateOf(providers, payIn, USD),
      rateOf(providers, USD, providers.venueAsset),
      networkFeeOf(providers),
    ]);
    if (usdToVenue === null || (payToUsd === null && payIn.code !== USD.code) || networkFee === null) throw noQuote();
    const market = (spend: Parameters<Providers['exchange']['quote']>[0]['spend']) =>
      providers.exchange.quote({ spend, buy: BTC });
    const quote = await price(want, payIn, policy, { payToUsd, usdToVenue, networkFee, market }, now);
    return { ...quote, validUntil: Math.min(quote.validUntil, now + policy.quoteValidForMs) as Instant };
  } catch (error) {
    if (!isProviderError(error)) throw error;
    runtime.log.warn('no-quote', { provider: error.fault.provider, kind: error.fault.kind });
    if (error.fault.kind === 'invalid')
      throw new InputError(
        'amount',
        'too-small',
        'the exchange does not trade so small an amount; choose a larger one',
      );
    throw noQuote();
  }
}

async function rateOf({ rates }: Providers, base: Asset, quote: Asset): Promise<Rate | null> {
  for (const source of rates) {
    const found = await source.rate({ base, quote });
    if (found) return found.rate;
  }
  return null;
}

/** What a delivery costs, as the first of the custodies tells that can: not every custodian says it beforehand. */
async function networkFeeOf({ custodies }: Providers) {
  for (const custody of custodies) if (can(custody, 'estimateFee')) return custody.estimateFee({ amount: FEE_PROBE });
  return null;
}
