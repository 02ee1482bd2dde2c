import { equalInConstantTime, hmac, toHex } from '@rielrails/kit';
import type { EmulatedRequest } from '@rielrails/kit/emulator';
import { formText } from './parameters.ts';
import type { Parameters } from './parameters.ts';
import { Refused } from './refused.ts';

/** The one API key of the emulated account. */
export interface ApiKey {
  readonly apiKey: string;
  readonly secret: string;
}

/**
 * The text that a signature covers: query string and body as they were sent, joined by nothing, without the signature
 * itself ("SIGNED endpoint security").
 */
export function signedText(query: string, body: string): string {
  return [query, body].map((part) => part.replace(/(^|&)signature=[^&]*/, '')).join('');
}

/** HMAC-SHA256 in lower-case hexadecimal. */
export function sign(secret: string, text: string): string {
  return toHex(hmac('sha256', secret, text));
}

/** Checks key, time and signature, in this order, as "SIGNED endpoint security" and "Timing security" describe. */
export function assertSigned(
  request: EmulatedRequest,
  parameters: Parameters,
  account: { readonly key: ApiKey; readonly revoked: boolean; readonly serverTime: number },
): void {
  const apiKey = request.headers.get('x-mbx-apikey');
  if (!apiKey || !/^[A-Za-z0-9]{8,128}$/.test(apiKey)) throw new Refused(-2014, 'API-key format invalid.', 401);
  if (apiKey !== account.key.apiKey || account.revoked)
    throw new Refused(-2015, 'Invalid API-key, IP, or permissions for action.', 401);

  const timestamp = parameters.integer('timestamp');
  const recvWindow = parameters.has('recvWindow') ? Number(parameters.decimal('recvWindow')) / 1e8 : 5000;
  if (recvWindow > 60_000) throw new Refused(-1131, 'recvWindow must be less than 60000.');
  const signature = parameters.matching('signature', '^[A-Fa-f0-9]{64}$');
  const expected = sign(account.key.secret, signedText(request.url.search.slice(1), formText(request)));
  if (!equalInConstantTime(signature.toLowerCase(), expected))
    throw new Refused(-1022, 'Signature for this request is not valid.');
  if (timestamp >= account.serverTime + 1000)
    throw new Refused(-1021, "Timestamp for this request was 1000ms ahead of the server's time.");
  if (account.serverTime - timestamp > recvWindow)
    throw new Refused(-1021, 'Timestamp for this request is outside of the recvWindow.');
}
