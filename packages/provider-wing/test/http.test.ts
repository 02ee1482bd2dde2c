import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createTransport, newReference, silentLog, systemClock, systemRandom } from '@rielrails/kit';
import type { Instant } from '@rielrails/core';
import { expect, test } from 'vitest';
import { createWingInquiryEmulator } from '../src/emulator/index.ts';
import { createWing } from '../src/index.ts';
import { riel } from './world.ts';

test('the real transport, over a loopback socket: ask, pay by clicking, find', async () => {
  const emulator = createWingInquiryEmulator({ clock: systemClock, random: systemRandom });
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      void (async () => {
        const { method = 'GET', url = '/' } = incoming;
        const headers = new Headers(incoming.headers as Record<string, string>);
        const init = { method, headers, ...(method === 'POST' ? { body: Buffer.concat(chunks) } : {}) };
        const answer = await emulator.fetch(new Request(`https://stageonline.wingmoney.com${url}`, init), {});
        outgoing.writeHead(answer.status, Object.fromEntries(answer.headers));
        outgoing.end(new Uint8Array(await answer.arrayBuffer()));
      })();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const fetch = createTransport({ loopbackPorts: [port] });
  const runtime = { fetch, clock: systemClock, log: silentLog, random: systemRandom };
  const provider = createWing({ ...emulator.config, baseUrl: `http://127.0.0.1:${port}/wingonlinesdk` }, runtime);
  try {
    const reference = newReference(systemRandom);
    const expiresAt = (systemClock.now() + 600_000) as Instant;
    const created = await provider.create({
      reference,
      amount: riel(4000n),
      accepts: ['redirect'],
      purpose: 'Bitcoin',
      expiresAt,
    });
    if (created.outcome !== 'applied') throw new Error(created.fault.message);
    const { next, handle } = created.value;
    const body = new URLSearchParams({ phone: '010000001', pin: '0000' });
    expect((await fetch(new Request(next.url, { method: 'POST', body }), {})).status).toBe(200);
    const target = handle === undefined ? { reference } : { reference, handle };
    expect(await provider.get(target)).toMatchObject({ status: 'paid', receipts: [{ amount: riel(4000n) }] });
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
});
