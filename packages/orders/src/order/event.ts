import type {
  Attempt,
  Instant,
  Money,
  NextAction,
  NextActionType,
  Payment,
  Quote,
  Reference,
  Trade,
  Withdrawal,
} from '@rielrails/core';
import type { ApprovalRequest } from './approving.ts';
import type { Finding } from './finding.ts';
import type { Language, OrderQuote, PayerMatch, Silence, Want } from './order.ts';
import type { HoldReason } from './state.ts';

/** How a screening of buyer and address ended. `unavailable` is never "clear". */
export type Screened =
  | { readonly outcome: 'clear' }
  | {
      readonly outcome: 'review' | 'blocked';
      readonly subject: 'name' | 'address' | 'kyc';
      /** The evidence, sealed. */
      readonly sealed?: string;
    }
  | { readonly outcome: 'unavailable' };

/** Whose money it is, receipt by receipt. */
export interface PayersJudged {
  /** The payer, compared with the verified name. */
  readonly payers: Readonly<Record<string, PayerMatch>>;
  /** Receipts whose coins came from an address that screening does not clear. */
  readonly wallets?: Readonly<Record<string, 'review' | 'blocked'>>;
  /** What monitoring makes of the payers. */
  readonly findings?: readonly Finding[];
}

/** Everything that can happen to an order: taps, answers, lookups, timers, people. */
export type OrderEvent =
  /** The clock went on. */
  | { readonly type: 'tick' }
  /** Somebody has reason to believe that there is news: a webhook, the buyer, an operator. */
  | { readonly type: 'asked-to-look' }
  | { readonly type: 'quoted'; readonly quote: OrderQuote; readonly want: Want }
  /** Something outside the order happened that its buyer should see, such as the end of a verification. */
  | { readonly type: 'noted'; readonly what: string }
  | { readonly type: 'address-given'; readonly address: string }
  | {
      readonly type: 'confirmed';
      readonly termsHash: string;
      readonly language: Language;
      readonly silence: Silence;
      readonly binding: string | null;
      readonly screened: Screened;
      /** What monitoring found when it was about to be confirmed. */
      readonly findings?: readonly Finding[];
    }
  | { readonly type: 'cancelled' }
  /** The buyer pays another way. `silence` is given again where the rail asks for another one. */
  | {
      readonly type: 'rail-chosen';
      readonly rail: string;
      readonly way: NextActionType | null;
      readonly silence: Silence | null;
    }
  /** The payer's side handed something in. */
  | { readonly type: 'completed'; readonly token: string }
  | ({
      readonly type: 'payment-completed';
      readonly reference: Reference;
      readonly attempt: Attempt<Payment>;
    } & PayersJudged)
  /** A rail asks whether it may charge. */
  | ({ readonly type: 'approval-asked' } & ApprovalRequest)
  | { readonly type: 'payment-approved'; readonly reference: Reference; readonly attempt: Attempt<void> }
  /** A verified delivery named a request as its rail does. */
  | { readonly type: 'handle-told'; readonly reference: Reference; readonly handle: string }
  /** Somebody came back from a rail that proves nothing. */
  | { readonly type: 'payment-claimed' }
  /** Two people found the payment in the bank's statement. */
  | {
      readonly type: 'payment-stated';
      readonly request: Reference;
      readonly bankReference: string;
      readonly amount: Money;
    }
  | { readonly type: 'answered'; readonly answer: Silence }
  /** A payment request was answered. */
  | { readonly type: 'payment-requested'; readonly reference: Reference; readonly attempt: Attempt<RequestedPayment> }
  | { readonly type: 'payment-cancelled'; readonly reference: Reference; readonly attempt: Attempt<Payment> }
  | { readonly type: 'traded'; readonly reference: Reference; readonly attempt: Attempt<Trade> }
  | {
      readonly type: 'sent';
      readonly reference: Reference;
      readonly attempt: Attempt<Withdrawal>;
      /** The screening at the call itself found this, and nothing was sent: the order stops. */
      readonly stoppedBy?: Extract<Screened, { readonly subject: string }>;
    }
  | { readonly type: 'bumped'; readonly reference: Reference; readonly attempt: Attempt<Withdrawal> }
  | { readonly type: 'refunded'; readonly reference: Reference; readonly attempt: Attempt<Payment> }
  /** A request was looked up. `null`: the provider does not know it. */
  | ({
      readonly type: 'payment-seen';
      readonly reference: Reference;
      readonly payment: Payment | null;
      /** When the question left: what an answer does not tell counts from then. Default: now. */
      readonly askedAt?: Instant;
    } & PayersJudged)
  /** A purchase was looked up by a question that left at `askedAt`. `null`: the venue does not know it. */
  | {
      readonly type: 'trade-seen';
      readonly reference: Reference;
      readonly trade: Trade | null;
      readonly askedAt: Instant;
    }
  /** A delivery was looked up, likewise. */
  | {
      readonly type: 'withdrawal-seen';
      readonly reference: Reference;
      readonly withdrawal: Withdrawal | null;
      readonly askedAt: Instant;
    }
  /** A lookup or an inquiry had no usable answer. */
  | { readonly type: 'no-answer'; readonly reference: Reference | null; readonly retryAfterMs: number | null }
  /** The market was asked for the whole remaining budget. */
  | { readonly type: 'priced'; readonly quote: Quote }
  /** The market said no to the question itself: halted, too thin, too small. */
  | { readonly type: 'not-priced' }
  | { readonly type: 'screened'; readonly screened: Screened }
  /** The buyer's verification was taken back or ended. */
  | { readonly type: 'verification-lost' }
  /** The float did not suffice for what the last decision wanted to reserve. */
  | { readonly type: 'float-short' }
  | {
      readonly type: 'held';
      readonly hold: 'review' | 'frozen';
      readonly reason: HoldReason;
      /** The evidence, sealed. */
      readonly sealed?: string;
    }
  | { readonly type: 'released' }
  | { readonly type: 'refund-ordered' }
  | { readonly type: 'refund-task-done'; readonly task: Reference; readonly bankReference: string };

/** What a payment request brought, as far as the order keeps it. */
export interface RequestedPayment {
  readonly next: NextAction;
  readonly handle: string | null;
  readonly payableUntil: Instant | null;
  readonly requested: Money;
}
