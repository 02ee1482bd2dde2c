import type { AnyExchange, Asset, CallContext, Exchange, Quote, RateSource } from '@rielrails/core';
import type { Money } from '@rielrails/core';
import { readConfig, systemRuntime, unavailable } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import { z } from 'zod';
import { comparePrices } from './compare-prices.ts';
import type { PriceLimits, PriceVerdict } from './compare-prices.ts';

/** An exchange, and who is asked beside it. */
export interface GuardedExchangeOptions extends PriceLimits {
  readonly exchange: AnyExchange;
  /** Another source of the same price: another venue's book, best. */
  readonly second: RateSource;
}

const limitsSchema = z.strictObject({
  maximumDeviationBasisPoints: z.int().min(1).max(10_000),
  maximumAgeMs: z.int().min(1),
});

/**
 * An exchange that gives a quote only where a second source agrees with it.
 *
 * The worst price that the quote touches is compared. A source that is silent, stale, or too far away: no quote,
 * `unavailable`, and the message says which and why. Buys, lookups and balances pass unchanged; without a quote there is no buy.
 *
 * @throws ProviderError of kind `config` naming the limit that is out of range.
 */
export function guardedExchange(options: GuardedExchangeOptions, runtime: Runtime = systemRuntime()): AnyExchange {
  const { exchange, second } = options;
  const { maximumDeviationBasisPoints, maximumAgeMs } = options;
  const limits = readConfig<PriceLimits>('price-guard', limitsSchema, { maximumDeviationBasisPoints, maximumAgeMs });

  async function quote(input: { readonly spend: Money; readonly buy: Asset }, context?: CallContext): Promise<Quote> {
    const pair = { base: input.buy, quote: input.spend.asset };
    const [given, other] = await Promise.all([exchange.quote(input, context), second.rate(pair, context)]);
    if (!other) throw refusal(`${second.id} has no price`);
    const first = { rate: given.worst, observedAt: given.observedAt };
    const compared = comparePrices(first, other, runtime.clock.now(), limits);
    if (compared.verdict === 'agree') return given;
    runtime.log.warn('price-guard', { provider: exchange.id, reason: compared.verdict });
    throw refusal(reasonOf(compared, { names: { first: exchange.id, second: second.id }, limits }));
  }

  const refusal = (why: string) => unavailable(exchange.id, `${exchange.id} quote: ${why}; no quote`);

  return { ...exchange, quote: quote as Exchange['quote'] };
}

function reasonOf(
  compared: Exclude<PriceVerdict, { readonly verdict: 'agree' }>,
  about: { readonly names: { readonly first: string; readonly second: string }; readonly limits: PriceLimits },
): string {
  const { names, limits } = about;
  if (compared.verdict === 'outlying')
    return `its price and that of ${names.second} are ${compared.deviationBasisPoints} basis points apart, at most ${limits.maximumDeviationBasisPoints}`;
  const name = names[compared.which];
  return compared.ageMs < 0
    ? `the price of ${name} is dated in the future`
    : `the price of ${name} is ${compared.ageMs} ms old, at most ${limits.maximumAgeMs}`;
}
