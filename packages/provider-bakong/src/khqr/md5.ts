import { hash } from 'node:crypto';

/** The key by which the Open API knows a KHQR: lower-case hexadecimal MD5 of its UTF-8 bytes. */
export function md5OfKhqr(text: string): string {
  return hash('md5', text);
}

/** The same of bytes that are there already. */
export function md5OfBytes(bytes: Uint8Array): string {
  return hash('md5', bytes);
}
