import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { afterEach, describe, expect, test } from 'vitest';
import { utf8 } from './bytes.ts';
import { systemRuntime } from './runtime.ts';
import { createTransport, isClosedAddress } from './transport.ts';
import type { ReceivedBytes } from './transport.ts';
import { createVirtualRuntime } from './virtual/index.ts';
import { createWire } from './wire.ts';

const servers: Server[] = [];

async function listen(listener: RequestListener): Promise<number> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

test('sends method, headers and body, and gives status, headers and bytes', async () => {
  const port = await listen((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      response.writeHead(418, {
        'x-method': request.method,
        'x-sent': request.headers['x-key'],
        'set-cookie': ['a=1', 'b=2'],
      });
      response.end(Buffer.concat([...chunks, Buffer.from([0xff])]));
    });
  });
  const request = new Request(`http://127.0.0.1:${port}/a?b=%20c`, {
    method: 'PUT',
    headers: { 'x-key': 'k' },
    body: 'រៀល',
  });
  const answer = await createTransport({ loopbackPorts: [port] })(request, {});
  expect([answer.status, answer.headers.get('x-method'), answer.headers.get('x-sent')]).toEqual([418, 'PUT', 'k']);
  expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  expect(new Uint8Array(await answer.arrayBuffer())).toEqual(
    new Uint8Array([...new TextEncoder().encode('រៀល'), 0xff]),
  );
});

test.each([204, 304])('an answer without a body (%i) is read', async (status) => {
  const port = await listen((_request, response) => response.writeHead(status).end());
  const answer = await createTransport({ loopbackPorts: [port] })(new Request(`http://127.0.0.1:${port}/`), {});
  expect([answer.status, await answer.text()]).toEqual([status, '']);
});

test('a redirect comes back as it is', async () => {
  const paths: (string | undefined)[] = [];
  const port = await listen((request, response) => {
    paths.push(request.url);
    response.writeHead(302, { location: '/elsewhere' }).end();
  });
  const answer = await createTransport({ loopbackPorts: [port] })(new Request(`http://127.0.0.1:${port}/`), {});
  expect([answer.status, answer.headers.get('location'), paths]).toEqual([302, '/elsewhere', ['/']]);
});

test.each([
  ['announced', (size: number) => ({ 'content-length': String(size) })],
  ['not announced', () => ({ 'transfer-encoding': 'chunked' })],
])('a body above the limit, %s, is not read', async (_how, headers) => {
  const port = await listen((_request, response) => response.writeHead(200, headers(2000)).end('x'.repeat(2000)));
  const small = createTransport({ loopbackPorts: [port], maxResponseBytes: 1000 });
  await expect(small(new Request(`http://127.0.0.1:${port}/`), {})).rejects.toThrow(/size/i);
  const enough = createTransport({ loopbackPorts: [port], maxResponseBytes: 2000 });
  await expect(enough(new Request(`http://127.0.0.1:${port}/`), {}).then(({ status }) => status)).resolves.toBe(200);
});

test('the signal ends a call', async () => {
  const port = await listen(() => {});
  const caller = new AbortController();
  const answer = createTransport({ loopbackPorts: [port] })(new Request(`http://127.0.0.1:${port}/`), {
    signal: caller.signal,
  });
  setTimeout(() => caller.abort(new Error('gone')), 20);
  await expect(answer).rejects.toThrow('gone');
});

describe('the direct way', () => {
  const ask = { method: 'GET', headers: {}, body: null };

  test('sends and reads the same bytes, however they are cut', async () => {
    const port = await listen((request, response) => {
      request.resume();
      response.writeHead(207, { 'set-cookie': ['a=1', 'b=2'], 'x-sent': request.headers['x-key'] });
      response.write(new Uint8Array([0xff]));
      request.on('end', () => setTimeout(() => response.end('រៀល'), 10));
    });
    const url = `http://127.0.0.1:${port}/`;
    const { raw } = createTransport({ loopbackPorts: [port] });
    const answer = await raw({ method: 'PATCH', url, headers: { 'x-key': 'k' }, body: utf8('body') }, undefined);
    expect([answer.status, answer.headers.get('x-sent'), answer.headers.getSetCookie()]).toEqual([
      207,
      'k',
      ['a=1', 'b=2'],
    ]);
    expect([...answer.bytes]).toEqual([0xff, ...utf8('រៀល')]);
  });

  test('what is said before the answer is not the answer', async () => {
    const port = await listen((_request, response) => {
      response.writeEarlyHints({ link: '</a>; rel=preload' });
      response.writeHead(201, { 'x-final': 'yes' }).end('done');
    });
    const { raw } = createTransport({ loopbackPorts: [port] });
    const answer = await raw({ ...ask, url: `http://127.0.0.1:${port}/` }, undefined);
    expect([answer.status, answer.headers.get('x-final'), answer.headers.get('link')]).toEqual([201, 'yes', null]);
  });

  test('an answer that breaks off is no answer', async () => {
    const port = await listen((_request, response) => {
      response.writeHead(200, { 'content-length': '10' }).write('half');
      setTimeout(() => response.destroy(), 10);
    });
    const { raw } = createTransport({ loopbackPorts: [port] });
    await expect(raw({ ...ask, url: `http://127.0.0.1:${port}/` }, undefined)).rejects.toThrow(/closed/);
  });

  test.each(['before it is asked', 'while it connects'])('a write that is called off %s is not sent', async (when) => {
    let asked = 0;
    const port = await listen((_request, response) => {
      asked += 1;
      response.end();
    });
    const { raw } = createTransport({ loopbackPorts: [port] });
    const url = `http://127.0.0.1:${port}/`;
    const caller = new AbortController();
    if (when === 'before it is asked') caller.abort(new Error('gone'));
    const write = raw({ ...ask, method: 'POST', url }, caller.signal);
    caller.abort(new Error('gone'));
    await expect(write).rejects.toThrow('gone');
    await raw({ ...ask, url }, undefined);
    expect(asked).toBe(1);
  });

  test('a call that was called off before it began does not even connect', async () => {
    const port = await listen(() => {});
    servers.splice(0).forEach((server) => server.close());
    const { raw } = createTransport({ loopbackPorts: [port] });
    const gone = AbortSignal.abort(new Error('gone'));
    await expect(raw({ ...ask, url: `http://127.0.0.1:${port}/` }, gone)).rejects.toThrow('gone');
  });

  test('the signal ends an answer half read', async () => {
    const port = await listen((_request, response) => response.writeHead(200).write('half'));
    const { raw } = createTransport({ loopbackPorts: [port] });
    const caller = new AbortController();
    const answer = raw({ ...ask, url: `http://127.0.0.1:${port}/` }, caller.signal);
    setTimeout(() => caller.abort(new Error('gone')), 20);
    await expect(answer).rejects.toThrow('gone');
  });

  test('a header that is none is refused, and nothing is sent', async () => {
    let asked = 0;
    const port = await listen((_request, response) => {
      asked += 1;
      response.end();
    });
    const { raw } = createTransport({ loopbackPorts: [port] });
    const headers = { 'x-key': 'a\r\nhost: elsewhere' };
    await expect(raw({ ...ask, headers, url: `http://127.0.0.1:${port}/` }, undefined)).rejects.toThrow(/header/i);
    expect(asked).toBe(0);
  });
});

test('a port that nobody listens on is told as such', async () => {
  const port = await listen(() => {});
  servers.splice(0).forEach((server) => server.close());
  await expect(
    createTransport({ loopbackPorts: [port] })(new Request(`http://127.0.0.1:${port}/`), {}),
  ).rejects.toMatchObject({
    code: 'ECONNREFUSED',
  });
});

test.each([
  '127.0.0.1',
  '127.1',
  '127.0.0.1.',
  '2130706433',
  '0x7f000001',
  '0177.0.0.1',
  '0x7f.1',
  '127.255.255.254',
  '0.0.0.0',
  'localhost',
  'LOCALHOST',
  '[::1]',
  '[::]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[::127.0.0.1]',
  '[64:ff9b::7f00:1]',
  '[2002:7f00:1::]',
  '10.0.0.1',
  '172.16.0.1',
  '192.168.1.1',
  '100.64.0.1',
  '169.254.169.254',
  '[fe80::1]',
  '[fd00::1]',
])('%s is refused before anything is sent, whatever port is allowed', async (host) => {
  let asked = 0;
  const port = await listen((_request, response) => {
    asked += 1;
    response.end('secret');
  });
  const other = createTransport({ loopbackPorts: [port + 1] });
  await expect(other(new Request(`http://${host}:${port}/`), {})).rejects.toMatchObject({
    code: 'ERR_FORBIDDEN_ADDRESS',
  });
  expect(asked).toBe(0);
});

test.each(['localhost', '[::ffff:127.0.0.1]', '127.0.0.2'])(
  'an allowed port is allowed on 127.0.0.1, not on %s',
  async (host) => {
    const port = await listen((_request, response) => response.end('secret'));
    const transport = createTransport({ loopbackPorts: [port] });
    await expect(transport(new Request(`http://${host}:${port}/`), {})).rejects.toMatchObject({
      code: 'ERR_FORBIDDEN_ADDRESS',
    });
  },
);

test.each(['1.1.1.1', '8.8.8.8', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '::ffff:8.8.8.8'])(
  '%s is public',
  (address) => {
    expect(isClosedAddress(address)).toBe(false);
  },
);

test('a write to a forbidden address never left', async () => {
  const runtime = { ...createVirtualRuntime(), fetch: createTransport({ loopbackPorts: [] }) };
  const wire = createWire({ provider: 'acme', baseUrl: 'http://localhost:9', runtime, explain: () => null });
  const write = wire.write({ operation: 'pay', method: 'POST', path: '/', parse: () => null });
  await expect(write).rejects.toMatchObject({ fault: { kind: 'unavailable' } });
});

test('tells how much of a long answer has come, and reads as much as it is allowed to', async () => {
  const body = new Uint8Array(6 * 1024 * 1024);
  const port = await listen((_request, response) =>
    response.writeHead(200, { 'content-length': body.length }).end(body),
  );
  const url = `http://127.0.0.1:${port}/list`;
  await expect(createTransport({ loopbackPorts: [port] })(new Request(url), {})).rejects.toMatchObject({
    code: 'UND_ERR_RES_EXCEEDED_MAX_SIZE',
  });
  const told: ReceivedBytes[] = [];
  const { fetch } = systemRuntime({
    loopbackPorts: [port],
    maxResponseBytes: 8 * 1024 * 1024,
    onBytes: (received) => told.push(received),
  });
  const answer = await fetch(new Request(url), {});
  expect((await answer.arrayBuffer()).byteLength).toBe(body.length);
  expect(told.length).toBeGreaterThan(1);
  expect(told.at(-1)).toEqual({ url, bytes: body.length, expected: body.length });
});
