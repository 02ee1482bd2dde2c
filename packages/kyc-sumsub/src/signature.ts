import { equalInConstantTime, fromHex, hmac, toHex } from '@rielrails/kit';
import type { HmacAlgorithm, Secret } from '@rielrails/kit';

/** The digests that Sumsub names in `x-payload-digest-alg`. SHA-1 is what its oldest webhooks still use. */
export const digestAlgorithms = ['HMAC_SHA1_HEX', 'HMAC_SHA256_HEX', 'HMAC_SHA512_HEX'] as const;

/** One of {@link digestAlgorithms}. */
export type DigestAlgorithm = (typeof digestAlgorithms)[number];

const hashes: Readonly<Record<DigestAlgorithm, HmacAlgorithm>> = {
  HMAC_SHA1_HEX: 'sha1',
  HMAC_SHA256_HEX: 'sha256',
  HMAC_SHA512_HEX: 'sha512',
};

/** What a request's signature covers. */
export interface SignedRequest {
  readonly seconds: number;
  readonly method: string;
  /** Path and query as they are on the wire. */
  readonly path: string;
  readonly body: string;
}

/** The value of `X-App-Access-Sig`. Sumsub API reference, "Authentication". */
export function signRequest(secretKey: Secret, { seconds, method, path, body }: SignedRequest): string {
  return toHex(hmac('sha256', secretKey, `${seconds}${method}${path}${body}`));
}

/** Whether the digest of these bytes was made with one of the secrets. Sumsub documentation, "Webhooks". */
export function isDigestOf(
  bytes: Uint8Array,
  digest: string,
  algorithm: DigestAlgorithm,
  secrets: readonly Secret[],
): boolean {
  if (!/^(?:[0-9a-f]{2}){20,64}$/i.test(digest)) return false;
  const claimed = fromHex(digest);
  return secrets.some((secret) => equalInConstantTime(hmac(hashes[algorithm], secret, bytes), claimed));
}
