import type { Instant, WebhookDelivery } from '@rielrails/core';
import { hmac, toHex, utf8 } from '@rielrails/kit';
import { createVirtualRuntime } from '@rielrails/kit/virtual';
import { assert as holds, asyncProperty, jsonValue, uint8Array } from 'fast-check';
import { expect, test } from 'vitest';
import { createBitgo } from '../src/index.ts';
import { applied, openWorld } from './world.ts';

const secret = 'b7d2c9a04e5f4c8e9a1b';
const walletId = '59cd72485007a239fb00282ed480da1f';
const config = {
  accessToken: `v2x${'0'.repeat(64)}`,
  coin: 'tbtc4',
  walletId,
  walletPassphrase: 'correct horse',
  webhookSecrets: [secret],
} as const;
const custody = createBitgo(config, createVirtualRuntime());

const receivedAt = Date.UTC(2026, 10, 21) as Instant;
const signatureOf = (body: string | Uint8Array, key = secret) => toHex(hmac('sha256', key, body));

function deliveryOf(body: unknown, headers?: Readonly<Record<string, string>>): WebhookDelivery {
  const bytes = body instanceof Uint8Array ? body : utf8(typeof body === 'string' ? body : JSON.stringify(body));
  return {
    method: 'POST',
    url: 'https://shop.example/webhooks/bitgo',
    headers: new Headers(headers ?? { 'x-signature-sha256': signatureOf(bytes) }),
    body: bytes,
    receivedAt,
  };
}

const hash = 'b8a828b98dbf32d9fd1875cbace9640ceb8c82626716b4a64203fdc79bb46d26';
const transfer = { hash, transfer: walletId, coin: 'tbtc4', type: 'transfer', state: 'confirmed', wallet: walletId };
const approval = {
  type: 'pendingapproval',
  pendingApprovalId: walletId,
  walletId,
  state: 'approved',
  simulation: false,
};
const request = { walletId, txRequestId: 'r', txRequestVersion: 3, webhookType: 'txRequest', newState: 'delivered' };
const named = (...references: readonly string[]) =>
  references.map((reference) => ({ type: 'changed', target: { reference } }));
const nameless = [{ type: 'changed' }];

test.each<[string, object, readonly object[]]>([
  ['a transfer', transfer, nameless],
  ['a transfer without confirmation', { ...transfer, state: 'unconfirmed' }, nameless],
  ['a pending approval', approval, nameless],
  ['a transaction that was removed', { type: 'transactionRemoved', hash, coin: 'tbtc4', wallet: walletId }, nameless],
  ['a type that nobody knows', { type: 'moon', wallet: walletId }, nameless],
  ['a transaction request', { ...request, sequenceIds: ['42'] }, named('42')],
  ['one of many withdrawals', { ...request, sequenceIds: ['42', '43'] }, named('42', '43')],
  ['one of another shop system', { ...request, sequenceIds: ['order-7', null, 'ab'.repeat(100)] }, nameless],
  ['one without references', { ...request, sequenceIds: [] }, nameless],
  ['one whose references are no list', { ...request, sequenceIds: '42' }, nameless],
])('%s', async (_what, body, events) => {
  const outcome = await custody.parseWebhook(deliveryOf(body));
  expect(outcome).toMatchObject({ outcome: 'accepted', trust: 'verified', events, reply: { status: 200 } });
});

test.each<[string, WebhookDelivery, string, number]>([
  ['no signature', deliveryOf(transfer, {}), 'signature', 401],
  ['an empty signature', deliveryOf(transfer, { 'x-signature-sha256': '' }), 'signature', 401],
  [
    'another secret’s',
    deliveryOf(transfer, { 'x-signature-sha256': signatureOf(JSON.stringify(transfer), 'another secret') }),
    'signature',
    401,
  ],
  [
    'a signature over the same words with other spaces',
    deliveryOf(JSON.stringify(transfer, null, 1), { 'x-signature-sha256': signatureOf(JSON.stringify(transfer)) }),
    'signature',
    401,
  ],
  [
    'a signature in capitals',
    deliveryOf(transfer, { 'x-signature-sha256': signatureOf(JSON.stringify(transfer)).toUpperCase() }),
    'signature',
    401,
  ],
  [
    'half a signature',
    deliveryOf(transfer, { 'x-signature-sha256': signatureOf(JSON.stringify(transfer)).slice(0, 32) }),
    'signature',
    401,
  ],
  ['another wallet', deliveryOf({ ...transfer, wallet: '0'.repeat(32) }), 'not-ours', 200],
  ['another wallet’s approval', deliveryOf({ ...approval, walletId: '0'.repeat(32) }), 'not-ours', 200],
  ['no wallet', deliveryOf({ type: 'block', coin: 'tbtc4' }), 'not-ours', 200],
  ['a wallet that is no text', deliveryOf({ ...transfer, wallet: [walletId] }), 'not-ours', 200],
  ['a signed list', deliveryOf([transfer]), 'not-ours', 200],
  ['a signed nothing', deliveryOf(''), 'malformed', 400],
  ['signed bytes that are no text', deliveryOf(new Uint8Array([0xff, 0xfe])), 'malformed', 400],
  ['a signed half', deliveryOf(JSON.stringify(transfer).slice(0, -1)), 'malformed', 400],
  ['a signed quarter of a mebibyte and one byte', deliveryOf(' '.repeat(262_145)), 'malformed', 413],
])('%s is rejected', async (_what, delivery, reason, status) => {
  expect(await custody.parseWebhook(delivery)).toMatchObject({ outcome: 'rejected', reason, reply: { status } });
});

test('while a secret is being changed, both are good', async () => {
  const both = createBitgo({ ...config, webhookSecrets: ['a newer secret', secret] }, createVirtualRuntime());
  const newer = { 'x-signature-sha256': signatureOf(JSON.stringify(transfer), 'a newer secret') };
  for (const delivery of [deliveryOf(transfer), deliveryOf(transfer, newer)])
    expect(await both.parseWebhook(delivery)).toMatchObject({ outcome: 'accepted' });
});

test('the key is made of what is signed: a header that anybody may write changes nothing', async () => {
  const signature = { 'x-signature-sha256': signatureOf(JSON.stringify(transfer)) };
  const one = await custody.parseWebhook(deliveryOf(transfer, { ...signature, 'idempotency-key': '1' }));
  const two = await custody.parseWebhook(deliveryOf(transfer, { ...signature, 'idempotency-key': '2' }));
  const other = await custody.parseWebhook(deliveryOf({ ...transfer, state: 'unconfirmed' }));
  expect(one).toEqual(two);
  expect(one).not.toMatchObject({ dedupeKey: (other as { readonly dedupeKey: string }).dedupeKey });
});

test('a signed hook moves nothing: the truth is read back', async () => {
  const world = await openWorld();
  const { input } = await world.withdrawn();
  const [key = ''] = world.emulator.config.webhookSecrets;
  const body = JSON.stringify({ ...transfer, wallet: world.config.walletId, state: 'failed' });
  const delivery = deliveryOf(body, { 'x-signature-sha256': signatureOf(body, key) });
  expect(await world.custody.parseWebhook(delivery)).toMatchObject({ events: nameless });
  expect(await world.custody.get(input)).toMatchObject({ status: 'signing' });
});

test('whatever bytes come, and whatever JSON is signed, nothing is thrown', async () => {
  await holds(
    asyncProperty(uint8Array({ maxLength: 200 }), jsonValue(), async (bytes, value) => {
      expect(await custody.parseWebhook(deliveryOf(bytes, {}))).toMatchObject({ outcome: 'rejected' });
      expect(await custody.parseWebhook(deliveryOf(JSON.stringify(value)))).toMatchObject({ outcome: 'rejected' });
    }),
    { numRuns: 100, seed: 20_261_124 },
  );
});

test('the emulator tells every change, and names the reference where BitGo would', async () => {
  const world = await openWorld({ approvalAboveSats: 0n, tellsSequenceIds: true });
  const input = world.withdrawal();
  applied(await world.custody.withdraw(input));
  await world.emulator.approvals.approve(input.reference);
  await world.emulator.desk.broadcast(input.reference);
  await world.emulator.network.confirm(1);
  const told = world.emulator.webhooks.deliveries();
  const bodies = told.map(({ body }) => JSON.parse(new TextDecoder().decode(body)) as Record<string, unknown>);
  expect(
    bodies.map(
      ({ type, webhookType, state, newState }) => `${String(type ?? webhookType)} ${String(state ?? newState)}`,
    ),
  ).toEqual([
    'pendingapproval pending',
    'txRequest pendingApproval',
    'pendingapproval approved',
    'transfer new',
    'txRequest signed',
    'transfer unconfirmed',
    'txRequest unconfirmed',
    'transfer confirmed',
    'txRequest confirmed',
  ]);
  for (const delivery of told)
    expect(await world.custody.parseWebhook(delivery)).toMatchObject({ outcome: 'accepted' });
  const last = told.at(-1);
  expect(last && (await world.custody.parseWebhook(last))).toMatchObject({ events: named(input.reference) });
});
