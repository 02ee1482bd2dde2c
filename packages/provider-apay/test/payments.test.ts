import { can, KHR, money } from '@rielrails/core';
import type { AnyPaymentProvider, FaultKind, Reference } from '@rielrails/core';
import { createVirtualRuntime } from '@rielrails/kit/virtual';
import { expect, test } from 'vitest';
import { createApay, readApayConnection, readApayWithdrawal } from '../src/index.ts';
import { applied, delivery, fixture, messageOf, openWorld, riel, soon } from './world.ts';

/** The adapter against one answer for every call. */
function against(body: unknown, status = 200, headers: Record<string, string> = {}) {
  const sent: Request[] = [];
  const runtime = createVirtualRuntime({
    fetch(request) {
      sent.push(request);
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      return Promise.resolve(new Response(text, { status, headers }));
    },
  });
  const apay = createApay(openWorld().config, runtime);
  return { apay, runtime, sent };
}

/** The body of a documented answer. */
function bodyOf(name: string): Record<string, unknown> {
  return (fixture(name) as { readonly body: Record<string, unknown> }).body;
}

const documented = bodyOf('deposit-info');
const target = { reference: '4242424242' as Reference, handle: '7fa13dbc3b79e05e' };
/** Looks the documented deposit up, whatever the answer says. */
function get(body: unknown) {
  const { apay, runtime } = against(body);
  return runtime.clock.run(() => apay.get(target));
}

test('the documented answer of a lookup', async () => {
  expect(await get(documented)).toEqual({
    reference: '4242424242',
    requested: riel(40_000n),
    status: 'paid',
    receipts: [{ transaction: '7fa13dbc3b79e05e', amount: riel(41_000n) }],
    refunds: [],
    reversals: [],
  });
});

test.each([
  ['Pending', 'awaiting-payer'],
  ['Failed', 'failed'],
  ['Rejected', 'failed'],
  ['success', 'processing'],
  ['Paid', 'processing'],
])('the word %s means %s, and no money', async (status, expected) => {
  expect(await get({ ...documented, status })).toMatchObject({ status: expected, receipts: [] });
});

test.each(['41000', '41000.00', '4.1e4'])('the amount %s is 41,000 riel', async (amount) => {
  const text = JSON.stringify(documented).replace('41000', amount);
  expect(await get(text)).toMatchObject({ receipts: [{ amount: riel(41_000n) }] });
  expect(await get({ ...documented, amount })).toMatchObject({ receipts: [{ amount: riel(41_000n) }] });
});

test.each([
  ['parts of a riel', { amount: '41000.50' }],
  ['a negative amount', { amount: -41_000 }],
  ['another currency', { currency: 'INR' }],
  ['another order', { order_id: '7fa13dbc3b79e05f' }],
  ['another reference', { custom_transaction_id: '4242424243/40000' }],
  ['a name that is not ours', { custom_transaction_id: '4242424242' }],
  ['no name', { custom_transaction_id: null }],
  ['no success', { success: 'true' }],
  ['a missing status', { status: undefined }],
])('%s: no answer, and never "not found"', async (_what, change) => {
  await expect(get({ ...documented, ...change })).rejects.toMatchObject({ fault: { kind: 'unavailable' } });
});

test('a lookup without a handle, or with one of another form, asks nobody', async () => {
  const { apay, sent } = against(documented);
  for (const handle of [undefined, '', '7FA13DBC3B79E05E', '../withdrawal-info', '7fa13dbc3b79e05e&order_id=1']) {
    const one = { reference: target.reference, ...(handle === undefined ? {} : { handle }) };
    await expect(apay.get(one)).rejects.toMatchObject({ fault: { kind: 'invalid' } });
  }
  expect(sent).toEqual([]);
});

test.each([
  ['create-deposit-page', 'redirect', { url: 'https://a-pay.one/pay?token=made.up.token&order_id=7fa13dbc3b79e05e' }],
  ['create-deposit-account', 'pay-to-account', { account: '012345678' }],
] as const)('the documented answer: %s', async (name, type, where) => {
  const { apay, runtime, sent } = against(bodyOf(name));
  const expiresAt = soon(runtime);
  const created = await apay.create({
    reference: target.reference,
    amount: riel(40_000n),
    accepts: [type],
    purpose: 'Purchase of bitcoin',
    expiresAt,
    returnUrl: 'https://shop.example/back',
    payer: { id: '10001', name: 'Sok Dara', phone: '85512345678', email: 'dara@shop.example' },
  });
  expect(applied(created)).toMatchObject({ next: { type, ...where, expiresAt }, handle: '7fa13dbc3b79e05e' });
  const [request] = sent;
  expect(request?.url).toBe('https://apay.example/Remotes/create-deposit?project_id=1234567');
  const text = (await request?.text()) ?? '';
  expect(JSON.parse(text)).toMatchObject({
    amount: 40_000,
    currency: 'KHR',
    custom_transaction_id: '4242424242/40000',
  });
  for (const personal of ['10001', 'Dara', '85512345678', 'dara@']) expect(text).not.toContain(personal);
});

test.each([
  ['an account where a page was asked for', bodyOf('create-deposit-account')],
  [
    'a page without https',
    { success: true, order_id: target.handle, data: { paymentpage_url: 'javascript:alert(1)' } },
  ],
  ['an order id of another form', { success: true, order_id: '1', data: { paymentpage_url: 'https://a-pay.one/' } }],
])('a create that is answered with %s is in doubt', async (_what, body) => {
  const { apay, runtime, sent } = against(body);
  const asked = {
    reference: target.reference,
    amount: riel(40_000n),
    accepts: ['redirect'],
    purpose: 'Bitcoin',
  } as const;
  const expiresAt = soon(runtime);
  const attempt = await apay.create({ ...asked, expiresAt, returnUrl: 'https://shop.example/back' });
  expect(attempt).toMatchObject({ outcome: 'unknown', fault: { reason: 'unreadable' } });
  expect(sent).toHaveLength(1);
});

test.each([
  [200, 'PAYMENT SYSTEM DATA IS NOT VALID', 'refused', 'invalid'],
  [400, 'Required field missing: currency', 'refused', 'invalid'],
  [400, 'no payment system found with such params or payment system is disabled', 'refused', 'declined'],
  [400, 'Amount of deposit is out of limits.', 'refused', 'declined'],
  [200, 'transaction failed', 'refused', 'declined'],
  [400, 'There are no active end accounts', 'refused', 'declined'],
  [400, 'Something that nobody listed', 'unknown', 'unknown'],
  [400, null, 'unknown', 'unknown'],
  [401, 'Unauthorized', 'refused', 'config'],
  [403, 'Project not found', 'refused', 'config'],
  [429, 'Too many requests', 'refused', 'throttled'],
  [502, 'Transaction failed', 'unknown', 'unknown'],
] as const)('a create answered with %i %s', async (status, message, outcome, kind: FaultKind) => {
  const { apay, runtime } = against({ success: false, message, code: 400 }, status);
  const attempt = await apay.create({
    reference: target.reference,
    amount: riel(40_000n),
    accepts: ['pay-to-account'],
    purpose: 'Purchase of bitcoin',
    expiresAt: soon(runtime),
  });
  expect(attempt).toMatchObject({ outcome, fault: { kind } });
});

test('a redirect needs a place to come back to', async () => {
  const { create, emulator } = openWorld();
  for (const returnUrl of ['', 'back', `https://shop.example/${'x'.repeat(500)}`]) {
    expect(await create({ returnUrl })).toMatchObject({ outcome: 'refused', fault: { kind: 'invalid' } });
  }
  expect(emulator.exchanges).toEqual([]);
});

test('a payer who pays on the page by clicking', async () => {
  const { emulator, apay, created } = openWorld();
  const target = await created();
  const page = await emulator.fetch(new Request(target.place), {});
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(await page.text()).toMatch(/SANDBOX – PLAY MONEY[^]*40000 KHR/);
  const click = (choice: string) =>
    emulator.fetch(new Request(target.place, { method: 'POST', body: new URLSearchParams({ choice }) }), {});
  const cancelled = await click('cancel');
  expect(cancelled.headers.get('location')).toBe('https://shop.example/back?order=1&status=Cancel');
  expect(await apay.get(target)).toMatchObject({ status: 'awaiting-payer', receipts: [] });
  expect(await (await click('pay')).text()).toContain('Payment successful');
  expect(await apay.get(target)).toMatchObject({ status: 'paid', receipts: [{ transaction: target.handle }] });
  expect((await click('pay')).status).toBe(409);
  expect(emulator.applied.receipts).toHaveLength(1);
});

test('a transfer counts once its id was handed in', async () => {
  const { emulator, apay, created } = openWorld();
  const target = await created('pay-to-account');
  const token = await emulator.payer.pay(target.reference, { amount: riel(39_999n) });
  expect(await apay.get(target)).toMatchObject({ status: 'awaiting-payer', receipts: [] });
  expect(applied(await apay.complete({ target, token }))).toMatchObject({ status: 'processing', receipts: [] });
  expect(await apay.get(target)).toMatchObject({ status: 'paid', receipts: [{ amount: riel(39_999n) }] });
});

test('a transfer to the account as a person types it counts the same; one to nobody, or in dollars, is refused', async () => {
  const { emulator, apay, created } = openWorld();
  const { place, ...target } = await created('pay-to-account');
  await expect(emulator.payer.transfer('000000000', riel(40_000n))).rejects.toThrow('no such account');
  const dollars = { asset: { code: 'USD', scale: 2 }, minor: 1000n };
  await expect(emulator.payer.transfer(place, dollars)).rejects.toThrow('takes riel');
  const token = await emulator.payer.transfer(place, riel(40_000n));
  expect(applied(await apay.complete({ target, token })).status).toBe('processing');
  expect(await apay.get(target)).toMatchObject({ status: 'paid', receipts: [{ amount: riel(40_000n) }] });
});

test('one transfer funds one order', async () => {
  const { emulator, apay, created } = openWorld();
  const first = await created('pay-to-account');
  const second = await created('pay-to-account');
  const token = await emulator.payer.pay(first.reference);
  applied(await apay.complete({ target: first, token }));
  expect(await apay.complete({ target: second, token })).toMatchObject({ fault: { kind: 'declined' } });
  expect(await apay.get(second)).toMatchObject({ status: 'awaiting-payer', receipts: [] });
  expect(emulator.applied.receipts).toHaveLength(1);
});

test('an id that nobody transferred under brings no money, and a second one is not taken', async () => {
  const { emulator, apay, created } = openWorld();
  const target = await created('pay-to-account');
  const token = await emulator.payer.pay(target.reference);
  expect(applied(await apay.complete({ target, token: 'W999' }))).toMatchObject({ status: 'processing' });
  // A-Pay answers 201, "already activated": a success that promises nothing.
  expect(applied(await apay.complete({ target, token }))).toMatchObject({ status: 'processing', receipts: [] });
  expect(await apay.get(target)).toMatchObject({ receipts: [] });
  await emulator.payer.reject(target.reference);
  expect(await apay.get(target)).toMatchObject({ status: 'failed', reason: 'rejected' });
  expect(await apay.complete({ target, token })).toMatchObject({ fault: { kind: 'conflict' } });
});

test.each(['', ' ', 'x'.repeat(21), 'ក្រុម', 'a b', 'a\n'])(
  'the transaction id %j is refused and not sent',
  async (token) => {
    const { emulator, apay, created } = openWorld();
    const target = await created('pay-to-account');
    const before = emulator.exchanges.length;
    const attempt = await apay.complete({ target, token });
    expect(attempt).toMatchObject({ outcome: 'refused', fault: { kind: 'invalid' } });
    expect(emulator.exchanges).toHaveLength(before);
  },
);

test('a deposit by page takes no transaction id, and one of another reference none at all', async () => {
  const { emulator, apay, created, runtime } = openWorld();
  const target = await created();
  expect(await apay.complete({ target, token: 'W1' })).toMatchObject({ fault: { kind: 'invalid' } });
  const other = await created('pay-to-account');
  const swapped = { reference: target.reference, handle: other.handle };
  expect(await runtime.clock.run(() => apay.complete({ target: swapped, token: 'W1' }))).toMatchObject({
    outcome: 'refused',
    fault: { kind: 'unavailable' },
  });
  expect(emulator.exchanges.filter(({ route }) => route === 'deposit-activate')).toEqual([]);
});

test.each([
  ['timeout-after-apply', 'timeout'],
  ['reset-after-apply', 'reset'],
  ['http-500-after-apply', 'server-error'],
  ['unreadable-200', 'unreadable'],
] as const)('an activation with %s is in doubt, was applied once, and a lookup tells', async (fault, reason) => {
  const { emulator, apay, created, runtime } = openWorld();
  const target = await created('pay-to-account');
  const token = await emulator.payer.pay(target.reference);
  emulator.faults.add(fault, { route: 'deposit-activate' });
  const attempt = await runtime.clock.run(() => apay.complete({ target, token }));
  expect(attempt).toMatchObject({ outcome: 'unknown', fault: { reason } });
  expect(await apay.get(target)).toMatchObject({ status: 'paid' });
  expect(applied(await apay.complete({ target, token }))).toMatchObject({ status: 'paid' });
  expect(emulator.applied.receipts).toHaveLength(1);
});

test('an activation that never left, or that came too often, may be repeated', async () => {
  const { emulator, apay, created } = openWorld();
  const target = await created('pay-to-account');
  const token = await emulator.payer.pay(target.reference);
  for (const [fault, kind] of [
    ['refused-connection', 'unavailable'],
    ['throttled', 'throttled'],
  ] as const) {
    emulator.faults.add(fault, { route: 'deposit-activate' });
    expect(await apay.complete({ target, token })).toMatchObject({ outcome: 'refused', fault: { kind } });
  }
  applied(await apay.complete({ target, token }));
  expect(await apay.get(target)).toMatchObject({ status: 'paid' });
});

test('a create in doubt is found by the handle that its postback brings', async () => {
  const { emulator, apay, create } = openWorld();
  emulator.faults.add('reset-after-apply', { route: 'create-deposit' });
  expect(await create()).toMatchObject({ outcome: 'unknown' });
  const [payment] = emulator.applied.payments;
  await emulator.payer.pay(payment?.reference ?? '');
  const outcome = await apay.parseWebhook(emulator.webhooks.deliveries()[0] ?? delivery(''));
  const target = outcome.outcome === 'accepted' ? outcome.events[0]?.target : undefined;
  expect(target?.reference).toBe(payment?.reference);
  expect(target && (await apay.get(target))).toMatchObject({ requested: riel(40_000n), status: 'paid' });
});

test.each([39_999n, 40_001n])('%i riel are reported as they came', async (minor) => {
  const { emulator, apay, created } = openWorld();
  const target = await created();
  await emulator.payer.pay(target.reference, { amount: riel(minor) });
  expect(await apay.get(target)).toMatchObject({ requested: riel(40_000n), receipts: [{ amount: riel(minor) }] });
});

test('a method that the project does not have is declined', async () => {
  const { emulator, create } = openWorld({ errorStatus: 200 });
  emulator.dashboard.setMethod('wing_l', false);
  expect(await create({ accepts: ['pay-to-account', 'redirect'] })).toMatchObject({ fault: { kind: 'declined' } });
  expect(await create({ accepts: ['redirect', 'pay-to-account'] })).toMatchObject({ outcome: 'applied' });
});

test('a withdrawal is read, and is no deposit', async () => {
  const { emulator, apay, config, runtime } = openWorld();
  const orderId = await emulator.dashboard.withdraw(riel(50_000n), '4242424242/40000');
  expect(await readApayWithdrawal(orderId, config, runtime)).toEqual({ status: 'paid', amount: riel(50_000n) });
  const asDeposit = { reference: '4242424242' as Reference, handle: orderId };
  await expect(runtime.clock.run(() => apay.get(asDeposit))).rejects.toMatchObject({ fault: { kind: 'unavailable' } });
  await expect(readApayWithdrawal('1', config, runtime)).rejects.toMatchObject({ fault: { kind: 'invalid' } });
});

test('five lines are an account', () => {
  const { apiKey, projectId, webhookId, accessKey, privateKey } = openWorld().emulator.config;
  const connection = readApayConnection([apiKey, projectId, webhookId, accessKey, privateKey].join('\n'));
  expect(createApay({ ...connection, baseUrl: 'https://apay.example' }, createVirtualRuntime()).id).toBe('apay');
});

test.each([
  ['apiKey', 'A'.repeat(32)],
  ['projectId', '12345678'],
  ['webhookId', '123'],
  ['accessKey', 'short'],
  ['privateKey', 'k'.repeat(33)],
  ['baseUrl', 'http://apay.example'],
  ['baseUrl', 'https://apay.example/'],
  ['previousWebhook', {}],
  ['surplus', 'x'],
])('a configuration with another %s is named and not told', (field, value) => {
  const config = { ...openWorld().config, [field]: value };
  expect(() => createApay(config, createVirtualRuntime())).toThrow(field);
  const told = messageOf(() => createApay(config, createVirtualRuntime()));
  expect([value].filter((one) => typeof one === 'string' && one.length > 1 && told.includes(one))).toEqual([]);
});

test('it can be asked, completed and told, and cannot cancel or refund', () => {
  const apay: AnyPaymentProvider = openWorld().apay;
  for (const operation of ['get', 'complete', 'parseWebhook'] as const) expect(can(apay, operation)).toBe(true);
  for (const operation of ['cancel', 'refund', 'approve'] as const) expect(can(apay, operation)).toBe(false);
  expect(apay.manifest.assets).toEqual([{ minimum: money(KHR, 4_000n), maximum: money(KHR, 40_000_000n) }]);
});
