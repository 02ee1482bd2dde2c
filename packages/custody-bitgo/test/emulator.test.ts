import { parseReference } from '@rielrails/core';
import { createVirtualRuntime } from '@rielrails/kit/virtual';
import { describe, expect, test } from 'vitest';
import { createBitgoEmulator } from '../src/emulator/index.ts';
import type { BitgoEmulatorOptions } from '../src/emulator/index.ts';
import { freshReference, sats } from './world.ts';

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

async function setUp(options: BitgoEmulatorOptions = {}) {
  const runtime = createVirtualRuntime();
  const emulator = createBitgoEmulator(runtime, options);
  const { config } = emulator;
  await emulator.network.fund(sats(10_000_000n));
  await emulator.network.confirm(1);
  const wallet = `/${config.coin}/wallet/${config.walletId}`;
  const call = async (method: string, path: string, sent?: unknown, headers: Record<string, string> = {}) => {
    const all = {
      authorization: `Bearer ${config.accessToken}`,
      ...(sent === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    };
    const body = sent === undefined ? {} : { body: typeof sent === 'string' ? sent : JSON.stringify(sent) };
    const response = await emulator.fetch(
      new Request(`${config.expressUrl}/api/v2${path}`, { method, headers: all, ...body }),
      {},
    );
    return { status: response.status, body: await response.json() } as Answer;
  };
  const order = (change: object = {}) => ({
    recipients: [{ address: emulator.network.address(), amount: '10000' }],
    walletPassphrase: config.walletPassphrase,
    sequenceId: freshReference(),
    ...change,
  });
  return { runtime, emulator, config, wallet, call, order };
}

describe('a withdrawal', () => {
  test('with an amount as a number, without a sequenceId, with a rate of one’s own', async () => {
    const { call, wallet, order, emulator } = await setUp();
    const recipients = [{ address: emulator.network.address(), amount: 10_000 }];
    const wish = { ...order({ recipients, feeRate: 1000 }), sequenceId: undefined };
    const { status, body } = await call('POST', `${wallet}/sendmany`, wish);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      status: 'signed',
      transfer: { feeString: '237', state: 'signed', valueString: '-10237' },
    });
    expect(body['transfer']).not.toHaveProperty('sequenceId');
    expect(body['transfer']).not.toHaveProperty('confirmations');
  });

  test.each<[string, object]>([
    ['nobody to pay', { recipients: [] }],
    ['two to pay', { recipients: [{}, {}] }],
    ['a payment that is no object', { recipients: ['x'] }],
    ['no address', { recipients: [{ amount: '1' }] }],
    ['an amount with decimals', { recipients: [{ address: 'x', amount: '0.1' }] }],
    ['an amount of nothing', { recipients: [{ address: 'x', amount: 0 }] }],
    ['a field that nobody knows', { sequence: '1' }],
    ['a sequenceId that is a number', { sequenceId: 1 }],
    ['one block', { numBlocks: 1 }],
    ['a ceiling that is a text', { maxFeeRate: '1000' }],
    ['a flag that is a text', { isReplaceableByFee: 'true' }],
    ['a comment of a page', { comment: 'x'.repeat(257) }],
  ])('with %s is a ValidationError', async (_what, change) => {
    const { call, wallet, order, emulator } = await setUp();
    expect(await call('POST', `${wallet}/sendmany`, order(change))).toMatchObject({
      status: 400,
      body: { name: 'ValidationError', bitgoExpressVersion: expect.any(String) as string },
    });
    expect(emulator.applied.withdrawals).toEqual([]);
  });

  test.each<[string, (address: string) => object, string]>([
    ['an address of nobody', () => ({ recipients: [{ address: 'x', amount: '1' }] }), 'InvalidAddress'],
    ['more than there is', (address) => ({ recipients: [{ address, amount: '10000000' }] }), 'InsufficientBalance'],
  ])('with %s', async (_what, change, name) => {
    for (const errors of ['name', 'error-name', 'nameless'] as const) {
      const { call, wallet, order, emulator } = await setUp({ errors });
      const { status, body } = await call('POST', `${wallet}/sendmany`, order(change(emulator.network.address())));
      expect(status).toBe(400);
      expect(body['name']).toBe(errors === 'name' ? name : 'ApiResponseError');
      expect(body['errorName']).toBe(errors === 'error-name' ? name : undefined);
    }
  });

  test('is no JSON, or does not say so', async () => {
    const { call, wallet, order } = await setUp();
    expect(await call('POST', `${wallet}/sendmany`, '{')).toMatchObject({ status: 400 });
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    expect(await call('POST', `${wallet}/sendmany`, order(), form)).toMatchObject({ status: 400 });
  });
});

test.each<[string, number, string, Record<string, string>]>([
  ['no token', 401, 'Unauthorized', { authorization: '' }],
  ['another token', 401, 'Unauthorized', { authorization: `Bearer v2x${'0'.repeat(64)}` }],
])('%s opens nothing', async (_what, status, name, headers) => {
  const { call, wallet, order } = await setUp();
  expect(await call('GET', wallet, undefined, headers)).toMatchObject({ status, body: { name } });
  expect(await call('POST', `${wallet}/sendmany`, order(), headers)).toMatchObject({ status, body: { name } });
});

test.each([
  ['GET', '/tltc/wallet/WALLET', 404],
  ['GET', '/COIN/wallet/00000000000000000000000000000000', 404],
  ['GET', '/COIN/wallet/0000', 400],
  ['GET', '/COIN/wallet/WALLET/transfer?limit=501', 400],
  ['GET', '/COIN/wallet/WALLET/transfer?limit=x', 400],
  ['GET', '/COIN/wallet/WALLET/transfer?state=moon', 400],
  ['GET', '/COIN/wallet/WALLET/transfer?prevId=moon', 400],
  ['GET', '/COIN/wallet/WALLET/transfer?page=2', 400],
  ['GET', '/COIN/wallet/WALLET/transfer?limit=1&limit=2', 400],
  ['GET', '/COIN/wallet/WALLET/transfer/moon', 404],
  ['GET', '/COIN/wallet/WALLET/transfer/sequenceId/42', 404],
  ['GET', '/COIN/tx/fee?numBlocks=0', 400],
  ['GET', '/pendingapprovals/moon', 404],
  ['GET', '/moon', 404],
  ['DELETE', '/COIN/wallet/WALLET', 405],
])('%s %s is refused with %i', async (method, path, status) => {
  const { call, config } = await setUp();
  const real = path.replace('COIN', config.coin).replace('WALLET', config.walletId);
  expect(await call(method, real)).toMatchObject({ status, body: { error: expect.any(String) as string } });
});

test('an address has a label and a chain of bitcoin', async () => {
  const { call, wallet } = await setUp();
  expect(await call('POST', `${wallet}/address`, { label: 'Float', chain: 20 })).toMatchObject({
    status: 200,
    body: { label: 'Float', chain: 20, address: expect.stringMatching(/^tb1q/) as string },
  });
  for (const wish of [{ chain: 2 }, { label: 'x'.repeat(251) }, { label: 7 }, { colour: 'red' }])
    expect(await call('POST', `${wallet}/address`, wish)).toMatchObject({ status: 400 });
});

describe('leave', () => {
  async function waiting() {
    const world = await setUp({ approvalAboveSats: 0n, waiting: 'object' });
    const order = world.order();
    const { status, body } = await world.call('POST', `${world.wallet}/sendmany`, order);
    expect([status, body['status']]).toEqual([202, 'pendingApproval']);
    const [pending] = world.emulator.desk.waiting;
    const path = `/${world.config.coin}/pendingapprovals/${pending?.approvalId ?? ''}`;
    const { walletPassphrase } = world.config;
    const approver = { authorization: `Bearer ${world.emulator.approverToken}` };
    return { ...world, order, path, approver, yes: { state: 'approved', walletPassphrase } };
  }

  test('is given by another user, once', async () => {
    const { call, path, approver, yes, emulator } = await waiting();
    expect(await call('PUT', path, yes)).toMatchObject({ status: 403 });
    expect(await call('PUT', path, { state: 'approved' }, approver)).toMatchObject({ status: 400 });
    expect(await call('PUT', path, { state: 'perhaps' }, approver)).toMatchObject({ status: 400 });
    expect(emulator.applied.withdrawals).toEqual([]);
    expect(await call('PUT', path, yes, approver)).toMatchObject({ status: 200, body: { state: 'approved' } });
    expect(await call('PUT', path, yes, approver)).toMatchObject({ status: 400 });
    expect(emulator.applied.withdrawals).toHaveLength(1);
  });

  test('is refused, also by who asked; the sequenceId stays used', async () => {
    const { call, path, wallet, order, emulator } = await waiting();
    const { body } = await call('GET', path.replace(/^\/[^/]+/, ''));
    expect(body).toMatchObject({ state: 'pending', approvalsRequired: 1, info: { type: 'transactionRequest' } });
    expect(await call('PUT', path, { state: 'rejected' })).toMatchObject({ status: 200, body: { state: 'rejected' } });
    expect(await call('POST', `${wallet}/sendmany`, order)).toMatchObject({ body: { name: 'DuplicateSequenceId' } });
    expect(emulator.applied.withdrawals).toEqual([]);
    expect(await call('PUT', path.replace(/[^/]+$/, 'moon'), { state: 'rejected' })).toMatchObject({ status: 404 });
  });

  test('does not help where the coins went meanwhile', async () => {
    const { call, path, approver, yes, wallet, order, emulator } = await waiting();
    const rest = order.recipients.map((one) => ({ ...one, amount: '9990000' }));
    await call('POST', `${wallet}/sendmany`, { ...order, recipients: rest, sequenceId: '7' });
    await emulator.approvals.approve(parseReference('7'));
    expect(await call('PUT', path, yes, approver)).toMatchObject({
      status: 400,
      body: { name: 'InsufficientBalance' },
    });
  });

  test('is asked of nobody twice', async () => {
    const { emulator, order } = await waiting();
    await emulator.approvals.reject(order.sequenceId);
    await expect(emulator.approvals.approve(order.sequenceId)).rejects.toThrow('waits for nobody');
    expect(() => emulator.desk.hold(freshReference(), 'pending')).toThrow('no such withdrawal');
  });
});

test('the desk does what can follow only', async () => {
  const { emulator, call, wallet, order } = await setUp();
  const wish = order();
  await call('POST', `${wallet}/sendmany`, wish);
  const { sequenceId } = wish;
  await expect((async () => emulator.desk.remove(sequenceId))()).rejects.toThrow('is signed');
  await emulator.network.confirm(1);
  for (const work of [emulator.desk.broadcast, emulator.desk.fail, emulator.desk.accelerate, emulator.desk.sweep])
    await expect((async () => void (await work(sequenceId)))()).rejects.toThrow('desk');
});

test('lists have pages, the newest and the unconfirmed first', async () => {
  const { emulator, call, wallet, order } = await setUp();
  for (let count = 0; count < 3; count += 1) {
    await call('POST', `${wallet}/sendmany`, order());
    if (count < 2) await emulator.network.confirm(1);
  }
  const first = await call('GET', `${wallet}/transfer?limit=2`);
  const heights = (answer: Answer) =>
    (answer.body['transfers'] as readonly { readonly height: number }[]).map(({ height }) => height);
  expect(heights(first)[0]).toBe(999_999_999);
  const next = await call('GET', `${wallet}/transfer?limit=2&prevId=${String(first.body['nextBatchPrevId'])}`);
  expect(heights(next)).toHaveLength(1);
  expect(next.body).not.toHaveProperty('nextBatchPrevId');
});

test('a webhook that was not answered with 200 is sent again, seven times at most', async () => {
  const runtime = createVirtualRuntime();
  const replies = [500, 204, 200];
  const deliver = () => Promise.resolve(new Response(null, { status: replies.shift() ?? 503 }));
  const emulator = createBitgoEmulator({ ...runtime, deliver });
  const send = async () => {
    await emulator.network.fund(sats(1_000_000n));
    await emulator.network.confirm(1);
    const { expressUrl, accessToken, coin, walletId, walletPassphrase } = emulator.config;
    const recipients = [{ address: emulator.network.address(), amount: '1000' }];
    const headers = { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ recipients, walletPassphrase });
    const url = `${expressUrl}/api/v2/${coin}/wallet/${walletId}/sendmany`;
    await emulator.fetch(new Request(url, { method: 'POST', headers, body }), {});
  };
  await send();
  await runtime.clock.advance(24 * 3_600_000);
  expect(emulator.webhooks.sent.map(({ status }) => status)).toEqual([500, 204, 200]);
  await emulator.network.confirm(1);
  await runtime.clock.advance(24 * 3_600_000);
  expect(emulator.webhooks.sent).toHaveLength(3 + 8);
});
