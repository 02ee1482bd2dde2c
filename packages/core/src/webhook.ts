import type { Instant } from './reference.ts';

/** A delivery as it came in. `body` holds the raw bytes: signatures cover bytes, not objects. */
export interface WebhookDelivery {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly body: Uint8Array;
  readonly receivedAt: Instant;
}

/** What to answer to the sender of a webhook. */
export interface WebhookReply {
  readonly status: number;
  readonly contentType?: string;
  readonly body?: string;
}

/**
 * What a delivery turned out to be.
 *
 * `trust: 'hint'` (an unsigned scheme) may only cause a lookup. `dedupeKey` is the same for every delivery of the same
 * event.
 */
export type WebhookOutcome<E> =
  | {
      readonly outcome: 'rejected';
      readonly reason: 'signature' | 'stale' | 'malformed' | 'not-ours';
      readonly reply: WebhookReply;
    }
  | {
      readonly outcome: 'accepted';
      readonly trust: 'verified' | 'hint';
      readonly dedupeKey: string;
      readonly events: readonly E[];
      readonly reply: WebhookReply;
    };
