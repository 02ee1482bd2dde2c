import { readFileSync } from 'node:fs';
import { parseReference } from '@rielrails/core';
import { createVirtualRuntime } from '@rielrails/kit/virtual';
import { expect, test } from 'vitest';
import { createBakong } from '../src/index.ts';
import { cents, openWorld } from './world.ts';
import { createdAt, expiresAt, vectors } from './vectors.ts';

/** The adapter against one documented example. */
function against(name: string) {
  const text = readFileSync(new URL(`../fixtures/${name}.json`, import.meta.url), 'utf8');
  const { httpStatus, body } = JSON.parse(text) as { readonly httpStatus: number; readonly body: unknown };
  const runtime = createVirtualRuntime({
    start: createdAt + 60_000,
    fetch: () => Promise.resolve(Response.json(body, { status: httpStatus })),
  });
  const account = { type: 'individual', bakongAccount: 'btcshop@aclb' } as const;
  const bakong = createBakong({ ...openWorld().emulator.config, account }, runtime);
  return { bakong, get: () => runtime.clock.run(() => bakong.get(target)), runtime };
}

const { md5 } = vectors['individual, dynamic, dollars, additional data'] ?? { md5: '' };
const target = { reference: parseReference('42'), handle: `${md5}.USD.1250.${createdAt}.${expiresAt}` };

test.each([
  [
    'found',
    {
      status: 'paid',
      requested: cents(1250n),
      receipts: [{ amount: cents(1250n), paidAt: 1_767_225_650_000, payer: { account: 'payer@abaa' } }],
    },
  ],
  ['not-found', { status: 'awaiting-payer', receipts: [] }],
  ['not-found-404', { status: 'awaiting-payer', receipts: [] }],
  ['failed', { status: 'awaiting-payer', receipts: [] }],
])('%s', async (name, expected) => {
  expect(await against(name).get()).toMatchObject(expected);
});

test.each([
  ['unauthorized', 'config'],
  ['daily-limit', 'throttled'],
  ['unfamiliar-code', 'unavailable'],
  ['deep-link', 'unavailable'],
])('%s is no answer to a lookup: %s', async (name, kind) => {
  await expect(against(name).get()).rejects.toMatchObject({ fault: { kind } });
});

test('a hash has one spelling, so that a receipt has one name', async () => {
  const { bakong } = against('found');
  const hash = '5EED0001'.repeat(8);
  expect(await bakong.api.byHash(hash)).toMatchObject({ transaction: { hash: hash.toLowerCase() } });
});

test('list', async () => {
  const strings = [md5, ...['0', '1', '2', '3', '4'].map((digit) => digit.repeat(32))];
  const list = await against('list').bakong.api.byMd5List(strings);
  expect(strings.map((one) => list.get(one)?.type ?? null)).toEqual([
    'found',
    'not-found',
    'static-qr',
    'failed',
    null,
    null,
  ]);
});

test('deep-link', async () => {
  expect(await against('deep-link').bakong.api.deepLink('any')).toBe('https://bakongsit.page.link/c0ffee');
});

test('account-not-found', async () => {
  expect(await against('account-not-found').bakong.api.accountExists('nobody@aclb')).toBe(false);
});

test.each([
  { externalRef: 7 },
  { amount: 'twelve' },
  { amount: -12.5 },
  { amount: 12.505 },
  { currency: 'THB' },
  { hash: 'short' },
  { createdDateMs: 'yesterday' },
])('a transaction with %o is unreadable, not unpaid', async (change) => {
  const runtime = createVirtualRuntime({
    fetch: () => {
      const text = readFileSync(new URL('../fixtures/found.json', import.meta.url), 'utf8');
      const { body } = JSON.parse(text) as { readonly body: { readonly data: object } };
      return Promise.resolve(Response.json({ ...body, data: { ...body.data, ...change } }));
    },
  });
  const strange = createBakong({ ...openWorld().emulator.config }, runtime);
  await expect(runtime.clock.run(() => strange.api.byMd5(md5))).rejects.toMatchObject({
    fault: { kind: 'unavailable' },
  });
});
