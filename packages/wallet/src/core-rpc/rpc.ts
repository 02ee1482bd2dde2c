import { readFile } from 'node:fs/promises';
import { ProviderError } from '@rielrails/core';
import type { CallContext } from '@rielrails/core';
import { createWire, JsonNumber, parseJson, stringifyJson, toBase64, utf8 } from '@rielrails/kit';
import type { Json, Runtime, Secret } from '@rielrails/kit';

/** How a node lets us in: the file it writes at every start, or a user of its configuration. */
export type RpcCredentials = { readonly cookieFile: string } | { readonly user: string; readonly password: Secret };

/** Where a node is. */
export interface RpcOptions {
  /** Scheme, host and port: `http://127.0.0.1:8332`. */
  readonly url: string;
  readonly credentials: RpcCredentials;
  /** The end of one call. Default: 10,000 ms. */
  readonly timeoutMs?: number;
}

/** What a node said: a result, or its own error code and words. */
export type RpcAnswer =
  | { readonly outcome: 'result'; readonly value: Json }
  | { readonly outcome: 'error'; readonly code: number; readonly message: string };

/** One call. */
export interface RpcCall {
  readonly method: string;
  readonly parameters: readonly unknown[];
  /** The node's wallet that is meant. */
  readonly wallet?: string;
}

/** A node's JSON-RPC. */
export interface Rpc {
  /** A read: repeated after network faults. @throws ProviderError `unavailable`, `config` */
  ask(call: RpcCall, context?: CallContext): Promise<RpcAnswer>;
  /** A write: sent once. @throws ProviderError `unavailable`, `config`, and `unknown` when it may have been done. */
  tell(call: RpcCall, context?: CallContext): Promise<RpcAnswer>;
}

/** The name in faults and spans. */
export const PROVIDER = 'core-rpc';

const WARMING_UP = -28;
const MAX_ANSWER_LENGTH = 4 * 1024 * 1024;

/**
 * Opens a node's JSON-RPC 2.0. No I/O happens before the first call; a cookie file is read at every call, because the
 * node writes a new one at every start.
 */
export function createRpc(options: RpcOptions, runtime: Runtime): Rpc {
  const wire = createWire({
    provider: PROVIDER,
    baseUrl: options.url,
    runtime,
    ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
    unreachableRemedy: 'start the node, or correct url (rpcport and rpcbind in its bitcoin.conf)',
    explain,
  });

  async function prepare({ method, parameters, wallet }: RpcCall) {
    return {
      operation: method,
      method: 'POST',
      path: wallet === undefined ? '/' : `/wallet/${encodeURIComponent(wallet)}`,
      headers: { authorization: await authorization(options.credentials), 'content-type': 'application/json' },
      body: stringifyJson({ jsonrpc: '2.0', id: 1, method, params: parameters }),
      parse: (answer: { text(): string }) => readAnswer(answer.text()),
    } as const;
  }

  return {
    ask: async (call, context) => wire.read(await prepare(call), context),
    tell: async (call, context) => wire.write(await prepare(call), context),
  };
}

/** The result of a call that the node has no reason to refuse. @throws ProviderError `unavailable` */
export function resultOf(method: string, answer: RpcAnswer): Json {
  if (answer.outcome === 'result') return answer.value;
  throw new ProviderError({
    kind: 'unavailable',
    provider: PROVIDER,
    message: `${PROVIDER} ${method}: the node refused (${answer.code})`,
    providerCode: String(answer.code),
  });
}

/** A fault of the kind that the operator fixes. */
export function misconfigured(message: string): ProviderError {
  return new ProviderError({ kind: 'config', provider: PROVIDER, message: `${PROVIDER}: ${message}` });
}

/** Bitcoin Core, "JSON-RPC Interface": errors of a 2.0 call arrive with status 200. */
function explain(status: number, body: string): ProviderError | null {
  if (status === 401)
    return misconfigured(
      'the node does not accept these credentials; correct them (its cookie file, or rpcauth in its bitcoin.conf)',
    );
  if (status === 403)
    return misconfigured('the node does not accept calls from this address; add it as rpcallowip in its bitcoin.conf');
  if (status === 503 && body.includes('Work queue depth exceeded')) return notNow('the node has too much to do');
  if (status !== 200) return null;
  const answer = readAnswer(body);
  return answer.outcome === 'error' && answer.code === WARMING_UP ? notNow('the node is starting') : null;
}

function notNow(what: string): ProviderError {
  return new ProviderError({
    kind: 'unavailable',
    provider: PROVIDER,
    message: `${PROVIDER}: ${what}; nothing was done`,
  });
}

function readAnswer(body: string): RpcAnswer {
  const json = parseJson(body, { maxLength: MAX_ANSWER_LENGTH });
  if (!isObject(json) || json['jsonrpc'] !== '2.0') throw new SyntaxError('not an answer of JSON-RPC 2.0');
  const error = json['error'];
  if (error !== undefined && error !== null) {
    const code = isObject(error) ? error['code'] : undefined;
    const message = isObject(error) ? error['message'] : undefined;
    if (!(code instanceof JsonNumber) || typeof message !== 'string')
      throw new SyntaxError('an error without its code');
    return { outcome: 'error', code: Number(code.text), message };
  }
  if (json['result'] === undefined) throw new SyntaxError('neither a result nor an error');
  return { outcome: 'result', value: json['result'] };
}

/** Whether JSON is an object. */
export function isObject(json: Json | undefined): json is { readonly [key: string]: Json } {
  return typeof json === 'object' && json !== null && !Array.isArray(json) && !(json instanceof JsonNumber);
}

async function authorization(credentials: RpcCredentials): Promise<string> {
  if (!('cookieFile' in credentials))
    return `Basic ${toBase64(utf8(`${credentials.user}:${credentials.password.reveal()}`))}`;
  const text = await readFile(credentials.cookieFile, 'utf8').catch(() => null);
  if (text === null)
    throw misconfigured(
      'the cookie file cannot be read; start the node, which writes it, or correct credentials.cookieFile',
    );
  return `Basic ${toBase64(utf8(text.trim()))}`;
}
