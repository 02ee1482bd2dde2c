import { ProviderError } from '@rielrails/core';
import { faultOfCode, JsonNumber, member, tryJson } from '@rielrails/kit';
import type { CodeTable, Json, WireAnswer } from '@rielrails/kit';
import { COINBASE_PRIME } from './config.ts';

/**
 * Codes of `google.rpc.Status`, the shape of errors in Prime's OpenAPI description, by `google/rpc/code.proto`; then HTTP
 * statuses, which "Prime REST API Requests" says to be the standard ones. Prime publishes no codes of its own.
 */
const meanings: CodeTable = {
  'rpc-3': ['invalid', 'the request breaks a rule'],
  'rpc-5': ['not-found', 'there is no such object'],
  'rpc-6': ['duplicate', 'this idempotency key was used before'],
  'rpc-7': ['config', 'the API key, the address book or the policy does not allow this'],
  'rpc-8': ['throttled', 'too many requests'],
  'rpc-9': ['declined', 'not possible as the wallet stands: balance, address book or policy'],
  'rpc-11': ['invalid', 'the request is out of range'],
  'rpc-16': ['config', 'the API key, its signature or our clock is not accepted'],
  'rpc-1': ['vague', 'cancelled on the way'],
  'rpc-2': ['vague', 'an error without a name'],
  'rpc-4': ['vague', 'it took too long'],
  'rpc-10': ['vague', 'aborted'],
  'rpc-13': ['vague', 'an internal error'],
  'rpc-14': ['vague', 'out of service'],
  'rpc-15': ['vague', 'data was lost'],
  'http-400': ['invalid', 'the request breaks a rule'],
  'http-401': ['config', 'the API key, its signature or our clock is not accepted'],
  'http-403': ['config', 'the API key, the address book or the policy does not allow this'],
  'http-404': ['not-found', 'there is no such object'],
  'http-409': ['duplicate', 'this idempotency key was used before'],
  'http-429': ['throttled', 'too many requests'],
};

/** "Prime REST API Rate Limits": how long to wait after a 429 that does not tell. */
const WAIT_MS = 30_000;

/**
 * What a "no" of Prime means. `null` for anything else: a page of something in front of Prime, a status that nobody
 * documents, and every 5xx, after which nothing is known.
 */
export function explain(status: number, text: string, answer: WireAnswer): ProviderError | null {
  if (status < 400 || status >= 500) return null;
  const body = tryJson(text);
  // Without a body of Prime's own, only what the documents say of the bare status counts.
  const isMute = status === 401 || status === 429;
  if (!isMute && typeof member(body, 'message') !== 'string') return null;
  for (const code of [rpcCode(member(body, 'code')), `http-${status}`]) {
    const fault = faultOfCode(COINBASE_PRIME, 'api', code, meanings);
    if (fault) return withWait(fault, answer);
  }
  return null;
}

function rpcCode(code: Json | undefined): string {
  return code instanceof JsonNumber ? `rpc-${code.text}` : '';
}

function withWait(error: ProviderError, { headers }: WireAnswer): ProviderError {
  const { fault } = error;
  if (fault.kind !== 'throttled' || headers.has('retry-after')) return error;
  return new ProviderError({ ...fault, retryAfterMs: WAIT_MS });
}
