import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HttpRequestInterceptor } from '@mswjs/interceptors/http';
import { createTransport, newReference, silentLog, systemClock, systemRandom } from '@rielrails/kit';
import type { Fetch, Runtime } from '@rielrails/kit';
import type { Instant } from '@rielrails/core';
import { expect, test } from 'vitest';
import { createAeonEmulator } from '../src/emulator/index.ts';
import { createAeon } from '../src/index.ts';
import type { AeonDisplay } from '../src/index.ts';
import { cents, destination, ref } from './world.ts';

const emulator = createAeonEmulator({ clock: systemClock, random: systemRandom });
const displays: readonly AeonDisplay[] = [
  { type: 'web' },
  { type: 'browser' },
  { type: 'bot', botName: 'demo_shop_bot' },
];
const runtimeOf = (fetch: Fetch): Runtime => ({ fetch, clock: systemClock, log: silentLog, random: systemRandom });

/** Creates, pays, finds, refunds. */
async function play(fetch: Fetch, display: AeonDisplay): Promise<unknown> {
  const provider = createAeon({ ...emulator.config, display }, runtimeOf(fetch));
  const reference = newReference(systemRandom);
  const expiresAt = (systemClock.now() + 600_000) as Instant;
  const amount = cents(2550n);
  const payer = { id: '42' };
  const created = await provider.create({
    reference,
    amount,
    accepts: ['redirect'],
    purpose: 'Bitcoin',
    expiresAt,
    payer,
  });
  if (created.outcome !== 'applied') return created;
  const receipt = ref(await emulator.payer.pay(reference));
  return provider.refund({
    target: { reference },
    receipt,
    reference: newReference(systemRandom),
    amount,
    destination,
  });
}

test('the real transport, intercepted at the socket, keeps AEON’s host', async () => {
  const hosts = new Set<string>();
  const interceptor = new HttpRequestInterceptor();
  // oxlint-disable-next-line typescript/no-misused-promises -- the interceptor waits for its listeners
  interceptor.on('request', async ({ request, controller }) => {
    hosts.add(new URL(request.url).host);
    controller.respondWith(await emulator.fetch(request, {}));
  });
  interceptor.apply();
  try {
    for (const display of displays) {
      expect(await play(createTransport({ loopbackPorts: [] }), display)).toMatchObject({
        value: { status: 'paid', refunds: [{ status: 'pending' }] },
      });
    }
  } finally {
    interceptor.dispose();
  }
  expect([...hosts]).toEqual(['sbx-crypto-payment-api.aeon.xyz']);
});

test('the real transport, over a loopback socket', async () => {
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      void (async () => {
        const body = Buffer.concat(chunks);
        const headers = new Headers(incoming.headers as Record<string, string>);
        const method = incoming.method ?? 'GET';
        const url = `https://sbx-crypto-payment-api.aeon.xyz${incoming.url ?? '/'}`;
        const answer = await emulator.fetch(
          new Request(url, { method, headers, ...(method === 'POST' ? { body } : {}) }),
          {},
        );
        outgoing.writeHead(answer.status, Object.fromEntries(answer.headers));
        outgoing.end(new Uint8Array(await answer.arrayBuffer()));
      })();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const transport = createTransport({ loopbackPorts: [port] });
  // As a sandbox does it: the host is exchanged on the way out, the adapter knows nothing of it.
  const reroute: Fetch = async (request, how) => {
    const { pathname, search } = new URL(request.url);
    const init = { method: request.method, headers: request.headers, body: await request.arrayBuffer() };
    return transport(new Request(`http://127.0.0.1:${port}${pathname}${search}`, init), how);
  };
  try {
    for (const display of displays)
      expect(await play(reroute, display)).toMatchObject({
        value: { status: 'paid', refunds: [{ status: 'pending' }] },
      });
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
});
