import { digest, equalInConstantTime, fromBase64, hmac, toBase64, utf8 } from '@rielrails/kit';
import type { EmulatedRequest } from '@rielrails/kit/emulator';
import type { Parameters } from './parameters.ts';
import { Refused } from './refused.ts';

/** The one API key of the emulated account. */
export interface ApiKey {
  readonly apiKey: string;
  /** In base64. */
  readonly secret: string;
}

/**
 * The header `API-Sign` ("Spot REST Authentication"): HMAC-SHA512 over the path and the SHA-256 of nonce and body, with
 * the decoded secret, in base64.
 */
export function sign(
  secret: string,
  request: { readonly path: string; readonly nonce: string; readonly body: string },
): string {
  const { path, nonce, body } = request;
  const message = new Uint8Array([...utf8(path), ...digest('sha256', nonce + body)]);
  return toBase64(hmac('sha512', fromBase64(secret), message));
}

/** Checks key, signature and nonce, in this order. A nonce that was seen, or is lower, is used up. */
export function assertSigned(
  request: EmulatedRequest,
  parameters: Parameters,
  key: ApiKey,
  state: { readonly revoked: boolean; lastNonce: bigint },
): void {
  if (request.headers.get('api-key') !== key.apiKey || state.revoked) throw new Refused('EAPI:Invalid key');
  const nonce = parameters.optional('nonce') ?? '';
  if (!/^[0-9]{1,20}$/.test(nonce)) throw new Refused('EAPI:Invalid nonce');
  const body = new TextDecoder().decode(request.body);
  const expected = sign(key.secret, { path: request.url.pathname, nonce, body });
  if (!equalInConstantTime(request.headers.get('api-sign') ?? '', expected))
    throw new Refused('EAPI:Invalid signature');
  if (BigInt(nonce) <= state.lastNonce) throw new Refused('EAPI:Invalid nonce');
  state.lastNonce = BigInt(nonce);
}
