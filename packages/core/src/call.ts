import type { Instant, Reference } from './reference.ts';

/**
 * What accompanies any call. `deadline` is the last moment at which an answer is of use; both end the call, not its
 * effect.
 */
export interface CallContext {
  readonly signal?: AbortSignal;
  readonly deadline?: Instant;
}

/**
 * How an earlier write is found again.
 *
 * `handle` is what the adapter asked to have kept (a KHQR's md5, a charge id): opaque, at most 1 KB, absent until the
 * write was answered.
 */
export interface Target {
  readonly reference: Reference;
  readonly handle?: string;
}
