import { toBase64, utf8 } from '@rielrails/kit';
import { createVirtualRuntime } from '@rielrails/kit/virtual';
import { expect, test } from 'vitest';
import { createPaywayEmulator } from '../src/emulator/index.ts';
import type { PaywayEmulator, PaywayEmulatorOptions } from '../src/emulator/index.ts';
import { expectedHash } from '../src/emulator/signing.ts';
import { cents, openWorld } from './world.ts';

const payments = '/api/payment-gateway/v1/payments';
const kinds = {
  'generate-qr': 'generateQr',
  purchase: 'purchase',
  'check-transaction-2': 'transaction',
  'transaction-detail': 'transaction',
  'close-transaction': 'transaction',
} as const;

function open(options: PaywayEmulatorOptions = {}): PaywayEmulator {
  return createPaywayEmulator(createVirtualRuntime(), { currencies: ['KHR', 'USD'], ...options });
}

/** A request as a merchant would write it by hand, with its right hash unless told otherwise. */
async function call(
  emulator: PaywayEmulator,
  endpoint: keyof typeof kinds,
  change: Readonly<Record<string, string | number | undefined>> = {},
): Promise<{ readonly status: number; readonly body: unknown; readonly location: string | null }> {
  const usual: Record<string, string | number | undefined> = {
    req_time: '20260102030405',
    merchant_id: emulator.config.merchantId,
    tran_id: 'ORD-1',
  };
  if (endpoint === 'generate-qr' || endpoint === 'purchase') {
    Object.assign(usual, { amount: '4000', currency: 'KHR', lifetime: '15', payment_option: 'abapay_khqr' });
  }
  if (endpoint === 'generate-qr') usual['qr_image_template'] = 'template1';
  if (endpoint === 'purchase') usual['payment_gate'] = '0';
  const fields = Object.entries({ ...usual, ...change }).filter(([, value]) => value !== undefined);
  const texts = new Map(fields.map(([name, value]) => [name, String(value)]));
  const hash = expectedHash(kinds[endpoint], texts, emulator.config.apiKey);
  const body = JSON.stringify({ hash, ...Object.fromEntries(fields) });
  const response = await emulator.fetch(
    new Request(`https://checkout-sandbox.payway.com.kh${payments}/${endpoint}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    }),
    {},
  );
  const text = await response.text();
  return {
    status: response.status,
    body: text === '' ? null : JSON.parse(text),
    location: response.headers.get('location'),
  };
}

const errorOf = (code: string | number) => ({ status: { code } });

test.each([
  ['a wrong hash', { hash: 'AAAA' }, 403, '1'],
  ['a hash of the amount as a number', { amount: '4000.0' }, 403, '48'],
  ['another merchant', { merchant_id: 'ec999999' }, 403, '96'],
  ['no hash', { hash: '' }, 400, '04'],
  ['no payment option', { payment_option: undefined }, 400, '04'],
  ['an unknown template', { qr_image_template: 'template3' }, 400, '04'],
  ['a lifetime below three minutes', { lifetime: '2' }, 400, '04'],
  ['a lifetime above 120 days', { lifetime: '172801' }, 400, '04'],
  ['a tran_id of 21 characters', { tran_id: 'x'.repeat(21) }, 400, '04'],
  ['a tran_id with an underscore', { tran_id: 'a_b' }, 400, '04'],
  ['items that are no base64', { items: '[]' }, 400, '04'],
  ['eleven items', { items: toBase64(utf8(JSON.stringify(Array.from({ length: 11 }, () => 1)))) }, 400, '04'],
  ['a callback URL in plain text', { callback_url: 'https://shop.example' }, 400, '04'],
  ['riel with decimals', { amount: '4000.50' }, 403, '48'],
  ['99 riel', { amount: '99' }, 403, '47'],
  ['100,000.01 dollars', { amount: '100000.01', currency: 'USD' }, 403, '44'],
  ['WeChat for riel', { payment_option: 'wechat' }, 403, '23'],
] as const)('generate-qr refuses %s', async (_name, change, status, code) => {
  const emulator = open();
  const answer = await call(emulator, 'generate-qr', change);
  expect(answer).toMatchObject({ status, body: errorOf(code) });
  expect(emulator.applied.payments).toEqual([]);
});

test('generate-qr answers in its own names and types', async () => {
  const { status, body } = await call(open(), 'generate-qr', { amount: '12.50', currency: 'usd' });
  expect(status).toBe(200);
  expect(body).toMatchObject({
    qrString: expect.stringMatching(/^000201010212.*6304[0-9A-F]{4}$/) as string,
    qrImage: expect.stringMatching(/^data:image\/png;base64,/) as string,
    abapay_deeplink: expect.stringMatching(/^abamobilebank:\/\/ababank\.com\?type=payway&qrcode=0002/) as string,
    amount: 12.5,
    currency: 'USD',
    status: { code: '0', message: 'Success.', tran_id: 'ORD-1' },
  });
});

test.each([
  ['a wrong hash', { hash: 'AAAA' }, 403, 1],
  ['no hash', { hash: '' }, 400, '04'],
  ['another merchant', { merchant_id: 'ec999999' }, 403, 26],
] as const)('purchase refuses %s with a body', async (_name, change, status, code) => {
  expect(await call(open(), 'purchase', change)).toMatchObject({ status, body: errorOf(code) });
});

test.each([
  ['a bad tran_id', { tran_id: 'a_b' }, 2],
  ['no amount at all', { amount: '0' }, 45],
  ['riel with decimals', { amount: '4000.50' }, 46],
  ['99 riel', { amount: '99' }, 47],
  ['a lifetime below three minutes', { lifetime: '2' }, 69],
  ['digits in a name', { firstname: 'R2D2' }, 16],
  ['a bad e-mail', { email: 'dara' }, 19],
  ['an option that is not enabled', { payment_option: 'google_pay' }, 23],
  ['another currency', { currency: 'THB' }, 12],
] as const)('purchase refuses %s in JSON or inside the redirect', async (_name, change, code) => {
  const option = 'payment_option' in change ? {} : { payment_option: 'abapay_khqr_deeplink' };
  const plain = await call(open(), 'purchase', { ...change, ...option, payment_gate: undefined });
  expect(plain).toMatchObject({ status: 200, body: errorOf(code) });
  const hosted = await call(open(), 'purchase', change);
  expect(hosted.status).toBe(302);
  const token = decodeURIComponent(new URL(hosted.location ?? '').pathname.slice(1));
  expect(JSON.parse(Buffer.from(token, 'base64').toString())).toMatchObject(errorOf(code));
});

test('without payment_gate a purchase answers in the shape of the QR API', async () => {
  const { body } = await call(open(), 'purchase', { payment_option: 'cards', payment_gate: undefined });
  expect(body).toMatchObject({ status: { code: '0' }, qrString: expect.any(String) as string });
});

test('a purchase may come as a form', async () => {
  const emulator = open();
  const fields = {
    req_time: '20260102030405',
    merchant_id: emulator.config.merchantId,
    tran_id: 'ORD-1',
    amount: '4000',
    currency: 'KHR',
    payment_option: 'abapay_khqr_deeplink',
  };
  const hash = expectedHash('purchase', new Map(Object.entries(fields)), emulator.config.apiKey);
  for (const body of [new URLSearchParams({ ...fields, hash, payment_gate: '0' })]) {
    const url = `https://checkout-sandbox.payway.com.kh${payments}/purchase`;
    const response = await emulator.fetch(new Request(url, { method: 'POST', body }), {});
    expect(await response.json()).toMatchObject({
      status: { code: '00' },
      checkout_qr_url: expect.any(String) as string,
    });
  }
});

test('a number is hashed as the text that was sent', async () => {
  expect(await call(open(), 'generate-qr', { amount: 4000 })).toMatchObject({ status: 200 });
  const emulator = open();
  const fields = { amount: '1.00', currency: 'USD' };
  const signedAs = await call(emulator, 'generate-qr', fields);
  expect(signedAs.status).toBe(200);
});

test('lookups answer in numbers when they fail and in text when they succeed', async () => {
  const emulator = open();
  expect(await call(emulator, 'check-transaction-2')).toMatchObject({ status: 200, body: errorOf(6) });
  expect(await call(emulator, 'check-transaction-2', { hash: 'AAAA' })).toMatchObject({
    status: 403,
    body: errorOf(5),
  });
  expect(await call(emulator, 'check-transaction-2', { merchant_id: 'x' })).toMatchObject({
    status: 403,
    body: errorOf(8),
  });
  await call(emulator, 'generate-qr');
  expect((await call(emulator, 'check-transaction-2')).body).toMatchObject({
    data: {
      payment_status_code: 2,
      payment_status: 'PENDING',
      original_amount: 4000,
      payment_amount: 0,
      payment_currency: '',
      apv: '',
    },
    status: { code: '00', message: 'Success!' },
  });
});

test('closing: unknown 5, open 00, again 00, paid 2 with HTTP 403', async () => {
  const emulator = open();
  expect(await call(emulator, 'close-transaction')).toMatchObject({ body: errorOf(5) });
  await call(emulator, 'generate-qr');
  await call(emulator, 'generate-qr', { tran_id: 'ORD-2' });
  for (const _time of [1, 2]) expect(await call(emulator, 'close-transaction')).toMatchObject({ body: errorOf('00') });
  await emulator.payer.pay('ORD-2');
  expect(await call(emulator, 'close-transaction', { tran_id: 'ORD-2' })).toMatchObject({
    status: 403,
    body: errorOf(2),
  });
});

test('only POST is known', async () => {
  const url = `https://checkout-sandbox.payway.com.kh${payments}/check-transaction-2`;
  expect((await open().fetch(new Request(url), {})).status).toBe(405);
});

test('a payer in dollars is charged dollars for riel', async () => {
  const emulator = open({ khrPerUsd: 4000n });
  await call(emulator, 'generate-qr');
  await emulator.payer.pay('ORD-1', { currency: 'USD' });
  expect((await call(emulator, 'check-transaction-2')).body).toMatchObject({
    data: { original_amount: 4000, payment_amount: 1, payment_currency: 'USD', payment_status: 'APPROVED' },
  });
});

/** The sample of ABA's KHQR guideline: whole, but of another merchant. */
const foreignQr =
  '00020101021230510016abaakhppxxx@abaa01151250212145328460208ABA Bank52045987530311654031005802KH5925OLD ME 25 CHAR WINNER IP26010Phnom Penh62570115MC-REF-KH-1500068340010PAYWAY@ABA0208104514230604A2279934001317598053453370113175980552533763049FBD';

test('a bank app pays a QR once, and refuses what is closed, late, changed or foreign', async () => {
  const { emulator, created, provider, runtime } = openWorld();
  const [paid, closed, late] = [await created(), await created(), await created()];
  expect(await emulator.payByQr(paid.payload, { amount: cents(1n) })).toMatchObject({ outcome: 'refused' });
  expect(await emulator.payByQr(paid.payload)).toMatchObject({ outcome: 'paid', transaction: paid.reference });
  expect(await emulator.payByQr(paid.payload)).toMatchObject({ message: 'QR is already used' });
  await provider.cancel(closed);
  expect(await emulator.payByQr(closed.payload)).toMatchObject({ message: 'Transaction expired' });
  await runtime.clock.advance(15 * 60_000 + 1);
  expect(await emulator.payByQr(late.payload)).toMatchObject({ message: 'Transaction expired' });
  expect(await emulator.payByQr(late.payload.replace('40000.00', '10000.00'))).toMatchObject({
    message: 'KHQR: wrong checksum',
  });
  expect(await emulator.payByQr(foreignQr)).toMatchObject({ message: 'Transaction not found' });
  expect(emulator.applied.receipts).toHaveLength(1);
});

test('the hosted page opens for 180 seconds, shows play money, and pays', async () => {
  const { emulator, created, runtime } = openWorld();
  const target = await created({ accepts: ['redirect'] });
  const page = () => emulator.fetch(new Request(target.payload), {});
  const first = await page();
  expect(first.status).toBe(200);
  expect(first.headers.get('content-security-policy')).toContain("default-src 'none'");
  const html = await first.text();
  expect(html).toContain('SANDBOX – PLAY MONEY');
  expect(html).not.toContain('<script');
  await runtime.clock.advance(180_001);
  expect((await page()).status).toBe(403);
  const fresh = await created({ accepts: ['redirect'] });
  const body = new URLSearchParams({ method: 'card' });
  const paid = await emulator.fetch(new Request(fresh.payload, { method: 'POST', body }), {});
  expect(await paid.text()).toContain('href="https://shop.example/back"');
  expect(emulator.applied.receipts).toMatchObject([{ transaction: fresh.reference }]);
});

test('a callback that nobody took is sent once more, ten seconds later', async () => {
  const runtime = createVirtualRuntime();
  let calls = 0;
  const deliver = () => Promise.resolve(new Response(null, { status: (calls += 1) === 1 ? 500 : 200 }));
  const emulator = createPaywayEmulator({ ...runtime, deliver }, { retriesCallbacks: true });
  await call(emulator, 'generate-qr');
  await emulator.payer.pay('ORD-1');
  expect(calls).toBe(1);
  await runtime.clock.advance(10_000);
  expect(calls).toBe(2);
  await runtime.clock.advance(60_000);
  expect(calls).toBe(2);
});
