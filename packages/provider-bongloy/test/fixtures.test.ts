import { readFileSync } from 'node:fs';
import { parseReference } from '@rielrails/core';
import type { ProviderRef } from '@rielrails/core';
import { createVirtualRuntime } from '@rielrails/kit/virtual';
import { expect, test } from 'vitest';
import { createBongloy } from '../src/index.ts';
import { cents, openWorld } from './world.ts';

const charge = '6840bf2c-0000-4000-8000-000000000001' as ProviderRef;
const target = { reference: parseReference('42'), handle: 'USD.1500.1767323045000.1767323945000.Purchase of bitcoin' };
const token = '6840bf2c-0000-4000-8000-000000000002';

/** The adapter against written-down answers alone: one for the list, one for a charge; no token is known. */
function against(list: string, made = 'error-token') {
  const runtime = createVirtualRuntime({
    fetch: ({ url, method }) => {
      const { pathname } = new URL(url);
      const none = { httpStatus: 404, body: { error: { type: 'invalid_request_error', message: 'No such token' } } };
      const { httpStatus, body } = method === 'POST' ? read(made) : pathname.endsWith('/charges') ? read(list) : none;
      const text = body === null ? '' : typeof body === 'string' ? body : JSON.stringify(body);
      return Promise.resolve(new Response(text, { status: httpStatus }));
    },
  });
  return createBongloy(openWorld().config, runtime);
}

function read(name: string): { readonly httpStatus: number; readonly body: unknown } {
  const text = readFileSync(new URL(`../fixtures/${name}.json`, import.meta.url), 'utf8');
  return JSON.parse(text) as { readonly httpStatus: number; readonly body: unknown };
}

const receipt = { transaction: charge, amount: cents(1500n), paidAt: 1_767_323_045_000 };

test.each([
  ['charges-2015', []],
  ['charges-2018', [{ receipt: charge, amount: cents(500n), status: 'done' }]],
  ['charges-2020', [{ receipt: charge, amount: cents(500n), status: 'done' }]],
])('%s', async (name, refunds) => {
  expect(await against(name).get({ reference: target.reference })).toEqual({
    reference: target.reference,
    requested: cents(1500n),
    receipts: [receipt],
    refunds,
    reversals: [],
    status: 'paid',
  });
});

test('charges-none', async () => {
  expect(await against('charges-none').get({ reference: target.reference })).toBeNull();
  expect(await against('charges-2020').get({ reference: parseReference('43') })).toBeNull();
});

test('charge-created-2015: no status, no metadata, and yet ours', async () => {
  expect(await against('charges-none', 'charge-created-2015').complete({ target, token })).toMatchObject({
    outcome: 'applied',
    value: { status: 'paid', receipts: [receipt] },
  });
});

test.each([
  [
    'error-token',
    { outcome: 'refused', fault: { kind: 'invalid', message: 'bongloy api: the request breaks a rule (token)' } },
  ],
  ['error-card', { outcome: 'refused', fault: { kind: 'declined', providerCode: 'card_error' } }],
  [
    'error-fields-2014',
    {
      outcome: 'refused',
      fault: { kind: 'invalid', message: 'bongloy api: the request breaks a rule (amount, currency)' },
    },
  ],
  ['error-key-2015', { outcome: 'refused', fault: { kind: 'config' } }],
  ['error-server', { outcome: 'unknown', fault: { reason: 'server-error' } }],
  ['error-page', { outcome: 'unknown', fault: { reason: 'unreadable' } }],
])('%s', async (name, expected) => {
  expect(await against('charges-none', name).complete({ target, token })).toMatchObject(expected);
});
