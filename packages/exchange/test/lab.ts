import { add, BTC, money, USDT } from '@rielrails/core';
import type { Attempt, Exchange, Money, Quote, Reference, Trade } from '@rielrails/core';
import { newReference, parseAmount } from '@rielrails/kit';
import type { Fetch } from '@rielrails/kit';
import { createSeededRandom, createVirtualRuntime } from '@rielrails/kit/virtual';
import type { VirtualRuntime } from '@rielrails/kit/virtual';
import { createBinanceEmulator } from '../src/binance-emulator/index.ts';
import type { BinanceEmulator, BinanceEmulatorOptions } from '../src/binance-emulator/index.ts';
import { createBinance } from '../src/ccxt/index.ts';
import type { BinanceConfig } from '../src/ccxt/index.ts';

/** One account at an emulated venue, the adapter in front of it, and a clock in our hand. */
export interface Lab {
  readonly venue: BinanceEmulator;
  readonly exchange: Exchange;
  readonly runtime: VirtualRuntime;
  reference(): Reference;
  quote(spend: string): Promise<Quote<'BTC', 'USDT'>>;
  /** Buys what a fresh quote promises, or less. */
  buy(spend: string, options?: { readonly atLeast?: bigint; readonly reference?: Reference }): Promise<Attempt<Trade>>;
  get(reference: Reference): Promise<Trade | null>;
}

export function createLab(
  options: {
    readonly config?: Partial<BinanceConfig>;
    readonly emulator?: BinanceEmulatorOptions;
    /** Stands between adapter and venue. */
    readonly between?: (next: Fetch) => Fetch;
  } = {},
): Lab {
  let handler: Fetch = () => Promise.reject(new Error('not yet'));
  const runtime = createVirtualRuntime({ fetch: (request, init) => handler(request, init) });
  const venue = createBinanceEmulator({ clock: runtime.clock, random: createSeededRandom(7) }, options.emulator);
  handler = options.between ? options.between(venue.fetch) : venue.fetch;
  const exchange = createBinance({ ...venue.config, ...options.config }, runtime);
  const references = createSeededRandom(11);
  const lab: Lab = {
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
