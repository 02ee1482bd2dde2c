import { readFileSync } from 'node:fs';
import { parseReference } from '@rielrails/core';
import { createVirtualRuntime } from '@rielrails/kit/virtual';
import { expect, test } from 'vitest';
import { createAeon } from '../src/index.ts';
import { after, cents, openWorld } from './world.ts';

interface Fixture {
  readonly httpStatus: number;
  readonly body: { readonly model: object };
}

function read(name: string): Fixture {
  return JSON.parse(readFileSync(new URL(`../fixtures/${name}.json`, import.meta.url), 'utf8')) as Fixture;
}

/** The adapter against one answer, whatever it asks. */
function against(name: string, change: object = {}) {
  const { httpStatus, body } = read(name);
  const changed = body.model ? { ...body, model: { ...body.model, ...change } } : body;
  const runtime = createVirtualRuntime({
    fetch: () => Promise.resolve(Response.json(changed, { status: httpStatus })),
  });
  const aeon = createAeon(openWorld().config, runtime);
  const request = { reference, amount: cents(2550n), accepts: ['redirect'], purpose: 'Bitcoin' } as const;
  return {
    create: () => aeon.create({ ...request, expiresAt: after(runtime, 60_000) }),
    get: (handle?: string) => runtime.clock.run(() => aeon.get({ reference, ...(handle ? { handle } : {}) })),
  };
}

const reference = parseReference('42');
const orderNo = '300217243809185440066';

test.each(['create', 'create-without-flags'])('%s', async (name) => {
  const url = `https://sbx-crypto-payment.aeon.org?orderNum=${orderNo}`;
  expect(await against(name).create()).toMatchObject({
    outcome: 'applied',
    value: { next: { type: 'redirect', url }, handle: 'USD 2550' },
  });
});

test('duplicate', async () => {
  expect(await against('duplicate').create()).toMatchObject({ outcome: 'unknown', fault: { reason: 'duplicate' } });
});

test.each([
  [
    'query-completed',
    { status: 'paid', receipts: [{ transaction: orderNo, amount: cents(2550n), paidAt: 1_767_323_045_000 }] },
  ],
  [
    'query-delay-success',
    {
      status: 'paid',
      receipts: [
        { amount: cents(2550n), payer: { wallet: { network: 'tron', text: 'TQn9Y2khEsLJW1ChVWFMSMeRDow5KcbLSE' } } },
      ],
    },
  ],
  ['query-failed', { status: 'failed', reason: 'lower_amount', receipts: [] }],
  ['query-init', { status: 'awaiting-payer', receipts: [] }],
])('%s', async (name, expected) => {
  expect(await against(name).get()).toMatchObject({ requested: cents(2550n), ...expected });
});

test.each([
  ['INIT', 'awaiting-payer'],
  ['PROCESSING', 'processing'],
  ['COMPLETED', 'paid'],
  ['DELAY_SUCCESS', 'paid'],
  ['CLOSE', 'cancelled'],
  ['TIMEOUT', 'expired'],
  ['FAILED', 'failed'],
  ['DELAY_FAILED', 'failed'],
  ['completed', 'processing'],
])('%s is %s, and only what is paid has a receipt', async (orderStatus, status) => {
  const payment = await against('query-completed', { orderStatus }).get();
  expect(payment).toMatchObject({ status, receipts: status === 'paid' ? [{ transaction: orderNo }] : [] });
});

test('a code beside a server error is no refusal: it may have come after the work was done', async () => {
  for (const httpStatus of [500, 502]) {
    const runtime = createVirtualRuntime({
      fetch: () => Promise.resolve(Response.json({ code: '8000', msg: 'late', error: true }, { status: httpStatus })),
    });
    const aeon = createAeon(openWorld().config, runtime);
    const expiresAt = after(runtime, 60_000);
    const attempt = aeon.create({
      reference,
      amount: cents(2550n),
      accepts: ['redirect'],
      purpose: 'Bitcoin',
      expiresAt,
    });
    expect(await attempt).toMatchObject({ outcome: 'unknown', fault: { reason: 'server-error' } });
  }
});

test('query-not-found', async () => {
  expect(await against('query-not-found').get()).toBeNull();
});

test('query-cents: only what we know we asked for makes digits alone an amount', async () => {
  expect(await against('query-cents').get('USD 2550')).toMatchObject({ requested: cents(2550n), status: 'paid' });
  expect(await against('query-cents').get('USD 2600')).toMatchObject({ requested: cents(255_000n) });
  await expect(against('query-cents').get()).rejects.toMatchObject({ fault: { kind: 'unavailable' } });
});

test.each([
  ['a hundred times as much was paid', { payCryptoVolume: '2550' }],
  ['nobody tells what was paid', { payCryptoVolume: '', payCryptoRate: '' }],
])('query-cents is not believed when %s', async (_what, change) => {
  await expect(against('query-cents', change).get('USD 2550')).rejects.toMatchObject({
    fault: { kind: 'unavailable' },
  });
});

test.each([
  { orderAmount: '25.505' },
  { orderAmount: '-25.50' },
  { orderAmount: 'NaN' },
  { orderAmount: null },
  { orderCurrency: 'KHR' },
  { orderCurrency: 'constructor' },
  { orderStatus: 7 },
  { orderNo: null },
  { payCryptoVolume: '1e99' },
  { payCryptoRate: 'one' },
])('an order with %o is unreadable, not unpaid', async (change) => {
  await expect(against('query-completed', change).get()).rejects.toMatchObject({ fault: { kind: 'unavailable' } });
});

test('a reason that is prose, or could hold anything, is not repeated', async () => {
  const failReason = 'sent by dara@shop.example';
  expect(await against('query-failed', { failReason }).get()).toMatchObject({ status: 'failed', reason: 'failed' });
});

test.each([{ webUrl: 'javascript:alert(1)' }, { webUrl: '' }, { orderNo: null }])(
  'a create answered with %o is unknown',
  async (change) => {
    expect(await against('create', change).create()).toMatchObject({
      outcome: 'unknown',
      fault: { reason: 'unreadable' },
    });
  },
);

test('an address of blanks is none: screening would refuse it for ever', async () => {
  const payment = await against('query-completed', { fromAddress: ' ' }).get();
  expect(payment?.receipts[0]).not.toHaveProperty('payer');
});

test('numbers in place of texts keep their digits', async () => {
  const numbers = { orderAmount: 25.5, payCryptoRate: 1, payFiatRate: 1, payCryptoVolume: 25.5, fee: 0.25 };
  expect(await against('query-completed', numbers).get()).toMatchObject({ receipts: [{ amount: cents(2550n) }] });
});
