import type { Instant, WebhookDelivery } from '@rielrails/core';
import { utf8 } from '@rielrails/kit';
import { assert as holds, asyncProperty, json, string, uint8Array } from 'fast-check';
import { expect, test } from 'vitest';
import { openWorld } from './world.ts';

function deliveryOf(body: string | Uint8Array): WebhookDelivery {
  return {
    method: 'POST',
    url: 'https://shop.example/bongloy/hook',
    headers: new Headers(),
    body: typeof body === 'string' ? utf8(body) : body,
    receivedAt: Date.UTC(2026, 0, 2) as Instant,
  };
}

test('a hook about a charge is a hint at our reference, with or without metadata', async () => {
  for (const echoesMetadata of [true, false]) {
    const { provider, emulator, paid } = openWorld({ echoesMetadata });
    const { target } = await paid();
    const [delivery] = emulator.webhooks.deliveries();
    expect(delivery && (await provider.parseWebhook(delivery))).toMatchObject({
      outcome: 'accepted',
      trust: 'hint',
      events: [{ type: 'changed', target: { reference: target.reference } }],
      reply: { status: 200 },
    });
  }
});

test('a hook is believed in nothing: forged, old, of another merchant, it moves no money', async () => {
  const { provider, created } = openWorld();
  const target = await created();
  const paid = { object: 'charge', amount: 1500, status: 'succeeded', captured: true, metadata: target };
  for (const object of [paid, { ...paid, amount: 1501 }, { ...paid, metadata: { reference: '42' } }]) {
    const body = JSON.stringify({ type: 'charge.succeeded', created: 1, account: 'another', data: { object } });
    const outcome = await provider.parseWebhook(deliveryOf(body));
    expect(outcome).toMatchObject({ outcome: 'accepted', trust: 'hint' });
    if (outcome.outcome === 'rejected') continue;
    for (const event of outcome.events) {
      expect(Object.keys(event)).toEqual(['type', 'target']);
      expect((await provider.get(event.target))?.receipts ?? []).toEqual([]);
    }
  }
  expect(await provider.get(target)).toMatchObject({ status: 'awaiting-payer', receipts: [] });
});

test('the refund’s own reference is not taken for the payment’s', async () => {
  const { provider } = openWorld();
  const object = { object: 'refund', metadata: { refund_reference: '42' } };
  const body = JSON.stringify({ type: 'refund.created', data: { object } });
  expect(await provider.parseWebhook(deliveryOf(body))).toMatchObject({ outcome: 'accepted', events: [] });
});

test('a hook that names no charge of ours is acknowledged and says nothing', async () => {
  const { provider, emulator, paid } = openWorld();
  const { receipt } = await paid();
  await emulator.dashboard.dispute(receipt);
  const dispute = emulator.webhooks.deliveries().at(-1);
  expect(dispute && (await provider.parseWebhook(dispute))).toMatchObject({ outcome: 'accepted', events: [] });
  const body = '{"type":"account.application.deauthorized","account":"6840bf2c-0000-4000-8000-000000000001"}';
  expect(await provider.parseWebhook(deliveryOf(body))).toMatchObject({ outcome: 'accepted', events: [] });
});

test('who knows an event’s id cannot use up its key', async () => {
  const { provider } = openWorld();
  const keyOf = async (amount: number) => {
    const body = JSON.stringify({ id: 'one', type: 'charge.succeeded', data: { object: { amount } } });
    const outcome = await provider.parseWebhook(deliveryOf(body));
    return outcome.outcome === 'accepted' ? outcome.dedupeKey : null;
  };
  expect(await keyOf(1)).toBe(await keyOf(1));
  expect(await keyOf(1)).not.toBe(await keyOf(2));
});

test.each([
  ['no text', new Uint8Array([0xff, 0xfe])],
  ['a byte order mark', '\ufeff{"type":"charge.succeeded"}'],
  ['a list', '[]'],
  ['no type', '{"data":{"object":{"metadata":{"reference":"42"}}}}'],
  ['a type that is no text', '{"type":1}'],
  ['two megabytes', `{"type":"${'x'.repeat(2 * 1024 * 1024)}"}`],
  ['a polluting key', '{"type":"a","__proto__":{"x":1}}'],
])('malformed: %s', async (_what, body) => {
  expect(await openWorld().provider.parseWebhook(deliveryOf(body))).toMatchObject({
    outcome: 'rejected',
    reason: 'malformed',
  });
});

test('whatever comes in, a hook never throws and is never more than a hint', async () => {
  const { provider } = openWorld();
  const judge = async (body: string | Uint8Array) => {
    const outcome = await provider.parseWebhook(deliveryOf(body));
    expect(outcome.outcome === 'accepted' ? outcome.trust : 'hint').toBe('hint');
  };
  await holds(asyncProperty(uint8Array({ maxLength: 200 }), judge), { numRuns: 200, seed: 1 });
  await holds(asyncProperty(json(), judge), { numRuns: 200, seed: 2 });
  await holds(
    asyncProperty(string(), (text) => judge(JSON.stringify({ type: 'x', data: { object: { description: text } } }))),
    { numRuns: 200, seed: 3 },
  );
});
