import { InputError } from '@rielrails/core';
import type { AnyExchange } from '@rielrails/core';
import { createBinance, createBinanceBookRates, createKraken, createKrakenBookRates } from '@rielrails/exchange/ccxt';
import { guardedExchange } from '@rielrails/exchange/guard';
import type { Runtime } from '@rielrails/kit';
import { z } from 'zod';
import { secretSource } from './secrets.ts';
import type { ReadSecret } from './secrets.ts';
import { withoutUndefined } from './without-undefined.ts';

const venue = z.enum(['binance', 'kraken']);

/** Where bitcoin is bought, and whose price must agree before anybody is told one. */
export const exchangeSection = z.strictObject({
  venue,
  apiKey: secretSource,
  secret: secretSource,
  takerFeeBasisPoints: z.int().min(0).max(100).optional(),
  /** Another venue's order book. Where it disagrees, is stale or silent, no price is given. Live mode needs it. */
  secondPrice: z
    .strictObject({
      venue,
      maximumDeviationBasisPoints: z.int().min(1).max(10_000).default(200),
      maximumAgeMs: z.int().positive().default(60_000),
    })
    .optional(),
});

/** How the exchange is set up. */
export type ExchangeSection = z.infer<typeof exchangeSection>;

/** @throws InputError where nobody else is asked for the price, or only the exchange itself. */
export function checkExchange(mode: 'sandbox' | 'live', { venue: own, secondPrice }: ExchangeSection): void {
  if (!secondPrice && mode === 'live')
    throw new InputError('config.exchange.secondPrice', 'missing', 'live mode compares two sources of the price');
  if (secondPrice?.venue === own)
    throw new InputError('config.exchange.secondPrice.venue', 'same', 'the exchange cannot be its own second source');
}

const exchanges = { binance: createBinance, kraken: createKraken } as const;
const books = { binance: createBinanceBookRates, kraken: createKrakenBookRates } as const;

/** The exchange, guarded by the second source where there is one. */
export function openExchange(
  { venue: own, apiKey, secret, takerFeeBasisPoints, secondPrice }: ExchangeSection,
  secretOf: ReadSecret,
  runtime: Runtime,
): AnyExchange {
  const exchange = exchanges[own](
    {
      apiKey: secretOf(apiKey).reveal(),
      secret: secretOf(secret),
      ...withoutUndefined({ takerFeeBasisPoints }),
    },
    runtime,
  );
  if (!secondPrice) return exchange;
  const { venue: other, ...limits } = secondPrice;
  return guardedExchange({ exchange, second: books[other]({}, runtime), ...limits }, runtime);
}
