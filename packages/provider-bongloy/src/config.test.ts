import { isProviderError } from '@rielrails/core';
import { Secret } from '@rielrails/kit';
import { expect, test } from 'vitest';
import { readBongloyConfig } from './config.ts';
import type { BongloyConfig } from './config.ts';

const body = '0123456789abcdef'.repeat(4);
const good: BongloyConfig = {
  secretKey: `sk_test_${body}`,
  publishableKey: `pk_test_${body}`,
  environment: 'test',
  currencies: ['USD'],
};

function faultOf(change: object): string {
  try {
    readBongloyConfig({ ...good, ...change });
  } catch (error) {
    if (isProviderError(error) && error.fault.kind === 'config') return error.message;
    throw error;
  }
  return 'no fault';
}

test('keys for play and for money, each with its environment', () => {
  expect(readBongloyConfig(good)).toMatchObject({ environment: 'test', capture: 'at-once', khrExponent: 0 });
  const live = {
    secretKey: new Secret(`sk_live_${body}`),
    publishableKey: `pk_live_${body}`,
    environment: 'live',
  } as const;
  expect(readBongloyConfig({ ...good, ...live })).toMatchObject({ environment: 'live' });
});

test.each<[string, object, string]>([
  ['a publishable key for a secret one', { secretKey: `pk_test_${body}` }, 'secretKey'],
  ['a secret key for a publishable one', { publishableKey: `sk_test_${body}` }, 'publishableKey'],
  ['a live key in test', { secretKey: `sk_live_${body}` }, 'secretKey'],
  ['a live publishable key in test', { publishableKey: `pk_live_${body}` }, 'publishableKey'],
  ['test keys in live', { environment: 'live' }, 'secretKey'],
  ['half a key', { secretKey: 'sk_test_0123' }, 'secretKey'],
  ['a key with a line break', { secretKey: `sk_test_${body}\n` }, 'secretKey'],
  ['no currency', { currencies: [] }, 'currencies'],
  ['riel of unknown form', { currencies: ['KHR'] }, 'khrExponent'],
  ['one decimal', { currencies: ['KHR'], khrExponent: 1 }, 'khrExponent'],
  ['a card number as a key', { secretKey: '6200000000000005' }, 'secretKey'],
  ['a card in the configuration', { card: '6200000000000005' }, 'card'],
])('%s is refused by name, without the value', (_what, change, field) => {
  const message = faultOf(change);
  expect(message).toContain(field);
  for (const value of [body, '6200000000000005']) expect(message).not.toContain(value);
});
