import { parseReference } from '@rielrails/core';
import type { Instant, WebhookDelivery } from '@rielrails/core';
import { hmac, toHex, utf8 } from '@rielrails/kit';
import { createVirtualRuntime } from '@rielrails/kit/virtual';
import { fc, test as property } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { createSumsub } from './provider.ts';

const config = {
  appToken: 'sbx:abc.def',
  secretKey: 'a-secret-key-of-some-length',
  webhookSecrets: ['the-newer-secret', 'the-older-secret'],
};
const sumsub = createSumsub(config, createVirtualRuntime());

// The example of "Webhooks", with our kind of external id.
const body = JSON.stringify({
  applicantId: '65d34febc2b0cd19e02aa9ff',
  inspectionId: '65d34febc2b0cd19e02aa900',
  applicantType: 'individual',
  correlationId: '6a444c189bf5b6252e5dc486220f7b00',
  levelName: 'basic-kyc-level',
  sandboxMode: true,
  externalUserId: '7421905561083',
  type: 'applicantReviewed',
  reviewResult: { reviewAnswer: 'RED', rejectLabels: ['SCREENSHOTS'], reviewRejectType: 'RETRY' },
  reviewStatus: 'completed',
  createdAt: '2026-02-19 13:13:19+0000',
  createdAtMs: '2026-02-19 13:13:19.411',
});

function deliver(headers: Readonly<Record<string, string>>, text: string = body): WebhookDelivery {
  const url = 'https://shop.test/webhooks/sumsub';
  return { method: 'POST', url, headers: new Headers(headers), body: utf8(text), receivedAt: 0 as Instant };
}

function signed(
  text: string = body,
  secret = 'the-newer-secret',
  hash: 'sha1' | 'sha256' | 'sha512' = 'sha256',
): string {
  return toHex(hmac(hash, secret, text));
}

test.each([
  ['HMAC_SHA1_HEX', 'sha1'],
  ['HMAC_SHA256_HEX', 'sha256'],
  ['HMAC_SHA512_HEX', 'sha512'],
] as const)('%s is accepted with every active secret', async (algorithm, hash) => {
  for (const secret of config.webhookSecrets) {
    const headers = { 'x-payload-digest': signed(body, secret, hash), 'x-payload-digest-alg': algorithm };
    expect(await sumsub.parseWebhook(deliver(headers))).toEqual({
      outcome: 'accepted',
      trust: 'verified',
      dedupeKey: '65d34febc2b0cd19e02aa9ff|applicantReviewed|2026-02-19 13:13:19.411|6a444c189bf5b6252e5dc486220f7b00',
      events: [{ type: 'changed', target: { reference: parseReference('7421905561083') } }],
      reply: { status: 200 },
    });
  }
});

test('a delivery that names no digest is read with the configured one, and with no other', async () => {
  const outcomes = await Promise.all(
    (['sha1', 'sha256', 'sha512'] as const).map((hash) =>
      sumsub.parseWebhook(deliver({ 'x-payload-digest': signed(body, 'the-newer-secret', hash) })),
    ),
  );
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(['rejected', 'accepted', 'rejected']);
  const old = createSumsub({ ...config, webhookDigest: 'HMAC_SHA1_HEX' }, createVirtualRuntime());
  const headers = { 'x-payload-digest': signed(body, 'the-newer-secret', 'sha1') };
  expect(await old.parseWebhook(deliver(headers))).toMatchObject({ outcome: 'accepted' });
});

test.each([
  ['no headers', {}],
  ['no digest', { 'x-payload-digest-alg': 'HMAC_SHA256_HEX' }],
  ['a digest of another kind', { 'x-payload-digest': signed(), 'x-payload-digest-alg': 'HMAC_SHA512_HEX' }],
  ['an unknown kind', { 'x-payload-digest': signed(), 'x-payload-digest-alg': 'NONE' }],
  ['an empty kind', { 'x-payload-digest': signed(), 'x-payload-digest-alg': '' }],
  ['a foreign secret', { 'x-payload-digest': signed(body, 'someone-elses-secret') }],
  ["the app token's key", { 'x-payload-digest': signed(body, config.secretKey) }],
])('%s is refused', async (_what, headers) => {
  expect(await sumsub.parseWebhook(deliver(headers))).toEqual({
    outcome: 'rejected',
    reason: 'signature',
    reply: { status: 401 },
  });
});

test('any flipped bit of the body is refused', async () => {
  const delivery = deliver({ 'x-payload-digest': signed() });
  for (let bit = 0; bit < delivery.body.length * 8; bit += 37) {
    const flipped = Uint8Array.from(delivery.body, (byte, index) =>
      index === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte,
    );
    const outcome = await sumsub.parseWebhook({ ...delivery, body: flipped });
    expect(outcome).toMatchObject({ outcome: 'rejected', reason: 'signature' });
  }
});

test('the dedupe key follows the event, not the delivery', async () => {
  const keyOf = async (text: string) => {
    const outcome = await sumsub.parseWebhook(deliver({ 'x-payload-digest': signed(text) }, text));
    return outcome.outcome === 'accepted' && outcome.dedupeKey;
  };
  expect(await keyOf(body)).toBe(await keyOf(` ${body}`));
  expect(await keyOf(body)).not.toBe(await keyOf(body.replace('19.411', '19.412')));
  expect(await keyOf(body)).not.toBe(await keyOf(body.replace('applicantReviewed', 'applicantPending')));
});

test.each([
  ['not-ours', body.replace('7421905561083', 'tg-1001'), 200],
  ['not-ours', '{"type":"kytCaseCreated"}', 200],
  ['malformed', 'someText', 400],
  ['malformed', '[]', 400],
  ['malformed', `{"type":${'['.repeat(100)}`, 400],
  ['malformed', ' '.repeat(300_000), 413],
] as const)('a signed body may still be %s', async (reason, text, status) => {
  const outcome = await sumsub.parseWebhook(deliver({ 'x-payload-digest': signed(text) }, text));
  expect(outcome).toEqual({ outcome: 'rejected', reason, reply: { status } });
});

property.prop([fc.oneof(fc.json(), fc.string())], { seed: 31 })(
  'whatever is signed, reading it never throws, and names nobody without a reference of ours',
  async (text) => {
    const outcome = await sumsub.parseWebhook(deliver({ 'x-payload-digest': signed(text) }, text));
    expect(outcome.outcome).toBe('rejected');
  },
);
