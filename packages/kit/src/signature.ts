import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { utf8 } from './bytes.ts';
import type { Secret } from './secret.ts';

/** A digest that providers sign with. */
export type HmacAlgorithm = 'sha1' | 'sha256' | 'sha512';

/** The HMAC of a message. Text counts as its UTF-8 bytes. */
export function hmac(
  algorithm: HmacAlgorithm,
  key: Secret | string | Uint8Array,
  message: string | Uint8Array,
): Uint8Array {
  return new Uint8Array(
    createHmac(algorithm, typeof key === 'string' || key instanceof Uint8Array ? key : key.reveal())
      .update(message)
      .digest(),
  );
}

/** The hash of a message. Text counts as its UTF-8 bytes. */
export function digest(algorithm: 'md5' | 'sha1' | 'sha256' | 'sha512', message: string | Uint8Array): Uint8Array {
  return new Uint8Array(createHash(algorithm).update(message).digest());
}

/** Compares in constant time. Different lengths are unequal. */
export function equalInConstantTime(left: Uint8Array | string, right: Uint8Array | string): boolean {
  const a = typeof left === 'string' ? utf8(left) : left;
  const b = typeof right === 'string' ? utf8(right) : right;
  return a.length === b.length && timingSafeEqual(a, b);
}
