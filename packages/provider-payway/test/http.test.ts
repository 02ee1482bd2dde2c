import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HttpRequestInterceptor } from '@mswjs/interceptors/http';
import { createTransport, newReference, silentLog, systemClock, systemRandom } from '@rielrails/kit';
import type { Fetch, Runtime } from '@rielrails/kit';
import type { Instant } from '@rielrails/core';
import { expect, test } from 'vitest';
import { createPaywayEmulator } from '../src/emulator/index.ts';
import { createPayway } from '../src/index.ts';
import { offers, riel } from './world.ts';

const emulator = createPaywayEmulator({ clock: systemClock, random: systemRandom });
const runtimeOf = (fetch: Fetch): Runtime => ({ fetch, clock: systemClock, log: silentLog, random: systemRandom });

/** Creates, pays, finds, refunds. */
async function play(fetch: Fetch, offer: (typeof offers)[number]): Promise<unknown> {
  const provider = createPayway(emulator.config, runtimeOf(fetch));
  const reference = newReference(systemRandom);
  const expiresAt = (systemClock.now() + 600_000) as Instant;
  const input = { reference, amount: riel(4000n), accepts: [offer], purpose: 'Bitcoin', expiresAt } as const;
  const created = await provider.create(input);
  if (created.outcome !== 'applied') return created;
  await emulator.payer.pay(reference);
  const { handle } = created.value;
  const target = handle === undefined ? { reference } : { reference, handle };
  const paid = await provider.get(target);
  const receipt = paid?.receipts[0]?.transaction;
  if (receipt === undefined) return paid;
  return provider.refund({ target, receipt, reference: newReference(systemRandom), amount: riel(4000n) });
}

test('the real transport, intercepted at the socket, keeps PayWay’s host', async () => {
  const hosts = new Set<string>();
  const interceptor = new HttpRequestInterceptor();
  // oxlint-disable-next-line typescript/no-misused-promises -- the interceptor waits for its listeners
  interceptor.on('request', async ({ request, controller }) => {
    hosts.add(new URL(request.url).host);
    controller.respondWith(await emulator.fetch(request, {}));
  });
  interceptor.apply();
  try {
    for (const offer of offers) {
      expect(await play(createTransport({ loopbackPorts: [] }), offer)).toMatchObject({
        value: { status: 'refunded' },
      });
    }
  } finally {
    interceptor.dispose();
  }
  expect([...hosts]).toEqual(['checkout-sandbox.payway.com.kh']);
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
        const url = `https://checkout-sandbox.payway.com.kh${incoming.url ?? '/'}`;
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
    for (const offer of offers) expect(await play(reroute, offer)).toMatchObject({ value: { status: 'refunded' } });
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
});
