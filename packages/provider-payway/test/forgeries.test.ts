import type { Instant, WebhookDelivery } from '@rielrails/core';
import { utf8 } from '@rielrails/kit';
import { expect, test } from 'vitest';
import { callbackSignature } from '../src/emulator/signing.ts';
import { openWorld } from './world.ts';

/** PayWay's header is base64 of 64 bytes; a body with an amount, as its older callbacks had. */
const apiKey = 'test-api-key';
const world = openWorld({}, { apiKey });
const body = '{"tran_id":"42","apv":"123456","status":"0","amount":40000,"currency":"KHR","return_params":"42"}';
const signature = callbackSignature(body, apiKey);

function callback(text: string, proof: string): WebhookDelivery {
  return {
    method: 'POST',
    url: 'https://shop.example/payway/callback',
    headers: new Headers({ 'content-type': 'application/json', 'x-payway-hmac-sha512': proof }),
    body: utf8(text),
    receivedAt: 0 as Instant,
  };
}

const hexadecimal = Buffer.from(signature, 'base64').toString('hex');

test.each([
  ['hexadecimal', hexadecimal],
  ['upper-case hexadecimal', hexadecimal.toUpperCase()],
  ['URL-safe base64', Buffer.from(signature, 'base64').toString('base64url')],
  ['base64 without padding', signature.replace(/=+$/, '')],
  ['base64 of the hexadecimal', Buffer.from(hexadecimal).toString('base64')],
  ['base64 in other letters', signature.toLowerCase()],
  ['half of it', signature.slice(0, 44)],
  ['the signature twice', `${signature}, ${signature}`],
  ['the key of another merchant', callbackSignature(body, 'another-key')],
])('a signature as %s is none', async (_what, proof) => {
  expect(await world.provider.parseWebhook(callback(body, signature))).toMatchObject({ trust: 'verified' });
  expect(await world.provider.parseWebhook(callback(body, proof))).toMatchObject({
    outcome: 'rejected',
    reason: 'signature',
  });
});

test('the members in another order, or with other spaces, are the same event: their values are signed, not the text', async () => {
  const genuine = await world.provider.parseWebhook(callback(body, signature));
  const fields = JSON.parse(body) as Record<string, unknown>;
  const turned = JSON.stringify(Object.fromEntries(Object.entries(fields).toReversed()));
  for (const same of [turned, JSON.stringify(fields, null, 2)]) {
    expect(await world.provider.parseWebhook(callback(same, signature))).toMatchObject({
      outcome: 'accepted',
      events: genuine.outcome === 'accepted' ? genuine.events : [],
    });
  }
});

test.each([
  ['one riel more', body.replace('40000', '40001')],
  ['one riel less', body.replace('40000', '39999')],
  ['the other currency', body.replace('KHR', 'USD')],
  ['another order', body.replaceAll('"42"', '"43"')],
])('%s under the signature of this one: rejected', async (_what, text) => {
  expect(await world.provider.parseWebhook(callback(text, signature))).toMatchObject({ reason: 'signature' });
});

test('the event of another merchant of PayWay’s is not ours, and a replay of a year ago changes nothing', async () => {
  const { emulator, created, provider, runtime } = openWorld();
  const target = await created();
  await emulator.payer.pay(target.reference, { currency: 'KHR' });
  const [genuine] = emulator.webhooks.deliveries();
  const stranger = openWorld({}, { apiKey: 'the-key-of-another-merchant' });
  expect(await stranger.provider.parseWebhook(genuine!)).toMatchObject({ outcome: 'rejected', reason: 'signature' });
  const first = await provider.parseWebhook(genuine!);
  const before = await provider.get(target);
  await runtime.clock.advance(365 * 86_400_000);
  const again = await provider.parseWebhook({ ...genuine!, receivedAt: runtime.clock.now() });
  expect(again).toEqual(first);
  expect(again).not.toHaveProperty('events.0.payment');
  expect((await provider.get(target))?.receipts).toMatchObject(
    (before?.receipts ?? []).map(({ amount }) => ({ amount })),
  );
  expect(emulator.applied.receipts).toHaveLength(1);
});
