import { describe, expect, test } from 'vitest';
import { createVirtualClock } from '../virtual/index.ts';
import { createFaultPlan } from './faults.ts';
import type { FaultName } from './faults.ts';
import { createOutbox } from './outbox.ts';

function open(options: { readonly status?: number } = {}) {
  const received: string[] = [];
  const faults = createFaultPlan();
  const outbox = createOutbox({
    clock: createVirtualClock(1000),
    faults,
    deliver: async (request) => {
      received.push(await request.text());
      if (options.status === undefined) throw new Error('nobody answers');
      return new Response(null, { status: options.status });
    },
  });
  const send = (body: string) =>
    outbox.send({ url: 'https://shop.example/hook', headers: { 'x-signature': 's' }, body });
  return { outbox, faults, received, send };
}

test.each<[FaultName, readonly string[], readonly string[]]>([
  ['duplicate-webhook', ['a1', 'a1', 'b2'], []],
  ['dropped-webhook', ['b2'], []],
  ['late-webhook', ['b2'], ['a1']],
  ['reordered-webhooks', ['b2', 'a1'], []],
  ['forged-webhook', ['a1', 'a2', 'b2'], []],
])('%s', async (fault, atOnce, afterFlush) => {
  const { outbox, faults, received, send } = open({ status: 200 });
  faults.add(fault, { route: 'webhook' });
  await send('a1');
  await send('b2');
  expect(received).toEqual(atOnce);
  await outbox.flush();
  expect(received).toEqual([...atOnce, ...afterFlush]);
  expect(faults.planned).toEqual([]);
});

test('what is reordered with nothing after it leaves when flushed', async () => {
  const { outbox, faults, received, send } = open({ status: 200 });
  faults.add('reordered-webhooks');
  await send('a1');
  expect(received).toEqual([]);
  await outbox.flush();
  await send('b2');
  expect(received).toEqual(['a1', 'b2']);
});

test('a forged one keeps its headers and differs in its body, digits or not', async () => {
  const { outbox, faults, send } = open({ status: 200 });
  faults.add('forged-webhook', { times: 2 });
  await send('{"amount":9}');
  await send('no digit');
  expect(outbox.sent.map(({ body }) => body)).toEqual(['{"amount":9}', '{"amount":0}', 'no digit', 'no digit ']);
  expect(new Set(outbox.sent.map(({ headers }) => headers['x-signature']))).toEqual(new Set(['s']));
});

test('the receiver’s status is kept; nobody’s answer is null', async () => {
  const [answered, silent] = [open({ status: 503 }), open()];
  await answered.send('a1');
  await silent.send('a1');
  expect([answered.outbox.sent[0]?.status, silent.outbox.sent[0]?.status]).toEqual([503, null]);
});

describe('redelivery', () => {
  const redelivery = { answerWithinMs: 5000, afterMs: [60_000, 3_600_000] };
  const webhook = { url: 'https://shop.example/hook', headers: {}, body: 'a1' };

  function openWith(deliver: (request: Request) => Promise<Response>) {
    const clock = createVirtualClock(0);
    return { clock, outbox: createOutbox({ clock, faults: createFaultPlan(), deliver, redelivery }) };
  }

  test('what nobody took is sent again, until somebody takes it', async () => {
    const replies = [500, 302, 204];
    const { clock, outbox } = openWith(() => Promise.resolve(new Response(null, { status: replies.shift() ?? 500 })));
    await outbox.send(webhook);
    await clock.advance(48 * 3_600_000);
    expect(outbox.sent.map(({ status }) => status)).toEqual([500, 302, 204]);
    expect(outbox.deliveries().map(({ receivedAt }) => receivedAt)).toEqual([0, 60_000, 3_660_000]);
  });

  test('a provider may want one status alone', async () => {
    const replies = [204, 200];
    const deliver = () => Promise.resolve(new Response(null, { status: replies.shift() ?? 500 }));
    const clock = createVirtualClock(0);
    const strict = { ...redelivery, takenBy: [200] };
    const outbox = createOutbox({ clock, faults: createFaultPlan(), deliver, redelivery: strict });
    await outbox.send(webhook);
    await clock.advance(48 * 3_600_000);
    expect(outbox.sent.map(({ status }) => status)).toEqual([204, 200]);
  });

  test('it ends with the schedule', async () => {
    const { clock, outbox } = openWith(() => Promise.reject(new Error('nobody answers')));
    await outbox.send(webhook);
    await clock.advance(48 * 3_600_000);
    expect(outbox.sent.map(({ status }) => status)).toEqual([null, null, null]);
  });

  test('a receiver that takes too long did not take it', async () => {
    const { clock, outbox } = openWith(() => new Promise(() => {}));
    await Promise.all([outbox.send(webhook), clock.advance(5000)]);
    expect(outbox.sent.map(({ status }) => status)).toEqual([null]);
    await clock.advance(65_000);
    expect(outbox.sent).toHaveLength(2);
  });
});

test('what left can be handed to parseWebhook', async () => {
  const { outbox, send } = open({ status: 200 });
  await send('{"a":1}');
  const [delivery] = outbox.deliveries();
  expect(delivery).toMatchObject({ method: 'POST', url: 'https://shop.example/hook', receivedAt: 1000 });
  expect([delivery?.headers.get('x-signature'), new TextDecoder().decode(delivery?.body)]).toEqual(['s', '{"a":1}']);
});

test('an unknown fault cannot be planned', () => {
  expect(() => createFaultPlan().add('flood' as FaultName)).toThrow(RangeError);
});

test('a fault hits its route, as often as planned', () => {
  const plan = createFaultPlan();
  plan.add('http-503', { route: 'create', times: 2 });
  expect(plan.take('get', ['http-503'])).toBeNull();
  expect(plan.take('create', ['throttled'])).toBeNull();
  expect([1, 2, 3].map(() => plan.take('create', ['http-503', 'throttled']))).toEqual(['http-503', 'http-503', null]);
});
