import { KHR, money } from '@rielrails/core';
import type { Instant, ProviderRef } from '@rielrails/core';
import type { FaultName } from '@rielrails/kit/emulator';
import { expect, test } from 'vitest';
import { createBongloy } from '../src/index.ts';
import { applied, cents, freshReference, openWorld } from './world.ts';

test('create sends nothing and says where the form is and until when', async () => {
  const { provider, emulator, request, config } = openWorld();
  const input = request();
  expect(applied(await provider.create(input))).toMatchObject({
    payment: { status: 'awaiting-payer', requested: cents(1500n), receipts: [] },
    next: {
      type: 'embedded-form',
      scriptUrl: 'https://js.bongloy.com/v3',
      publishableKey: config.publishableKey,
      expiresAt: input.expiresAt,
      payableUntil: input.expiresAt + 600_000,
    },
  });
  expect(emulator.exchanges).toEqual([]);
});

test('complete charges the token: amount, currency, true purpose and our reference reach Bongloy', async () => {
  const { provider, emulator, created } = openWorld();
  const target = await created();
  const token = await emulator.payer.payWith('success');
  const payment = applied(await provider.complete({ target, token }));
  expect(payment).toMatchObject({ status: 'paid', receipts: [{ amount: cents(1500n) }], refunds: [], reversals: [] });
  expect(emulator.applied.receipts).toEqual([
    { reference: target.reference, transaction: payment.receipts[0]?.transaction, amount: cents(1500n) },
  ]);
  const hook = JSON.parse(emulator.webhooks.sent[0]?.body ?? '') as { data: { object: object } };
  expect(hook.data.object).toMatchObject({
    currency: 'USD',
    description: `Purchase of bitcoin (ref ${target.reference})`,
    metadata: { reference: target.reference },
  });
  expect(await provider.get(target)).toEqual(payment);
  expect(await provider.get({ reference: target.reference })).toEqual(payment);
});

const lost: readonly (readonly [FaultName, string])[] = [
  ['timeout-after-apply', 'timeout'],
  ['reset-after-apply', 'reset'],
  ['http-500-after-apply', 'server-error'],
  ['unreadable-200', 'unreadable'],
];

test.each(lost)(
  'a charge whose answer is lost (%s) is unknown, found by lookup, and never made twice',
  async (fault, reason) => {
    const { provider, emulator, created, runtime } = openWorld();
    const target = await created();
    const token = await emulator.payer.payWith('success');
    emulator.faults.add(fault, { route: 'create-charge' });
    const attempt = await runtime.clock.run(() => provider.complete({ target, token }));
    expect(attempt).toMatchObject({ outcome: 'unknown', fault: { reason } });
    expect(await provider.get({ reference: target.reference })).toMatchObject({
      status: 'paid',
      requested: cents(1500n),
    });
    // The same token, and another one that the payer made meanwhile.
    for (const again of [token, await emulator.payer.payWith('success')])
      expect(await provider.complete({ target, token: again })).toMatchObject({
        outcome: 'applied',
        value: { status: 'paid' },
      });
    expect(emulator.applied.receipts).toHaveLength(1);
  },
);

test.each<readonly [FaultName, object, number]>([
  ['timeout-before', { outcome: 'unknown', fault: { reason: 'timeout' } }, 1],
  ['http-503', { outcome: 'unknown', fault: { reason: 'server-error' } }, 1],
  ['refused-connection', { outcome: 'refused', fault: { kind: 'unavailable' } }, 1],
  ['throttled', { outcome: 'refused', fault: { kind: 'throttled' } }, 1],
])('a charge that %s meets is sent once and may be tried again', async (fault, expected, times) => {
  const { provider, emulator, created, runtime } = openWorld();
  const target = await created();
  const token = await emulator.payer.payWith('success');
  emulator.faults.add(fault, { route: 'create-charge' });
  expect(await runtime.clock.run(() => provider.complete({ target, token }))).toMatchObject(expected);
  expect(emulator.exchanges.filter(({ route }) => route === 'create-charge')).toHaveLength(times);
  expect(await provider.get(target)).toMatchObject({ status: 'awaiting-payer', receipts: [] });
  expect(await provider.complete({ target, token })).toMatchObject({ value: { status: 'paid' } });
  expect(emulator.applied.receipts).toHaveLength(1);
});

test('a charge over another amount is in doubt', async () => {
  const { provider, emulator, created } = openWorld();
  const target = await created();
  emulator.faults.add('wrong-amount', { route: 'create-charge' });
  const token = await emulator.payer.payWith('success');
  expect(await provider.complete({ target, token })).toMatchObject({ fault: { reason: 'echo-mismatch' } });
});

test('without the first lookup nothing is charged', async () => {
  const { provider, emulator, created, runtime } = openWorld();
  const target = await created();
  emulator.faults.add('http-503', { route: 'list-charges', times: 10 });
  const token = await emulator.payer.payWith('success');
  const attempt = await runtime.clock.run(() => provider.complete({ target, token }));
  expect(attempt).toMatchObject({ outcome: 'refused', fault: { kind: 'unavailable' } });
  expect(emulator.exchanges.map(({ route }) => route)).not.toContain('create-charge');
});

test('a deadline ends a charge, which is then in doubt', async () => {
  const { provider, emulator, created, runtime } = openWorld();
  const target = await created();
  emulator.faults.add('timeout-after-apply', { route: 'create-charge' });
  const deadline = (runtime.clock.now() + 700) as Instant;
  const token = await emulator.payer.payWith('success');
  const attempt = await runtime.clock.run(() => provider.complete({ target, token }, { deadline }));
  expect(attempt).toMatchObject({ outcome: 'unknown', fault: { reason: 'timeout' } });
  expect(runtime.clock.now()).toBe(deadline);
});

test('a token that was used elsewhere is a duplicate, not a refusal', async () => {
  for (const errors of ['current', 'legacy'] as const) {
    const { provider, emulator, created, paid } = openWorld({ errors });
    await paid();
    const token = await emulator.payer.payWith('success');
    const [first, second] = [await created(), await created()];
    applied(await provider.complete({ target: first, token }));
    expect(await provider.complete({ target: second, token })).toMatchObject({
      outcome: 'unknown',
      fault: { reason: 'duplicate' },
    });
    expect(await provider.get(second)).toMatchObject({ status: 'awaiting-payer' });
  }
});

test('one token in two hands at once is one charge', async () => {
  const { provider, emulator, created } = openWorld();
  const target = await created();
  const token = await emulator.payer.payWith('success');
  const attempts = await Promise.all([1, 2, 3].map(() => provider.complete({ target, token })));
  expect(emulator.applied.receipts).toHaveLength(1);
  for (const { outcome } of attempts) expect(outcome).not.toBe('refused');
});

test.each(['card_declined', 'insufficient_funds'] as const)(
  '%s: declined, and another card may be tried',
  async (code) => {
    const { provider, emulator, created } = openWorld();
    const target = await created();
    const declined = await provider.complete({ target, token: await emulator.payer.payWith(code) });
    expect(declined).toMatchObject({ outcome: 'refused', fault: { kind: 'declined', providerCode: code } });
    expect(await provider.get(target)).toMatchObject({ status: 'awaiting-payer', receipts: [] });
    const token = await emulator.payer.payWith('success');
    expect(await provider.complete({ target, token })).toMatchObject({ value: { status: 'paid' } });
  },
);

test('a token that Bongloy does not know is refused', async () => {
  const { provider, created } = openWorld();
  const token = '6840bf2c-0000-4000-8000-000000000001';
  expect(await provider.complete({ target: await created(), token })).toMatchObject({ outcome: 'refused' });
});

test('what looks like a card number is refused, sent nowhere, and never repeated', async () => {
  const { provider, emulator, created, request, runtime } = openWorld();
  const target = await created();
  for (const number of ['6200000000000005', '6200 0000 0000 0005', '4242-4242-4242-4242']) {
    const told = [
      await provider.complete({ target, token: number }),
      await provider.create(request({ purpose: `Card ${number}` })),
      await provider.refund({ target, reference: freshReference(), receipt: number as ProviderRef, amount: cents(1n) }),
    ];
    for (const attempt of told) expect(attempt).toMatchObject({ outcome: 'refused' });
    expect(
      JSON.stringify([told, runtime.entries], (_key, one: unknown) => (typeof one === 'bigint' ? `${one}` : one)),
    ).not.toContain(number);
  }
  expect(emulator.exchanges).toEqual([]);
});

test('a completion needs its handle, and ends with the request', async () => {
  const { provider, emulator, created, runtime } = openWorld();
  const target = await created();
  const token = await emulator.payer.payWith('success');
  const { reference } = target;
  for (const handle of [undefined, 'EUR.1.2.3.x', '{"a":1}'])
    expect(
      await provider.complete({ target: handle === undefined ? { reference } : { reference, handle }, token }),
    ).toMatchObject({ fault: { kind: 'invalid' } });
  await runtime.clock.advance(15 * 60_000);
  expect(await provider.complete({ target, token })).toMatchObject({ fault: { kind: 'conflict' } });
  expect(await provider.get(target)).toMatchObject({ status: 'awaiting-payer' });
  await runtime.clock.advance(10 * 60_000);
  expect(await provider.get(target)).toMatchObject({ status: 'expired' });
  expect(emulator.applied.receipts).toEqual([]);
});

test('held by hand: processing until captured, released without a receipt', async () => {
  const { provider, emulator, created } = openWorld({}, { capture: 'by-hand' });
  const [kept, let_go] = [await created(), await created()];
  for (const target of [kept, let_go]) {
    const token = await emulator.payer.payWith('success');
    expect(await provider.complete({ target, token })).toMatchObject({ value: { status: 'processing', receipts: [] } });
    expect(await provider.complete({ target, token: await emulator.payer.payWith('success') })).toMatchObject({
      value: { status: 'processing' },
    });
  }
  const [first, second] = emulator.applied.payments.map(({ reference }, index) => ({ reference, index }));
  expect([first?.reference, second?.reference]).toEqual([kept.reference, let_go.reference]);
  expect(emulator.applied.payments).toHaveLength(2);
});

test('a charge that was captured in part counts as it came', async () => {
  const { provider, emulator, created } = openWorld({}, { capture: 'by-hand' });
  const target = await created();
  await provider.complete({ target, token: await emulator.payer.payWith('success') });
  const [id] = idsIn(emulator.webhooks.sent.map(({ body }) => body));
  await emulator.dashboard.capture(id ?? '', 1200n);
  expect(await provider.get(target)).toMatchObject({
    status: 'paid',
    receipts: [{ amount: cents(1500n) }],
    refunds: [{ amount: cents(300n), status: 'done' }],
  });
});

test('a released hold leaves the request unpaid', async () => {
  const { provider, emulator, created } = openWorld({}, { capture: 'by-hand' });
  const target = await created();
  await provider.complete({ target, token: await emulator.payer.payWith('success') });
  const [id] = idsIn(emulator.webhooks.sent.map(({ body }) => body));
  await emulator.dashboard.refund(id ?? '');
  expect(await provider.get(target)).toMatchObject({ status: 'awaiting-payer', receipts: [], refunds: [] });
});

function idsIn(bodies: readonly string[]): readonly string[] {
  return bodies.map((body) => (JSON.parse(body) as { data: { object: { id: string } } }).data.object.id);
}

test('two charges on one reference are two receipts', async () => {
  const { provider, emulator, created, runtime } = openWorld();
  const target = await created();
  const tokens = [await emulator.payer.payWith('success'), await emulator.payer.payWith('success')];
  // Two workers at once, each with a token of its own: what no lookup beforehand can prevent.
  await Promise.all(tokens.map((token) => provider.complete({ target, token })));
  expect(emulator.applied.receipts).toHaveLength(2);
  const payment = await provider.get(target);
  expect(new Set(payment?.receipts.map(({ transaction }) => transaction)).size).toBe(2);
  expect(runtime.entries.filter(({ level }) => level === 'error')).toEqual([]);
});

test('riel travel as Bongloy counts them', async () => {
  for (const khrExponent of [0, 2] as const) {
    const { provider, emulator, paid } = openWorld({ currencies: ['KHR', 'USD'], khrExponent });
    const { target } = await paid({ amount: money(KHR, 41_001n) });
    expect(await provider.get(target)).toMatchObject({ requested: money(KHR, 41_001n) });
    expect(emulator.applied.receipts[0]?.amount).toEqual(money(KHR, 41_001n));
    expect(JSON.parse(emulator.webhooks.sent[0]?.body ?? '')).toMatchObject({
      data: { object: { amount: 41_001 * 10 ** khrExponent, currency: 'KHR' } },
    });
  }
});

test('riel read with the wrong exponent are never taken for an amount', async () => {
  const { provider, emulator, created, config, runtime } = openWorld({ currencies: ['KHR'], khrExponent: 2 });
  const target = await created({ amount: money(KHR, 4001n) });
  const other = createBongloy({ ...config, khrExponent: 0 }, runtime);
  await other.complete({ target, token: await emulator.payer.payWith('success') });
  await expect(provider.get({ reference: target.reference })).rejects.toMatchObject({ fault: { kind: 'unavailable' } });
});

test('disputes: taken while open, lost or unreadable; back when won; a mere question moves nothing', async () => {
  for (const disputes of ['id', 'embedded'] as const) {
    const { provider, emulator, paid } = openWorld({ disputes });
    const { target, receipt } = await paid();
    await emulator.dashboard.dispute(receipt);
    const reversed = { status: 'reversed', receipts: [{}], reversals: [{ receipt, amount: cents(1500n) }] };
    for (const word of ['needs_response', 'under_review', 'lost', 'a-new-word']) {
      await emulator.dashboard.decideDispute(receipt, word);
      expect(await provider.get(target)).toMatchObject(reversed);
    }
    for (const word of ['won', 'warning_needs_response']) {
      await emulator.dashboard.decideDispute(receipt, word);
      expect(await provider.get(target)).toMatchObject({ status: 'paid', reversals: [] });
    }
  }
  const hidden = openWorld({ showsDisputes: false });
  const { target, receipt } = await hidden.paid();
  await hidden.emulator.dashboard.dispute(receipt);
  expect(await hidden.provider.get(target)).toMatchObject({
    status: 'reversed',
    reversals: [{ amount: cents(1500n) }],
  });
});

test('what the card holder disputed is not refunded as well', async () => {
  const { provider, emulator, paid } = openWorld();
  const { target, receipt } = await paid();
  await emulator.dashboard.dispute(receipt);
  const refund = { target, receipt, reference: freshReference(), amount: cents(1500n) };
  expect(await provider.refund(refund)).toMatchObject({ outcome: 'refused', fault: { kind: 'conflict' } });
  expect(emulator.exchanges.map(({ route }) => route)).not.toContain('create-refund');
});

test('a refund carries its reference and goes out once for it, where Bongloy repeats it', async () => {
  const { provider, emulator, paid } = openWorld();
  const { target, receipt } = await paid();
  const refund = { target, receipt, reference: freshReference(), amount: cents(500n) };
  for (let time = 0; time < 2; time += 1)
    expect(await provider.refund(refund)).toMatchObject({
      value: {
        status: 'paid',
        refunds: [{ receipt, reference: refund.reference, amount: cents(500n), status: 'done' }],
      },
    });
  expect(emulator.applied.refunds).toHaveLength(1);
  expect(await provider.refund({ ...refund, reference: freshReference(), amount: cents(1001n) })).toMatchObject({
    fault: { kind: 'conflict' },
  });
  expect(await provider.refund({ ...refund, reference: freshReference(), amount: cents(1000n) })).toMatchObject({
    value: { status: 'refunded' },
  });
});

test('a refund on the dashboard is seen, and narrows what is left', async () => {
  const { provider, emulator, paid } = openWorld();
  const { target, receipt } = await paid();
  await emulator.dashboard.refund(receipt, 1499n);
  expect(await provider.get(target)).toMatchObject({ refunds: [{ amount: cents(1499n) }], status: 'paid' });
  const refund = { target, receipt, reference: freshReference(), amount: cents(2n) };
  expect(await provider.refund(refund)).toMatchObject({ fault: { kind: 'conflict' } });
});

test('a refund is refused for a stranger, another payment, another currency, an unknown charge', async () => {
  const { provider, emulator, paid } = openWorld();
  const [one, other] = [await paid(), await paid()];
  const stranger = await emulator.dashboard.foreignCharge();
  const refund = { target: one.target, receipt: one.receipt, reference: freshReference(), amount: cents(1n) };
  const refused = (kind: string) => ({ outcome: 'refused', fault: { kind } });
  const unknown = '6840bf2c-0000-4000-8000-000000000001' as ProviderRef;
  expect(await provider.refund({ ...refund, receipt: other.receipt })).toMatchObject(refused('invalid'));
  expect(await provider.refund({ ...refund, receipt: stranger as ProviderRef })).toMatchObject(refused('invalid'));
  expect(await provider.refund({ ...refund, receipt: unknown })).toMatchObject(refused('not-found'));
  expect(await provider.refund({ ...refund, amount: money(KHR, 1n) })).toMatchObject(refused('invalid'));
  expect(emulator.applied.refunds).toEqual([]);
});

test('a refund with another amount in its answer is in doubt', async () => {
  const { provider, emulator, paid } = openWorld();
  const { target, receipt } = await paid();
  emulator.faults.add('wrong-amount', { route: 'create-refund' });
  expect(await provider.refund({ target, receipt, reference: freshReference(), amount: cents(7n) })).toMatchObject({
    outcome: 'unknown',
    fault: { reason: 'echo-mismatch' },
  });
});

test('an unfamiliar word of a charge means processing, is logged once, and is no receipt', async () => {
  const { provider, emulator, paid, runtime } = openWorld();
  const { target } = await paid();
  emulator.faults.add('unknown-status-word', { route: 'list-charges', times: 2 });
  for (let time = 0; time < 2; time += 1)
    expect(await provider.get(target)).toMatchObject({ status: 'processing', receipts: [] });
  expect(runtime.entries.filter(({ event }) => event === 'unfamiliar-word')).toHaveLength(1);
});

test('a lookup reads on through the list of a busy account, and stops where the request began', async () => {
  const { provider, emulator, paid, runtime } = openWorld();
  for (let index = 0; index < 150; index += 1) await emulator.dashboard.foreignCharge();
  await runtime.clock.advance(3 * 3_600_000);
  const { target } = await paid();
  await runtime.clock.advance(5000);
  for (let index = 0; index < 150; index += 1) await emulator.dashboard.foreignCharge();
  const reads = async (one: typeof target) => {
    const before = emulator.exchanges.length;
    expect(await provider.get(one)).toMatchObject({ status: 'paid', receipts: [{}] });
    return emulator.exchanges.length - before;
  };
  expect(await reads(target)).toBe(2);
  expect(await reads({ reference: target.reference })).toBe(4);
});

test('a list that cannot be read to its end proves nothing', async () => {
  const { provider, emulator, created } = openWorld();
  const target = await created();
  for (let index = 0; index < 5001; index += 1) await emulator.dashboard.foreignCharge();
  await expect(provider.get({ reference: target.reference })).rejects.toMatchObject({ fault: { kind: 'unavailable' } });
});

test('real money is not seen with test keys', async () => {
  const { emulator, paid, config, runtime } = openWorld();
  const { target, receipt } = await paid();
  const fetch: typeof runtime.fetch = async (request, how) => {
    const response = await emulator.fetch(request, how);
    return new Response((await response.text()).replaceAll('"livemode":false', '"livemode":true'), response);
  };
  const provider = createBongloy(config, { ...runtime, fetch });
  expect(await provider.get(target)).toMatchObject({ status: 'awaiting-payer', receipts: [] });
  const refund = { target, receipt, reference: freshReference(), amount: cents(1n) };
  expect(await provider.refund(refund)).toMatchObject({ outcome: 'refused', fault: { kind: 'not-found' } });
  const token = await emulator.payer.payWith('success');
  expect(await provider.complete({ target, token })).toMatchObject({ fault: { reason: 'echo-mismatch' } });
});

test('wrong keys are a fault of the configuration, whatever the shape of the answer', async () => {
  for (const errors of ['current', 'legacy'] as const) {
    const { config, runtime, created, emulator } = openWorld({ errors });
    const provider = createBongloy({ ...config, secretKey: `sk_test_${'0'.repeat(64)}` }, runtime);
    const target = await created();
    await expect(provider.get(target)).rejects.toMatchObject({ fault: { kind: 'config' } });
    const token = await emulator.payer.payWith('success');
    expect(await provider.complete({ target, token })).toMatchObject({ outcome: 'refused', fault: { kind: 'config' } });
  }
});

/** The adapter against a list that somebody changes on its way. */
function withList(world: ReturnType<typeof openWorld>, change: (list: ChargeList) => ChargeList) {
  const fetch: typeof world.runtime.fetch = async (request, how) => {
    const response = await world.emulator.fetch(request, how);
    if (request.method !== 'GET' || new URL(request.url).pathname !== '/v1/charges') return response;
    return Response.json(change((await response.json()) as ChargeList));
  };
  return createBongloy(world.config, { ...world.runtime, fetch });
}

interface ChargeList {
  readonly data: readonly object[];
  readonly has_more: boolean;
}

test('a list that goes round is not taken for a list without our charge', async () => {
  const world = openWorld();
  await world.emulator.dashboard.foreignCharge();
  const { reference } = world.request();
  let first: ChargeList | undefined;
  const provider = withList(world, (list) => ({ ...(first ??= list), has_more: true }));
  const before = world.emulator.exchanges.length;
  await expect(provider.get({ reference })).rejects.toMatchObject({ fault: { kind: 'unavailable' } });
  expect(world.emulator.exchanges.length - before).toBe(2);
});

test('a list in another order is read to its end', async () => {
  const world = openWorld();
  for (let index = 0; index < 120; index += 1) {
    await world.emulator.dashboard.foreignCharge();
    await world.runtime.clock.advance(60_000);
  }
  await world.runtime.clock.advance(2 * 3_600_000);
  const target = await world.created();
  const token = await world.emulator.payer.payWith('success');
  applied(await world.provider.complete({ target, token }));
  // Oldest first, in two pages: the first one ends long before our request began.
  const all = (await (await world.emulator.fetch(listOf(world, 100), {})).json()) as ChargeList;
  const [newest] = all.data;
  const rest = all.data.slice(1).toReversed();
  const pages = [
    { data: rest, has_more: true },
    { data: newest ? [newest] : [], has_more: false },
  ];
  const provider = withList(world, () => pages.shift() ?? { data: [], has_more: false });
  expect(await provider.get(target)).toMatchObject({ status: 'paid' });
});

function listOf({ emulator }: ReturnType<typeof openWorld>, limit: number): Request {
  const headers = { authorization: `Bearer ${emulator.config.secretKey}` };
  return new Request(`https://api.bongloy.com/v1/charges?limit=${limit}`, { headers });
}

test('one token always carries one idempotency key, another token another one', async () => {
  const world = openWorld();
  const keys: (string | null)[] = [];
  const fetch: typeof world.runtime.fetch = async (request, how) => {
    if (request.method === 'POST') keys.push(request.headers.get('idempotency-key'));
    return world.emulator.fetch(request, how);
  };
  const provider = createBongloy(world.config, { ...world.runtime, fetch });
  const target = await world.created();
  const [first, second] = [
    await world.emulator.payer.payWith('card_declined'),
    await world.emulator.payer.payWith('success'),
  ];
  for (const token of [first, first, second]) await provider.complete({ target, token });
  expect(new Set(keys).size).toBe(2);
  expect(keys[0]).toBe(keys[1]);
  expect(keys[0]).toMatch(new RegExp(`^${target.reference}-[0-9a-f]{32}$`));
});
