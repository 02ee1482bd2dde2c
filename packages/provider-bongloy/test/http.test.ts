import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HttpRequestInterceptor } from '@mswjs/interceptors/http';
import type { Instant } from '@rielrails/core';
import { createTransport, newReference, silentLog, systemClock, systemRandom } from '@rielrails/kit';
import type { Fetch } from '@rielrails/kit';
import { expect, test } from 'vitest';
import { createBongloyEmulator } from '../src/emulator/index.ts';
import { createBongloy } from '../src/index.ts';
import { applied, cents } from './world.ts';

const emulator = createBongloyEmulator({ clock: systemClock, random: systemRandom });

/** Creates, charges, finds, refunds. */
async function play(fetch: Fetch): Promise<unknown> {
  const runtime = { fetch, clock: systemClock, log: silentLog, random: systemRandom };
  const provider = createBongloy(emulator.config, runtime);
  const reference = newReference(systemRandom);
  const expiresAt = (systemClock.now() + 600_000) as Instant;
  const input = { reference, amount: cents(1500n), accepts: ['embedded-form'], purpose: 'Bitcoin', expiresAt } as const;
  const { handle } = applied(await provider.create(input));
  const target = handle === undefined ? { reference } : { reference, handle };
  applied(await provider.complete({ target, token: await emulator.payer.payWith('success') }));
  const receipt = (await provider.get(target))?.receipts[0]?.transaction;
  if (receipt === undefined) throw new Error('nothing was charged');
  return provider.refund({ target, receipt, reference: newReference(systemRandom), amount: cents(1500n) });
}

test('the real transport, intercepted at the socket, keeps Bongloy’s host', async () => {
  const hosts = new Set<string>();
  const interceptor = new HttpRequestInterceptor();
  // oxlint-disable-next-line typescript/no-misused-promises -- the interceptor waits for its listeners
  interceptor.on('request', async ({ request, controller }) => {
    hosts.add(new URL(request.url).host);
    controller.respondWith(await emulator.fetch(request, {}));
  });
  interceptor.apply();
  try {
    expect(await play(createTransport({ loopbackPorts: [] }))).toMatchObject({ value: { status: 'refunded' } });
  } finally {
    interceptor.dispose();
  }
  expect([...hosts]).toEqual(['api.bongloy.com']);
});

test('the real transport, over a loopback socket', async () => {
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      void (async () => {
        const method = incoming.method ?? 'GET';
        const headers = new Headers(incoming.headers as Record<string, string>);
        const body = method === 'POST' ? { body: Buffer.concat(chunks) } : {};
        const url = `https://api.bongloy.com${incoming.url ?? '/'}`;
        const answer = await emulator.fetch(new Request(url, { method, headers, ...body }), {});
        outgoing.writeHead(answer.status, Object.fromEntries(answer.headers));
        outgoing.end(new Uint8Array(await answer.arrayBuffer()));
      })();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const transport = createTransport({ loopbackPorts: [port] });
  const reroute: Fetch = async (request, how) => {
    const { pathname, search } = new URL(request.url);
    const body = request.method === 'POST' ? { body: await request.arrayBuffer() } : {};
    const { method, headers } = request;
    return transport(new Request(`http://127.0.0.1:${port}${pathname}${search}`, { method, headers, ...body }), how);
  };
  try {
    expect(await play(reroute)).toMatchObject({ value: { status: 'refunded' } });
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
});
