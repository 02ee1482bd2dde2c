import type { NonEmpty } from '../brand.ts';
import type { Target } from '../call.ts';
import type { ChainAddress } from '../custody/address.ts';
import type { Money } from '../money.ts';
import type { NextAction, NextActionType } from './next-action.ts';
import type { Instant, ProviderRef, Reference } from '../reference.ts';

/** A request for a payment. `accepts` lists what the caller can render, best first. */
export interface CreatePayment<A extends NextActionType = NextActionType> {
  readonly reference: Reference;
  readonly amount: Money;
  readonly accepts: NonEmpty<A>;
  /** The true purpose, as the provider and the payer will read it. */
  readonly purpose: string;
  readonly expiresAt: Instant;
  /** Where a redirect or deep link returns to. Coming back proves nothing. */
  readonly returnUrl?: string;
  readonly payer?: { readonly id: string; readonly name?: string; readonly phone?: string; readonly email?: string };
}

/** A payment that now can be paid. `handle` is to be kept and passed back in every {@link Target}. */
export interface CreatedPayment<A extends NextActionType = NextActionType> {
  readonly payment: Payment;
  readonly next: NextAction<A>;
  readonly handle?: string;
}

/**
 * Money that arrived. One request may have several.
 *
 * `transaction` is unique within the provider and never reused. `paidAt` is absent where the provider does not tell it.
 */
export interface Receipt {
  readonly transaction: ProviderRef;
  readonly amount: Money;
  readonly paidAt?: Instant;
  readonly payer?: {
    readonly account?: string;
    readonly name?: string;
    /** Where coins came from, so that it can be screened. */
    readonly wallet?: ChainAddress;
  };
}

/** Money that we sent back. `receipt` is the transaction it came from. */
export interface Refund {
  readonly receipt: ProviderRef;
  readonly amount: Money;
  readonly status: 'pending' | 'done' | 'failed';
  /** Absent where the provider keeps no reference of ours: then the refunded total decides. */
  readonly reference?: Reference;
}

/** Money that was taken back without us: a chargeback, a recall. */
export interface Reversal {
  readonly receipt: ProviderRef;
  readonly amount: Money;
  readonly reversedAt?: Instant;
}

/**
 * What the provider says about a payment. Receipts are the truth; the status is a summary.
 *
 * A provider's unfamiliar word is `processing`: never success, never failure.
 */
export type Payment = {
  readonly reference: Reference;
  /** What was asked for. What came is in the receipts, untouched. */
  readonly requested: Money;
  readonly receipts: readonly Receipt[];
  readonly refunds: readonly Refund[];
  readonly reversals: readonly Reversal[];
} & (
  | { readonly status: 'awaiting-payer' | 'processing' | 'paid' | 'cancelled' | 'expired' | 'refunded' | 'reversed' }
  | { readonly status: 'failed'; readonly reason: string }
);

/**
 * What a payment webhook may say.
 *
 * Without a lookup, `payment` is all that we will ever learn, and holds what this delivery tells: the receipts of a
 * request are those of all its deliveries, each transaction once.
 */
export type PaymentEvent =
  | { readonly type: 'changed'; readonly target: Target; readonly payment?: Payment }
  | {
      readonly type: 'approval-requested';
      readonly target: Target;
      readonly approval: ProviderRef;
      readonly amount: Money;
      readonly answerBy: Instant;
    };
