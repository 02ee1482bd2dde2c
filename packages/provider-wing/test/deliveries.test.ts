import type { Instant, WebhookDelivery } from '@rielrails/core';
import { utf8 } from '@rielrails/kit';
import { fc, test as propertyTest } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { sealWithApiKey, sealWithPassword } from '../src/emulator/cipher.ts';
import { createWing } from '../src/index.ts';
import { created, openNoProof, openV1, openV2, request } from './world.ts';

fc.configureGlobal({ seed: 20_260_102 });

const { provider, runtime, emulator } = openV2();
const { password, restApiKey } = emulator.config;
const text = '{"remark":"42","amount":" KHR 40000.00","transaction_id":"ONL000000001"}';

function post(body: string | Uint8Array, receivedAt = 0): WebhookDelivery {
  return {
    method: 'POST',
    url: 'https://shop.example/webhooks/wing',
    headers: new Headers({ 'content-type': 'application/x-www-form-urlencoded' }),
    body: typeof body === 'string' ? utf8(body) : body,
    receivedAt: receivedAt as Instant,
  };
}

function get(query: string): WebhookDelivery {
  return { ...post(''), method: 'GET', url: `https://shop.example/webhooks/wing${query}` };
}

const contents = (sealed: string) => post(new URLSearchParams({ contents: sealed }).toString());
const hint = {
  outcome: 'accepted',
  trust: 'hint',
  events: [{ type: 'changed', target: { reference: '42' } }],
  reply: { status: 200 },
};

test.each([
  ['a callback under the password', contents(sealWithPassword(text, password))],
  ['a callback under the API key', contents(sealWithApiKey(text, restApiKey))],
  ['plus signs that nobody escaped', post(`contents=${sealWithApiKey(text, restApiKey)}`)],
  ['the name of version 2', contents(sealWithPassword('{"order_reference_no":"42"}', password))],
  ['the form that a payer brings back', post('remark=42&amount=+USD+30.00&transaction_id=ONL1')],
  ['the way back of version 2', get('?reference=42&status=success&token=abc')],
  ['a second question mark', get('?reference=42?status=success&token=abc')],
  ['the way back without paying', get('?reference=42')],
])('%s is a hint', async (_name, delivery) => {
  expect(await provider.parseWebhook(delivery)).toMatchObject(hint);
});

test('Wing reads "success" in answer to a callback', async () => {
  expect(await provider.parseWebhook(contents(sealWithApiKey(text, restApiKey)))).toMatchObject({
    reply: { body: 'success' },
  });
});

test.each([
  ['a callback under somebody’s key', contents(sealWithApiKey(text, 'b'.repeat(64)))],
  ['a callback in plain text', contents(text)],
  [
    'a callback in URL-safe base64',
    contents(sealWithApiKey(text, restApiKey).replaceAll('+', '-').replaceAll('/', '_')),
  ],
  ['a callback in hexadecimal', contents(Buffer.from(sealWithApiKey(text, restApiKey), 'base64').toString('hex'))],
  ['a callback that was cut', contents(sealWithApiKey(text, restApiKey).slice(0, 44))],
  ['a callback of another order system', contents(sealWithApiKey('{"remark":"ORDER-1001"}', restApiKey))],
  ['a callback without a name', contents(sealWithApiKey('{}', restApiKey))],
  ['a callback of a list', contents(sealWithApiKey('["42"]', restApiKey))],
  ['a callback with a number for a name', contents(sealWithApiKey('{"remark":42}', restApiKey))],
  ['a form of another order system', post('remark=R123&amount=USD+1.00')],
  ['an empty form', post('')],
  ['a name beyond 63 bits', post('remark=9223372036854775808')],
  ['no name in the address', get('?status=success&token=abc')],
  ['another name in the address', get('?preference=42')],
  ['an address with a body', { ...get('?reference=42'), body: utf8('x') }],
  ['another method', { ...post('remark=42'), method: 'PUT' }],
  ['no UTF-8', post(new Uint8Array([0xff, 0xfe]))],
  ['a mark of byte order', post(`\uFEFFremark=42`)],
  ['a body without end', post(`remark=42&x=${'y'.repeat(20_000)}`)],
] as const)('%s is rejected, and every rejection looks alike', async (_name, delivery) => {
  expect(await provider.parseWebhook(delivery)).toEqual({
    outcome: 'rejected',
    reason: 'malformed',
    reply: { status: 400 },
  });
});

test('the keys before the last change still open callbacks', async () => {
  const next = createWing({ ...emulator.config, password: 'n'.repeat(32), previousKey: password }, runtime);
  expect(await next.parseWebhook(contents(sealWithPassword(text, password)))).toMatchObject(hint);
  const old = openV1({}, { restApiKey: 'c'.repeat(64), previousKey: 'd'.repeat(64) }).provider;
  expect(await old.parseWebhook(contents(sealWithApiKey(text, 'd'.repeat(64))))).toMatchObject(hint);
  expect(await old.parseWebhook(contents(sealWithApiKey(text, restApiKey)))).toMatchObject({ outcome: 'rejected' });
});

test('a made-up hint does not take the key of the genuine one, and time changes nothing', async () => {
  const keyOf = async (delivery: WebhookDelivery) => {
    const outcome = await provider.parseWebhook(delivery);
    return outcome.outcome === 'accepted' ? outcome.dedupeKey : 'rejected';
  };
  const genuine = contents(sealWithApiKey(text, restApiKey));
  expect(await keyOf(post('remark=42&transaction_id=ONL000000001'))).not.toBe(await keyOf(genuine));
  expect(await keyOf(genuine)).toMatch(/^42:[0-9a-f]{64}$/);
  expect(await keyOf({ ...genuine, receivedAt: (365 * 86_400_000) as Instant })).toBe(await keyOf(genuine));
});

test('whatever a return says, only the inquiry tells of money', async () => {
  const world = openV2();
  const { target } = await created(world, request(world.runtime));
  for (const claim of [
    get(`?reference=${target.reference}&status=success&token=abc`),
    post(`remark=${target.reference}&amount=+KHR+40000.00&total=+KHR+40000.00&transaction_id=ONL000000001`),
    contents(
      sealWithApiKey(`{"remark":"${target.reference}","amount":" KHR 40000.00"}`, world.emulator.config.restApiKey),
    ),
  ]) {
    const outcome = await world.provider.parseWebhook(claim);
    expect(outcome).toMatchObject({ trust: 'hint', events: [{ target: { reference: target.reference } }] });
    expect(JSON.stringify(outcome)).not.toContain('payment"');
    expect(await world.provider.get(target)).toMatchObject({ status: 'awaiting-payer', receipts: [] });
  }
});

test.each(['password', 'api-key'] as const)('a callback of version 2 under the %s is read', async (callbackKey) => {
  const world = openNoProof({ callbackKey });
  const { target } = await created(world, request(world.runtime));
  await world.emulator.payer.pay(target.reference);
  const delivery = world.emulator.webhooks.deliveries().at(-1);
  expect(await world.provider.parseWebhook(delivery!)).toMatchObject({
    trust: 'hint',
    events: [{ target: { reference: target.reference } }],
  });
});

propertyTest.prop([fc.uint8Array({ maxLength: 300 })])('any bytes are answered, and never verified', async (bytes) => {
  const outcome = await provider.parseWebhook(post(bytes));
  expect(outcome.outcome === 'rejected' || outcome.trust === 'hint').toBe(true);
});

propertyTest.prop([fc.string({ maxLength: 200 })])('any callback is answered', async (sealed) => {
  expect(await provider.parseWebhook(contents(sealed))).toMatchObject({ outcome: 'rejected' });
});
