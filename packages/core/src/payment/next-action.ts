import type { Instant } from '../reference.ts';

/** Everything that a front end may have to render so that somebody can pay. */
export interface NextActions {
  readonly qr: {
    readonly payload: string;
    readonly standard: 'khqr' | 'emv' | 'bip21' | 'text';
    readonly imageUrl?: string;
  };
  readonly redirect: { readonly url: string };
  readonly 'deep-link': { readonly url: string; readonly app: string; readonly fallbackUrl?: string };
  /** An invoice link. No bot token leaves the adapter. */
  readonly 'telegram-invoice': { readonly url: string };
  /** The payer transfers by hand and then reports the bank's reference, which is passed to `complete`. */
  readonly 'pay-to-account': { readonly account: string; readonly holder?: string; readonly memo?: string };
  /** A form of the provider's in our page; its token is passed to `complete`. */
  readonly 'embedded-form': { readonly scriptUrl: string; readonly publishableKey: string };
}

/** The name of a way to pay. */
export type NextActionType = keyof NextActions;

/**
 * What the payer does next.
 *
 * `expiresAt` is when we stop showing it; `payableUntil` is when money can no longer arrive on it, which may be later.
 * Absent `payableUntil`: money may arrive at any time.
 */
export type NextAction<A extends NextActionType = NextActionType> = {
  readonly [Type in A]: {
    readonly type: Type;
    readonly expiresAt: Instant;
    readonly payableUntil?: Instant;
  } & NextActions[Type];
}[A];
