import { constants, generateKeyPairSync, privateDecrypt } from 'node:crypto';
import { fromBase64, fromUtf8 } from '@rielrails/kit';

const BLOCK_BYTES = 128;

/** PayWay's side of `merchant_auth`: a 1024-bit key pair whose public half the merchant gets. */
export interface PortalKey {
  readonly publicPem: string;
  /** What was sealed. `null` when it was not sealed for this key, block by block. */
  open(sealed: string): string | null;
}

/** Makes a key pair. */
export function createPortalKey(): PortalKey {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: BLOCK_BYTES * 8 });
  return {
    publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    open(sealed) {
      try {
        const bytes = fromBase64(sealed);
        if (bytes.length === 0 || bytes.length % BLOCK_BYTES !== 0 || bytes.length > 32 * BLOCK_BYTES) return null;
        const parts: number[] = [];
        for (let at = 0; at < bytes.length; at += BLOCK_BYTES) {
          const block = bytes.subarray(at, at + BLOCK_BYTES);
          parts.push(...privateDecrypt({ key: privateKey, padding: constants.RSA_PKCS1_PADDING }, block));
        }
        return fromUtf8(new Uint8Array(parts));
      } catch {
        return null;
      }
    },
  };
}
