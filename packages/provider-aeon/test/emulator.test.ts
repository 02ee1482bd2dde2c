import { expect, test } from 'vitest';
import { fromHex, toBase64 } from '@rielrails/kit';
import { createVirtualRuntime } from '@rielrails/kit/virtual';
import { createAeonEmulator, signAsAeon } from '../src/emulator/index.ts';
import type { AeonEmulatorOptions } from '../src/emulator/index.ts';
import { cents, openWorld } from './world.ts';

type Fields = Readonly<Record<string, unknown>>;

const signedNames = new Set([
  'appId',
  'merchantOrderNo',
  'orderAmount',
  'payCurrency',
  'userId',
  'paymentTokens',
  'paymentExchange',
  'walletAddress',
  'refundAmount',
  'refundToken',
  'refundNetwork',
]);

/** An emulator and a merchant that signs whatever it is told to send. */
function open(options: AeonEmulatorOptions = {}) {
  const runtime = createVirtualRuntime();
  const emulator = createAeonEmulator(runtime, {
    currencies: ['USD', 'EUR', 'HKD', 'IDR', 'THB', 'VND', 'USDT'],
    ...options,
  });
  const { appId, secret } = emulator.config;
  async function send(path: string, body: string, type = 'application/json') {
    const request = new Request(`https://sbx-crypto-payment-api.aeon.xyz${path}`, {
      method: 'POST',
      headers: { 'content-type': type },
      body,
    });
    const response = await emulator.fetch(request, {});
    return { status: response.status, ...((await response.json()) as { code: unknown; model: Fields | null }) };
  }
  function signed(fields: Fields): Fields {
    const whole: Fields = { appId, ...fields };
    const texts = Object.entries(whole).filter(([, value]) => typeof value === 'string' || typeof value === 'number');
    return {
      sign: signAsAeon(new Map(texts.map(([name, value]) => [name, String(value)])), signedNames, secret),
      ...whole,
    };
  }
  const order = { merchantOrderNo: '20260001', orderAmount: '25.50', payCurrency: 'USD', userId: '42' };
  return {
    runtime,
    emulator,
    send,
    signed,
    order,
    ask: (path: string, fields: Fields) => send(path, JSON.stringify(signed(fields))),
    create: (change: Fields = {}) => send('/open/api/tg/payment/V2', JSON.stringify(signed({ ...order, ...change }))),
  };
}

const custom = JSON.stringify({ botName: 'b', chatId: '1', orderDetail: 'bitcoin' });

test.each([
  ['missing merchantOrderNo', { merchantOrderNo: '' }, '8000'],
  ['merchantOrderNo with letters', { merchantOrderNo: '2026A' }, '8000'],
  ['merchantOrderNo too long', { merchantOrderNo: '1'.repeat(65) }, '8000'],
  ['missing userId', { userId: null }, '8000'],
  ['userId too long', { userId: 'u'.repeat(129) }, '8000'],
  ['three decimals of a dollar', { orderAmount: '25.505' }, '8000'],
  ['an exponent', { orderAmount: '1e3' }, '8000'],
  ['a sign', { orderAmount: '-5' }, '8000'],
  ['other digits', { orderAmount: '١٠' }, '8000'],
  ['nothing', { orderAmount: '0' }, '8000'],
  ['a decimal of a dong', { orderAmount: '30000.5', payCurrency: 'VND' }, '8000'],
  ['a decimal of a rupiah', { orderAmount: '30000.5', payCurrency: 'IDR' }, '8000'],
  ['a decimal of a baht', { orderAmount: '300.5', payCurrency: 'THB' }, '8000'],
  ['nine decimals of a token', { orderAmount: '1.000000001', payCurrency: 'USDT' }, '8000'],
  ['riel', { payCurrency: 'KHR' }, '8013'],
  ['a token that is not configured', { paymentTokens: 'USDT,DOGE' }, '8000'],
  ['a network that is not configured', { paymentNetworks: 'DOGE' }, '8000'],
  ['an exchange by name', { paymentExchange: 'kraken' }, '8000'],
  ['a way back that is no URL', { redirectURL: 'shop' }, '8000'],
  ['a way back by script', { redirectURL: 'javascript:alert(1)' }, '8000'],
  ['a callback too long', { callbackURL: `https://shop.example/${'x'.repeat(500)}` }, '8000'],
  ['customParam that is no JSON', { customParam: 'bot' }, '8000'],
  ['customParam that is a list', { customParam: '[]' }, '8000'],
  ['customParam that is no text', { customParam: { botName: 'b' } }, '8000'],
  ['customParam too long', { customParam: JSON.stringify({ x: 'x'.repeat(510) }) }, '8000'],
  ['a bot without customParam', { tgModel: 'BOT' }, '8000'],
  ['a bot without its chat', { tgModel: 'BOT', customParam: '{"botName":"b","orderDetail":"x"}' }, '8000'],
  ['an unknown display', { tgModel: 'POPUP' }, '8000'],
  ['a display in small letters', { tgModel: 'bot', customParam: custom }, '8000'],
  ['an unknown way to pay', { payType: 'CARD' }, '8000'],
  ['an unknown order model', { orderModel: 'order' }, '8000'],
  ['more than two days', { expiredTime: '172801' }, '8000'],
  ['the example of the documents', { expiredTime: '999999' }, '8000'],
  ['no time at all', { expiredTime: '0' }, '8000'],
] as const)('an order with %s is refused', async (_what, change, code) => {
  const { create, emulator } = open();
  expect(await create(change)).toMatchObject({ code, status: 200, model: null, error: true, success: false });
  expect(emulator.applied.payments).toEqual([]);
});

test.each([
  ['two days', { expiredTime: '172800' }],
  ['a number for an amount', { orderAmount: 25.5 }],
  ['dong', { orderAmount: '30000', payCurrency: 'VND' }],
  ['eight decimals of a token', { orderAmount: '1.00000001', payCurrency: 'USDT' }],
  ['a bot', { tgModel: 'BOT', customParam: custom }],
  ['a pop-up', { tgModel: 'MINIAPP' }],
  ['a recharge', { orderModel: 'RECHARGE' }],
  ['tokens and networks', { paymentTokens: 'USDT,ETH', paymentNetworks: 'TRX,ETH' }],
] as const)('an order with %s is taken', async (_what, change) => {
  const { create, emulator } = open();
  expect(await create(change)).toMatchObject({ code: '0', success: true, error: false });
  expect(emulator.applied.payments).toHaveLength(1);
});

test('plain orders know no display', async () => {
  const { ask, order } = open();
  expect(await ask('/open/api/payment/V2', order)).toMatchObject({ code: '0' });
  expect(await ask('/open/api/payment/V2', order)).toMatchObject({ code: '8011' });
});

test('content type, body, caller, application and signature, each with its code', async () => {
  const { send, signed, order, emulator } = open();
  const path = '/open/api/payment/V2';
  const good = signed(order);
  expect(await send(path, JSON.stringify(good), 'text/plain')).toMatchObject({ code: '8003' });
  expect(await send(path, 'appId=1')).toMatchObject({ code: '8004' });
  expect(await send(path, '[]')).toMatchObject({ code: '8004' });
  expect(await send(path, JSON.stringify({ ...good, appId: 'TEST0' }))).toMatchObject({ code: '8000' });
  const sign = String(good['sign']);
  for (const bad of [
    sign.replace(/.$/, (last) => (last === '0' ? '1' : '0')),
    toBase64(fromHex(sign.toLowerCase())),
    'x',
    sign.slice(1),
  ]) {
    expect(await send(path, JSON.stringify({ ...good, sign: bad }))).toMatchObject({ code: '8007' });
  }
  expect(await send(path, JSON.stringify({ ...good, sign: '' }))).toMatchObject({ code: '8000' });
  expect(await send(path, JSON.stringify({ ...good, orderAmount: '25.51' }))).toMatchObject({ code: '8007' });
  expect(await send(path, JSON.stringify({ ...good, paymentTokens: 'USDT' }))).toMatchObject({ code: '8007' });
  emulator.profile.callerListed = false;
  expect(await send(path, JSON.stringify(good))).toMatchObject({ code: '8012' });
  emulator.profile.callerListed = true;
  // In small letters, re-ordered, with unsigned fields added: still the same signature.
  const turned = Object.fromEntries(Object.entries({ ...good, sign: sign.toLowerCase() }).toReversed());
  expect(await send(path, JSON.stringify({ ...turned, expiredTime: '60' }, null, 2))).toMatchObject({ code: '0' });
});

test('unknown paths and methods', async () => {
  const { emulator } = open();
  const get = new Request('https://sbx-crypto-payment-api.aeon.xyz/open/api/payment/query');
  expect((await emulator.fetch(get, {})).status).toBe(405);
  const v3 = new Request('https://sbx-crypto-payment-api.aeon.xyz/open/api/payment/V3', { method: 'POST' });
  expect((await emulator.fetch(v3, {})).status).toBe(404);
});

test('dialects of the answer', async () => {
  const { ask, create, emulator } = open({
    codes: 'number',
    errorStatus: 400,
    orderAmounts: 'cents',
    customParam: 'text',
  });
  expect(await create({ customParam: custom })).toMatchObject({ code: 0 });
  expect(await create()).toMatchObject({ code: 8011, status: 400 });
  await emulator.payer.pay('20260001' as never, { connectedWallet: true, account: '0xabc' });
  expect(await ask('/open/api/payment/query', { merchantOrderNo: '20260001' })).toMatchObject({
    code: 0,
    model: {
      orderAmount: '2550',
      orderStatus: 'COMPLETED',
      customParam: custom,
      fromAddress: '0xabc',
      payTime: '2026-01-02 11:04:05',
    },
  });
});

const refund = {
  merchantOrderNo: '20260001',
  walletAddress: 'TQn9Y2khEsLJW1ChVWFMSMeRDow5KcbLSE',
  refundAmount: '10.00',
  refundToken: 'USDT',
  refundNetwork: 'TRX',
};

test.each([
  ['an order that is not there', { merchantOrderNo: '7' }, '8029'],
  ['no wallet', { walletAddress: '' }, '8000'],
  ['a wallet too long', { walletAddress: 'T'.repeat(65) }, '8000'],
  ['three decimals', { refundAmount: '10.005' }, '8000'],
  ['one dollar', { refundAmount: '1.00' }, '8037'],
  ['a token that is not configured', { refundToken: 'DOGE' }, '8000'],
  ['more than came', { refundAmount: '25.51' }, '8036'],
] as const)('a refund with %s is refused', async (_what, change, code) => {
  const { create, ask, emulator } = open();
  await create();
  await emulator.payer.pay('20260001' as never);
  expect(await ask('/open/api/payment/refund', { ...refund, ...change })).toMatchObject({ code });
  expect(emulator.applied.refunds).toEqual([]);
});

test('a refund once under its number, after the payment and before the settlement', async () => {
  const { create, ask, emulator, runtime } = open();
  await create();
  const path = '/open/api/payment/refund';
  expect(await ask(path, refund)).toMatchObject({ code: '8031' });
  await emulator.payer.pay('20260001' as never);
  expect(await ask(path, { ...refund, refundOrderNo: '9' })).toMatchObject({ code: '0', model: '' });
  expect(await ask(path, { ...refund, refundOrderNo: '9' })).toMatchObject({ code: '8034' });
  await runtime.clock.advance(7 * 86_400_000 + 1);
  expect(await ask(path, { ...refund, refundOrderNo: '10' })).toMatchObject({ code: '8035' });
});

test('what a payer cannot do', async () => {
  const { create, emulator } = open();
  const { payer } = emulator;
  await expect(payer.pay('7' as never)).rejects.toThrow('no such order');
  await create();
  await expect(payer.refundSelf('20260001')).rejects.toThrow('nothing to take back');
  await payer.pay('20260001' as never);
  await expect(payer.pay('20260001' as never)).rejects.toThrow('COMPLETED');
  expect(await payer.payTwice('20260001' as never)).toBeNull();
  await expect(payer.reverse('x')).rejects.toThrow('chain');
});

test('a payer who cancels ends the order as time does', async () => {
  const { emulator, created, get } = openWorld();
  const target = await created();
  await emulator.payer.cancel(target.reference);
  expect(await get(target)).toMatchObject({ status: 'expired' });
});

test('what was five dollars too much can be taken back on AEON’s page; what was wrong, whole', async () => {
  const { emulator, created } = openWorld();
  const [over, little, wrong] = [await created(), await created(), await created()];
  await emulator.payer.pay(over.reference, { amount: cents(3050n) });
  await emulator.payer.refundSelf(over.reference);
  await emulator.payer.pay(little.reference, { amount: cents(2649n) });
  await expect(emulator.payer.refundSelf(little.reference)).rejects.toThrow('nothing to take back');
  await emulator.payer.pay(wrong.reference, { token: 'SHIB' });
  await emulator.payer.refundSelf(wrong.reference);
  expect(emulator.selfRefunds).toEqual([
    { reference: over.reference, token: 'USDT', volume: '5' },
    { reference: wrong.reference, token: 'SHIB', volume: '25.5' },
  ]);
});

test('an unheard webhook comes again by AEON’s timetable, for twelve hours', async () => {
  const at: number[] = [];
  const { emulator, created, runtime } = openWorld({}, {}, async () => {
    at.push(runtime.clock.now());
    return new Response('busy', { status: 503 });
  });
  const target = await created();
  const start = runtime.clock.now();
  await emulator.payer.pay(target.reference);
  await runtime.clock.advance(24 * 3_600_000);
  const minutes = at.map((moment) => (moment - start) / 60_000);
  expect(minutes).toEqual([
    0, 2, 4, 6, 8, 10, 20, 30, 40, 50, 60, 120, 180, 240, 300, 360, 420, 480, 540, 600, 660, 720,
  ]);
});

test.each([
  ['200', new Response(null, { status: 200 })],
  ['a body with the word', new Response('{"success":true}', { status: 202 })],
])('heard: %s', async (_what, answer) => {
  let times = 0;
  const { emulator, created, runtime } = openWorld({}, {}, async () => {
    times += 1;
    return times === 1 ? new Response(null, { status: 500 }) : answer.clone();
  });
  const target = await created();
  await emulator.payer.pay(target.reference);
  await runtime.clock.advance(24 * 3_600_000);
  expect(times).toBe(2);
});

test('an order whose time runs out is told, once', async () => {
  const bodies: string[] = [];
  const { created, runtime } = openWorld({}, {}, async (request) => {
    bodies.push(await request.text());
    return new Response('success');
  });
  await created();
  await runtime.clock.advance(3_600_000);
  expect(bodies.map((body) => (JSON.parse(body) as { orderStatus: string }).orderStatus)).toEqual(['TIMEOUT']);
});
