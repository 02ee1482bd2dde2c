import { hmac, toBase64 } from '@rielrails/kit';
import type { Secret } from '@rielrails/kit';

/** What a request's signature covers. The query is not covered. */
export interface SignedRequest {
  readonly seconds: number;
  readonly method: string;
  /** The path from the host on, without the query. */
  readonly path: string;
  /** As it is on the wire; empty where there is none. */
  readonly body: string;
}

/** The value of `X-CB-ACCESS-SIGNATURE`. "Prime REST API Authentication": creating a signature. */
export function signRequest(signingKey: Secret, { seconds, method, path, body }: SignedRequest): string {
  return toBase64(hmac('sha256', signingKey, `${seconds}${method}${path}${body}`));
}
