import { createCipheriv, createDecipheriv } from 'node:crypto';
import { digest, fromBase64, fromUtf8, toBase64, toHex, utf8 } from '@rielrails/kit';
import type { Secret } from '@rielrails/kit';

/** A key of AES-256-CBC with its initialisation vector. */
export interface CipherKey {
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
}

/** Version 2: the password, filled with zeros or cut to 32 bytes; its first 16 are the vector, unless another is given. */
export function passwordKey(password: Secret, iv: Uint8Array = utf8(password.reveal()).slice(0, 16)): CipherKey {
  const key = new Uint8Array(32);
  key.set(utf8(password.reveal()).slice(0, 32));
  return { key, iv };
}

/** Version 1: the digest of the API key, and a vector of zeros. */
export function apiKeyKey(restApiKey: Secret): CipherKey {
  return { key: digest('sha256', restApiKey.reveal()), iv: new Uint8Array(16) };
}

/** Encrypts a text, padded as PKCS #7 says. */
export function seal({ key, iv }: CipherKey, text: string): string {
  const cipher = createCipheriv('aes-256-cbc', key, iv);
  return toBase64(new Uint8Array([...cipher.update(text, 'utf8'), ...cipher.final()]));
}

/** Decrypts a text. Nothing in it is authenticated. @throws where key, padding or UTF-8 are wrong. */
export function open({ key, iv }: CipherKey, sealed: string): string {
  const decipher = createDecipheriv('aes-256-cbc', key, iv);
  return fromUtf8(new Uint8Array([...decipher.update(fromBase64(sealed)), ...decipher.final()]));
}

/** The hash of a request of version 2: `values` in the order of the document, `randomText` as the vector. */
export function requestHash(password: Secret, randomText: string, values: readonly string[]): string {
  const sealed = seal(passwordKey(password, utf8(randomText)), toBase64(utf8(values.join('#'))));
  return toHex(digest('sha256', sealed)).toUpperCase();
}
