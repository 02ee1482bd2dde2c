import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';

/** Fits a password to 32 bytes as PHP's `openssl_encrypt` does: cut, or filled with zero bytes. */
function fit(password: string): Buffer {
  return Buffer.concat([Buffer.from(password, 'latin1'), Buffer.alloc(32)], 32);
}

/** Reads the `payload` of version 2. @throws for anything that was not made with this password. */
export function openPayload(payload: string, password: string): string {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(payload)) throw new TypeError('payload: no base64');
  const decipher = createDecipheriv('aes-256-cbc', fit(password), Buffer.from(password.slice(0, 16), 'latin1'));
  return decipher.update(payload, 'base64', 'utf8') + decipher.final('utf8');
}

/** The hash that version 2 expects over these values, in the order of the document. */
export function expectedHash(values: readonly string[], password: string, randomText: string): string {
  const cipher = createCipheriv('aes-256-cbc', fit(password), Buffer.from(randomText, 'latin1'));
  const encoded = Buffer.from(values.join('#'), 'utf8').toString('base64');
  const sealed = cipher.update(encoded, 'latin1', 'base64') + cipher.final('base64');
  return createHash('sha256').update(sealed, 'latin1').digest('hex').toUpperCase();
}

/** Encrypts a callback under the API key, as version 1 does. */
export function sealWithApiKey(text: string, apiKey: string): string {
  const key = createHash('sha256').update(apiKey, 'latin1').digest();
  const cipher = createCipheriv('aes-256-cbc', key, Buffer.alloc(16));
  return cipher.update(text, 'utf8', 'base64') + cipher.final('base64');
}

/** Encrypts a callback under the password: the way of payloads, guessed for callbacks of version 2. */
export function sealWithPassword(text: string, password: string): string {
  const cipher = createCipheriv('aes-256-cbc', fit(password), Buffer.from(password.slice(0, 16), 'latin1'));
  return cipher.update(text, 'utf8', 'base64') + cipher.final('base64');
}
