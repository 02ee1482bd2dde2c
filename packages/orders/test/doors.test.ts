import { hmac, toBase64 } from '@rielrails/kit';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Message } from '../src/index.ts';
import { ask, shut, unshut } from './database.ts';
import { chatRef, createTestWorld } from './world/world.ts';
import type { TestWorld } from './world/world.ts';

let world: TestWorld;
beforeAll(async () => {
  world = await createTestWorld();
});
// What one test left to be handled is not to meet what the next one breaks.
afterEach(() => world.orders.idle());
afterAll(() => world.end());

const PAYWAY = 'https://shop.example/webhooks/payway';

/** A callback as PayWay sends it; the signature is over the values in the order of their names. */
function callback(fields: Readonly<Record<string, string>>, key: string = world.payway.config.apiKey): Request {
  const text = Object.keys(fields)
    .sort()
    .map((name) => fields[name])
    .join('');
  return new Request(PAYWAY, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-payway-hmac-sha512': toBase64(hmac('sha512', key, text)) },
    body: JSON.stringify(fields),
  });
}

const fieldsFor = (reference: string) => ({
  tran_id: reference,
  apv: '123456',
  status: '0',
  return_params: reference,
  merchant_ref: '',
});

const send = async (request: Request) => (await world.orders.handle(request)).status;
const stored = () => ask<{ key: string; done_at: string | null }>(world.url, 'select key, done_at from inbox');
const jobs = () => ask(world.url, `select 1 from queue.job where name = 'inbox'`);

function post(body: RequestInit['body'] | null, headers: Record<string, string> = {}, url = PAYWAY): Request {
  return new Request(url, { method: 'POST', headers, body, duplex: 'half' } as RequestInit);
}

describe('a webhook', () => {
  test('is stored before it is acknowledged and handled at once; a second delivery adds nothing', async () => {
    const before = [(await stored()).length, (await jobs()).length];
    const statuses = await Promise.all([1, 2, 3, 4].map(() => send(callback(fieldsFor('4711')))));
    expect(statuses).toEqual([200, 200, 200, 200]);
    await world.orders.idle();
    const after = await stored();
    expect([after.length - 1, (await jobs()).length]).toEqual(before);
    expect(after.every(({ done_at }) => done_at !== null)).toBe(true);
  });

  test('that cannot be stored is answered 503, so that it comes again', async () => {
    const before = await stored();
    await ask(world.url, 'alter table inbox rename to inbox_away');
    expect(await send(callback(fieldsFor('4712')))).toBe(503);
    await ask(world.url, 'alter table inbox_away rename to inbox');
    expect(await stored()).toEqual(before);
    expect(await send(callback(fieldsFor('4712')))).toBe(200);
    expect(await stored()).toHaveLength(before.length + 1);
  });

  test('that cannot be handled now is kept, and the sweep comes back to it', async () => {
    await ask(world.url, 'alter table effect rename to effect_away');
    expect(await send(callback(fieldsFor('4713')))).toBe(200);
    await world.orders.idle();
    const open = async () => (await stored()).filter(({ done_at }) => done_at === null).length;
    expect(await open()).toBe(1);
    await ask(world.url, 'alter table effect_away rename to effect');
    await world.pass(60_000);
    expect(await open()).toBe(0);
  });

  test('keeps no authorization and no cookie of its sender', async () => {
    const request = callback(fieldsFor('4714'));
    request.headers.set('authorization', 'Bearer canary');
    request.headers.set('cookie', 'session=canary');
    expect(await send(request)).toBe(200);
    await world.orders.idle();
    const heard: Message[] = [];
    world.orders.inbox.handle('payway', async (message) => void heard.push(message), 'at-once');
    await ask(world.url, `update inbox set done_at = null where lane = '4714'`);
    await world.pass(60_000);
    expect(heard).toMatchObject([{ headers: { 'content-type': 'application/json' }, targets: ['4714'] }]);
    expect(JSON.stringify(heard)).not.toContain('canary');
  });
});

describe('what is turned away at the door', () => {
  const cases: readonly (readonly [string, () => Request, number])[] = [
    ['a signature of another key', () => callback(fieldsFor('1'), 'another key'), 401],
    ['no signature', () => post(JSON.stringify(fieldsFor('1')), { 'content-type': 'application/json' }), 401],
    ['no JSON', () => post('<html>', { 'x-payway-hmac-sha512': 'x' }), 400],
    ['nothing', () => post(null, { 'x-payway-hmac-sha512': 'x' }), 400],
    ['bytes that are no text', () => post(new Uint8Array([0xff, 0xfe, 0]), { 'x-payway-hmac-sha512': 'x' }), 400],
    ['a true callback about nobody’s payment', () => callback({ tran_id: 'x', status: '0' }), 200],
    ['a digest of nobody', () => post('{}', { 'x-payload-digest': 'ab' }, 'https://shop.example/webhooks/sumsub'), 401],
    ['an unknown provider', () => post('{}', {}, 'https://shop.example/webhooks/nobody'), 404],
    ['a path beside', () => post('{}', {}, 'https://shop.example/webhooks/payway/more'), 404],
    ['a name of the language', () => post('{}', {}, 'https://shop.example/webhooks/constructor'), 404],
    ['another method', () => new Request(PAYWAY, { method: 'DELETE' }), 405],
    ['a declared length', () => post('x', { 'content-length': String(256 * 1024 + 1) }), 413],
    ['a long body', () => post('x'.repeat(256 * 1024 + 1)), 413],
    ['a long body in pieces', () => post(pieces(5, 64 * 1024)), 413],
    ['too many headers', () => post('{}', Object.fromEntries(numbers(65).map((n) => [`x-${n}`, 'a']))), 431],
  ];

  test.each(cases)('%s', async (_what, request, status) => {
    const before = await stored();
    expect(await send(request())).toBe(status);
    expect(await stored()).toEqual(before);
  });

  test('a body that never ends: its sender waits ten seconds, not for ever', async () => {
    let cancelled = false;
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new Uint8Array(1)),
      cancel: () => {
        cancelled = true;
      },
    });
    expect(await world.during(send(post(body)))).toBe(408);
    expect(cancelled).toBe(true);
  });

  test('a body that breaks off', async () => {
    const body = new ReadableStream<Uint8Array>({ start: (controller) => controller.error(new Error('gone')) });
    expect(await send(post(body))).toBe(400);
  });
});

describe('what a webhook says is not believed', () => {
  test('a forged one changes nothing; a true one that lies about the amount is looked up', async () => {
    const view = await world.confirmed('lie');
    const { reference } = world.payway.applied.payments.at(-1) as { readonly reference: string };
    await send(callback({ ...fieldsFor(reference), total_amount: '41000' }, 'forged'));
    const true_ = callback({ ...fieldsFor(reference), total_amount: '999999999', original_currency: 'USD' });
    expect(await send(true_)).toBe(200);
    await world.orders.idle();
    expect(await world.orders.buyer.view(chatRef('lie'), view.id)).toMatchObject({
      state: 'awaiting-payment',
      received: null,
    });
    expect(await ask(world.url, 'select 1 from receipt')).toEqual([]);
  });

  test('about a reference that is nobody’s: handled once, and nothing happens', async () => {
    await send(callback(fieldsFor('999999')));
    await world.orders.idle();
    const [row] = await ask<{ done_at: string | null }>(world.url, `select done_at from inbox where lane = '999999'`);
    expect(row?.done_at).not.toBeNull();
  });
});

describe('health', () => {
  const get = async (path: string) => world.orders.handle(new Request(`https://shop.example${path}`));

  test('is alive and ready; with the database down alive, not ready, and says which check fails', async () => {
    expect((await get('/livez')).status).toBe(200);
    expect((await get('/readyz')).status).toBe(200);
    await shut(world.url);
    expect((await get('/livez')).status).toBe(200);
    const down = await get('/readyz');
    expect(down.status).toBe(503);
    expect(await down.json()).toMatchObject({ ready: false, checks: { database: 'failing', queue: 'failing' } });
    expect(await send(callback(fieldsFor('4715')))).toBe(503);
    await unshut(world.url);
    await expect.poll(async () => (await get('/readyz')).status).toBe(200);
    expect(await send(callback(fieldsFor('4715')))).toBe(200);
  });
});

function numbers(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}

function pieces(count: number, length: number): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (let index = 0; index < count; index += 1) controller.enqueue(new Uint8Array(length).fill(32));
      controller.enqueue(new Uint8Array(1));
      controller.close();
    },
  });
}
