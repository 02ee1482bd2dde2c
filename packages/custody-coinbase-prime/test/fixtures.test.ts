import { readFileSync } from 'node:fs';
import { BTC, parseReference } from '@rielrails/core';
import type { CheckedAddress, OwnAddress } from '@rielrails/core';
import { createVirtualRuntime } from '@rielrails/kit/virtual';
import { expect, test } from 'vitest';
import { createCoinbasePrime } from '../src/index.ts';
import type { CoinbasePrimeConfig } from '../src/index.ts';
import { sats } from './world.ts';

const reference = parseReference('42');
const address = {
  network: 'bitcoin',
  text: 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4',
} as CheckedAddress as OwnAddress;
const input = { reference, amount: sats(100_000n), destination: { type: 'own', address } } as const;
const handle = '6840bf2c-0000-4000-8000-000000000003';

/** The adapter against written-down answers alone: one to what is asked, one to what is sent. */
function against(asked: string, sent = asked, change: Partial<CoinbasePrimeConfig> = {}) {
  const runtime = createVirtualRuntime({
    fetch: ({ method }) => {
      const { httpStatus, body } = read(method === 'POST' ? sent : asked);
      return Promise.resolve(
        new Response(typeof body === 'string' ? body : JSON.stringify(body), { status: httpStatus }),
      );
    },
  });
  const config: CoinbasePrimeConfig = {
    accessKey: 'an-access-key',
    passphrase: 'a-passphrase',
    signingKey: 'a-signing-key',
    portfolioId: '6840bf2c-0000-4000-8000-000000000001',
    walletId: '6840bf2c-0000-4000-8000-000000000002',
    walletType: 'trading',
    depthWhenDone: 2,
    ...change,
  };
  return createCoinbasePrime(config, runtime);
}

function read(name: string): { readonly httpStatus: number; readonly body: unknown } {
  const text = readFileSync(new URL(`../fixtures/${name}.json`, import.meta.url), 'utf8');
  return JSON.parse(text) as { readonly httpStatus: number; readonly body: unknown };
}

test('withdrawal-created', async () => {
  expect(await against('transactions-none', 'withdrawal-created').withdraw(input)).toEqual({
    outcome: 'applied',
    value: { reference, amount: sats(100_000n), status: 'awaiting-approval', handle },
  });
});

test('transactions-done', async () => {
  const expected = {
    reference,
    amount: sats(100_000n),
    fee: sats(4530n),
    handle,
    status: 'confirmed',
    transactionId: '9adce14b8e03705ac342388ac35cd94ae4da74eaed33bbdc8c9aba01f9a3aec0',
    depth: 2,
  };
  expect(await against('transactions-done').get({ reference })).toEqual(expected);
  expect(await against('transactions-done').get({ reference: parseReference('43') })).toBeNull();
  expect(await against('transactions-done', 'error-server').withdraw(input)).toMatchObject({
    outcome: 'unknown',
    fault: { reason: 'duplicate' },
  });
});

test('transactions-sparse: without keys nothing is ruled out', async () => {
  await expect(against('transactions-sparse').get({ reference })).rejects.toMatchObject({
    fault: { kind: 'unavailable' },
  });
});

test('balance', async () => {
  expect(await against('balance').balance(BTC)).toEqual({ available: sats(10_942_000_000n), pending: sats(0n) });
});

test('address-created and deposit-instructions', async () => {
  expect(await against('address-created').depositAddress(BTC)).toEqual(address);
  const vault = against('deposit-instructions', 'error-page', { walletType: 'vault' });
  expect(await vault.depositAddress(BTC)).toEqual(address);
});

test.each([
  ['error-status', { outcome: 'refused', fault: { kind: 'declined', providerCode: 'rpc-9' } }],
  ['error-message', { outcome: 'refused', fault: { kind: 'config', providerCode: 'http-403' } }],
  ['error-page', { outcome: 'unknown', fault: { reason: 'unreadable' } }],
  ['error-server', { outcome: 'unknown', fault: { reason: 'server-error' } }],
])('%s', async (name, expected) => {
  expect(await against('transactions-none', name).withdraw(input)).toMatchObject(expected);
});
