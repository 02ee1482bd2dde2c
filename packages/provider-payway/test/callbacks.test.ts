import type { Instant, WebhookDelivery } from '@rielrails/core';
import { utf8 } from '@rielrails/kit';
import { fc, test as propertyTest } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { callbackSignature } from '../src/emulator/signing.ts';
import type { CallbackDialect } from '../src/emulator/index.ts';
import { createPayway } from '../src/index.ts';
import { openWorld } from './world.ts';

fc.configureGlobal({ seed: 20_260_102 });

const key = 'test-api-key';
const world = openWorld();
const strict = createPayway({ ...world.config, apiKey: key }, world.runtime);
const lenient = createPayway({ ...world.config, apiKey: key, unsignedCallbacks: 'hint' }, world.runtime);

function deliver(body: string | Uint8Array, headers: Record<string, string> = {}, method = 'POST'): WebhookDelivery {
  return {
    method,
    url: 'https://shop.example/payway/callback',
    headers: new Headers({ 'content-type': 'application/json', ...headers }),
    body: typeof body === 'string' ? utf8(body) : body,
    receivedAt: 0 as Instant,
  };
}

function signed(body: string, header = 'X-PayWay-HMAC-SHA512'): WebhookDelivery {
  return deliver(body, { [header]: callbackSignature(body, key) });
}

const body = '{"tran_id":"42","apv":"123456","status":"0","return_params":"42","merchant_ref":""}';

test.each(['X-PayWay-HMAC-SHA512', 'x-payway-hmac-sha512', 'X_PAYWAY_HMAC_SHA512'])(
  'a signature in %s',
  async (name) => {
    expect(await strict.parseWebhook(signed(body, name))).toMatchObject({
      outcome: 'accepted',
      trust: 'verified',
      events: [{ type: 'changed', target: { reference: '42' } }],
      reply: { status: 200 },
    });
  },
);

test('the key before the last rotation still verifies callbacks', async () => {
  const rotated = createPayway({ ...world.config, apiKey: 'the-next-key', previousApiKey: key }, world.runtime);
  expect(await rotated.parseWebhook(signed(body))).toMatchObject({ trust: 'verified' });
});

test('return_params name the payment where tran_id is the gateway’s own', async () => {
  const own = '{"tran_id":"GW-9917","apv":"1","status":"0","return_params":"42","merchant_ref":""}';
  expect(await strict.parseWebhook(signed(own))).toMatchObject({ events: [{ target: { reference: '42' } }] });
  const neither = '{"tran_id":"GW-9917","apv":"1","status":"0","return_params":"x","merchant_ref":""}';
  expect(await strict.parseWebhook(signed(neither))).toMatchObject({ outcome: 'rejected', reason: 'not-ours' });
});

test.each([
  ['signature', deliver(body)],
  ['signature', deliver(body, { 'x-payway-hmac-sha512': '' })],
  ['signature', deliver(body.replace('123456', '123457'), { 'x-payway-hmac-sha512': callbackSignature(body, key) })],
  ['malformed', deliver('{}', {}, 'GET')],
  ['malformed', deliver('[1]', { 'x-payway-hmac-sha512': 'x' })],
  ['malformed', deliver('{"a":1e5}', { 'x-payway-hmac-sha512': 'x' })],
  ['malformed', deliver(new Uint8Array([0xff, 0xfe]), { 'x-payway-hmac-sha512': 'x' })],
  ['malformed', deliver(' '.repeat(70_000), { 'x-payway-hmac-sha512': 'x' })],
] as const)('rejected: %s', async (reason, delivery) => {
  expect(await strict.parseWebhook(delivery)).toMatchObject({ outcome: 'rejected', reason });
});

test('where unsigned callbacks are allowed, they are a hint, and a wrong signature is still rejected', async () => {
  const form = new URLSearchParams({ response: '{"tran_id":"42","status":0}' }).toString();
  const old = deliver(form, { 'content-type': 'application/x-www-form-urlencoded' });
  for (const delivery of [deliver(body), old]) {
    expect(await lenient.parseWebhook(delivery)).toMatchObject({
      outcome: 'accepted',
      trust: 'hint',
      events: [{ target: { reference: '42' } }],
    });
    expect(await strict.parseWebhook(delivery)).toMatchObject({ outcome: 'rejected', reason: 'signature' });
  }
  const forged = deliver(body, { 'x-payway-hmac-sha512': callbackSignature(body, 'another-key') });
  expect(await lenient.parseWebhook(forged)).toMatchObject({ outcome: 'rejected', reason: 'signature' });
  expect(lenient.manifest.operations.parseWebhook.authentication).toBe('none');
});

test.each(['short', 'full', 'unsigned', 'form'] satisfies CallbackDialect[])(
  'the %s callback of the emulated PayWay is understood',
  async (callbacks) => {
    const { emulator, created, provider } = openWorld({ callbacks }, { unsignedCallbacks: 'hint' });
    const target = await created();
    await emulator.payer.pay(target.reference, { currency: 'USD' });
    const [delivery] = emulator.webhooks.deliveries();
    expect(await provider.parseWebhook(delivery!)).toMatchObject({
      outcome: 'accepted',
      trust: callbacks === 'unsigned' || callbacks === 'form' ? 'hint' : 'verified',
      events: [{ target: { reference: target.reference } }],
    });
  },
);

propertyTest.prop([fc.uint8Array({ maxLength: 200 }), fc.string({ maxLength: 90 })])(
  'any bytes are answered, and never believed',
  async (bytes, signature) => {
    const header = signature.replaceAll(/[^\x20-\x7e]/g, '');
    const outcome = await strict.parseWebhook(deliver(bytes, { 'x-payway-hmac-sha512': header }));
    expect(outcome.outcome).toBe('rejected');
  },
);

propertyTest.prop([
  fc.dictionary(
    fc.stringMatching(/^[a-z_]{1,8}$/),
    fc.oneof(
      fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed()),
      fc.boolean(),
      fc.constant(null),
      fc.integer(),
      fc.integer({ min: 1, max: 999_999 }).map((cents) => cents / 100),
      fc.array(
        fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed()),
        { maxLength: 3 },
      ),
    ),
    { noNullPrototype: true },
  ),
])('whatever PayWay signs, the adapter verifies', async (fields) => {
  const text = JSON.stringify({ ...fields, return_params: '42' });
  expect(await strict.parseWebhook(signed(text))).toMatchObject({ outcome: 'accepted', trust: 'verified' });
});
