import { parseReference } from '@rielrails/core';
import type { Fetch } from '@rielrails/kit';
import { silentLog, systemRuntime } from '@rielrails/kit';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterEach, expect, test } from 'vitest';
import { createSumsubEmulator } from '../src/emulator/index.ts';
import { createSumsub } from '../src/index.ts';

let handle: Fetch = () => Promise.reject(new Error('not ready'));
const server = createServer((incoming, outgoing) => {
  void (async () => {
    const { method = 'GET', url = '/', headers } = incoming;
    const body = await buffer(incoming);
    const sent = Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]);
    const request = new Request(`http://${headers.host}${url}`, {
      method,
      headers: sent,
      ...(body.length > 0 ? { body: new Uint8Array(body) } : {}),
    });
    const response = await handle(request, {});
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    outgoing.end(new Uint8Array(await response.arrayBuffer()));
  })();
});

afterEach(() => server.close());

test('what is signed is what is on the wire', async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const runtime = systemRuntime({ loopbackPorts: [port], log: silentLog });
  const level = "Level (A) & 'B' / é";
  const emulator = createSumsubEmulator(runtime, { baseUrl: `http://127.0.0.1:${port}`, levels: [level] });
  handle = emulator.fetch;
  const sumsub = createSumsub(emulator.config, runtime);
  const reference = parseReference('7421905561083');

  const started = await sumsub.start({ reference, person: 'person-17', level, language: 'km' });
  expect(started).toMatchObject({ outcome: 'applied', value: { case: { status: 'pending' } } });
  const url = started.outcome === 'applied' ? started.value.url : '';
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const form = new Request(`${url}/approve`, { method: 'POST', headers, body: 'name=Chan+Sopheap' });
  expect((await runtime.fetch(form, {})).status).toBe(303);
  expect(await sumsub.get({ reference })).toMatchObject({ status: 'approved', identity: { name: 'Chan Sopheap' } });
});
