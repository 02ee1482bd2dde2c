import { equalInConstantTime, fromHex, hmac } from '@rielrails/kit';
import type { Secret } from '@rielrails/kit';

/** Whether these bytes were signed with one of the webhook's tokens. "Webhooks": `X-SHA2-Signature`. */
export function isSignatureOf(bytes: Uint8Array, signature: string, tokens: readonly Secret[]): boolean {
  if (!/^[0-9a-f]{64}$/i.test(signature)) return false;
  const claimed = fromHex(signature);
  return tokens.some((token) => equalInConstantTime(hmac('sha256', token, bytes), claimed));
}
