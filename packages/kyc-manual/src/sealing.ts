import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import type { Random, Secret } from '@rielrails/kit';

/** Seals what somebody handed in. */
export interface Sealing {
  /** AES-256-GCM under a key of the case alone; `what` is bound to it, so that nothing can be moved. */
  seal(reference: string, what: string, bytes: Uint8Array): Uint8Array;
  /** @throws Error when key, case or `what` is another one, or the bytes were changed. */
  open(reference: string, what: string, sealed: Uint8Array): Uint8Array;
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Makes it from the operator's key, at least 32 characters. */
export function createSealing(key: Secret, random: Random): Sealing {
  const keyOf = (reference: string) =>
    new Uint8Array(hkdfSync('sha256', key.reveal(), reference, 'rielrails kyc-manual/1', 32));
  const place = (reference: string, what: string) => new TextEncoder().encode(`${reference}/${what}`);
  return {
    seal(reference, what, bytes) {
      const nonce = random.bytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', keyOf(reference), nonce).setAAD(place(reference, what));
      const parts = [cipher.update(bytes), cipher.final()];
      return joined([nonce, cipher.getAuthTag(), ...parts]);
    },
    open(reference, what, sealed) {
      // Without its length a shortened tag would do, and be guessed the sooner.
      const decipher = createDecipheriv('aes-256-gcm', keyOf(reference), sealed.subarray(0, NONCE_BYTES), {
        authTagLength: TAG_BYTES,
      }).setAAD(place(reference, what));
      decipher.setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      return joined([decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
    },
  };
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
