import { fc, test as propertyTest } from '@fast-check/vitest';
import { isProviderError } from '@rielrails/core';
import { expect, test } from 'vitest';
import { formatAeonWallet, readAeonWallet } from './wallet.ts';

test('a wallet, with and without a memo', () => {
  const wallet = { token: 'USDT', network: 'TON', address: 'UQBvW8Z5huBkMJYdnfAEM5JqTNkuWX3diqYENkWsIL0XggGG' };
  const text = formatAeonWallet(wallet) ?? '';
  expect(readAeonWallet(text)).toEqual(wallet);
  expect(readAeonWallet(`${text}?memo=7`)).toEqual({ ...wallet, memo: '7' });
});

test.each([{ token: '' }, { network: '' }, { address: 'short' }, { address: '0xdead beef 0000' }, { token: 'usdt' }])(
  'a wallet that lacks a part or its form is not written: %o',
  (change) => {
    const wallet = { token: 'USDT', network: 'TRX', address: 'TQn9Y2khEsLJW1ChVWFMSMeRDow5KcbLSE', ...change };
    expect(formatAeonWallet(wallet)).toBeUndefined();
  },
);

propertyTest.prop([fc.string({ maxLength: 300 })])('any text is read or refused without being repeated', (text) => {
  try {
    const { token, network, address } = readAeonWallet(text);
    expect(text.startsWith(`${token}@${network}:${address}`)).toBe(true);
  } catch (error) {
    expect(isProviderError(error) && error.fault.kind).toBe('invalid');
    expect((error as Error).message).toBe('aeon destination: expected TOKEN@NETWORK:address, perhaps with ?memo=');
  }
});
