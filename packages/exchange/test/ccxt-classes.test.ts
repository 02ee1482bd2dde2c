import { money, USDT } from '@rielrails/core';
import type { Attempt, Exchange, FaultKind, Refusal, Trade } from '@rielrails/core';
import { formatAmount } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import { prepareConformance } from '@rielrails/testkit';
import { binance, InsufficientFunds, NetworkError } from 'ccxt';
import { expect, test } from 'vitest';
import { createBinanceEmulator } from '../src/binance-emulator/index.ts';
import { createBinance } from '../src/ccxt/index.ts';
import type { BinanceConfig } from '../src/ccxt/index.ts';

/** Buys as the manual of ccxt suggests: one call, and its classes of error say what happened. */
function createTrusting(config: BinanceConfig, runtime: Runtime): Exchange {
  const good = createBinance(config, runtime);
  const client = new binance({
    apiKey: config.apiKey,
    secret: String(config.secret),
    enableRateLimit: false,
    options: { defaultType: 'spot', fetchMarkets: { types: ['spot'] }, fetchMargins: false },
    fetchImplementation: (url: string, init: RequestInit & { readonly signal: AbortSignal }) =>
      runtime.fetch(new Request(url, init), { signal: AbortSignal.any([init.signal, AbortSignal.timeout(50)]) }),
  });
  client.milliseconds = () => runtime.clock.now();
  return {
    ...good,
    async buy({ quote, reference, atLeast }): Promise<Attempt<Trade>> {
      const price = Number(formatAmount(money(USDT, quote.worst.quote.minor)));
      const amount = Number(formatAmount(atLeast)) * 1.002;
      try {
        await client.createOrder('BTC/USDT', 'limit', 'buy', amount, price, {
          timeInForce: 'IOC',
          clientOrderId: reference,
        });
        return { outcome: 'applied', value: (await good.get({ reference })) as Trade };
      } catch (error) {
        if (error instanceof NetworkError) return refused('unavailable');
        return refused(error instanceof InsufficientFunds ? 'declined' : 'invalid');
      }
    },
  };
}

function refused(kind: FaultKind): Attempt<Trade> {
  const fault = { kind, provider: 'trusting', message: 'trusting: failed', reason: 'failed' } as Refusal;
  return { outcome: 'refused', fault };
}

const trusting = prepareConformance({
  contract: 'exchange',
  name: 'trusting',
  emulator: createBinanceEmulator,
  create: createTrusting,
  secrets: ['apiKey', 'secret'],
});

test('an adapter that trusts the classes of ccxt is caught: what was bought is called failed, and bought again', async () => {
  const outcomes: Record<string, string> = {};
  // All goes well; an answer is lost, cut off, a server error, unreadable; a 503; a reference that was used.
  for (const id of ['EXC-07', 'EXC-15', 'EXC-16', 'EXC-17', 'EXC-18', 'EXC-22', 'EXC-24']) {
    const clause = trusting.clauses.find((one) => one.id === id);
    outcomes[id] = (await clause?.run())?.outcome ?? 'missing';
  }
  expect(outcomes).toEqual({
    'EXC-07': 'green',
    'EXC-15': 'failed',
    'EXC-16': 'failed',
    'EXC-17': 'failed',
    'EXC-18': 'failed',
    'EXC-22': 'failed',
    'EXC-24': 'failed',
  });
});
