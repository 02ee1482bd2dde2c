/**
 * What a second write under the same reference does: answers the first result again, refuses, or is simply a second
 * write.
 */
export type Repeat = 'replays' | 'rejects' | 'none';

/** The terms of a lookup. */
export interface LookupTerms {
  /** What the provider searches by. `handle`: a write whose answer was lost cannot be found. */
  readonly by: 'reference' | 'handle';
  /** Whether closed and archived records are found too. Where not, absence proves nothing. */
  readonly covers: 'all' | 'open-only';
  /** How long after the write "not found" proves that it was not applied. */
  readonly notFoundIsFinalAfterMs: number | 'never';
  /** Calls granted, where they are rationed. */
  readonly budget?: { readonly calls: number; readonly perMs: number };
}

/** The terms of a webhook. */
export interface WebhookTerms {
  readonly authentication: 'signature' | 'shared-secret' | 'none';
  /** Whether a valid old delivery verifies for ever (no timestamp or nonce in the scheme). */
  readonly replayable: boolean;
  /** What the authentication covers. What is not covered is never used. */
  readonly covers: 'body' | readonly string[];
}

/** Nothing to declare. */
export type NoTerms = Readonly<Record<string, never>>;
