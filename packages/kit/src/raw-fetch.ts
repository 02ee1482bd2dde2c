import type { Fetch } from './runtime.ts';

/** One HTTP request as it leaves. */
export interface RawRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer> | null;
}

/** One HTTP answer, read to its end. */
export interface RawAnswer {
  readonly status: number;
  /** Made when asked for: most answers are read without. */
  readonly headers: Headers;
  readonly bytes: Uint8Array;
}

/**
 * Sends one HTTP request and reads the answer to its end. Nothing is followed, nothing is repeated.
 *
 * Rejects as soon as the signal is aborted, with its reason.
 */
export type RawFetch = (request: RawRequest, signal: AbortSignal | undefined) => Promise<RawAnswer>;

/** The direct way through a fetch where it has one; otherwise the way through `Request` and `Response`. */
export function rawFetchOf(fetch: Fetch): RawFetch {
  if (fetch.raw) return fetch.raw;
  return async ({ url, ...init }, signal) => {
    const request = new Request(url, init);
    const response = await untilAborted(fetch(request, signal ? { signal } : {}), signal);
    const bytes = new Uint8Array(await untilAborted(response.arrayBuffer(), signal));
    return { status: response.status, headers: response.headers, bytes };
  };
}

/** Gives up waiting when the signal says so, even if the fetch does not listen to it. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  if (signal.aborted) return Promise.reject(signal.reason as Error);
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
