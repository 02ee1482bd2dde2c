import type { Instant } from '@rielrails/core';
import { expect, test } from 'vitest';
import { encodeKhqr } from '../src/khqr/index.ts';
import type { KhqrInput } from '../src/khqr/index.ts';
import { paywaySample, vectors } from './vectors.ts';
import { after, cents, openWorld, riel } from './world.ts';

function open() {
  const world = openWorld();
  const qr = (change: Partial<KhqrInput> = {}) =>
    encodeKhqr({
      account: world.emulator.config.account,
      merchantName: 'RIELRAILS SANDBOX',
      demand: {
        type: 'dynamic',
        amount: riel(4000n),
        createdAt: world.runtime.clock.now(),
        expiresAt: after(world.runtime, 60_000),
      },
      ...change,
    }).text;
  const post = async (endpoint: string, body: unknown, headers: Readonly<Record<string, string>> = {}) => {
    const response = await world.emulator.fetch(
      new Request(`https://sit-api-bakong.nbc.gov.kh/v1/${endpoint}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${world.emulator.config.token}`,
          ...headers,
        },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
      {},
    );
    return { status: response.status, body: (await response.json()) as { readonly errorCode: number | null } };
  };
  return { ...world, qr, post };
}

test('a bank app pays what the QR asks for, until its very end', async () => {
  const { emulator, qr, runtime } = open();
  const text = qr();
  await runtime.clock.advance(60_000);
  expect(await emulator.payByQr(text)).toMatchObject({ outcome: 'paid', amount: riel(4000n) });
  await runtime.clock.advance(1);
  expect(await emulator.payByQr(text)).toEqual({ outcome: 'refused', message: 'KHQR is expired' });
});

test('a bank app refuses another amount, another currency, a stranger, and a QR that was touched', async () => {
  const { emulator, qr } = open();
  const refused = (message: string) => ({ outcome: 'refused', message });
  expect(await emulator.payByQr(qr(), { amount: riel(3999n) })).toEqual(refused('The amount cannot be changed'));
  expect(await emulator.payByQr(qr(), { amount: cents(4000n) })).toEqual(refused('Wrong currency'));
  expect(await emulator.payByQr(qr({ account: { type: 'individual', bakongAccount: 'no@body' } }))).toEqual(
    refused('Account ID not found'),
  );
  expect(await emulator.payByQr(qr().replace('4000', '4001'))).toEqual(refused('KHQR is not valid: checksum'));
  expect(await emulator.payByQr(paywaySample.text)).toEqual(refused('KHQR is expired'));
  expect(await emulator.payByQr(vectors['individual, dynamic, riel']?.text ?? '')).toEqual(refused('KHQR is expired'));
  expect(emulator.statement).toEqual([]);
});

test('an amount typed on a static QR is what comes', async () => {
  const { emulator, qr } = open();
  const text = qr({ demand: { type: 'static', currency: 'USD' } });
  expect(await emulator.payByQr(text, { amount: cents(0n) })).toMatchObject({ outcome: 'refused' });
  expect(await emulator.payByQr(text, { amount: cents(199n) })).toMatchObject({ outcome: 'paid', amount: cents(199n) });
});

test.each<[string, string, unknown, Readonly<Record<string, string>>, number, number]>([
  ['no token', 'check_transaction_by_md5', { md5: 'a' }, { authorization: '' }, 401, 6],
  ['a forged token', 'check_transaction_by_md5', { md5: 'a' }, { authorization: 'Bearer a.b.c' }, 401, 6],
  ['no body', 'check_transaction_by_md5', 'nothing', {}, 400, 5],
  ['another type', 'check_transaction_by_md5', { md5: 'a' }, { 'content-type': 'text/plain' }, 400, 5],
  ['no md5', 'check_transaction_by_md5', {}, {}, 400, 5],
  ['a wrapped list', 'check_transaction_by_md5_list', { md5List: ['a'] }, {}, 400, 5],
  ['a list of 51', 'check_transaction_by_md5_list', Array.from({ length: 51 }, () => 'a'), {}, 400, 5],
  ['a short hash without an amount', 'check_transaction_by_short_hash', { hash: '12345678' }, {}, 400, 5],
  ['half a source', 'generate_deeplink_by_qr', { qr: 'x', sourceInfo: { appName: 'Shop' } }, {}, 400, 5],
  ['a link to no KHQR', 'generate_deeplink_by_qr', { qr: 'x' }, {}, 400, 5],
  ['an account of no form', 'check_bakong_account', { accountId: 'nobody' }, {}, 200, 12],
  ['a stranger', 'renew_token', { email: 'who@example.com' }, {}, 200, 10],
])('the API refuses: %s', async (_what, endpoint, body, headers, status, errorCode) => {
  expect(await open().post(endpoint, body, headers)).toMatchObject({ status, body: { responseCode: 1, errorCode } });
});

test('a token lives exactly 90 days', async () => {
  const { post, runtime } = open();
  const start = Math.floor(runtime.clock.now() / 1000) * 1000;
  await runtime.clock.advance(start + 90 * 86_400_000 - 1 - runtime.clock.now());
  expect(await post('check_bakong_account', { accountId: 'a@b' })).toMatchObject({ body: { errorCode: 11 } });
  await runtime.clock.advance(1);
  expect(await post('check_bakong_account', { accountId: 'a@b' })).toMatchObject({ status: 401 });
});

test("a token's hundredth call of a day is answered, the next one is not, and tomorrow it is again", async () => {
  const { post, runtime } = open();
  const ask = () => post('check_transaction_by_md5', { md5: 'a' });
  for (let call = 1; call <= 100; call += 1) expect((await ask()).body.errorCode).toBe(1);
  expect((await ask()).body.errorCode).toBe(17);
  const midnight = (Math.floor(runtime.clock.now() / 86_400_000) + 1) * 86_400_000;
  await runtime.clock.advance((midnight as Instant) - runtime.clock.now());
  expect((await ask()).body.errorCode).toBe(1);
});
