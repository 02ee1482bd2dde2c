import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createTransport, newReference, silentLog, systemClock, systemRandom } from '@rielrails/kit';
import type { Fetch, Runtime } from '@rielrails/kit';
import type { Instant } from '@rielrails/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApayEmulator } from '../src/emulator/index.ts';
import { createApay } from '../src/index.ts';
import { createTelegramInvoiceEmulator } from '../src/telegram-emulator/index.ts';
import { createApayTelegram } from '../src/telegram/index.ts';
import { applied, riel, rupees } from './world.ts';

const surroundings = { clock: systemClock, random: systemRandom };
const emulators = { apay: createApayEmulator(surroundings), telegram: createTelegramInvoiceEmulator(surroundings) };

/** Both emulators on one loopback port, told apart by the path. */
const server = createServer((incoming, outgoing) => {
  const chunks: Buffer[] = [];
  incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
  incoming.on('end', () => {
    void (async () => {
      const { method = 'GET', url = '/' } = incoming;
      const emulator = url.startsWith('/bot') ? emulators.telegram : emulators.apay;
      const headers = new Headers(incoming.headers as Record<string, string>);
      const body = method === 'POST' ? { body: Buffer.concat(chunks) } : {};
      const answer = await emulator.fetch(
        new Request(`https://emulated.example${url}`, { method, headers, ...body }),
        {},
      );
      outgoing.writeHead(answer.status, Object.fromEntries(answer.headers));
      outgoing.end(new Uint8Array(await answer.arrayBuffer()));
    })();
  });
});

let runtime: Runtime;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const transport = createTransport({ loopbackPorts: [port] });
  // As a sandbox does it: the host is exchanged on the way out, the adapter knows nothing of it.
  const fetch: Fetch = async (request, how) => {
    const { pathname, search } = new URL(request.url);
    const body = request.method === 'POST' ? { body: await request.arrayBuffer() } : {};
    const init = { method: request.method, headers: request.headers, ...body };
    return transport(new Request(`http://127.0.0.1:${port}${pathname}${search}`, init), how);
  };
  runtime = { fetch, clock: systemClock, log: silentLog, random: systemRandom };
});

afterAll(() => new Promise((resolve) => server.close(resolve)));

const request = () => ({
  reference: newReference(systemRandom),
  purpose: 'Purchase of bitcoin',
  expiresAt: (systemClock.now() + 600_000) as Instant,
  returnUrl: 'https://shop.example/back',
});

test.each(['redirect', 'pay-to-account'] as const)('the direct API over a socket: %s', async (offer) => {
  const apay = createApay(emulators.apay.config, runtime);
  const input = { ...request(), amount: riel(40_000n), accepts: [offer] } as const;
  const { reference } = input;
  const { handle = '' } = applied(await apay.create(input));
  const token = await emulators.apay.payer.pay(reference);
  const target = { reference, handle };
  if (offer === 'pay-to-account') applied(await apay.complete({ target, token }));
  expect(await apay.get(target)).toMatchObject({ status: 'paid', receipts: [{ amount: riel(40_000n) }] });
});

test('an invoice link over a socket', async () => {
  const telegram = createApayTelegram(emulators.telegram.config, runtime);
  const input = { ...request(), amount: rupees(41_000n), accepts: ['telegram-invoice'] } as const;
  expect(applied(await telegram.create(input)).next.url).toContain('https://t.me/$');
  expect(emulators.telegram.applied.payments).toHaveLength(1);
});
