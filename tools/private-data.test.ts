import { expect, test } from 'vitest';
import { findPrivate } from './private-data.ts';

const base58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'.repeat(2);

test.each([
  ['home folder', `const path = '${['', 'home', 'sok', 'notes.txt'].join('/')}';`],
  ['home folder', `see ${['', 'Users', 'Dara', 'src'].join('/')}`],
  ['build machine', `cd ${['', 'builds', 'project'].join('/')}`],
  ['package registry', ['registry', 'npmjs', 'org'].join('.')],
  ['private key', ['-----BEGIN', 'RSA', 'PRIVATE', 'KEY-----'].join(' ')],
  ['bot token', ['123456789', 'AA'.padEnd(35, 'h')].join(':')],
  ['AWS key', `AKIA${'A'.repeat(16)}`],
  ['GitHub token', `ghp_${'a'.repeat(36)}`],
  ['live API key', `sk_live_${'a'.repeat(24)}`],
  ['extended private key', `xprv${base58.slice(0, 107)}`],
])('finds: %s', (rule, text) => {
  expect(findPrivate(`first\n${text}`)).toEqual([{ line: 2, rule: expect.stringContaining(rule) as string }]);
});

test.each([
  'https://example.com/home/',
  'the folder /var/lib/rielrails',
  '12:30:00 AA',
  `tprv${base58.slice(0, 107)}`,
  'sk_test_123456789012345678',
  'a homework/path',
])('lets through: %s', (text) => {
  expect(findPrivate(text)).toEqual([]);
});

test('a published example says so', () => {
  const key = `xprv${base58.slice(0, 107)}`;
  expect(findPrivate(`// published example: BIP 32, test vector 1\n'${key}'`)).toEqual([]);
});
