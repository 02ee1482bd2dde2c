import { isProviderError } from '@rielrails/core';
import { Secret } from '@rielrails/kit';
import { expect, test } from 'vitest';
import { readBitgoConfig } from './config.ts';
import type { BitgoConfig } from './config.ts';

const token = `v2x${'0123456789abcdef'.repeat(4)}`;
const good: BitgoConfig = {
  accessToken: token,
  coin: 'tbtc4',
  walletId: '59cd72485007a239fb00282ed480da1f',
  walletPassphrase: 'correct horse',
  webhookSecrets: ['a secret of the hook'],
};

function faultOf(change: object): string {
  try {
    readBitgoConfig({ ...good, ...change });
  } catch (error) {
    if (isProviderError(error) && error.fault.kind === 'config') return error.message;
    throw error;
  }
  return 'no fault';
}

test('each coin has its network, and the rest has defaults', () => {
  const defaults = { expressUrl: 'http://127.0.0.1:3080', targetBlocks: 2, ceilingSatPerVbyte: 500 };
  expect(readBitgoConfig(good)).toMatchObject({ ...defaults, network: 'testnet' });
  expect(readBitgoConfig({ ...good, coin: 'tbtc' })).toMatchObject({ network: 'testnet' });
  const accessToken = new Secret(token);
  expect(readBitgoConfig({ ...good, coin: 'btc', accessToken })).toMatchObject({ network: 'bitcoin' });
});

test.each<[string, object, string]>([
  ['a token of another kind', { accessToken: 'a'.repeat(64) }, 'accessToken'],
  ['a token with a line break', { accessToken: `${token}\n` }, 'accessToken'],
  ['no token', { accessToken: undefined }, 'accessToken'],
  ['another coin', { coin: 'ltc' }, 'coin'],
  ['no coin', { coin: undefined }, 'coin'],
  ['half a wallet id', { walletId: '59cd' }, 'walletId'],
  ['a wallet id that leads elsewhere', { walletId: '../../user/me/../../../0000000000' }, 'walletId'],
  ['an empty passphrase', { walletPassphrase: '' }, 'walletPassphrase'],
  ['no webhook secret', { webhookSecrets: [] }, 'webhookSecrets'],
  ['an empty webhook secret', { webhookSecrets: [''] }, 'webhookSecrets.0'],
  ['a slash at the end', { expressUrl: 'http://127.0.0.1:3080/' }, 'expressUrl'],
  ['a file', { expressUrl: 'file:///etc' }, 'expressUrl'],
  ['one block', { targetBlocks: 1 }, 'targetBlocks'],
  ['half a satoshi', { ceilingSatPerVbyte: 0.5 }, 'ceilingSatPerVbyte'],
  ['a private key', { xprv: 'xprv9s21' }, 'xprv'],
])('%s is refused by name, without the value', (_what, change, field) => {
  const message = faultOf(change);
  expect(message).toContain(field);
  for (const value of [token.slice(3), 'correct horse', 'a secret of the hook', 'xprv9s21'])
    expect(message).not.toContain(value);
});
