import { money } from '@rielrails/core';
import type { Asset, CallContext, Instant, Rate, RateSource } from '@rielrails/core';
import { systemRuntime } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import { readPublicConfig } from './config.ts';
import { openConnection } from './connection.ts';
import { ONE } from './decimal-text.ts';
import { assertUsable } from './order-book.ts';
import { binance } from './venues/binance.ts';
import { kraken } from './venues/kraken.ts';
import type { Venue } from './venue.ts';

/** Where a book is read. No account is needed. */
export interface BookRatesConfig {
  /** Another host with the same paths: an emulator. Default: the venue's own. */
  readonly baseUrl?: string;
  /** The end of one request. Default: 10,000 ms. */
  readonly timeoutMs?: number;
}

/**
 * The middle of Binance's order book for BTC and USDT, as a rate: a second opinion on another venue's price.
 *
 * @throws ProviderError of kind `config` naming field and rule.
 */
export function createBinanceBookRates(config: BookRatesConfig = {}, runtime: Runtime = systemRuntime()): RateSource {
  return bookRatesOf(binance, config, runtime);
}

/**
 * The middle of Kraken's order book for BTC and USDT, as a rate: a second opinion on another venue's price.
 *
 * @throws ProviderError of kind `config` naming field and rule.
 */
export function createKrakenBookRates(config: BookRatesConfig = {}, runtime: Runtime = systemRuntime()): RateSource {
  return bookRatesOf(kraken, config, runtime);
}

/** `null` for any other pair. A book that cannot be had or used throws `unavailable`, as it does for a quote. */
function bookRatesOf(venue: Venue, config: BookRatesConfig, runtime: Runtime): RateSource {
  const id = `${venue.id}-book`;
  const connection = openConnection(venue, readPublicConfig(venue, config), runtime);
  const { base, quote } = venue.market;
  return {
    spec: 'rates/1',
    id,
    async rate<B extends string, Q extends string>(
      pair: { readonly base: Asset<B>; readonly quote: Asset<Q> },
      context: CallContext = {},
    ) {
      const straight = isPair(pair, { base, quote });
      if (!straight && !isPair(pair, { base: quote, quote: base })) return null;
      connection.breaker.pass('business');
      const seenAt = runtime.clock.now();
      const book = await connection.read(venue.book, context);
      assertUsable(venue.id, book);
      const bothSides = (book.asks[0]?.price ?? 0n) + (book.bids[0]?.price ?? 0n);
      const middle: Rate = { base: money(base, 2n * ONE), quote: money(quote, bothSides) };
      const rate = straight ? middle : { base: middle.quote, quote: middle.base };
      // Of the venue's clock only what is older than our question counts.
      const observedAt = Math.min(book.changedAt ?? seenAt, seenAt) as Instant;
      return { rate: rate as Rate<B, Q>, observedAt };
    },
  };
}

function isPair(
  left: { readonly base: Asset; readonly quote: Asset },
  right: { readonly base: Asset; readonly quote: Asset },
): boolean {
  return (['base', 'quote'] as const).every(
    (side) => left[side].code === right[side].code && left[side].scale === right[side].scale,
  );
}
