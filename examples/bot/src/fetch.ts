import { Readable } from 'node:stream';
import type { Fetch } from '@rielrails/kit';
import type { ApiClientOptions } from 'grammy';

/**
 * Lets grammY send through our own transport.
 *
 * grammY on Node speaks node-fetch 2: its signals are a polyfill's, and its uploads are Node streams. Neither fits the
 * web's `Request`, so both are translated; `agent` and `compress` mean nothing here.
 */
export function grammyFetch(fetch: Fetch): NonNullable<ApiClientOptions['fetch']> {
  const send = (url: string, given: GrammyRequest = {}): Promise<Response> => {
    const { method, headers, body, signal } = given;
    const controller = new AbortController();
    if (signal?.aborted) controller.abort();
    signal?.addEventListener('abort', () => controller.abort(), { once: true });
    const streamed = body instanceof Readable;
    const request = new Request(url, {
      method: method ?? 'GET',
      ...(headers ? { headers } : {}),
      ...(streamed ? { body: Readable.toWeb(body) as ReadableStream, duplex: 'half' } : {}),
      ...(!streamed && body !== undefined ? { body } : {}),
    });
    return fetch(request, { signal: controller.signal });
  };
  return send;
}

interface GrammyRequest {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: Readable | string;
  readonly signal?: {
    readonly aborted: boolean;
    addEventListener(type: 'abort', listener: () => void, options: { once: boolean }): void;
  };
}
