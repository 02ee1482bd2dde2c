import { readFileSync } from 'node:fs';
import { parseReference } from '@rielrails/core';
import type { ProviderRef } from '@rielrails/core';
import { createVirtualRuntime } from '@rielrails/kit/virtual';
import { expect, test } from 'vitest';
import { createPayway, createPaywayQueries } from '../src/index.ts';
import { cents, openWorld } from './world.ts';

/** The adapter against documented examples alone, one for each path; what no example is given for is not found. */
function against(answers: Readonly<Record<string, string>>) {
  const runtime = createVirtualRuntime({
    fetch: ({ url }) => {
      const end = new URL(url).pathname.split('/').at(-1) ?? '';
      const { httpStatus, body } = read(answers[end] ?? 'check-not-found');
      return Promise.resolve(Response.json(body, { status: httpStatus }));
    },
  });
  const config = { ...openWorld().config, currencies: ['USD'] as const };
  return { runtime, provider: createPayway(config, runtime), queries: createPaywayQueries(config, runtime) };
}

function read(name: string): { readonly httpStatus: number; readonly body: unknown } {
  const text = readFileSync(new URL(`../fixtures/${name}.json`, import.meta.url), 'utf8');
  return JSON.parse(text) as { readonly httpStatus: number; readonly body: unknown };
}

const reference = parseReference('42');
const transaction = '42' as ProviderRef;

test.each([
  ['check-approved', { status: 'paid', receipts: [{ transaction, amount: cents(1250n) }], refunds: [] }],
  ['check-pending', { status: 'awaiting-payer', receipts: [], requested: cents(1250n) }],
  [
    'check-refunded-in-part',
    { status: 'paid', receipts: [{ amount: cents(1250n) }], refunds: [{ receipt: transaction, amount: cents(250n) }] },
  ],
])('%s', async (name, expected) => {
  const { provider } = against({ 'check-transaction-2': name });
  expect(await provider.get({ reference })).toMatchObject(expected);
});

test('check-not-found', async () => {
  expect(await against({}).provider.get({ reference })).toBeNull();
});

test.each([
  ['check-transaction-2', 'check-wrong-hash', 'config'],
  ['transaction-detail', 'detail-over-limit', 'throttled'],
])('%s: %s', async (end, name, kind) => {
  const { provider, runtime } = against({ [end]: name });
  await expect(runtime.clock.run(() => provider.get({ reference }))).rejects.toMatchObject({ fault: { kind } });
});

test.each([
  ['qr-wrong-hash', { outcome: 'refused', fault: { kind: 'config', providerCode: '1' } }],
  ['qr-duplicate', { outcome: 'unknown', fault: { reason: 'duplicate', providerCode: '403' } }],
  ['qr-invalid-data', { outcome: 'refused', fault: { kind: 'invalid', providerCode: '04' } }],
])('%s', async (name, expected) => {
  const { provider } = against({ 'generate-qr': name });
  const input = { ...openWorld().request(), amount: cents(1250n) };
  expect(await provider.create(input)).toMatchObject(expected);
});

test('an invalid-data answer names the field, never what it says about it', async () => {
  const { provider } = against({ 'generate-qr': 'qr-invalid-data' });
  const attempt = await provider.create({ ...openWorld().request(), amount: cents(1250n) });
  expect(attempt).toMatchObject({
    fault: { message: 'payway generate-qr: the request breaks a rule of the form (lifetime)' },
  });
});

test('refund', async () => {
  const { provider } = against({ 'check-transaction-2': 'check-approved', refund: 'refund' });
  const refund = { target: { reference }, receipt: transaction, reference, amount: cents(250n) };
  expect(await provider.refund(refund)).toMatchObject({
    outcome: 'applied',
    value: { status: 'paid', refunds: [{ receipt: transaction, amount: cents(250n), status: 'done' }] },
  });
});

test('exchange-rate', async () => {
  const { queries } = against({ 'exchange-rate': 'exchange-rate' });
  expect(await queries.exchangeRates()).toEqual([{ currency: 'EUR', sell: '4461.07', buy: '4258.34' }]);
});
