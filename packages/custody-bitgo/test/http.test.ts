import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HttpRequestInterceptor } from '@mswjs/interceptors/http';
import { BTC } from '@rielrails/core';
import { createTransport, newReference, silentLog, systemClock, systemRandom } from '@rielrails/kit';
import { expect, test } from 'vitest';
import { createBitgoEmulator } from '../src/emulator/index.ts';
import { createBitgo } from '../src/index.ts';
import { applied, sats } from './world.ts';

/** Withdraws to itself, confirms, finds. */
async function play(emulator: ReturnType<typeof createBitgoEmulator>, expressUrl: string, ports: readonly number[]) {
  const fetch = createTransport({ loopbackPorts: ports });
  const runtime = { fetch, clock: systemClock, log: silentLog, random: systemRandom };
  const custody = createBitgo({ ...emulator.config, expressUrl }, runtime);
  await emulator.network.fund(sats(1_000_000n));
  await emulator.network.confirm(1);
  const reference = newReference(systemRandom);
  const address = await custody.depositAddress(BTC);
  applied(await custody.withdraw({ reference, amount: sats(1000n), destination: { type: 'own', address } }));
  await emulator.network.confirm(2);
  return {
    found: await custody.get({ reference }),
    nothing: await custody.get({ reference: newReference(systemRandom) }),
  };
}

const expected = { found: { status: 'confirmed', depth: 2, amount: sats(1000n) }, nothing: null };

test('the real transport, intercepted at the socket', async () => {
  const emulator = createBitgoEmulator({ clock: systemClock, random: systemRandom });
  const hosts = new Set<string>();
  const interceptor = new HttpRequestInterceptor();
  // oxlint-disable-next-line typescript/no-misused-promises -- the interceptor waits for its listeners
  interceptor.on('request', async ({ request, controller }) => {
    hosts.add(new URL(request.url).host);
    controller.respondWith(await emulator.fetch(request, {}));
  });
  interceptor.apply();
  try {
    expect(await play(emulator, 'https://express.shop.example', [])).toMatchObject(expected);
  } finally {
    interceptor.dispose();
  }
  expect([...hosts]).toEqual(['express.shop.example']);
});

test('the real transport, over a loopback socket', async () => {
  const emulator = createBitgoEmulator({ clock: systemClock, random: systemRandom });
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      void (async () => {
        const method = incoming.method ?? 'GET';
        const headers = new Headers(incoming.headers as Record<string, string>);
        const body = method === 'POST' ? { body: Buffer.concat(chunks) } : {};
        const url = `http://127.0.0.1${incoming.url ?? '/'}`;
        const answer = await emulator.fetch(new Request(url, { method, headers, ...body }), {});
        outgoing.writeHead(answer.status, Object.fromEntries(answer.headers));
        outgoing.end(new Uint8Array(await answer.arrayBuffer()));
      })();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    expect(await play(emulator, `http://127.0.0.1:${port}`, [port])).toMatchObject(expected);
    // Without a runtime of ours, the port of Express is the one that may be reached.
    const custody = createBitgo({ ...emulator.config, expressUrl: `http://127.0.0.1:${port}` });
    expect(await custody.balance(BTC)).toMatchObject({ pending: sats(0n) });
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
});
