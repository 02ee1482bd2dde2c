import { isProviderError, money } from '@rielrails/core';
import type { AnyExchange } from '@rielrails/core';

/** An exchange, and whether it gave a price when it was last asked. */
export interface PriceWatch {
  /** The same exchange; every quote is noted. */
  readonly exchange: AnyExchange;
  /** `failing`: the last quote that could have been given was not. */
  state(): 'ok' | 'failing';
  /** Asks again where it fails, so that the end of an outage is known without a buyer. Safe to repeat. */
  look(): Promise<void>;
}

/** Starts with a venue that gives prices. */
export function watchPrices(exchange: AnyExchange): PriceWatch {
  let failing = false;

  async function noted<T>(quote: Promise<T>): Promise<T> {
    try {
      const given = await quote;
      failing = false;
      return given;
    } catch (error) {
      // A size that the venue does not trade says nothing about its prices.
      if (isProviderError(error) && error.fault.kind !== 'invalid') failing = true;
      throw error;
    }
  }

  const watched: AnyExchange = { ...exchange, quote: (input, context) => noted(exchange.quote(input, context)) };
  return {
    exchange: watched,
    state: () => (failing ? 'failing' : 'ok'),
    async look() {
      if (!failing) return;
      const [{ base, minimum }] = exchange.manifest.markets;
      await watched.quote({ spend: money(minimum.asset, 2n * minimum.minor), buy: base }).catch((error: unknown) => {
        if (!isProviderError(error)) throw error;
      });
    },
  };
}
