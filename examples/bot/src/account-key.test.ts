import { isInputError, parseReference } from '@rielrails/core';
import { createMemoryStore } from '@rielrails/wallet';
import { describe, expect, test } from 'vitest';
import { createAddressOfAccount, holdsPrivateKey, looksLikeAccount, withoutPrivateKeys } from './account-key.ts';

/** The account of BIP84's test vectors, and what only looks like a private key. */
const ZPUB =
  'zpub6jftahH18ngZwsjjDXmxbdidN8sd1AYhCUKk1U1quBfQ9BBD2mC7KxTYcoz2RYcLWZo5N9uQRmhn81Jj5yQUsyrySVf3HFzcNoeaCcjcoPD';
const TPUB =
  'tpubD6NzVbkrYhZ4X5YM11BoPNrzMKgP7K4kussboEHDV5fXnGDTbfi5EGp6pS9dxEFjVC6NUnEA3Ypj3caD3SRhAwx4mR1Vny1sRK7hBZGvZr8';
const XPRV = `xprv${'s21Z'.repeat(27)}`;
const WORDS = 'abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about';
const FIRST = 'bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu';
const SECOND = 'bc1qnjg0jd8228aq7egyzacy8cys3knf9xvrerkf9g';

const open = () => createAddressOfAccount(createMemoryStore(), 'bitcoin');
const order = (number: number) => parseReference(String(number));

test('each order has the next address, and the same order the same one', async () => {
  const addressOf = open();
  expect(await addressOf(ZPUB, order(1))).toEqual({ address: FIRST, index: 0 });
  expect(await addressOf(` ${ZPUB}\n`, order(2))).toEqual({ address: SECOND, index: 1 });
  expect(await addressOf(ZPUB, order(1))).toEqual({ address: FIRST, index: 0 });
});

test('the first address that is free in their wallet may stand behind the key', async () => {
  const addressOf = open();
  expect(await addressOf(`${ZPUB} 1`, order(1))).toEqual({ address: SECOND, index: 1 });
  expect(await addressOf(ZPUB, order(2))).toMatchObject({ index: 2 });
});

test.each([
  ['other-network', `wpkh(${TPUB}/<0;1>/*)`],
  ['other-network', `wpkh(${TPUB}/0/*)`],
  ['which-script', `xpub${ZPUB.slice(4)}`],
  ['private-key', `wpkh(${XPRV}/0/*)`],
  ['checksum', `wpkh(${TPUB}/0/*)#aaaaaaaa`],
  ['unreadable', `${ZPUB.slice(0, -1)}1`],
])('%s: refused by its rule, and never repeated', async (rule, text) => {
  const error = await open()(text, order(1)).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!isInputError(error)) throw new Error('it was taken');
  expect(error).toMatchObject({ field: 'account', rule });
  expect(String(error)).not.toContain(text.slice(5, 25));
});

describe('what is an account', () => {
  test.each([ZPUB, `${ZPUB} 17`, `wpkh([d34db33f/84h/0h/0h]${TPUB}/<0;1>/*)#abcdefgh`])('%s', (text) => {
    expect(looksLikeAccount(text)).toBe(true);
    expect(holdsPrivateKey(text)).toBe(false);
  });
  test.each([FIRST, `bitcoin:${FIRST}?amount=0.5`, '41000 khr', 'hello (world)'])('not %s', (text) => {
    expect(looksLikeAccount(text)).toBe(false);
    expect(holdsPrivateKey(text)).toBe(false);
  });
});

test.each([
  ['an extended key', `here: ${XPRV}`, XPRV],
  ['one inside a descriptor', `wpkh(${XPRV}/0/*)`, XPRV],
  ['recovery words', WORDS, WORDS],
  ['one of them mistyped', WORDS.replace('about', 'abuot'), WORDS.replace('about', 'abuot')],
  ['in capitals', WORDS.toUpperCase(), WORDS.toUpperCase()],
])('%s is taken out before anything is stored, and is known afterwards', (_what, text, secret) => {
  const left = withoutPrivateKeys(text);
  expect(left).not.toContain(secret);
  expect(left).not.toContain(secret.slice(10, 40));
  expect(holdsPrivateKey(text)).toBe(true);
  expect(holdsPrivateKey(left)).toBe(true);
  expect(withoutPrivateKeys(left)).toBe(left);
});

test('a sentence of many short words is a sentence', () => {
  const text = 'hello there can you please tell why this order still takes such long time';
  expect(withoutPrivateKeys(text)).toBe(text);
});
