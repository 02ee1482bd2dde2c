import { isProviderError } from '@rielrails/core';
import { Secret } from '@rielrails/kit';
import { expect, test } from 'vitest';
import { readCoinbasePrimeConfig } from './config.ts';
import type { CoinbasePrimeConfig } from './config.ts';

const good: CoinbasePrimeConfig = {
  accessKey: 'an-access-key',
  passphrase: 'a-passphrase',
  signingKey: new Secret('a-signing-key'),
  portfolioId: '6840bf2c-0000-4000-8000-000000000001',
  walletId: '6840bf2c-0000-4000-8000-000000000002',
  walletType: 'trading',
  depthWhenDone: 3,
};

function faultOf(change: object): string {
  try {
    readCoinbasePrimeConfig({ ...good, ...change });
  } catch (error) {
    if (isProviderError(error) && error.fault.kind === 'config') return error.message;
    throw error;
  }
  return 'no fault';
}

test('a configuration is bitcoin at Prime itself, unless it says otherwise', () => {
  expect(readCoinbasePrimeConfig(good)).toMatchObject({
    network: 'bitcoin',
    baseUrl: 'https://api.prime.coinbase.com',
    depthWhenDone: 3,
  });
});

test.each<[string, object, string]>([
  ['no access key', { accessKey: undefined }, 'accessKey'],
  ['an empty passphrase', { passphrase: '' }, 'passphrase'],
  ['no signing key', { signingKey: undefined }, 'signingKey'],
  ['an empty secret', { signingKey: new Secret('') }, 'signingKey'],
  ['a line break in a secret', { accessKey: 'an-access-key\n' }, 'accessKey'],
  ['a secret that no header can carry', { passphrase: 'pässphrase' }, 'passphrase'],
  ['a portfolio that is no UUID', { portfolioId: '../entities' }, 'portfolioId'],
  ['a wallet that is no UUID', { walletId: '' }, 'walletId'],
  ['an unknown type of wallet', { walletType: 'cold' }, 'walletType'],
  ['no depth', { depthWhenDone: undefined }, 'depthWhenDone'],
  ['a depth of none', { depthWhenDone: 0 }, 'depthWhenDone'],
  ['half a confirmation', { depthWhenDone: 1.5 }, 'depthWhenDone'],
  ['another network', { network: 'signet' }, 'network'],
  ['no web address', { baseUrl: 'file:///etc' }, 'baseUrl'],
  ['a slash at the end', { baseUrl: 'https://127.0.0.1/' }, 'baseUrl'],
  ['a field that is not there', { apiKey: 'an-access-key' }, 'apiKey'],
])('%s is refused by name, without the value', (_what, change, field) => {
  const message = faultOf(change);
  expect(message).toContain(field);
  for (const value of ['an-access-key', 'pässphrase', '../entities', 'file:']) expect(message).not.toContain(value);
});
