import { fc, test as propertyTest } from '@fast-check/vitest';
import type { Instant, WebhookDelivery } from '@rielrails/core';
import { utf8 } from '@rielrails/kit';
import { expect, test } from 'vitest';
import { signAsAeon } from '../src/emulator/index.ts';
import { createAeon } from '../src/index.ts';
import { cents, openWorld } from './world.ts';

fc.configureGlobal({ seed: 20_260_102 });

const secret = 'demo-secret-not-real';
const { config, runtime } = openWorld();
const aeon = createAeon({ ...config, secret }, runtime);

const fields = {
  orderNo: '300217243809185440066',
  orderStatus: 'COMPLETED',
  userId: '42@example.test',
  merchantOrderNo: '20260001',
  orderCurrency: 'USD',
  orderAmount: '25.50',
  payCryptoRate: '1',
  payFiatRate: '1',
  payCryptoCurrency: 'USDT',
  payCryptoVolume: '25.5',
  payCryptoNetwork: 'TRX',
  hxAddress: '0xdemo',
  failReason: '',
  fee: '0.25',
};
const fourteen = Object.keys(fields);
/** The vector of the signature tests. */
const vector =
  'D8943F88720CB15553E760022A470F2C1A47EAE13CB4F626C9C85FCDC9F8B4B0BD082AE41BDACAF7ABC34967D878EA773AB34EEC7FB3CBF99B920048B6F33D03';

function deliver(body: unknown, method = 'POST'): WebhookDelivery {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return {
    method,
    url: 'https://shop.example/aeon/callback',
    headers: new Headers({ 'content-type': 'application/json' }),
    body: body instanceof Uint8Array ? body : utf8(text),
    receivedAt: runtime.clock.now(),
  };
}

function signed<F extends Readonly<Record<string, string>>>(
  body: F,
  names: readonly string[] = fourteen,
  key = secret,
) {
  return { ...body, sign: signAsAeon(new Map(Object.entries(body)), new Set(names), key) };
}

const accepted = {
  outcome: 'accepted',
  trust: 'verified',
  events: [{ type: 'changed', target: { reference: '20260001' } }],
  reply: { status: 200, body: 'success' },
};
const refused = { outcome: 'rejected', reason: 'signature', reply: { status: 401 } };

test('fourteen fields', async () => {
  expect(await aeon.parseWebhook(deliver({ ...fields, sign: vector }))).toMatchObject(accepted);
  expect(signed(fields).sign).toBe(vector);
});

test('fifteen fields, with the address', async () => {
  const body = { ...fields, address: 'TDeposit' };
  expect(await aeon.parseWebhook(deliver(signed(body, [...fourteen, 'address'])))).toMatchObject(accepted);
  const moved = { ...signed(body, [...fourteen, 'address']), address: 'TElsewhere' };
  expect(await aeon.parseWebhook(deliver(moved))).toMatchObject(refused);
});

test('a field outside the set that matched changes nothing', async () => {
  const plain = await aeon.parseWebhook(deliver(signed(fields)));
  const more = {
    ...signed(fields),
    address: 'TElsewhere',
    settlementAmount: '9999',
    customParam: { requested: 'USD 1' },
  };
  expect(await aeon.parseWebhook(deliver(more))).toEqual(plain);
});

test('re-ordered and re-serialised bodies are the same event', async () => {
  const body = signed(fields);
  const plain = await aeon.parseWebhook(deliver(body));
  const turned = Object.fromEntries(Object.entries(body).toReversed());
  const { failReason: _empty, ...without } = body;
  const numbers = JSON.stringify(body).replace('"orderAmount":"25.50"', '"orderAmount":25.50');
  for (const same of [turned, JSON.stringify(body, null, 2), without, { ...body, failReason: null }, numbers]) {
    expect(await aeon.parseWebhook(deliver(same))).toEqual(plain);
  }
});

test('the case of the signature is free, its encoding is not', async () => {
  const base64 = btoa(String.fromCharCode(...(vector.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16))));
  expect(await aeon.parseWebhook(deliver({ ...fields, sign: vector.toLowerCase() }))).toMatchObject(accepted);
  for (const sign of [base64, '', vector.slice(1), `${vector} `, null]) {
    expect(await aeon.parseWebhook(deliver({ ...fields, sign }))).toMatchObject(refused);
  }
  expect(await aeon.parseWebhook(deliver(fields))).toMatchObject(refused);
});

test.each(fourteen.filter((name) => fields[name as keyof typeof fields] !== ''))(
  'another %s is refused',
  async (name) => {
    const value = fields[name as keyof typeof fields];
    const body = { ...signed(fields), [name]: `${value.slice(0, -1)}${value.endsWith('1') ? '2' : '1'}` };
    expect(await aeon.parseWebhook(deliver(body))).toMatchObject(refused);
  },
);

test('an amount off by one cent, and another merchant’s event', async () => {
  expect(await aeon.parseWebhook(deliver({ ...signed(fields), orderAmount: '25.51' }))).toMatchObject(refused);
  expect(await aeon.parseWebhook(deliver(signed(fields, fourteen, 'another-secret')))).toMatchObject(refused);
});

test('the borders between fields cannot be moved', async () => {
  const { hxAddress, fee, ...others } = signed(fields);
  const merged = { ...others, fee: `${fee}&hxAddress=${hxAddress}` };
  expect(await aeon.parseWebhook(deliver(merged))).toMatchObject({ outcome: 'rejected', reason: 'malformed' });
});

test('the secret before the last rotation still verifies', async () => {
  const rotated = createAeon({ ...config, secret: 'the-next-secret', previousSecret: secret }, runtime);
  expect(await rotated.parseWebhook(deliver(signed(fields)))).toMatchObject(accepted);
  expect(await rotated.parseWebhook(deliver(signed(fields, fourteen, 'the-next-secret')))).toMatchObject(accepted);
});

test('a replay from a year ago has the key of its first delivery, and causes a lookup of the truth at most', async () => {
  const { emulator, provider, created, runtime: own } = openWorld();
  const target = await created();
  await emulator.payer.pay(target.reference);
  const [first] = emulator.webhooks.deliveries();
  const before = await provider.parseWebhook(first!);
  await own.clock.advance(365 * 86_400_000);
  const replay = await provider.parseWebhook({ ...first!, receivedAt: own.clock.now() });
  expect(replay).toEqual(before);
  expect(replay.outcome === 'accepted' && replay.events).toEqual([
    { type: 'changed', target: { reference: target.reference } },
  ]);
});

test('every status has a key of its own', async () => {
  const { emulator, provider, created } = openWorld();
  const target = await created();
  await emulator.payer.expire(target.reference);
  await emulator.payer.pay(target.reference);
  const outcomes = await Promise.all(emulator.webhooks.deliveries().map((one) => provider.parseWebhook(one)));
  const keys = outcomes.map((one) => (one.outcome === 'accepted' ? one.dedupeKey : one.reason));
  expect(new Set(keys).size).toBe(2);
});

test('an order that is none of ours is acknowledged and forgotten', async () => {
  const foreign = { ...fields, merchantOrderNo: '00012' };
  expect(await aeon.parseWebhook(deliver(signed(foreign)))).toMatchObject({
    reason: 'not-ours',
    reply: { status: 200 },
  });
});

test.each([
  ['another method', deliver(signed(fields), 'GET')],
  ['a list', deliver('[]')],
  ['null', deliver('null')],
  ['a number', deliver('7')],
  ['no JSON', deliver('orderNo=1')],
  ['not UTF-8', deliver(new Uint8Array([0xff, 0xfe]))],
  ['too long', deliver(' '.repeat(70_000))],
  ['too deep', deliver(`{"customParam":${'['.repeat(100)}${']'.repeat(100)}}`)],
] as const)('refused: %s', async (_what, delivery) => {
  expect(await aeon.parseWebhook(delivery)).toMatchObject({ outcome: 'rejected' });
});

propertyTest.prop([fc.uint8Array({ maxLength: 300 })])('any bytes are answered, and never believed', async (bytes) => {
  expect((await aeon.parseWebhook(deliver(bytes))).outcome).toBe('rejected');
});

propertyTest.prop([fc.dictionary(fc.constantFrom(...fourteen, 'address', 'sign', '__proto__'), fc.jsonValue())])(
  'any object is answered, and never believed',
  async (body) => {
    expect((await aeon.parseWebhook(deliver({ ...body }))).outcome).toBe('rejected');
  },
);

propertyTest.prop([
  fc.record(Object.fromEntries(fourteen.map((name) => [name, fc.string().filter((text) => !text.includes('&'))]))),
  fc.constantFrom('14', '15'),
])('whatever AEON signs is verified', async (body, set) => {
  const whole = { ...body, merchantOrderNo: '20260001', address: 'TDeposit' } as Record<string, string>;
  const delivery = deliver(signed(whole, set === '14' ? fourteen : [...fourteen, 'address']));
  expect(await aeon.parseWebhook(delivery)).toMatchObject(accepted);
});

test.each(['14', '15'] as const)('the emulated AEON signs %s fields', async (webhookFields) => {
  const { emulator, provider, created } = openWorld({ webhookFields });
  const target = await created();
  await emulator.payer.pay(target.reference, { amount: cents(2549n) });
  expect(await provider.parseWebhook(emulator.webhooks.deliveries()[0]!)).toMatchObject({
    outcome: 'accepted',
    events: [{ target: { reference: target.reference } }],
  });
});

test('a delivery of the future is a delivery: the scheme has no time', async () => {
  const future = { ...deliver(signed(fields)), receivedAt: (runtime.clock.now() + 86_400_000) as Instant };
  expect(await aeon.parseWebhook(future)).toMatchObject(accepted);
  expect(aeon.manifest.operations.parseWebhook).toMatchObject({ replayable: true });
});
