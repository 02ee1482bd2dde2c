import { BTC, KHR, money, ProviderError, USDT } from '@rielrails/core';
import type { Exchange, RateSource } from '@rielrails/core';
import type { Fetch } from '@rielrails/kit';
import { createSeededRandom, createVirtualRuntime } from '@rielrails/kit/virtual';
import { expect, test } from 'vitest';
import { createBinanceEmulator } from '../src/binance-emulator/index.ts';
import { createBinance, createBinanceBookRates, createKrakenBookRates } from '../src/ccxt/index.ts';
import { guardedExchange } from '../src/guard/index.ts';
import { createKrakenEmulator } from '../src/kraken-emulator/index.ts';

/** Two venues beside each other, Binance guarded by Kraken's book. */
function openWorld(
  limits: { readonly deviation?: number; readonly ageMs?: number; readonly second?: RateSource } = {},
) {
  const hosts: Record<string, Fetch> = {};
  const runtime = createVirtualRuntime({
    fetch: (request, init) => hosts[new URL(request.url).hostname]!(request, init),
  });
  const context = { clock: runtime.clock, random: createSeededRandom(5) };
  const binance = createBinanceEmulator(context);
  const kraken = createKrakenEmulator(context);
  hosts['api.binance.com'] = binance.fetch;
  hosts['api.kraken.com'] = kraken.fetch;
  const guarded = guardedExchange(
    {
      exchange: createBinance(binance.config, runtime),
      second: limits.second ?? createKrakenBookRates({}, runtime),
      maximumDeviationBasisPoints: limits.deviation ?? 100,
      maximumAgeMs: limits.ageMs ?? 10_000,
    },
    runtime,
  );
  const quote = (exchange: Exchange = guarded) =>
    runtime.clock.run(() => exchange.quote({ spend: money(USDT, 100_00000000n), buy: BTC }));
  return { binance, kraken, runtime, guarded, quote };
}

test('where both agree, the quote is that of the exchange, and can be bought', async () => {
  const { guarded, quote, runtime } = openWorld();
  const given = await quote();
  const reference = '42' as Parameters<Exchange['get']>[0]['reference'];
  const bought = await runtime.clock.run(() => guarded.buy({ quote: given, reference, atLeast: given.receive }));
  expect(bought).toMatchObject({ outcome: 'applied', value: { status: 'filled' } });
  expect(await runtime.clock.run(() => guarded.get({ reference }))).toMatchObject({ status: 'filled' });
});

test.each([300, -300])(
  'where one moved by %i basis points alone, there is no quote, and the message says why',
  async (by) => {
    const { binance, quote, runtime } = openWorld();
    binance.market.move(by);
    await expect(quote()).rejects.toMatchObject({
      fault: { kind: 'unavailable', provider: 'binance' },
      message: expect.stringMatching(/that of kraken-book are 3\d\d basis points apart, at most 100; no quote/),
    });
    expect(runtime.entries).toContainEqual({
      level: 'warn',
      event: 'price-guard',
      fields: { provider: 'binance', reason: 'outlying' },
    });
  },
);

test('where both moved together, the quote follows', async () => {
  const { binance, kraken, quote } = openWorld();
  const before = await quote();
  for (const venue of [binance, kraken]) venue.market.move(500);
  expect((await quote()).receive.minor).toBeLessThan(before.receive.minor);
});

test('a second source that stands still is stale', async () => {
  const { kraken, quote, runtime } = openWorld();
  kraken.market.freezeBook(true);
  await runtime.clock.advance(11_000);
  await expect(quote()).rejects.toThrow(/the price of kraken-book is 1\d{4} ms old, at most 10000; no quote/);
});

test('a second source that cannot be asked gives no quote, in its own name', async () => {
  const { kraken, quote } = openWorld();
  kraken.faults.add('http-503', { times: 3 });
  await expect(quote()).rejects.toMatchObject({ fault: { kind: 'unavailable', provider: 'kraken' } });
});

test('a second source that has no such price gives no quote', async () => {
  const second: RateSource = { spec: 'rates/1', id: 'silent', rate: async () => null };
  const { quote } = openWorld({ second });
  await expect(quote()).rejects.toThrow('binance quote: silent has no price; no quote');
});

test.each([
  ['maximumDeviationBasisPoints', { deviation: 0 }],
  ['maximumAgeMs', { ageMs: 0.5 }],
])('a %s out of range is refused by name', (field, limits) => {
  expect(() => openWorld(limits)).toThrow(ProviderError);
  expect(() => openWorld(limits)).toThrow(field);
});

test('the middle of a book is a rate in both directions, for its own pair alone, and needs no key', async () => {
  const { binance, runtime } = openWorld();
  binance.market.setSide('asks', [['60010.00', '1']]);
  binance.market.setSide('bids', [['59990.00', '1']]);
  const rates = createBinanceBookRates({}, runtime);
  const ask = (base: typeof BTC | typeof USDT | typeof KHR, quote: typeof BTC | typeof USDT) =>
    runtime.clock.run(() => rates.rate({ base, quote }));
  const forth = await ask(BTC, USDT);
  const back = await ask(USDT, BTC);
  const observedAt = runtime.clock.now();
  expect(forth).toEqual({ rate: { base: money(BTC, 2_00000000n), quote: money(USDT, 120_000_00000000n) }, observedAt });
  expect(back).toEqual({ rate: { base: forth!.rate.quote, quote: forth!.rate.base }, observedAt });
  expect(await ask(KHR, USDT)).toBeNull();
  expect(binance.exchanges.map(({ route }) => route)).toEqual(['depth', 'depth']);
});

test('a crossed book is no price', async () => {
  const { kraken, runtime } = openWorld();
  kraken.market.setSide('bids', [['90000.0', '1']]);
  const rates = createKrakenBookRates({}, runtime);
  await expect(runtime.clock.run(() => rates.rate({ base: BTC, quote: USDT }))).rejects.toThrow('crossed');
});
