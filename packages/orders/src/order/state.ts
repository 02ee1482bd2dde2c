/**
 * Where an order stands. Words in capitals are ends.
 *
 * "In doubt" is no state: it is derived from an effect that is `unknown`.
 */
export type OrderState =
  | 'draft'
  | 'quoted'
  | 'confirmed'
  | 'awaiting-payment'
  | 'paid'
  | 'buying'
  | 'bought'
  | 'sending'
  | 'broadcast'
  | 'DELIVERED'
  | 'refund-due'
  | 'refunding'
  | 'REFUNDED'
  | 'EXPIRED'
  | 'CANCELLED'
  | 'REJECTED';

const ends: ReadonlySet<OrderState> = new Set(['DELIVERED', 'REFUNDED', 'EXPIRED', 'CANCELLED', 'REJECTED']);
const beforeMoney: ReadonlySet<OrderState> = new Set(['draft', 'quoted', 'confirmed', 'awaiting-payment']);

/** Whether nothing more is owed in either direction. Late money can still reopen it. */
export function isEnd(state: OrderState): boolean {
  return ends.has(state);
}

/** Whether the order may still end silently, because no money of the buyer has funded it. */
export function isBeforeMoney(state: OrderState): boolean {
  return beforeMoney.has(state);
}

/** Which way an order goes. Changed by compare-and-set, only when the other way is proven not taken. */
export type Disposition = 'undecided' | 'deliver' | 'refund';

/** What stops an order beside its state. `review` waits for a person; `frozen` needs two to leave. */
export type Hold = 'none' | 'review' | 'frozen';

/** Why an order is held: for operators, never shown to the buyer. */
export type HoldReason =
  | 'payer-mismatch'
  | 'payer-unknown-above-cap'
  | 'other-currency'
  | 'receipt-changed'
  | 'name-review'
  | 'name-blocked'
  | 'address-review'
  | 'address-blocked'
  | 'kyc-not-approved'
  | 'below-floor'
  | 'reversed-after-buy'
  | 'send-refused'
  | 'create-in-doubt'
  | 'in-doubt-too-long'
  | 'screening-unavailable'
  | 'delivery-undone'
  | 'delivery-differs'
  | 'purchase-differs'
  | 'approved-not-paid'
  | 'payment-unproven'
  | 'payer-address'
  | 'monitoring'
  | 'operator';
