import type { NonEmpty } from '../brand.ts';
import type { Money } from '../money.ts';
import type { NextActionType } from './next-action.ts';
import type { PaymentOperation } from './operations.ts';
import type { LookupTerms, NoTerms, Repeat, WebhookTerms } from '../terms.ts';

/** The terms of a payment's lookup. */
export interface PaymentLookupTerms extends LookupTerms {
  /**
   * Which payments of one request it tells: `one` knows a single payment, and a second one stands in the bank's statement
   * alone. Absent: every payment.
   */
  readonly receipts?: 'every' | 'one';
  /**
   * Whether it tells what was sent back. `untold`: a refund in doubt is settled by a repeat under its own reference or by
   * the provider's people, and its absence in a lookup proves nothing. Absent: told.
   */
  readonly refunds?: 'told' | 'untold';
}

/** The terms of a refund. */
export interface RefundTerms {
  readonly partial: boolean;
  /** The least that can be sent back at once. Absent: one minor unit. */
  readonly minimum?: Money;
  /** How long after the payment it is possible. */
  readonly windowMs: number;
  readonly needs: 'nothing' | 'destination';
  readonly repeat: Repeat;
}

/** What is declared about each operation: a key for every operation that exists, and no other. */
export interface PaymentOperationTerms {
  readonly get: PaymentLookupTerms;
  readonly cancel: NoTerms;
  readonly refund: RefundTerms;
  readonly complete: NoTerms;
  readonly approve: { readonly answerWithinMs: number };
  readonly parseWebhook: WebhookTerms;
}

/** What is declared about each way to pay. */
export interface OfferTerms {
  readonly finality: 'final' | { readonly reversibleForMs: number };
}

/** What is declared about creation. `reaches: 'payer'`: the provider itself shows the request to somebody. */
export interface CreateTerms {
  readonly repeat: Repeat;
  readonly reaches: 'caller' | 'payer';
}

/** What may be charged in one payment, both ends included. */
export interface AssetLimits {
  readonly minimum: Money;
  readonly maximum: Money;
}

/** A provider's rule about buying cryptocurrency, and the document that says so. */
export interface AcceptableUse {
  readonly cryptoPurchases: 'allowed' | 'by-approval' | 'forbidden' | 'unknown';
  readonly source: string;
}

/** What a payment provider promises whatever it can do. */
export interface PaymentTerms {
  readonly create: CreateTerms;
  readonly assets: NonEmpty<AssetLimits>;
  /** Who returns wrong payments: we do, or the provider by itself (then we only watch). */
  readonly anomalies: 'ours' | 'provider';
  readonly acceptableUse: AcceptableUse;
}

/**
 * What a payment provider promises, as data.
 *
 * Tied to the methods: `operations` has a key for every operation that exists, `offers` for every way to pay, and no
 * other.
 */
export interface PaymentManifest<Ops extends PaymentOperation, Offers extends NextActionType> extends PaymentTerms {
  readonly offers: { readonly [Type in Offers]: OfferTerms };
  readonly operations: Pick<PaymentOperationTerms, Ops>;
}

/** The manifest of `AnyPaymentProvider`. */
export interface AnyPaymentManifest extends PaymentTerms {
  readonly offers: { readonly [Type in NextActionType]?: OfferTerms };
  readonly operations: Partial<PaymentOperationTerms>;
}
