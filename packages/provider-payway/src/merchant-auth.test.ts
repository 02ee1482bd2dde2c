import { constants, generateKeyPairSync, privateDecrypt } from 'node:crypto';
import { fromBase64 } from '@rielrails/kit';
import { expect, test } from 'vitest';
import { readMerchantKey, sealMerchantAuth } from './merchant-auth.ts';

const pair = generateKeyPairSync('rsa', { modulusLength: 1024 });
const pem = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString();

function open(sealed: string): string {
  const bytes = fromBase64(sealed);
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += 128) {
    const key = { key: pair.privateKey, padding: constants.RSA_PKCS1_PADDING };
    parts.push(privateDecrypt(key, bytes.subarray(at, at + 128)));
  }
  return Buffer.concat(parts).toString('utf8');
}

test.each([1, 116, 117, 118, 234, 235])('%i bytes come back whole', (length) => {
  const text = 'x'.repeat(length);
  const sealed = sealMerchantAuth(text, readMerchantKey(pem));
  expect(fromBase64(sealed).length).toBe(Math.ceil(length / 117) * 128);
  expect(open(sealed)).toBe(text);
});

test('a letter of several bytes may be cut between blocks', () => {
  const text = `${'x'.repeat(116)}ភ្នំពេញ`;
  expect(open(sealMerchantAuth(text, readMerchantKey(pem)))).toBe(text);
});

test('anything but an RSA key of 1024 bits or more is refused', () => {
  const curve = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const short = generateKeyPairSync('rsa', { modulusLength: 512 }).publicKey.export({ type: 'spki', format: 'pem' });
  expect(() => readMerchantKey(curve)).toThrow('RSA');
  expect(() => readMerchantKey(short.toString())).toThrow('1024');
  expect(() => readMerchantKey('nonsense')).toThrow(Error);
});
