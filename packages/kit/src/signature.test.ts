import { expect, test } from 'vitest';
import { toBase64, toHex, utf8 } from './bytes.ts';
import { Secret } from './secret.ts';
import { digest, equalInConstantTime, hmac } from './signature.ts';

// RFC 4231, test case 2 (SHA-2), and RFC 2202, test case 2 (SHA-1).
test.each([
  ['sha1', 'effcdf6ae5eb2fa2d27416d5f184df9c259a7c79'],
  ['sha256', '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'],
  [
    'sha512',
    '164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737',
  ],
] as const)('HMAC-%s', (algorithm, expected) => {
  const message = 'what do ya want for nothing?';
  expect(toHex(hmac(algorithm, 'Jefe', message))).toBe(expected);
  expect(toHex(hmac(algorithm, new Secret('Jefe'), utf8(message)))).toBe(expected);
  expect(toHex(hmac(algorithm, utf8('Jefe'), message))).toBe(expected);
});

// RFC 1321, A.5; FIPS 180-4 example.
test.each([
  ['md5', '900150983cd24fb0d6963f7d28e17f72'],
  ['sha1', 'a9993e364706816aba3e25717850c26c9cd0d89d'],
  ['sha256', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  [
    'sha512',
    'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
  ],
] as const)('%s', (algorithm, expected) => {
  expect(toHex(digest(algorithm, 'abc'))).toBe(expected);
});

test('text counts as UTF-8', () => {
  expect(toBase64(digest('sha256', 'រៀល'))).toBe(toBase64(digest('sha256', utf8('រៀល'))));
});

test.each([
  ['abc', 'abc', true],
  ['abc', 'abd', false],
  ['abc', 'ab', false],
  ['', '', true],
  ['', 'a', false],
])('%j and %j', (left, right, equal) => {
  expect(equalInConstantTime(left, right)).toBe(equal);
  expect(equalInConstantTime(utf8(left), right)).toBe(equal);
});
