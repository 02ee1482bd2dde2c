import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HttpRequestInterceptor } from '@mswjs/interceptors/http';
import { BTC, money } from '@rielrails/core';
import { createTransport, newReference, silentLog, systemClock, systemRandom } from '@rielrails/kit';
import type { Fetch } from '@rielrails/kit';
import { expect, test } from 'vitest';
import { createCoinbasePrimeEmulator } from '../src/emulator/index.ts';
import { createCoinbasePrime } from '../src/index.ts';
import type { CoinbasePrimeConfig } from '../src/index.ts';
import { applied, sats } from './world.ts';

const context = { clock: systemClock, random: systemRandom };
const emulator = createCoinbasePrimeEmulator(context, { addressBook: false, consensus: 'automatic' });

/** Withdraws to an address of its own, and looks it up in both ways once it is confirmed. */
async function play(fetch: Fetch, change: Partial<CoinbasePrimeConfig> = {}) {
  const custody = createCoinbasePrime({ ...emulator.config, ...change }, { ...context, fetch, log: silentLog });
  await emulator.network.fund(money(BTC, 1_000_000n));
  const reference = newReference(systemRandom);
  const address = await custody.depositAddress(BTC);
  const amount = sats(100_000n);
  const { handle = '' } = applied(await custody.withdraw({ reference, amount, destination: { type: 'own', address } }));
  await emulator.network.confirm();
  const found = [await custody.get({ reference, handle }), await custody.get({ reference })];
  return { found, amount: emulator.applied.withdrawals.at(-1)?.amount };
}

const confirmed = { status: 'confirmed', amount: sats(100_000n) };
const played = { found: [confirmed, confirmed], amount: sats(100_000n) };

test('the real transport, intercepted at the socket, keeps Prime’s host', async () => {
  const hosts = new Set<string>();
  const interceptor = new HttpRequestInterceptor();
  // oxlint-disable-next-line typescript/no-misused-promises -- the interceptor waits for its listeners
  interceptor.on('request', async ({ request, controller }) => {
    hosts.add(new URL(request.url).host);
    controller.respondWith(await emulator.fetch(request, {}));
  });
  interceptor.apply();
  try {
    expect(await play(createTransport({ loopbackPorts: [] }))).toMatchObject(played);
  } finally {
    interceptor.dispose();
  }
  expect([...hosts]).toEqual(['api.prime.coinbase.com']);
});

test('the real transport, over a loopback socket', async () => {
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      void (async () => {
        const { method = 'GET', url = '/' } = incoming;
        const headers = new Headers(incoming.headers as Record<string, string>);
        const body = method === 'POST' ? { body: Buffer.concat(chunks) } : {};
        const answer = await emulator.fetch(new Request(`http://127.0.0.1${url}`, { method, headers, ...body }), {});
        outgoing.writeHead(answer.status, Object.fromEntries(answer.headers));
        outgoing.end(new Uint8Array(await answer.arrayBuffer()));
      })();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    const baseUrl = `http://127.0.0.1:${port}`;
    expect(await play(createTransport({ loopbackPorts: [port] }), { baseUrl })).toMatchObject(played);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
});
