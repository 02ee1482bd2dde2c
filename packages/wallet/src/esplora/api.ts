import { ProviderError } from '@rielrails/core';
import type { CallContext } from '@rielrails/core';
import { createWire, JsonNumber, member, parseJson } from '@rielrails/kit';
import type { Runtime, WireAnswer } from '@rielrails/kit';
import type { z } from 'zod';
import type { RpcRefusal } from '../refusal.ts';
import { readFields } from './schemas.ts';

/** The name in faults and spans. */
export const PROVIDER = 'esplora';

/** Where a server is. */
export interface ApiOptions {
  readonly url: string;
  readonly timeoutMs: number;
}

/** One read. */
export interface ApiRead<T> {
  readonly operation: string;
  readonly path: string;
  read(answer: WireAnswer): T;
}

/** What handing in gave: the server's answer, or its node's refusal. `no-route`: an older server, which did nothing. */
export type Handed =
  | { readonly outcome: 'taken'; readonly answer: WireAnswer }
  | { readonly outcome: 'refused'; readonly refusal: RpcRefusal }
  | { readonly outcome: 'no-route' };

/** An Esplora server's HTTP API. */
export interface Api {
  /** `null` for what the server does not have, `too-many` where that is too long for one answer. */
  find<T>(call: ApiRead<T>, context?: CallContext): Promise<T | 'too-many' | null>;
  /** A write: sent once. @throws ProviderError a documented refusal, or `unknown` when it may have been taken. */
  hand(operation: string, path: string, body: string, context?: CallContext): Promise<Handed>;
}

const MAX_ANSWER_LENGTH = 4 * 1024 * 1024;

/** Opens a server's API. No I/O before the first call. */
export function createApi({ url, timeoutMs }: ApiOptions, runtime: Runtime): Api {
  const wire = createWire({
    provider: PROVIDER,
    baseUrl: url,
    runtime,
    timeoutMs,
    unreachableRemedy: 'start the server, or correct url',
    explain,
  });
  return {
    find: ({ operation, path, read }, context) =>
      wire.read(
        {
          operation,
          method: 'GET',
          path,
          successStatuses: [400, 404],
          parse(answer) {
            if (answer.status === 404) return readMissing(answer);
            return answer.status === 400 ? readTooMany(answer) : read(answer);
          },
        },
        context,
      ),
    hand: (operation, path, body, context) =>
      wire.write(
        {
          operation,
          method: 'POST',
          path,
          headers: { 'content-type': 'text/plain' },
          body,
          successStatuses: [400, 404],
          parse(answer): Handed {
            if (answer.status === 404) return readNoRoute(answer);
            if (answer.status !== 400) return { outcome: 'taken', answer };
            return { outcome: 'refused', refusal: readRpcError(answer.text()) };
          },
        },
        context,
      ),
  };
}

/** Reads JSON by a schema. */
export function json<T>(schema: z.ZodType<T>): (answer: WireAnswer) => T {
  return (answer) => readFields(schema, parseJson(answer.text(), { maxLength: MAX_ANSWER_LENGTH }));
}

/** Reads text of a form. */
export function text(form: RegExp): (answer: WireAnswer) => string {
  return (answer) => {
    const found = answer.text().trim();
    if (!form.test(found)) throw new SyntaxError('the answer is not the documented one');
    return found;
  };
}

/** A fault of the kind that the operator fixes. */
export function misconfigured(message: string): ProviderError {
  return new ProviderError({ kind: 'config', provider: PROVIDER, message: `${PROVIDER}: ${message}` });
}

function explain(status: number): ProviderError | null {
  if (status === 429) {
    const message = `${PROVIDER}: the server wants fewer requests; wait, or run one of your own`;
    return new ProviderError({ kind: 'throttled', provider: PROVIDER, message });
  }
  return status === 401 || status === 403
    ? misconfigured(`the server does not let us in (${status}); run one of your own, or have it admit this address`)
    : null;
}

/** The server's own 404 names what is not there. Another one comes from something that is no Esplora server. */
function readMissing(answer: WireAnswer): null {
  if (/^(?:Transaction|Block) not found$/.test(answer.text().trim())) return null;
  throw notEsplora();
}

function readNoRoute(answer: WireAnswer): Handed {
  if (answer.text().startsWith('endpoint does not exist')) return { outcome: 'no-route' };
  throw notEsplora();
}

function notEsplora(): ProviderError {
  return misconfigured('url does not lead to the API of an Esplora server; give the path up to it, such as …/api');
}

/** Some servers limit the unspent outputs of one answer, others the history behind it. */
function readTooMany(answer: WireAnswer): 'too-many' {
  if (/^Too (?:many|big)\b/.test(answer.text())) return 'too-many';
  throw new SyntaxError('an error that the documents do not explain');
}

/**
 * The node's error in the server's words: `sendrawtransaction RPC error -26: …`, and before December 2024
 * `sendrawtransaction RPC error: {"code":-26,"message":"…"}`.
 */
function readRpcError(answer: string): RpcRefusal {
  const [, words = ''] = /^\w{1,40} RPC error(.*)$/s.exec(answer.trim()) ?? [];
  const plain = /^ (-?\d{1,6}): (.*)$/s.exec(words);
  if (plain) return { code: Number(plain[1]), message: plain[2] ?? '' };
  const error = words.startsWith(': ') ? parseJson(words.slice(2)) : undefined;
  const [code, message] = [member(error, 'code'), member(error, 'message')];
  if (code instanceof JsonNumber && typeof message === 'string') return { code: Number(code.text), message };
  throw new SyntaxError('an error that the documents do not explain');
}
