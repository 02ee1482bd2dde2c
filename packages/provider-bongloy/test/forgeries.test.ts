import type { WebhookDelivery } from '@rielrails/core';
import { utf8 } from '@rielrails/kit';
import { expect, test } from 'vitest';
import { openWorld } from './world.ts';

/** Bongloy signs nothing, so that a hook is a hint whatever it carries; wrong keys are in `payments.test.ts`. */
async function genuine() {
  const world = openWorld();
  const paid = await world.paid();
  const delivery = world.emulator.webhooks.deliveries()[0] as WebhookDelivery;
  return { ...world, ...paid, delivery, text: new TextDecoder().decode(delivery.body) };
}

test.each([
  ['hexadecimal', 'ab'.repeat(32)],
  ['base64', Buffer.from('ab'.repeat(16)).toString('base64')],
  ['Stripe’s form', `t=1,v1=${'ab'.repeat(32)}`],
  ['nothing', ''],
])('a signature in %s makes no hook more than a hint', async (_what, signature) => {
  const { provider, delivery } = await genuine();
  const plain = await provider.parseWebhook(delivery);
  for (const name of ['bongloy-signature', 'stripe-signature', 'x-signature']) {
    const headers = new Headers(delivery.headers);
    headers.set(name, signature);
    expect(await provider.parseWebhook({ ...delivery, headers })).toEqual(plain);
  }
  expect(plain).toMatchObject({ outcome: 'accepted', trust: 'hint' });
});

test('a hook in another order, or with other spaces, points at the same payment and at nothing else', async () => {
  const { provider, delivery, text, target } = await genuine();
  const event = JSON.parse(text) as Record<string, unknown>;
  const turned = Object.fromEntries(Object.entries(event).toReversed());
  for (const same of [JSON.stringify(turned), JSON.stringify(event, null, 2)]) {
    const outcome = await provider.parseWebhook({ ...delivery, body: utf8(same) });
    expect(outcome).toMatchObject({ outcome: 'accepted', trust: 'hint' });
    expect(outcome.outcome === 'accepted' && outcome.events).toEqual([
      { type: 'changed', target: { reference: target.reference } },
    ]);
  }
});

test.each([1, -1])('a hook over an amount that is off by %i cent changes nothing', async (off) => {
  const { provider, delivery, text, target } = await genuine();
  expect(text).toContain('1500');
  const before = await provider.get(target);
  const outcome = await provider.parseWebhook({ ...delivery, body: utf8(text.replaceAll('1500', String(1500 + off))) });
  expect(outcome.outcome === 'accepted' && outcome.events.every((event) => !('payment' in event))).toBe(true);
  expect(await provider.get(target)).toEqual(before);
});

test('the hook of another merchant is looked up with our keys, and finds nothing', async () => {
  const { delivery } = await genuine();
  const other = openWorld();
  const outcome = await other.provider.parseWebhook(delivery);
  expect(outcome.outcome).toBe('accepted');
  for (const event of outcome.outcome === 'accepted' ? outcome.events : [])
    expect((await other.provider.get(event.target))?.receipts ?? []).toEqual([]);
});

test('a replay of a year ago has the key of its first delivery, and the payment is what it is', async () => {
  const { provider, delivery, target, runtime } = await genuine();
  const first = await provider.parseWebhook(delivery);
  const before = await provider.get(target);
  await runtime.clock.advance(365 * 86_400_000);
  expect(await provider.parseWebhook({ ...delivery, receivedAt: runtime.clock.now() })).toEqual(first);
  expect((await provider.get(target))?.receipts).toEqual(before?.receipts);
});
