import { Secret } from '@rielrails/kit';
import { fc, test as propertyTest } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { hashed, vectors } from '../test/vectors.ts';
import { apiKeyKey, open, passwordKey, requestHash, seal } from './cipher.ts';
import { expectedHash, openPayload, sealWithApiKey, sealWithPassword } from './emulator/cipher.ts';

fc.configureGlobal({ seed: 20_260_102 });

const password = new Secret(vectors.password);
const apiKey = new Secret(vectors.restApiKey);

test('the hash of a request, read twice', () => {
  expect(requestHash(password, vectors.randomText, hashed)).toBe(vectors.hash);
  expect(expectedHash(hashed, vectors.password, vectors.randomText)).toBe(vectors.hash);
});

test('another order of the values, or another text, is another hash', () => {
  const swapped = [...hashed.slice(0, 2), vectors.amount, vectors.till, ...hashed.slice(4)];
  expect(requestHash(password, vectors.randomText, swapped)).not.toBe(vectors.hash);
  const cent = hashed.map((one) => (one === vectors.amount ? '15.01' : one));
  expect(requestHash(password, vectors.randomText, cent)).not.toBe(vectors.hash);
});

test('a callback under the API key, read twice', () => {
  expect(open(apiKeyKey(apiKey), vectors.callback)).toBe(vectors.callbackText);
  expect(sealWithApiKey(vectors.callbackText, vectors.restApiKey)).toBe(vectors.callback);
});

test.each([
  ['another key', new Secret('b'.repeat(64)), vectors.callback, /bad decrypt/],
  ['no base64', apiKey, vectors.callback.slice(1), /base64/],
  ['half a block', apiKey, vectors.callback.slice(0, 40), /wrong final block length/],
  ['nothing', apiKey, '', /wrong final block length/],
])('what cannot be opened throws: %s', (_name, key, sealed, message) => {
  expect(() => open(apiKeyKey(key), sealed)).toThrow(message);
});

propertyTest.prop([fc.string({ unit: 'grapheme', maxLength: 300 }), fc.stringMatching(/^[\x21-\x7e]{16,40}$/)])(
  'what the adapter seals, Wing opens, and the other way round, whatever the length of the password',
  (text, secret) => {
    const key = passwordKey(new Secret(secret));
    expect(openPayload(seal(key, text), secret)).toBe(text);
    expect(open(key, sealWithPassword(text, secret))).toBe(text);
  },
);
