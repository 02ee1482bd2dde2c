import { equalInConstantTime, hmac, toHex, utf8 } from '@rielrails/kit';
import type { Clock } from '@rielrails/kit';
import type { EmulatedRequest } from '@rielrails/kit/emulator';
import type { Refuse } from './errors.ts';

/** Who may call: one app token and its key. */
export interface Credentials {
  readonly appToken: string;
  readonly secretKey: string;
}

const CLOCK_TOLERANCE_SECONDS = 60;
const WINDOW_MS = 5000;
const CALLS_PER_WINDOW: Readonly<Record<string, number>> = { GET: 300, POST: 50 };

/** Looks at the three headers, then at the rate. Gives the refusal, or `null` when the call may pass. */
export type Guard = (request: EmulatedRequest) => Response | null;

/** Makes the guard. Sumsub API reference, "Authentication"; documentation, "Rate limits". */
export function createGuard(credentials: Credentials, clock: Clock, refuse: Refuse): Guard {
  const calls = new Map<string, number[]>();

  function isTooFast(method: string): boolean {
    const now = clock.now();
    const recent = (calls.get(method) ?? []).filter((at) => at > now - WINDOW_MS);
    const tooFast = recent.length >= (CALLS_PER_WINDOW[method] ?? Infinity);
    calls.set(method, tooFast ? recent : [...recent, now]);
    return tooFast;
  }

  return ({ method, url, headers, body }) => {
    const token = headers.get('x-app-token') ?? '';
    const seconds = headers.get('x-app-access-ts') ?? '';
    const signature = headers.get('x-app-access-sig') ?? '';
    if (!/^(?:sbx|prd):[^.]+\.[^.]+$/.test(token)) {
      return refuse(401, 'Invalid token format', { errorCode: 4000, errorName: 'app-token-invalid-format' });
    }
    if (!equalInConstantTime(token, credentials.appToken)) {
      return refuse(401, 'Invalid token', { errorCode: 4002, errorName: 'app-token-private-part-mismatch' });
    }
    // Milliseconds have too many digits, and would be far from the clock too.
    if (!/^\d{1,11}$/.test(seconds) || Math.abs(clock.now() / 1000 - Number(seconds)) > CLOCK_TOLERANCE_SECONDS) {
      return refuse(401, 'Token expired');
    }
    const expected = signatureOf(credentials.secretKey, seconds, method, url.pathname + url.search, body);
    if (!equalInConstantTime(signature, expected)) {
      return refuse(401, 'Invalid signature', { errorCode: 4003, errorName: 'app-token-signature-mismatch' });
    }
    return isTooFast(method) ? refuse(429, 'Too many requests') : null;
  };
}

/** What `X-App-Access-Sig` has to be: time, method, path with query, and the body's bytes, with nothing in between. */
export function signatureOf(
  secretKey: string,
  seconds: string,
  method: string,
  pathWithQuery: string,
  body: Uint8Array,
): string {
  const head = utf8(seconds + method + pathWithQuery);
  const message = new Uint8Array(head.length + body.length);
  message.set(head);
  message.set(body, head.length);
  return toHex(hmac('sha256', secretKey, message));
}
