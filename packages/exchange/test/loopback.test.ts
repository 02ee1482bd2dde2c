import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BTC, money, USDT } from '@rielrails/core';
import { newReference, silentLog, systemClock, systemRandom, systemRuntime } from '@rielrails/kit';
import { expect, test } from 'vitest';
import { createBinanceEmulator } from '../src/binance-emulator/index.ts';
import { createBinance } from '../src/ccxt/index.ts';

test('over a real socket and the real clock, the same purchase', async () => {
  const venue = createBinanceEmulator({ clock: systemClock, random: systemRandom });
  const server = createServer((incoming, outgoing) => {
    const answer = async () => {
      const chunks = await incoming.toArray();
      const response = await venue.fetch(
        new Request(`http://venue${incoming.url}`, {
          method: incoming.method ?? 'GET',
          headers: incoming.headersDistinct as unknown as Record<string, string>,
          ...(incoming.method === 'GET' ? {} : { body: Buffer.concat(chunks as Buffer[]) }),
        }),
        {},
      );
      outgoing.writeHead(response.status, Object.fromEntries(response.headers));
      outgoing.end(await response.text());
    };
    answer().catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    const runtime = systemRuntime({ loopbackPorts: [port], log: silentLog });
    const exchange = createBinance({ ...venue.config, baseUrl: `http://127.0.0.1:${port}` }, runtime);
    const quote = await exchange.quote({ spend: money(USDT, 100_00000000n), buy: BTC });
    const reference = newReference(runtime.random);
    const bought = await exchange.buy({ quote, reference, atLeast: quote.receive });
    expect(bought).toMatchObject({ outcome: 'applied', value: { status: 'filled' } });
    expect(await exchange.get({ reference })).toEqual((bought as { value: unknown }).value);
    expect(await exchange.get({ reference: newReference(runtime.random) })).toBeNull();
  } finally {
    server.close();
    server.closeAllConnections();
  }
});
