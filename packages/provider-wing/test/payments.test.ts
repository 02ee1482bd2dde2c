import type { Instant } from '@rielrails/core';
import { expect, test } from 'vitest';
import { createWing } from '../src/index.ts';
import type { WingV1Config, WingV2Config } from '../src/index.ts';
import { cents, created, openNoProof, openV1, openV2, request, riel } from './world.ts';

test('version 2: the page is opened with the token in base64, and a payment is found', async () => {
  const world = openV2();
  const { runtime, emulator, provider } = world;
  const { target, url, next } = await created(world, request(runtime));
  expect(url).toMatch(/^https:\/\/stageonline\.wingmoney\.com\/wingonlinesdk\/v2\/online\/payment\/confirm\?token=/);
  expect(next.payableUntil).toBeUndefined();
  expect(await provider.get(target)).toMatchObject({ status: 'awaiting-payer', receipts: [] });
  const transaction = await emulator.payer.pay(target.reference, { name: 'SOK DARA' });
  expect(await provider.get(target)).toEqual({
    reference: target.reference,
    requested: riel(40_000n),
    receipts: [
      { transaction, amount: riel(40_000n), paidAt: Date.UTC(2026, 0, 2, 3, 4, 5), payer: { name: 'SOK DARA' } },
    ],
    refunds: [],
    reversals: [],
    status: 'paid',
  });
});

test('one riel less and one cent more are told as they came', async () => {
  const khr = openV2();
  const { target } = await created(khr, request(khr.runtime));
  await khr.emulator.payer.pay(target.reference, { amount: riel(39_999n) });
  expect(await khr.provider.get(target)).toMatchObject({
    status: 'paid',
    requested: riel(40_000n),
    receipts: [{ amount: riel(39_999n) }],
  });
  const usd = openV2({ currency: 'USD' });
  const dollars = await created(usd, request(usd.runtime, { amount: cents(1500n) }));
  await usd.emulator.payer.pay(dollars.target.reference, { amount: cents(1501n) });
  expect(await usd.provider.get(dollars.target)).toMatchObject({
    requested: cents(1500n),
    receipts: [{ amount: cents(1501n) }],
  });
});

test('the true purpose goes to Wing, and one that is too long is refused before anything is sent', async () => {
  const { runtime, emulator, provider } = openV2();
  const { target, url } = await created({ provider }, request(runtime));
  expect(await (await emulator.fetch(new Request(url), {})).text()).toContain('Purchase of bitcoin for riel');
  const sent = emulator.exchanges.length;
  const attempt = await provider.create(request(runtime, { purpose: 'x'.repeat(256) }));
  expect(attempt).toMatchObject({
    outcome: 'refused',
    fault: { kind: 'invalid', message: 'wing purpose: is longer than 255 characters' },
  });
  expect(await provider.create(request(runtime, { returnUrl: 'shop://back' }))).toMatchObject({
    outcome: 'refused',
    fault: { kind: 'invalid' },
  });
  expect(emulator.exchanges.length).toBe(sent);
  expect(target.handle).toBe('KHR.40000');
});

test('a second create is a second page, and a token pays once', async () => {
  const { runtime, emulator, provider } = openV2();
  const input = request(runtime);
  const first = await created({ provider }, input);
  const second = await created({ provider }, input);
  expect(first.url).not.toBe(second.url);
  await emulator.payer.pay(input.reference);
  expect(await emulator.payer.payTwice(input.reference)).toBeNull();
  await expect(emulator.payer.pay(input.reference)).rejects.toThrow('made already');
  expect(await provider.get(second.target)).toMatchObject({ receipts: [{ transaction: 'ONL000000001' }] });
});

test.each([
  ['another password', { password: 'x'.repeat(32) }, '402'],
  ['another API key', { restApiKey: 'b'.repeat(64) }, '401'],
  ['another username', { username: 'online.somebody' }, '401'],
  ['another domain', { domain: 'evil.example' }, '403'],
  ['another biller', { account: { type: 'biller', number: '1' } }, '406'],
  ['a till instead of a biller', { account: { type: 'till', number: '5999' } }, '406'],
] as const)('%s: refused, with the code and nothing else of Wing’s answer', async (_name, change, code) => {
  const { runtime, emulator, provider } = openV2({}, change);
  const attempt = await provider.create(request(runtime));
  const message = `wing authorise: Wing refused with code ${code}`;
  expect(attempt).toMatchObject({ outcome: 'refused', fault: { kind: 'declined', providerCode: code, message } });
  expect(emulator.applied.payments).toEqual([]);
});

test('a clock that is wrong by an hour is refused', async () => {
  const { runtime, emulator } = openV2();
  const late = { ...runtime, clock: { ...runtime.clock, now: () => (runtime.clock.now() - 3_600_000) as Instant } };
  const provider = createWing(emulator.config, late);
  expect(await provider.create(request(runtime))).toMatchObject({ outcome: 'refused', fault: { providerCode: '408' } });
});

test('an unfamiliar code of the inquiry is neither paid nor unpaid, and is logged once', async () => {
  const { runtime, emulator, provider } = openV2({}, { unpaidCodes: [] });
  const { target } = await created({ provider }, request(runtime));
  expect(await provider.get(target)).toMatchObject({ status: 'processing', receipts: [] });
  expect(await provider.get(target)).toMatchObject({ status: 'processing', receipts: [] });
  expect(runtime.entries.filter(({ event }) => event === 'unfamiliar-word')).toHaveLength(1);
  await emulator.payer.pay(target.reference);
  expect(await provider.get(target)).toMatchObject({ status: 'paid' });
});

test.each([undefined, '', 'KHR', 'THB.1', 'KHR.-5', 'KHR.1e9', `KHR.${'9'.repeat(19)}`])(
  'without a handle of ours a lookup is refused, and asks nobody: %s',
  async (handle) => {
    const { runtime, emulator, provider } = openV2();
    const { reference } = request(runtime);
    const target = handle === undefined ? { reference } : { reference, handle };
    await expect(provider.get(target)).rejects.toMatchObject({ fault: { kind: 'invalid' } });
    expect(emulator.exchanges).toHaveLength(0);
  },
);

test.each(['timeout-after-apply', 'reset-after-apply', 'http-500-after-apply', 'unreadable-200', 'http-503'] as const)(
  'an inquiry with %s is asked again, and never "not found"',
  async (fault) => {
    const { runtime, emulator, provider } = openV2();
    const { target } = await created({ provider }, request(runtime));
    await emulator.payer.pay(target.reference);
    emulator.faults.add(fault, { route: 'inquiry-v2' });
    expect(await runtime.clock.run(() => provider.get(target))).toMatchObject({ status: 'paid' });
    emulator.faults.add(fault, { route: 'inquiry-v2', times: 100 });
    await expect(runtime.clock.run(() => provider.get(target))).rejects.toMatchObject({
      fault: { kind: 'unavailable' },
    });
  },
);

test('nothing to inquire at: no get, nothing verified, and the id says so', async () => {
  const { runtime, emulator, provider } = openNoProof();
  expect(provider.id).toBe('wing-no-proof');
  expect('get' in provider).toBe(false);
  expect(provider.manifest.operations).toEqual({
    parseWebhook: { authentication: 'none', replayable: true, covers: [] },
  });
  const { target } = await created({ provider }, request(runtime));
  await emulator.payer.pay(target.reference);
  const outcomes = await Promise.all(emulator.webhooks.deliveries().map((one) => provider.parseWebhook(one)));
  expect(outcomes).toHaveLength(2);
  for (const outcome of outcomes) {
    expect(outcome).toMatchObject({ outcome: 'accepted', trust: 'hint' });
    // Not a word about money: there is nothing that an engine could credit.
    expect(outcome.outcome === 'accepted' && outcome.events).toEqual([
      { type: 'changed', target: { reference: target.reference } },
    ]);
  }
});

test('version 1: the browser posts the form, and what it changed is seen by the inquiry', async () => {
  const { runtime, emulator, provider, form } = openV1({ currency: 'USD' });
  const { target, url } = await created({ provider }, request(runtime, { amount: cents(3000n) }));
  expect(emulator.exchanges).toHaveLength(0);
  expect(await provider.get(target)).toMatchObject({ status: 'awaiting-payer', requested: cents(3000n) });
  const page = await form(url).text();
  const answer = await emulator.payer.postForm(page.replace('value="30.00"', 'value="0.01"'));
  expect(answer.status).toBe(200);
  await emulator.payer.pay(target.reference);
  expect(await provider.get(target)).toMatchObject({ requested: cents(3000n), receipts: [{ amount: cents(1n) }] });
});

test('version 1: the form can be posted and paid again; the inquiry tells the first payment', async () => {
  const { runtime, emulator, provider, form } = openV1();
  const { target, url } = await created({ provider }, request(runtime));
  await emulator.payer.postForm(await form(url).text());
  const first = await emulator.payer.pay(target.reference);
  expect(await emulator.payer.payTwice(target.reference)).not.toBeNull();
  expect(await provider.get(target)).toMatchObject({ receipts: [{ transaction: first }] });
  expect(provider.manifest.operations.get.receipts).toBe('one');
});

test('version 1: the page with the form tells the key to nobody who holds no link of ours', async () => {
  const { runtime, emulator, provider, form } = openV1();
  const { url } = await created(
    { provider },
    request(runtime, { returnUrl: 'https://shop.example/?a=1&copy="><script>' }),
  );
  expect(url).not.toContain(emulator.config.restApiKey);
  const good = form(url);
  expect(good.headers.get('content-security-policy')).toContain("default-src 'none'");
  const html = await good.text();
  expect(html).not.toContain('<script>');
  expect(html).toContain('https://shop.example/?a=1&#38;copy=');
  const forged = [
    url.replace('amount=40000.00', 'amount=40001.00'),
    url.replace(/back=[^&]*/, 'back=https%3A%2F%2Fevil.example'),
    url.replace(/signature=[^&]*/, 'signature='),
    url.replace(/signature=.*$/, (text) => text.toUpperCase()),
    url.replace(/&until=\d+/, ''),
    'https://shop.example/wing',
  ];
  for (const one of forged) {
    const page = form(one);
    expect(page.status).toBe(403);
    expect(await page.text()).not.toContain(emulator.config.restApiKey);
  }
  await runtime.clock.advance(15 * 60_000);
  expect(form(url).status).toBe(410);
});

const v2: WingV2Config = openV2().emulator.config;
const v1: WingV1Config = openV1().emulator.config;

test.each([
  ['username', { ...v2, username: 'demoshop' }],
  ['restApiKey', { ...v2, restApiKey: 'a'.repeat(63) }],
  ['restApiKey', { ...v2, restApiKey: 'z'.repeat(64) }],
  ['password', { ...v2, password: 'fifteen letters' }],
  ['password', { ...v2, password: `${'x'.repeat(20)}៛` }],
  ['domain', { ...v2, domain: 'shop.example\r\nx: y' }],
  ['account.number', { ...v2, account: { type: 'till', number: '12a' } }],
  ['currency', { ...v2, currency: 'THB' }],
  ['returnUrl', { ...v2, returnUrl: 'http://shop.example' }],
  ['baseUrl', { ...v2, baseUrl: 'https://wing.example/' }],
  ['baseUrl', { ...v2, baseUrl: 'http://wing.example' }],
  ['inquiryPath', { ...v2, inquiryPath: '/../secret path' }],
  ['unpaidCodes', { ...v2, unpaidCodes: ['404', '200'] }],
  ['unknown field "formUrl"', { ...v2, formUrl: 'https://shop.example' }],
  ['unknown field "password"', { ...v1, password: 'x'.repeat(32) }],
  ['formUrl', { ...v1, formUrl: 'javascript:alert(1)' }],
  ['version', { ...v1, version: 'v3' }],
])('a configuration that breaks a rule is a fault that names the field: %s', (field, config) => {
  const thrown = faultOf(() => createWing(config as WingV2Config));
  expect(thrown).toMatchObject({ fault: { kind: 'config' }, message: expect.stringContaining(field) as string });
  for (const secret of ['a'.repeat(63), 'z'.repeat(64), 'fifteen letters', v2.restApiKey as string])
    expect((thrown as Error).message).not.toContain(secret);
});

function faultOf(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}
