import { add, BTC, money, USDT } from '@rielrails/core';
import type { Attempt, Exchange, Money, Quote, Reference, Trade } from '@rielrails/core';
import { newReference, parseAmount } from '@rielrails/kit';
import type { Fetch, Runtime } from '@rielrails/kit';
import type { EmulatorContext, ExchangeEmulator } from '@rielrails/kit/emulator';
import { createSeededRandom, createVirtualRuntime } from '@rielrails/kit/virtual';
import type { VirtualRuntime } from '@rielrails/kit/virtual';
import { createBinanceEmulator } from '../src/binance-emulator/index.ts';
import type { BinanceEmulator, BinanceEmulatorOptions } from '../src/binance-emulator/index.ts';
import { createBinance, createKraken } from '../src/ccxt/index.ts';
import type { BinanceConfig, KrakenConfig } from '../src/ccxt/index.ts';
import { createKrakenEmulator } from '../src/kraken-emulator/index.ts';
import type { KrakenEmulator, KrakenEmulatorOptions } from '../src/kraken-emulator/index.ts';

/** One account at an emulated venue, the adapter in front of it, and a clock in our hand. */
export interface Lab<Venue extends ExchangeEmulator = BinanceEmulator> {
  readonly venue: Venue;
  readonly exchange: Exchange;
  readonly runtime: VirtualRuntime;
  reference(): Reference;
  quote(spend: string): Promise<Quote<'BTC', 'USDT'>>;
  /** Buys what a fresh quote promises, or less. */
  buy(spend: string, options?: { readonly atLeast?: bigint; readonly reference?: Reference }): Promise<Attempt<Trade>>;
  get(reference: Reference): Promise<Trade | null>;
  /** How often a route was called. */
  calls(route: string): number;
}

interface Options {
  /** Stands between adapter and venue. */
  readonly between?: (next: Fetch) => Fetch;
}

/** At Binance. */
export function createLab(
  options: Options & { readonly config?: Partial<BinanceConfig>; readonly emulator?: BinanceEmulatorOptions } = {},
): Lab {
  return openLab(
    (context) => createBinanceEmulator(context, options.emulator),
    (venue, runtime) => createBinance({ ...venue.config, ...options.config }, runtime),
    options,
  );
}

/** At Kraken. */
export function createKrakenLab(
  options: Options & { readonly config?: Partial<KrakenConfig>; readonly emulator?: KrakenEmulatorOptions } = {},
): Lab<KrakenEmulator> {
  return openLab(
    (context) => createKrakenEmulator(context, options.emulator),
    (venue, runtime) => createKraken({ ...venue.config, ...options.config }, runtime),
    options,
  );
}

function openLab<Venue extends ExchangeEmulator>(
  openVenue: (context: EmulatorContext) => Venue,
  openExchange: (venue: Venue, runtime: Runtime) => Exchange,
  { between }: Options,
): Lab<Venue> {
  let handler: Fetch = () => Promise.reject(new Error('not yet'));
  const runtime = createVirtualRuntime({ fetch: (request, init) => handler(request, init) });
  const venue = openVenue({ clock: runtime.clock, random: createSeededRandom(7) });
  handler = between ? between(venue.fetch) : venue.fetch;
  const exchange = openExchange(venue, runtime);
  const references = createSeededRandom(11);
  const lab: Lab<Venue> = {
    venue,
    exchange,
    runtime,
    reference: () => newReference(references),
    quote: (spend) => runtime.clock.run(() => exchange.quote({ spend: parseAmount(spend, USDT), buy: BTC })),
    async buy(spend, { atLeast, reference = lab.reference() } = {}) {
      const quote = await lab.quote(spend);
      const floor = money(BTC, atLeast ?? quote.receive.minor);
      return runtime.clock.run(() => exchange.buy({ quote, reference, atLeast: floor }));
    },
    get: (reference) => runtime.clock.run(() => exchange.get({ reference })),
    calls: (wanted) => venue.exchanges.filter(({ route }) => route === wanted).length,
  };
  return lab;
}

/** What a trade cost, and what it brought. */
export function totals(trade: Trade): { readonly spent: Money; readonly received: Money } {
  return trade.fills.reduce(
    (sum, fill) => ({ spent: add(sum.spent, fill.spent), received: add(sum.received, fill.received) }),
    { spent: money<string>(USDT, 0n), received: money<string>(BTC, 0n) },
  );
}
