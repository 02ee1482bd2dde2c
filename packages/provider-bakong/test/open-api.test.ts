import { isInputError } from '@rielrails/core';
import { createVirtualRuntime } from '@rielrails/kit/virtual';
import { describe, expect, test } from 'vitest';
import { createBakong } from '../src/index.ts';
import { encodeKhqr, md5OfKhqr } from '../src/khqr/index.ts';
import { cents, openWorld, riel } from './world.ts';

async function paid(...options: Parameters<typeof openWorld>) {
  const world = openWorld(...options);
  const { qr } = await world.shown({ amount: cents(1250n) });
  await world.emulator.payByQr(qr);
  const [line] = world.emulator.statement;
  if (!line) throw new Error('nothing was paid');
  const found = { type: 'found', transaction: { hash: line.transaction, amount: cents(1250n) } };
  return { ...world, api: world.bakong.api, qr, line, found };
}

describe('a transaction is found', () => {
  test('by md5, alone and in a list', async () => {
    const { api, qr, found } = await paid();
    const md5 = md5OfKhqr(qr);
    const other = '0'.repeat(32);
    expect(await api.byMd5(md5.toUpperCase())).toMatchObject(found);
    expect(await api.byMd5(other)).toEqual({ type: 'not-found' });
    const list = await api.byMd5List([md5, other]);
    expect(list.get(md5)).toMatchObject(found);
    expect(list.get(other)).toEqual({ type: 'not-found' });
  });

  test('by hash, alone and in a list, and by the short one with its amount', async () => {
    const { api, line, found } = await paid();
    expect(await api.byHash(line.transaction)).toMatchObject(found);
    expect((await api.byHashList([line.transaction])).get(line.transaction)).toMatchObject(found);
    const short = line.transaction.slice(0, 8);
    expect(await api.byShortHash(short, cents(1250n))).toMatchObject(found);
    expect(await api.byShortHash(short, cents(1251n))).toEqual({ type: 'not-found' });
    expect(await api.byShortHash(short, riel(1250n))).toEqual({ type: 'not-found' });
  });

  test("by the instruction's and by the payer's bank's reference", async () => {
    const { api, line, found } = await paid();
    const answer = await api.byHash(line.transaction);
    const { instructionReference = '', externalReference = '' } = answer.type === 'found' ? answer.transaction : {};
    expect(externalReference).toMatch(/^100FT\d{11}$/);
    expect(await api.byInstructionReference(instructionReference)).toMatchObject(found);
    expect(await api.byExternalReference(externalReference)).toMatchObject(found);
    expect(await api.byExternalReference('100FT00000000000')).toEqual({ type: 'not-found' });
  });
});

test.each([
  ['code-2', 'static-qr'],
  ['not-found', 'not-found'],
] as const)('a static QR cannot be looked up: %s', async (staticQr, type) => {
  const { emulator, bakong } = openWorld({ staticQr });
  const { text, md5 } = encodeKhqr({
    account: emulator.config.account,
    merchantName: 'RIELRAILS SANDBOX',
    demand: { type: 'static', currency: 'KHR' },
  });
  expect(await emulator.payByQr(text)).toEqual({ outcome: 'refused', message: 'Enter an amount' });
  expect(await emulator.payByQr(text, { amount: riel(5000n) })).toMatchObject({ outcome: 'paid' });
  expect(await bakong.api.byMd5(md5)).toEqual({ type });
  expect((await bakong.api.byMd5List([md5])).get(md5)).toEqual({ type: 'static-qr' });
  await expect(bakong.api.deepLink(text)).rejects.toMatchObject({ fault: { kind: 'invalid', providerCode: '2' } });
});

test('a failed transaction is told as failed', async () => {
  const { emulator, bakong, shown } = openWorld();
  const md5 = md5OfKhqr((await shown()).qr);
  emulator.switches.failed.add(md5);
  expect(await bakong.api.byMd5(md5)).toEqual({ type: 'failed' });
  expect((await bakong.api.byMd5List([md5])).get(md5)).toEqual({ type: 'failed' });
});

test('an account exists or not', async () => {
  const { bakong, emulator } = openWorld();
  expect(await bakong.api.accountExists(emulator.config.account.bakongAccount)).toBe(true);
  expect(await bakong.api.accountExists('nobody@aclb')).toBe(false);
  await expect(bakong.api.accountExists('nobody')).rejects.toSatisfy(isInputError);
});

describe('what a published library gets wrong', () => {
  test('10, 13: a link carries its source, and its QR names Cambodia', async () => {
    const bodies: unknown[] = [];
    const runtime = createVirtualRuntime({
      fetch: async (request) => {
        bodies.push(await request.json());
        const data = { shortLink: 'https://bakong.page.link/x' };
        return Response.json({ responseCode: 0, responseMessage: '', errorCode: null, data });
      },
    });
    const app = { name: 'Shop', iconUrl: 'https://shop.example/icon.png' };
    const { emulator, request } = openWorld();
    const bakong = createBakong({ ...emulator.config, app }, runtime);
    await bakong.create(request({ accepts: ['deep-link'], returnUrl: 'https://shop.example/back' }));
    const sourceInfo = {
      appName: 'Shop',
      appIconUrl: 'https://shop.example/icon.png',
      appDeepLinkCallback: 'https://shop.example/back',
    };
    expect(bodies).toEqual([{ qr: expect.stringContaining('5802KH'), sourceInfo }]);
  });

  test.each([
    [4, 'unavailable'],
    [5, 'invalid'],
  ])('13: a link refused with code %i is %s', async (errorCode, kind) => {
    await expect(answering(errorCode).api.deepLink('any')).rejects.toMatchObject({ fault: { kind } });
  });

  test('14: an account that is not valid is no time-out', async () => {
    await expect(answering(12).api.accountExists('a@b')).rejects.toMatchObject({
      fault: { kind: 'invalid', providerCode: '12' },
    });
  });

  function answering(errorCode: number) {
    const body = { responseCode: 1, responseMessage: 'no', errorCode, data: null };
    const runtime = createVirtualRuntime({ fetch: () => Promise.resolve(Response.json(body)) });
    const bakong = createBakong(openWorld().emulator.config, runtime);
    const run = <T>(work: () => Promise<T>) => runtime.clock.run(work);
    return {
      api: {
        deepLink: (qr: string) => run(() => bakong.api.deepLink(qr)),
        accountExists: (account: string) => run(() => bakong.api.accountExists(account)),
      },
    };
  }
});

describe('a token', () => {
  test('is renewed by address and used from then on; the old one is not needed', async () => {
    const { bakong, emulator, runtime } = openWorld();
    await runtime.clock.advance(91 * 86_400_000);
    await expect(bakong.api.accountExists('a@b')).rejects.toMatchObject({ fault: { kind: 'config' } });
    const { token, expiresAt } = await bakong.api.renewToken('shop@example.com');
    expect(expiresAt).toBe(bakong.polling().tokenExpiresAt);
    expect(expiresAt).toBeGreaterThan(runtime.clock.now() + 89 * 86_400_000);
    expect(token.reveal()).not.toBe(emulator.config.token);
    expect(String(token)).toBe('[secret]');
    expect(await bakong.api.accountExists('a@b')).toBe(false);
  });

  test('is not issued to strangers, and a lost answer is in doubt', async () => {
    const { bakong, emulator } = openWorld();
    await expect(bakong.api.renewToken('who@example.com')).rejects.toMatchObject({
      fault: { kind: 'not-found', providerCode: '10' },
    });
    emulator.faults.add('reset-after-apply');
    await expect(bakong.api.renewToken('shop@example.com')).rejects.toMatchObject({
      fault: { kind: 'unknown', reason: 'reset' },
    });
  });
});

test('every call with the token counts, repeats included', async () => {
  const { bakong, emulator, runtime, calls } = openWorld();
  emulator.faults.add('http-503');
  await runtime.clock.run(() => bakong.api.accountExists('a@b'));
  expect(calls()).toBe(2);
  await bakong.api.byMd5List(['0'.repeat(32), '1'.repeat(32)]);
  expect(calls()).toBe(3);
});

test.each<[string, (api: ReturnType<typeof openWorld>['bakong']['api']) => Promise<unknown>]>([
  ['an md5 of letters', (api) => api.byMd5('z'.repeat(32))],
  ['a short md5', (api) => api.byMd5('abc')],
  ['an empty list', (api) => api.byMd5List([])],
  ['a list of 51', (api) => api.byHashList(Array.from({ length: 51 }, () => '0'.repeat(64)))],
  ['a long short hash', (api) => api.byShortHash('123456789', riel(1n))],
  ['an empty reference', (api) => api.byExternalReference('')],
  ['a long address', (api) => api.renewToken(`${'a'.repeat(30)}@b`)],
])('%s is refused before anything is sent', async (_what, call) => {
  const { bakong, emulator } = openWorld();
  await expect(call(bakong.api)).rejects.toSatisfy(isInputError);
  expect(emulator.exchanges).toEqual([]);
});
