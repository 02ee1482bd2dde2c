import type { KycCase, WebhookDelivery } from '@rielrails/core';
import { hmac, toHex, utf8 } from '@rielrails/kit';
import type { FaultName } from '@rielrails/kit/emulator';
import { fc, test as property } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { createOnfido } from '../src/index.ts';
import { firstOf, input, openWorld, reference } from './world.ts';
import type { World } from './world.ts';

async function openStarted(...options: Parameters<typeof openWorld>): Promise<World> {
  const world = openWorld(...options);
  await world.onfido.start(input);
  return world;
}

/** What a receiver makes of deliveries: each key counts once, and the truth is read back. */
async function receive({ emulator, onfido }: World, order: (count: number) => readonly number[] = inOrder) {
  const deliveries = emulator.webhooks.deliveries();
  const keys = new Set<string>();
  let rejected = 0;
  let last: KycCase | null = null;
  for (const index of order(deliveries.length)) {
    const delivery = deliveries[index];
    const outcome = delivery && (await onfido.parseWebhook(delivery));
    if (outcome?.outcome !== 'accepted') rejected += 1;
    else if (!keys.has(outcome.dedupeKey)) {
      keys.add(outcome.dedupeKey);
      for (const { target } of outcome.events) last = await onfido.get(target);
    }
  }
  return { events: keys.size, rejected, last };
}

const inOrder = (count: number) => Array.from({ length: count }, (_, index) => index);

function delivered({ emulator }: World, index = -1): WebhookDelivery {
  const delivery = emulator.webhooks.deliveries().at(index);
  if (!delivery) throw new Error('nothing was sent');
  return delivery;
}

test('a delivery says whose case it is, under a key of its own, and no more', async () => {
  const world = await openStarted();
  await world.emulator.desk.approve(reference);
  expect(await world.onfido.parseWebhook(delivered(world))).toEqual({
    outcome: 'accepted',
    trust: 'verified',
    dedupeKey: expect.stringMatching(/^workflow_run\.completed\|[0-9a-f-]{36}\|approved\|2026-01-02T03:04:05Z$/),
    events: [{ type: 'changed', target: { reference } }],
    reply: { status: 200 },
  });
});

test('while its token is changed, a webhook may be signed with either', async () => {
  const world = await openStarted();
  await world.emulator.desk.approve(reference);
  const [old = ''] = world.emulator.config.webhookTokens;
  const changing = createOnfido(
    { ...world.emulator.config, webhookTokens: ['the-newer-token-of-it', old] },
    world.runtime,
  );
  const changed = createOnfido({ ...world.emulator.config, webhookTokens: ['the-newer-token-of-it'] }, world.runtime);
  expect(await changing.parseWebhook(delivered(world))).toMatchObject({ outcome: 'accepted' });
  expect(await changed.parseWebhook(delivered(world))).toMatchObject({ outcome: 'rejected', reason: 'signature' });
});

test.each<[FaultName, { readonly events: number; readonly rejected: number }]>([
  ['duplicate-webhook', { events: 2, rejected: 0 }],
  ['reordered-webhooks', { events: 2, rejected: 0 }],
  ['dropped-webhook', { events: 1, rejected: 0 }],
  ['late-webhook', { events: 2, rejected: 0 }],
  ['forged-webhook', { events: 2, rejected: 1 }],
])('under %s the truth is what is believed', async (fault, expected) => {
  const world = await openStarted();
  await world.emulator.desk.approve(reference);
  world.emulator.faults.add(fault, { route: 'webhook' });
  await world.emulator.desk.revoke(reference);
  await world.emulator.webhooks.flush();
  expect(await receive(world)).toMatchObject({ ...expected, last: { status: 'revoked' } });
});

property.prop([fc.array(fc.nat(), { minLength: 1, maxLength: 10 })], { seed: 13, numRuns: 40 })(
  'reviews that come in any order, any number of times, end in the truth',
  async (picks) => {
    const world = await openStarted();
    await world.emulator.desk.reject(reference, 'retry');
    await world.onfido.start(input);
    await world.emulator.desk.approve(reference);
    await world.emulator.desk.revoke(reference);
    const received = await receive(world, (count) => picks.map((pick) => pick % count));
    expect(received).toMatchObject({ rejected: 0, last: { status: 'revoked' } });
  },
);

test('an old approval that is played again approves nobody', async () => {
  const world = await openStarted();
  await world.emulator.desk.approve(reference);
  await world.emulator.desk.revoke(reference);
  expect(await receive(world, () => [0])).toMatchObject({ events: 1, last: { status: 'revoked' } });
});

test('a review that ends twice is told twice', async () => {
  const world = await openStarted();
  await world.emulator.dashboard.review(reference);
  await world.emulator.dashboard.decide(reference, 'approved');
  expect(await receive(world)).toMatchObject({ events: 2, rejected: 0 });
});

test.each([
  ['no header', new Headers()],
  ['an empty signature', new Headers({ 'x-sha2-signature': '' })],
  ['a short signature', new Headers({ 'x-sha2-signature': 'abcd' })],
  ['another algorithm', new Headers({ 'x-sha2-signature': 'a'.repeat(128) })],
  ['the signature of another token', new Headers({ 'x-sha2-signature': toHex(hmac('sha256', 'other', 'x')) })],
])('%s is refused', async (_what, headers) => {
  const world = await openStarted();
  await world.emulator.desk.approve(reference);
  expect(await world.onfido.parseWebhook({ ...delivered(world), headers })).toEqual({
    outcome: 'rejected',
    reason: 'signature',
    reply: { status: 401 },
  });
});

/** A delivery that was signed as it should be. */
function signed(world: World, text: string): WebhookDelivery {
  const [token = ''] = world.emulator.config.webhookTokens;
  const headers = new Headers({ 'x-sha2-signature': toHex(hmac('sha256', token, text)) });
  const url = 'https://shop.test/webhooks/onfido';
  return { method: 'POST', url, headers, body: utf8(text), receivedAt: world.runtime.clock.now() };
}

const event = {
  resource_type: 'workflow_run',
  action: 'workflow_run.completed',
  object: { id: 'a-run', status: 'approved', completed_at_iso8601: '2026-01-02T03:04:05Z' },
  resource: { tags: ['vip', 'kyc-7421905561083'] },
};

test.each([
  ['not-ours', { ...event, resource: { tags: ['vip'] } }, 200],
  ['not-ours', { ...event, resource: { tags: ['kyc-not-a-number'] } }, 200],
  ['not-ours', { ...event, resource: undefined }, 200],
  ['not-ours', { ...event, resource_type: 'check', action: 'check.completed' }, 200],
  ['malformed', { ...event, object: {} }, 400],
  ['malformed', {}, 400],
] as const)('a signed body may still be %s', async (reason, payload, status) => {
  const world = openWorld();
  const outcome = await world.onfido.parseWebhook(signed(world, JSON.stringify({ payload })));
  expect(outcome).toEqual({ outcome: 'rejected', reason, reply: { status } });
});

test('a signed body that is too long is refused unread', async () => {
  const world = openWorld();
  expect(await world.onfido.parseWebhook(signed(world, ' '.repeat(300_000)))).toMatchObject({
    reason: 'malformed',
    reply: { status: 413 },
  });
});

property.prop(
  [
    fc.oneof(
      fc.json(),
      fc.string(),
      fc.json().map((text) => `{"payload":${text}}`),
    ),
  ],
  { seed: 17 },
)('whatever is signed, reading it never throws, and names nobody without our tag', async (text) => {
  const world = openWorld();
  const outcome = await world.onfido.parseWebhook(signed(world, text));
  expect(outcome.outcome).toBe('rejected');
});

test('an event of a task is not ours, and is answered so that it does not come again', async () => {
  const world = await openStarted({ webhookEvents: ['check.completed', 'report.completed'] });
  const { applicant_id } = firstOf(await world.runs());
  await world.call('POST', '/checks', { applicant_id, report_names: ['document'] });
  await world.runtime.clock.advance(2000);
  expect(world.emulator.webhooks.sent).toHaveLength(2);
  expect(await receive(world)).toEqual({ events: 0, rejected: 2, last: null });
});
