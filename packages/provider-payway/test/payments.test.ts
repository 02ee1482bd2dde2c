import { can } from '@rielrails/core';
import type { Instant } from '@rielrails/core';
import { expect, test } from 'vitest';
import { createPayway } from '../src/index.ts';
import { cents, offers, openWorld, riel } from './world.ts';

const lost = [
  ['timeout-after-apply', 'timeout'],
  ['reset-after-apply', 'reset'],
  ['http-500-after-apply', 'server-error'],
  ['unreadable-200', 'unreadable'],
  ['timeout-before', 'timeout'],
  ['http-503', 'server-error'],
] as const;

test.each(offers)('%s: created, paid, found, refunded in two parts', async (offer) => {
  const { provider, emulator, created } = openWorld();
  const target = await created({ accepts: [offer] });
  expect(await provider.get(target)).toMatchObject({ status: 'awaiting-payer', receipts: [] });
  await emulator.payer.pay(target.reference);
  const paid = await provider.get(target);
  expect(paid).toMatchObject({
    status: 'paid',
    requested: riel(40_000n),
    receipts: [{ transaction: target.reference, amount: riel(40_000n) }],
  });
  const receipt = paid!.receipts[0]!.transaction;
  const part = { target, receipt, reference: target.reference };
  const first = await provider.refund({ ...part, amount: riel(15_000n) });
  expect(first).toMatchObject({
    outcome: 'applied',
    value: { status: 'paid', refunds: [{ receipt, amount: riel(15_000n), status: 'done' }] },
  });
  const second = await provider.refund({ ...part, amount: riel(25_000n) });
  expect(second).toMatchObject({ value: { status: 'refunded', refunds: [{ amount: riel(40_000n) }] } });
  expect(await provider.refund({ ...part, amount: riel(1n) })).toMatchObject({ fault: { kind: 'conflict' } });
  expect(await provider.get(target)).toMatchObject({ status: 'refunded', refunds: [{ amount: riel(40_000n) }] });
});

test.each(offers.flatMap((offer) => lost.map(([fault, reason]) => [offer, fault, reason] as const)))(
  '%s: a create hit by %s is unknown and sent once',
  async (offer, fault, reason) => {
    const { provider, emulator, request, runtime } = openWorld();
    const route = offer === 'qr' ? 'generate-qr' : 'purchase';
    emulator.faults.add(fault, { route });
    const attempt = await runtime.clock.run(() => provider.create(request({ accepts: [offer] })));
    expect(attempt).toMatchObject({ outcome: 'unknown', fault: { reason } });
    expect(emulator.exchanges.filter((one) => one.route === route)).toHaveLength(1);
  },
);

test.each(offers)('%s: a connection that was refused is a proof', async (offer) => {
  const { provider, emulator, request } = openWorld();
  emulator.faults.add('refused-connection');
  expect(await provider.create(request({ accepts: [offer] }))).toMatchObject({
    outcome: 'refused',
    fault: { kind: 'unavailable' },
  });
  expect(emulator.applied.payments).toEqual([]);
});

test.each(lost)('a refund hit by %s is unknown; the refunded total settles it', async (fault, reason) => {
  const { provider, emulator, created, runtime } = openWorld();
  const target = await created();
  await emulator.payer.pay(target.reference);
  emulator.faults.add(fault, { route: 'refund' });
  const receipt = (await provider.get(target))!.receipts[0]!.transaction;
  const refund = { target, receipt, reference: target.reference, amount: riel(10_000n) };
  const attempt = await runtime.clock.run(() => provider.refund(refund));
  expect(attempt).toMatchObject({ outcome: 'unknown', fault: { reason } });
  const applied = emulator.applied.refunds.length;
  expect((await provider.get(target))!.refunds).toHaveLength(applied);
  expect(applied).toBe(fault === 'timeout-before' || fault === 'http-503' ? 0 : 1);
});

test.each(lost)('a cancellation hit by %s is unknown', async (fault, reason) => {
  const { provider, emulator, created, runtime } = openWorld();
  const target = await created();
  emulator.faults.add(fault, { route: 'close-transaction' });
  const attempt = await runtime.clock.run(() => provider.cancel(target));
  expect(attempt).toMatchObject({ outcome: 'unknown', fault: { reason } });
});

test('a lookup that fails before a cancellation or refund leaves the write undone', async () => {
  const { provider, emulator, created, runtime } = openWorld();
  const target = await created();
  emulator.faults.add('http-503', { route: 'check-transaction', times: 3 });
  expect(await runtime.clock.run(() => provider.cancel(target))).toMatchObject({ outcome: 'refused' });
  expect(emulator.applied.cancelled).toEqual([]);
});

test.each(offers)('%s: the same reference twice is unknown, duplicate', async (offer) => {
  const { provider, request, emulator } = openWorld();
  const input = request({ accepts: [offer] });
  await provider.create(input);
  expect(await provider.create(input)).toMatchObject({
    outcome: 'unknown',
    fault: { reason: 'duplicate', providerCode: offer === 'qr' ? '403' : '4' },
  });
  expect(emulator.applied.payments).toHaveLength(1);
});

test.each(offers)('%s: another amount in the answer is never shown', async (offer) => {
  const { provider, request, emulator } = openWorld();
  emulator.faults.add('wrong-amount');
  const attempt = await provider.create(request({ accepts: [offer] }));
  // The hosted page echoes no amount: only a lookup tells it.
  expect(attempt).toMatchObject(
    offer === 'redirect' ? { outcome: 'applied' } : { outcome: 'unknown', fault: { reason: 'echo-mismatch' } },
  );
});

test.each(offers)('%s: an unfamiliar code is unknown', async (offer) => {
  const { provider, request, emulator } = openWorld();
  emulator.faults.add('unknown-status-word');
  expect(await provider.create(request({ accepts: [offer] }))).toMatchObject({
    outcome: 'unknown',
    fault: { reason: 'unreadable' },
  });
});

test('the next actions say until when they can be shown and paid', async () => {
  const { provider, request, runtime } = openWorld();
  const now = runtime.clock.now();
  const nexts = await Promise.all(
    offers.map(async (offer) => {
      const attempt = await provider.create(request({ accepts: [offer] }));
      if (attempt.outcome !== 'applied') throw new Error(attempt.fault.message);
      const { next } = attempt.value;
      return [next.type, next.expiresAt - now, (next.payableUntil ?? 0) - now];
    }),
  );
  expect(nexts).toEqual([
    ['qr', 900_000, 900_000],
    ['deep-link', 180_000, 900_000],
    ['redirect', 180_000, 900_000],
  ]);
});

test('a chooser may take money at any time, and cards can be reversed', async () => {
  const world = openWorld({}, { hostedPayment: 'any' });
  const attempt = await world.provider.create(world.request({ accepts: ['redirect'] }));
  if (attempt.outcome !== 'applied') throw new Error(attempt.fault.message);
  expect(attempt.value.next.payableUntil).toBeUndefined();
  expect(world.provider.manifest.offers.redirect.finality).not.toBe('final');
  expect(world.provider.manifest.offers.qr.finality).toBe('final');
});

test.each([
  ['expiresAt', { expiresAt: 179_999 }],
  ['expiresAt', { expiresAt: 43_200 * 60_000 + 1 }],
  ['purpose', { purpose: 'ប៊ីតខញ'.repeat(40) }],
  ['purpose', { purpose: ' ' }],
  ['returnUrl', { returnUrl: `https://shop.example/${'x'.repeat(200)}` }],
  ['returnUrl', { returnUrl: 'back' }],
])('%s that PayWay cannot represent is refused before the wire', async (field, change) => {
  const { provider, request, runtime, emulator } = openWorld();
  const { expiresAt, ...others } = { expiresAt: 900_000, ...change };
  const input = request({ ...others, expiresAt: (runtime.clock.now() + expiresAt) as Instant });
  const attempt = await provider.create(input);
  expect(attempt).toMatchObject({ outcome: 'refused', fault: { kind: 'invalid' } });
  expect(attempt.outcome === 'refused' && attempt.fault.message).toContain(`payway ${field}: `);
  expect(emulator.exchanges).toEqual([]);
});

test('after seven days the rationed lookup answers, with time and masked account', async () => {
  const { provider, emulator, created, runtime } = openWorld();
  const target = await created();
  await emulator.payer.pay(target.reference, { account: '000 123 456' });
  const paidAt = runtime.clock.now();
  await runtime.clock.advance(8 * 24 * 3_600_000);
  const paid = await provider.get(target);
  expect(paid).toMatchObject({ status: 'paid', receipts: [{ paidAt, payer: { account: '*****3456' } }] });
  expect(await provider.get({ reference: target.reference })).toMatchObject({ status: 'paid' });
  expect(emulator.exchanges.filter(({ route }) => route === 'transaction-detail')).toHaveLength(2);
});

test('the eleventh detail within a minute is throttled, not "not found"', async () => {
  const { provider, request, runtime } = openWorld();
  const { reference } = request();
  for (let call = 0; call < 10; call += 1) expect(await provider.get({ reference })).toBeNull();
  await expect(runtime.clock.run(() => provider.get({ reference }))).rejects.toMatchObject({
    fault: { kind: 'throttled', providerCode: '429' },
  });
  await runtime.clock.advance(60_000);
  expect(await provider.get({ reference })).toBeNull();
});

test('a new transaction is unknown for some seconds, which proves nothing', async () => {
  const { provider, created, runtime } = openWorld({ visibleAfterMs: 5000 });
  const target = await created();
  expect(await provider.get(target)).toBeNull();
  await runtime.clock.advance(5000);
  expect(await provider.get(target)).toMatchObject({ status: 'awaiting-payer' });
  expect(provider.manifest.operations.get.notFoundIsFinalAfterMs).toBeGreaterThan(5000);
});

test('what PayWay does not show yet is not closed yet, and never called absent', async () => {
  const { provider, created, emulator, request, runtime } = openWorld({ visibleAfterMs: 5000 });
  const target = await created();
  expect(await provider.cancel(target)).toMatchObject({ outcome: 'refused', fault: { kind: 'unavailable' } });
  expect(await provider.cancel(request())).toMatchObject({ outcome: 'refused', fault: { kind: 'not-found' } });
  expect(emulator.applied.cancelled).toEqual([]);
  await runtime.clock.advance(5000);
  expect(await provider.cancel(target)).toMatchObject({ outcome: 'applied' });
});

test('a payer in another currency changes nothing about what was received', async () => {
  const { provider, emulator, created } = openWorld();
  const target = await created();
  await emulator.payer.pay(target.reference, { currency: 'USD' });
  expect(await provider.get(target)).toMatchObject({ receipts: [{ amount: riel(40_000n) }] });
});

test('with two currencies the handle tells which; without it only a payment does', async () => {
  const world = openWorld({ currencies: ['USD', 'KHR'] });
  const { provider, emulator } = world;
  const target = await world.created();
  const { reference } = target;
  expect(await provider.get(target)).toMatchObject({ requested: riel(40_000n) });
  await expect(provider.get({ reference })).rejects.toMatchObject({ fault: { kind: 'unavailable' } });
  await emulator.payer.pay(reference);
  expect(await provider.get({ reference })).toMatchObject({ requested: riel(40_000n), status: 'paid' });
  const dollars = await world.created({ amount: cents(1250n) });
  expect(await provider.get({ reference: dollars.reference })).toMatchObject({ requested: cents(1250n) });
});

test('a refund in the wrong currency never leaves: the call names none', async () => {
  const { provider, emulator, created } = openWorld({ currencies: ['KHR', 'USD'] });
  const target = await created();
  await emulator.payer.pay(target.reference);
  const receipt = (await provider.get(target))!.receipts[0]!.transaction;
  const attempt = await provider.refund({ target, receipt, reference: target.reference, amount: cents(100n) });
  expect(attempt).toMatchObject({ outcome: 'refused', fault: { kind: 'invalid' } });
  expect(emulator.exchanges.some(({ route }) => route === 'refund')).toBe(false);
});

test('a refunded total without ours in it is unknown', async () => {
  const { provider, emulator, created } = openWorld();
  const target = await created();
  await emulator.payer.pay(target.reference);
  const receipt = (await provider.get(target))!.receipts[0]!.transaction;
  emulator.faults.add('wrong-amount', { route: 'refund' });
  const attempt = await provider.refund({ target, receipt, reference: target.reference, amount: riel(100n) });
  expect(attempt).toMatchObject({ outcome: 'unknown', fault: { reason: 'echo-mismatch' } });
});

test('refunds of what is unknown, unpaid or another payment are refused', async () => {
  const { provider, request, created } = openWorld();
  const target = await created();
  const { reference } = target;
  const receipt = reference as string as never;
  const refund = (change: object) => provider.refund({ target, receipt, reference, amount: riel(100n), ...change });
  expect(await refund({})).toMatchObject({ fault: { kind: 'conflict' } });
  expect(await refund({ receipt: '1' })).toMatchObject({ fault: { kind: 'invalid' } });
  const other = request().reference;
  expect(await refund({ target: { reference: other }, receipt: other })).toMatchObject({
    fault: { kind: 'not-found' },
  });
});

test('a profile without refunds is a config fault', async () => {
  const { provider, emulator, created } = openWorld();
  const target = await created();
  await emulator.payer.pay(target.reference);
  const receipt = (await provider.get(target))!.receipts[0]!.transaction;
  emulator.profile.refundsEnabled = false;
  const attempt = await provider.refund({ target, receipt, reference: target.reference, amount: riel(100n) });
  expect(attempt).toMatchObject({ outcome: 'refused', fault: { kind: 'config', providerCode: 'PTL63' } });
});

test.each(offers)('%s: a wrong key, a caller or callback that is not listed are config faults', async (offer) => {
  const world = openWorld();
  const { emulator, request, runtime } = world;
  const wrong = createPayway({ ...world.config, apiKey: 'another-key' }, runtime);
  const input = () => request({ accepts: [offer] });
  expect(await wrong.create(input())).toMatchObject({ fault: { kind: 'config', providerCode: '1' } });
  await expect(wrong.get({ reference: input().reference })).rejects.toMatchObject({ fault: { kind: 'config' } });
  emulator.profile.callerListed = false;
  expect(await world.provider.create(input())).toMatchObject({ fault: { kind: 'config', providerCode: '6' } });
  emulator.profile.callerListed = true;
  emulator.profile.callbackListed = false;
  expect(await world.provider.create(input())).toMatchObject({
    fault: { kind: 'config', providerCode: offer === 'qr' ? '102' : '81' },
  });
  expect(emulator.applied.payments).toEqual([]);
});

test('a currency that the profile does not settle in is a config fault', async () => {
  const { provider, request } = openWorld({ currencies: ['USD'] }, { currencies: ['KHR'] });
  expect(await provider.create(request())).toMatchObject({ fault: { kind: 'config', providerCode: '12' } });
});

test('a declined card is a failure; a later state is told as it is', async () => {
  const { provider, emulator, created } = openWorld();
  const target = await created({ accepts: ['redirect'] });
  await emulator.payer.decline(target.reference);
  expect(await provider.get(target)).toMatchObject({ status: 'failed', reason: 'declined', receipts: [] });
});

test('what ran out is expired to whoever kept the handle', async () => {
  const { provider, created, runtime } = openWorld();
  const target = await created();
  await runtime.clock.advance(15 * 60_000 + 1);
  expect(await provider.get(target)).toMatchObject({ status: 'expired' });
  expect(await provider.get({ reference: target.reference })).toMatchObject({ status: 'awaiting-payer' });
});

test('in the sandbox as measured, closing is advice: pending afterwards, and a card still pays', async () => {
  const { provider, emulator, created } = openWorld({ sandboxQuirks: true });
  const target = await created({ accepts: ['redirect'] });
  expect(await provider.cancel(target)).toMatchObject({ value: { status: 'cancelled' } });
  expect(await provider.get(target)).toMatchObject({ status: 'awaiting-payer' });
  await expect(emulator.payer.pay(target.reference)).rejects.toThrow('Transaction expired');
  await emulator.payer.pay(target.reference, { method: 'card' });
  expect(await provider.get(target)).toMatchObject({ status: 'paid' });
  expect(await provider.cancel(target)).toMatchObject({ fault: { kind: 'conflict' } });
});

test('in the sandbox as measured, a used reference is taken again and stays one payment', async () => {
  const { provider, emulator, request } = openWorld({ sandboxQuirks: true });
  const input = request();
  const first = await provider.create(input);
  const second = await provider.create(input);
  if (first.outcome !== 'applied' || second.outcome !== 'applied') throw new Error('expected two QRs');
  expect(emulator.applied.payments).toHaveLength(1);
  expect(await emulator.payByQr(second.value.next.payload)).toEqual({
    outcome: 'refused',
    message: 'Transaction not found',
  });
});

test('a payment that was closed between our look and our call is a conflict', async () => {
  const { provider, emulator, created, runtime } = openWorld();
  const target = await created();
  const racing = createPayway(emulator.config, {
    ...runtime,
    fetch: async (request, how) => {
      if (request.url.endsWith('/close-transaction')) await emulator.payer.pay(target.reference);
      return emulator.fetch(request, how);
    },
  });
  expect(await racing.cancel(target)).toMatchObject({
    outcome: 'refused',
    fault: { kind: 'conflict', providerCode: '2' },
  });
  expect(await provider.get(target)).toMatchObject({ status: 'paid' });
});

test('without the public key there is no refund, neither as a method nor as a term', () => {
  const { config, runtime } = openWorld();
  const { refundPublicKey: _key, ...others } = config;
  const provider = createPayway(others, runtime);
  expect('refund' in provider).toBe(false);
  expect('refund' in provider.manifest.operations).toBe(false);
  // @ts-expect-error -- the type has no refund, so it cannot even be asked for
  expect(can(provider, 'refund')).toBe(false);
});

test.each([
  ['apiKey', { apiKey: 'short' }],
  ['environment', { environment: 'live' }],
  ['currencies', { currencies: [] }],
  ['currencies', { currencies: ['KHR', 'KHR'] }],
  ['callbackUrl', { callbackUrl: 'http://shop.example/callback' }],
  ['callbackUrl', { callbackUrl: `https://shop.example/${'x'.repeat(200)}` }],
  ['refundPublicKey', { refundPublicKey: 'no key' }],
  ['qrTemplate', { qrTemplate: 'template9' }],
  ['merchantId', { merchantId: 'a b' }],
  ['unknown field "baseUrl"', { baseUrl: 'https://elsewhere.example' }],
])('%s is checked at construction', (field, change) => {
  const { config, runtime } = openWorld();
  expect(() => createPayway({ ...config, ...(change as object) }, runtime)).toThrow(field);
});
