import { createCipheriv, createDecipheriv, createSecretKey } from 'node:crypto';
import type { Random } from '@rielrails/kit';
import { decode, encode } from './codec.ts';

/** Seals personal data for one field of one row, and opens it again. */
export interface Sealer {
  /** AES-256-GCM; `place` (table, column and row) is bound to it, so that a sealed value cannot be moved. */
  seal(place: string, value: unknown): Uint8Array;
  /** @throws Error when the key or the place is another one, or the bytes were changed. */
  open(place: string, sealed: Uint8Array): unknown;
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Makes a sealer of a key of 32 bytes. */
export function createSealer(bytes: Uint8Array, random: Random): Sealer {
  const key = createSecretKey(bytes);
  return {
    seal(place, value) {
      const nonce = random.bytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(new TextEncoder().encode(place));
      const text = cipher.update(encode(value), 'utf8');
      const last = cipher.final();
      const sealed = new Uint8Array(NONCE_BYTES + TAG_BYTES + text.length + last.length);
      sealed.set(nonce);
      sealed.set(cipher.getAuthTag(), NONCE_BYTES);
      sealed.set(text, NONCE_BYTES + TAG_BYTES);
      sealed.set(last, NONCE_BYTES + TAG_BYTES + text.length);
      return sealed;
    },
    open(place, sealed) {
      // Without its length a shortened tag would do, and be guessed the sooner.
      const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_BYTES), {
        authTagLength: TAG_BYTES,
      }).setAAD(new TextEncoder().encode(place));
      decipher.setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      const text =
        decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
      return decode(text);
    },
  };
}
