import { request as send } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { createTransport } from '@rielrails/kit';
import type { Fetch } from '@rielrails/kit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { rerouteFetch, rerouteOrigin } from '../src/index.ts';
import { BANK_HOST, createFakeWorld, SHOP_HOST, tellStory } from './fake-world.ts';
import type { FakeWorld } from './fake-world.ts';

let fake: FakeWorld;
let transport: Fetch;

beforeEach(async () => {
  fake = await createFakeWorld();
  transport = createTransport({ loopbackPorts: [fake.world.port] });
});

afterEach(() => fake.world.close());

/** One raw request, with headers that a Request would not let us set. */
async function raw(path: string, headers: Record<string, string> = {}, body?: string) {
  const method = body === undefined ? 'GET' : 'POST';
  const { port } = fake.world;
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const outgoing = send({ host: '127.0.0.1', port, path, method, headers }, resolve);
    outgoing.on('error', reject);
    outgoing.end(body);
  });
  let text = '';
  for await (const chunk of response) text += String(chunk);
  return { status: response.statusCode, headers: response.headers, text };
}

const control = (name: string, input: unknown) =>
  raw(`/control/${name}`, { 'content-type': 'application/json' }, JSON.stringify(input));

describe('rerouted calls', () => {
  const call = (signal?: AbortSignal) => {
    const fetch = rerouteFetch(transport, { world: fake.world.url, hosts: [BANK_HOST] });
    const request = new Request(`https://${BANK_HOST}/pay/a%20b?x=1&y=%2F`, {
      method: 'POST',
      headers: { 'x-signature': 'abc', 'content-type': 'text/plain' },
      body: 'five riel ៛',
    });
    return fetch(request, signal ? { signal } : {});
  };

  test('arrive as they were sent', async () => {
    const response = await call();
    expect(response.status).toBe(201);
    expect(await response.json()).toEqual({
      text: 'five riel ៛',
      url: `https://${BANK_HOST}/pay/a%20b?x=1&y=%2F`,
      id: 'a b',
      signature: 'abc',
    });
  });

  test('a refused connection is ECONNREFUSED, and nothing was applied', async () => {
    fake.bank.faults.add('refused-connection');
    await expect(call()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(fake.applied).toEqual([]);
    expect((await call()).status).toBe(201);
  });

  test('a reset ends the connection after it was applied', async () => {
    fake.bank.faults.add('reset-after-apply');
    await expect(call()).rejects.toMatchObject({ code: expect.stringMatching(/^(UND_ERR_SOCKET|ECONNRESET)$/) });
    expect(fake.applied).toHaveLength(1);
  });

  test.each(['timeout-before', 'timeout-after-apply'] as const)('%s hangs until the caller gives up', async (fault) => {
    fake.bank.faults.add(fault);
    await expect(call(AbortSignal.timeout(1000))).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(fake.applied).toHaveLength(fault === 'timeout-before' ? 0 : 1);
  });

  test('an upload in chunks that hangs is let go as well', async () => {
    fake.bank.faults.add('timeout-before');
    const { port } = fake.world;
    const closed = new Promise<void>((resolve) => {
      const outgoing = send({ host: '127.0.0.1', port, path: `/host/${BANK_HOST}/pay/1`, method: 'POST' });
      outgoing.on('error', () => resolve());
      outgoing.write('first ');
      outgoing.end('second');
      setTimeout(() => outgoing.destroy(new Error('enough')), 1000);
    });
    await closed;
    expect(fake.applied).toEqual([]);
    await expect.poll(async () => (await call()).status).toBe(201);
    expect(fake.bank.exchanges.map(({ fault }) => fault)).toEqual(['timeout-before', null]);
  });

  test('hosts that nobody plays cannot be reached', async () => {
    const fetch = rerouteFetch(transport, { world: fake.world.url, hosts: [BANK_HOST] });
    await expect(fetch(new Request('https://real.example/'), {})).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect((await raw('/host/real.example/')).status).toBe(404);
    expect((await raw('/host/constructor/')).status).toBe(404);
  });

  test('webhooks for the shop’s public address reach the engine, and no other address', async () => {
    const fetch = rerouteOrigin(transport, { from: 'https://shop.example', to: `${fake.world.url}/host/${BANK_HOST}` });
    const response = await fetch(new Request('https://shop.example/pay/1', { method: 'POST', body: 'hook' }), {});
    expect(response.status).toBe(201);
    await expect(fetch(new Request('https://else.example/'), {})).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('a provider’s page opened in the browser keeps leading to the emulator', async () => {
    const page = await raw(`/host/${BANK_HOST}/page`, { 'sec-fetch-dest': 'document' });
    expect(page.text).toBe(`<a href="/host/${BANK_HOST}/next">next</a>`);
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");
    expect(page.headers['x-kept']).toBe('yes');
    expect((await raw(`/host/${BANK_HOST}/page`)).text).toBe('<a href="/next">next</a>');
  });

  test('a page of the shop runs the script that its own policy names, and leads to other hosts and to the chat', async () => {
    const page = await raw(`/host/${SHOP_HOST}/pay`, { 'sec-fetch-dest': 'document' });
    const bank = `${fake.world.url}/host/${BANK_HOST}`;
    expect(page.headers['content-security-policy']).toBe(
      `default-src 'none'; script-src ${bank}/v3 'sha256-x'; connect-src ${bank}/ https://elsewhere.example`,
    );
    expect(page.headers['referrer-policy']).toBe('same-origin');
    expect(page.text).toContain(`<script src="/host/${BANK_HOST}/v3"></script>`);
    expect(page.text).toContain('<a href="/">chat</a>');
    expect(page.text).toContain('<a href="https://elsewhere.example/x">other</a>');
    expect(page.text).toContain('Back to the sandbox');
    const led = await raw(`/host/${SHOP_HOST}/back`, { 'sec-fetch-dest': 'document' });
    expect([led.status, led.headers['location']]).toEqual([303, `/host/${BANK_HOST}/page?a=1`]);
  });
});

describe('who is let in', () => {
  test.each([
    ['another host name', { host: 'evil.example' }],
    ['another port', { host: '127.0.0.1:1' }],
    ['another origin', { origin: 'https://evil.example' }],
    ['the origin of a sandboxed frame', { origin: 'null' }],
    ['a request that another site made', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }],
  ])('%s is refused everywhere', async (_what, headers) => {
    for (const path of ['/', '/state', '/events', `/host/${BANK_HOST}/page`])
      expect((await raw(path, headers)).status).toBe(403);
    const json = { 'content-type': 'application/json' };
    const posted = await raw('/control/chain/mine', { ...json, ...headers }, '{"blocks":1}');
    expect(posted.status).toBe(403);
    expect(JSON.parse((await raw('/state')).text)).toMatchObject({ chain: { height: 214 } });
  });

  test('our own origin is served', async () => {
    const headers = { origin: fake.world.url, 'content-type': 'application/json' };
    expect((await raw('/control/chain/mine', headers, '{"blocks":2}')).status).toBe(200);
    expect(JSON.parse((await raw('/state')).text)).toMatchObject({ chain: { height: 216 } });
  });

  test('a form that claims to be text is refused', async () => {
    const answer = await raw('/control/chain/mine', { 'content-type': 'text/plain' }, '{"blocks":1}');
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.text)).toMatchObject({ error: { field: 'content-type', rule: 'json' } });
  });

  test('a body beyond the limit is refused', async () => {
    const { status } = await raw(
      '/control/chain/mine',
      {
        'content-type': 'application/json',
        'content-length': String(16 * 1024 * 1024),
      },
      'x'.repeat(16 * 1024 * 1024),
    );
    expect(status).toBe(413);
  });
});

describe('actions', () => {
  test.each([
    ['chain/mine', { blocks: 0 }, 'blocks'],
    ['chain/mine', { blocks: 1.5 }, 'blocks'],
    ['chain/mine', { blocks: 1, extra: true }, 'body'],
    ['chain/mine', [], 'body'],
    ['chain/lookup', { address: 'tb1qsomewhereelse' }, 'address'],
    ['chat/text', { chat: 1, text: 'x' }, 'chat'],
    ['chat/photo', { chat: 1, bytes: '***' }, 'bytes'],
    ['bank/pay', { qr: 'x', amount: '5' }, 'asset'],
    ['bank/pay', { qr: 'x', amount: '0.5', asset: 'KHR' }, 'amount'],
    ['bank/pay', { qr: 'x', amount: '0', asset: 'KHR' }, 'amount'],
    ['bank/pay', { qr: 'x', times: 3 }, 'times'],
    ['exchange/move', { basisPoints: 9999 }, 'basisPoints'],
    ['kyc/approve', { reference: 'abc' }, 'reference'],
    ['kyc/reject', { reference: '1', type: 'maybe' }, 'type'],
    ['lists/age', { age: 'ancient' }, 'age'],
    ['lists/add-name', { name: ' ' }, 'name'],
    ['lists/add-address', { address: 'short' }, 'address'],
    ['fault/add', { emulator: 'bank', fault: 'gremlins' }, 'fault'],
    ['fault/add', { emulator: 'nobody', fault: 'http-503' }, 'emulator'],
    ['fault/add', { emulator: 'bank', fault: 'http-503', route: 'made-up' }, 'route'],
    ['clock/forward', { ms: -1 }, 'ms'],
    ['machine/act', { action: 'constructor' }, 'action'],
  ])('%s refuses %j by naming %s', async (name, input, field) => {
    const answer = await control(name, input);
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.text)).toMatchObject({ ok: false, error: { field } });
  });

  test('a photo must be a picture', async () => {
    await control('chat/open', { id: 9, firstName: 'Dara', languageCode: 'en' });
    const answer = await control('chat/photo', { chat: 9, bytes: btoa('no picture') });
    expect([answer.status, JSON.parse(answer.text).error]).toMatchObject([400, { field: 'bytes', rule: 'picture' }]);
    expect((await control('chat/text', { chat: 9, text: '/start' })).status).toBe(200);
    expect(fake.telegram.chat(9)?.messages).toHaveLength(1);
  });

  test('an unknown action is 404, also a name that every object has', async () => {
    expect((await control('chain/explode', {})).status).toBe(404);
    expect((await control('constructor', {})).status).toBe(404);
  });

  test('a desk’s own refusal is told', async () => {
    const answer = await control('kyc/approve', { reference: '77' });
    expect([answer.status, JSON.parse(answer.text).error.message]).toEqual([409, 'reference: no such case']);
  });

  test('the bank pays what the code asks for, another amount, or twice', async () => {
    await control('bank/pay', { qr: 'code' });
    await control('bank/pay', { qr: 'code', amount: '369000', asset: 'KHR', name: 'SOK SAN' });
    const twice = await control('bank/pay', { qr: 'code', times: 2 });
    expect(JSON.parse(twice.text).result.scans).toMatchObject([{ outcome: 'paid' }, { outcome: 'paid' }]);
    expect(fake.told).toEqual([
      { qr: 'code' },
      { qr: 'code', amount: { asset: { code: 'KHR', scale: 0 }, minor: 369_000n }, name: 'SOK SAN' },
      { qr: 'code' },
      { qr: 'code' },
    ]);
  });

  test('faults are planned and cleared', async () => {
    await control('fault/add', { emulator: 'bank', fault: 'http-503', route: 'echo', times: 2 });
    expect(fake.bank.faults.planned).toEqual([{ fault: 'http-503', route: 'echo', times: 2 }]);
    await control('fault/clear', { emulator: 'bank' });
    expect(fake.bank.faults.planned).toEqual([]);
  });

  test('the clock goes forward here and in the other processes', async () => {
    const before = fake.clock.now();
    await control('clock/forward', { ms: 3_600_000 });
    expect(fake.clock.now() - before).toBeGreaterThanOrEqual(3_600_000);
    expect(fake.told).toEqual([{ forwardClock: 3_600_000 }]);
  });

  test.each(['kill', 'freeze'])('an engine after %s is told as such, and comes back', async (action) => {
    const state = () => raw('/state').then(({ text }) => JSON.parse(text).machine);
    const before = await state();
    expect(before).toMatchObject({ actions: ['kill', 'freeze', 'restart'], reachable: true });
    await control('machine/act', { action });
    expect(await state()).toEqual({ ...before, reachable: false });
    await control('machine/act', { action: 'restart' });
    expect(await state()).toMatchObject({ reachable: true, state: { orders: [{ number: 'R-20418' }, {}, {}] } });
  });
});

describe('events', () => {
  /** Reads events until the wanted part was told with something that fits. */
  async function follow(headers: Record<string, string>, fits: (part: string, value: never) => boolean) {
    const { port } = fake.world;
    const ids: number[] = [];
    const parts: string[] = [];
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      send({ host: '127.0.0.1', port, path: '/events', headers }, resolve).on('error', reject).end();
    });
    let text = '';
    for await (const chunk of response) {
      text += String(chunk);
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const lines = Object.fromEntries(
          text
            .slice(0, end)
            .split('\n')
            .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
        );
        text = text.slice(end + 2);
        const { part, value } = JSON.parse(lines['data'] ?? '{}') as { part: string; value: never };
        ids.push(Number(lines['id']));
        parts.push(part);
        if (fits(part, value)) {
          response.destroy();
          return { ids, parts };
        }
      }
    }
    throw new Error('the stream ended');
  }

  test('tell every part at first, then what changes; numbers rise', async () => {
    const changed = follow({}, (part, value: { height?: number } | null) => part === 'chain' && value?.height === 215);
    await control('chain/mine', { blocks: 1 });
    const { ids, parts } = await changed;
    expect(ids).toEqual([...ids].sort((a, b) => a - b));
    expect(new Set(parts)).toEqual(
      new Set([
        'clock',
        'hosts',
        'chats',
        'notices',
        'bank',
        'exchange',
        'kyc',
        'lists',
        'chain',
        'faults',
        'faultNames',
        'traffic',
        'machine',
      ]),
    );
  });

  test('a listener that comes back gets only what it missed', async () => {
    const first = await follow({}, (part) => part === 'machine');
    const last = String(first.ids.at(-1));
    await control('chain/mine', { blocks: 1 });
    const { parts } = await follow({ 'last-event-id': last }, (part) => part === 'chain');
    expect(parts).toEqual(['chain']);
  });
});

describe('the page', () => {
  test('is served under a policy that lets nothing else in', async () => {
    const page = await raw('/');
    expect(page.status).toBe(200);
    expect(page.text).toContain('SANDBOX – PLAY MONEY');
    expect(page.headers['content-security-policy']).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    );
    expect(page.headers['x-content-type-options']).toBe('nosniff');
    expect(page.headers['access-control-allow-origin']).toBeUndefined();
  });

  test.each([
    ['/page/app.js', 'text/javascript; charset=utf-8'],
    ['/page/preact.js', 'text/javascript; charset=utf-8'],
    ['/page/jsqr.js', 'text/javascript; charset=utf-8'],
    ['/page/style.css', 'text/css; charset=utf-8'],
    ['/page/khmer-400.woff2', 'font/woff2'],
    ['/favicon.ico', 'image/svg+xml'],
  ])('%s is there', async (path, type) => {
    const { status, headers } = await raw(path);
    expect([status, headers['content-type']]).toEqual([200, type]);
  });

  test.each(['/package.json', '/page/../world.ts', '/page/%2e%2e/world.ts', '/files/unknown', '/page/'])(
    '%s is not',
    async (path) => {
      expect((await raw(path)).status).toBe(404);
    },
  );

  test('pictures of the chat are shown, other files only saved', async () => {
    await tellStory(fake);
    const sok = fake.telegram.person(1001);
    sok?.sendDocument({ name: 'x.html', type: 'text/html', bytes: new TextEncoder().encode('<script>') });
    const messages = fake.telegram.chat(1001)?.messages ?? [];
    const photo = messages.find(({ message }) => message.photo)?.message.photo?.[0]?.file_id;
    const document = messages.at(-1)?.message.document?.file_id;
    expect((await raw(`/files/${photo}`)).headers['content-type']).toBe('image/png');
    expect((await raw(`/files/${document}`)).headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': 'attachment',
    });
  });
});
