import { createPublicKey, constants, publicEncrypt } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { toBase64, utf8 } from '@rielrails/kit';

/** PKCS#1 v1.5 spends at least eleven bytes of every block on padding. */
const PADDING_BYTES = 11;

/**
 * Reads the RSA public key that PayWay issues for `merchant_auth`.
 *
 * @throws Error when the text is no PEM of an RSA public key of at least 1024 bits.
 */
export function readMerchantKey(pem: string): KeyObject {
  const key = createPublicKey(pem);
  if (key.asymmetricKeyType !== 'rsa' || (key.asymmetricKeyDetails?.modulusLength ?? 0) < 1024) {
    throw new Error('expected an RSA public key of at least 1024 bits');
  }
  return key;
}

/**
 * `merchant_auth` of the merchant portal's endpoints ("Refund"): the UTF-8 bytes of the text, encrypted in blocks of
 * PKCS#1 v1.5 (117 bytes for the issued 1024-bit keys), joined, in base64.
 */
export function sealMerchantAuth(text: string, key: KeyObject): string {
  const plain = utf8(text);
  const blockBytes = (key.asymmetricKeyDetails?.modulusLength ?? 1024) / 8;
  const chunkBytes = blockBytes - PADDING_BYTES;
  const chunks = Math.ceil(plain.length / chunkBytes);
  const sealed = new Uint8Array(chunks * blockBytes);
  for (let index = 0; index < chunks; index += 1) {
    const chunk = plain.subarray(index * chunkBytes, (index + 1) * chunkBytes);
    sealed.set(publicEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, chunk), index * blockBytes);
  }
  return toBase64(sealed);
}
