import type { Money } from '@rielrails/core';

/** Value that changes hands because of a decision: what the ledger books. Amounts are above zero. */
export type Movement =
  /** The float for this order is set aside. */
  | { readonly type: 'reserved'; readonly budget: Money; readonly coins: Money }
  /** Whatever is still set aside becomes free. */
  | { readonly type: 'released' }
  | { readonly type: 'payment-received'; readonly rail: string; readonly transaction: string; readonly amount: Money }
  | {
      readonly type: 'bought';
      readonly effect: string;
      readonly spent: Money;
      readonly received: Money;
      readonly fees: readonly Money[];
    }
  /** The buyer's riel became our riel, and we owe bitcoin. */
  | { readonly type: 'sold'; readonly pay: Money; readonly fee: Money; readonly delivered: Money }
  /** The delivery is proven not to have left, and the money goes back: the sale never was. */
  | { readonly type: 'unsold'; readonly pay: Money; readonly fee: Money; readonly delivered: Money }
  | { readonly type: 'sent'; readonly amount: Money; readonly networkFee: Money | null }
  | { readonly type: 'delivered'; readonly amount: Money }
  /** The version of a delivery that counts now pays its miners another fee than was booked. */
  | { readonly type: 'fee-changed'; readonly from: Money; readonly to: Money; readonly delivered: boolean }
  | { readonly type: 'refund-due'; readonly transaction: string; readonly amount: Money }
  | { readonly type: 'refunded'; readonly rail: string; readonly effect: string; readonly amount: Money }
  | { readonly type: 'refunded-by-hand'; readonly task: string; readonly amount: Money }
  /** Money was taken back from us; `loss` when something had been bought for it. */
  | {
      readonly type: 'reversed';
      readonly rail: string;
      readonly transaction: string;
      readonly amount: Money;
      readonly loss: boolean;
    };
