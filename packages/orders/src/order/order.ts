import type {
  Doubt,
  Instant,
  Money,
  NextAction,
  NextActionType,
  Quote as MarketQuote,
  Reference,
  Refusal,
} from '@rielrails/core';
import type { RefusalReason } from './approving.ts';
import type { Disposition, Hold, HoldReason, OrderState } from './state.ts';

/** The languages in which a buyer is spoken to. */
export type Language = 'en' | 'km';

/** What the buyer asked for: to spend this, or to get this. */
export type Want =
  | { readonly type: 'spend'; readonly amount: Money }
  | { readonly type: 'receive'; readonly amount: Money };

/** What happens when the price moved after payment and the buyer does not answer. */
export type Silence = 'refund' | 'deliver';

/**
 * What an order costs and brings, line by line. Every line was shown before the buyer confirmed.
 */
export interface OrderQuote {
  /** What the buyer pays. */
  readonly pay: Money;
  /** Our fee, part of `pay`. */
  readonly fee: Money;
  /** What the exchange may be paid at most: the rest of `pay`, in the venue's currency. */
  readonly budget: Money;
  /** The part of the budget kept for a moving price. Unused, it is paid out as bitcoin. */
  readonly reserve: Money;
  /** The venue's own fee, as its quote says. */
  readonly exchangeFee: Money;
  /** What the network is paid, in bitcoin, already taken off `arrives`. */
  readonly networkFee: Money;
  /** What is expected to arrive. */
  readonly arrives: Money;
  /** The least at which "deliver at the market price" goes through; below it a person decides. */
  readonly floor: Money;
  /** The most that may arrive, when the price improves. */
  readonly ceiling: Money;
  /** One bitcoin, in the currency of `pay`, fees included: for the eye, not for arithmetic. */
  readonly pricePerBitcoin: Money;
  readonly quotedAt: Instant;
  readonly validUntil: Instant;
}

/** The kinds of writes that an order makes. */
export type EffectKind =
  | 'request-payment'
  | 'cancel-payment'
  | 'complete-payment'
  | 'approve-payment'
  | 'buy'
  | 'send'
  | 'bump'
  | 'refund';

/** What a write asks for, as stored before it leaves. */
export type EffectRequest =
  | {
      readonly kind: 'request-payment';
      readonly amount: Money;
      readonly expiresAt: Instant;
      /** The way that the buyer chose on this rail; `null`: the first that the front end can show. */
      readonly way: NextActionType | null;
    }
  | { readonly kind: 'cancel-payment'; readonly of: Reference }
  /** Hands in what the payer's side produced: a form's token, a bank's reference. */
  | { readonly kind: 'complete-payment'; readonly of: Reference; readonly token: string }
  | {
      readonly kind: 'approve-payment';
      readonly of: Reference;
      /** The rail's own name of what it asks. */
      readonly approval: string;
      readonly decision: 'accept' | 'refuse';
      readonly reason: RefusalReason | null;
    }
  | { readonly kind: 'buy'; readonly quote: MarketQuote; readonly atLeast: Money }
  | { readonly kind: 'send'; readonly amount: Money; readonly address: string; readonly binding: string | null }
  /** Pays the miners of a delivery more, in place of its transaction so far. */
  | { readonly kind: 'bump'; readonly of: Reference; readonly replaces: string }
  | {
      readonly kind: 'refund';
      readonly of: Reference;
      readonly transaction: string;
      readonly amount: Money;
      /** What had been refunded before: where the provider keeps no reference of ours, the difference decides. */
      readonly refundedBefore: Money;
    };

/** What a write brought. */
export type EffectResult =
  | {
      readonly kind: 'request-payment';
      /** What the payer does; `null` when only a lookup proved that the request exists: it was never shown. */
      readonly next: NextAction | null;
      readonly payableUntil: Instant | null;
      /** Whether money can still arrive on it, as far as the provider said. */
      readonly open: boolean;
    }
  | { readonly kind: 'cancel-payment' }
  | { readonly kind: 'complete-payment' }
  | { readonly kind: 'approve-payment' }
  | {
      readonly kind: 'buy';
      readonly closed: boolean;
      readonly spent: Money;
      readonly received: Money;
      readonly fees: readonly Money[];
    }
  | {
      readonly kind: 'send';
      readonly transactionId: string | null;
      readonly depth: number;
      readonly fee: Money | null;
      /** The custody gave up before anything left: the coins are free again. */
      readonly fundsReturned?: true;
    }
  | { readonly kind: 'bump'; readonly transactionId: string | null }
  | { readonly kind: 'refund' };

/**
 * How a write stands.
 *
 * `planned`: on its way; if nobody records an answer by `lookAt`, its caller died, which counts as a timeout.
 * `waiting`: certainly not applied, to be called again with the same reference at `lookAt`. `unknown`: looked up at
 * `lookAt`. `absent`: a lookup proved that it was not applied.
 */
export type EffectStatus = 'planned' | 'waiting' | 'unknown' | 'applied' | 'refused' | 'absent';

/** One write to the outside, stored before it leaves. */
export interface Effect {
  readonly reference: Reference;
  readonly kind: EffectKind;
  readonly seq: number;
  /** The provider, exchange or custody that it goes to. */
  readonly provider: string;
  readonly status: EffectStatus;
  /** Whether some try of it may have been applied: then a later refusal proves nothing. */
  readonly doubted: boolean;
  readonly tries: number;
  readonly lookups: number;
  readonly handle: string | null;
  readonly request: EffectRequest;
  readonly result: EffectResult | null;
  readonly fault: Refusal | Doubt | null;
  readonly plannedAt: Instant;
  readonly calledAt: Instant;
  readonly settledAt: Instant | null;
  readonly lookAt: Instant | null;
  /** When the provider last answered a lookup of it. */
  readonly lookedAt: Instant | null;
}

/** Whether the payer is the person that was verified. */
export type PayerMatch = 'match' | 'unknown' | 'mismatch';

/**
 * Money that arrived. Each of its minor units has one end; the parts sum to the amount.
 *
 * `refunded` is what is on its way back or back already: see the refund effects and tasks.
 */
export interface OrderReceipt {
  readonly provider: string;
  readonly transaction: string;
  /** The payment request on which it came. */
  readonly request: Reference;
  readonly amount: Money;
  readonly paidAt: Instant | null;
  readonly seenAt: Instant;
  readonly payer: PayerMatch;
  readonly funded: bigint;
  readonly refunded: bigint;
  readonly review: bigint;
  readonly blocked: bigint;
  readonly reversed: boolean;
  /** Until when its rail may take it back; `null`: it is final. */
  readonly reversibleUntil: Instant | null;
}

/** A refund that people do by hand. */
export interface RefundTask {
  readonly id: Reference;
  readonly transaction: string;
  readonly amount: Money;
  readonly reason: 'no-refund-interface' | 'refused' | 'window-closed' | 'in-doubt-too-long';
  readonly dueAt: Instant;
  readonly status: 'open' | 'done';
  readonly bankReference: string | null;
}

/** A question that only the buyer can answer. */
export interface PriceQuestion {
  readonly offered: Money;
  readonly askedAt: Instant;
  readonly answerBy: Instant;
  readonly answer: Silence | null;
}

/** Something that happened to an order, for its timeline. */
export interface Happening {
  readonly at: Instant;
  readonly what: string;
}

/** One purchase with everything that belongs to it. */
export interface Order {
  readonly id: Reference;
  /** What people say on the telephone: short, no secret. */
  readonly number: string;
  readonly version: number;
  /** 32 random hexadecimal digits from which all references of this order are derived. */
  readonly seed: string;
  readonly person: Reference;
  readonly channel: string;
  readonly chat: string;
  readonly language: Language;
  readonly state: OrderState;
  readonly disposition: Disposition;
  readonly hold: Hold;
  readonly holdReasons: readonly HoldReason[];
  readonly createdAt: Instant;
  readonly rail: string;
  /** The way of paying on that rail; `null`: the first that the front end can show. */
  readonly way: NextActionType | null;
  readonly custody: string;
  readonly want: Want;
  readonly quote: OrderQuote | null;
  readonly address: string | null;
  readonly terms: { readonly hash: string; readonly language: Language; readonly acceptedAt: Instant } | null;
  readonly silence: Silence;
  readonly binding: string | null;
  /** Somebody says that they paid, on a rail that cannot prove it. */
  readonly claimed: boolean;
  /** When the shown request ends: money paid up to here is on time. */
  readonly payBy: Instant | null;
  /** Until when references are watched; `null` before any was issued. */
  readonly watchUntil: Instant | null;
  readonly reserved: boolean;
  readonly sale: { readonly delivered: Money } | null;
  readonly question: PriceQuestion | null;
  /** Set when an inquiry failed: not asked again before. */
  readonly pauseUntil: Instant | null;
  readonly pauses: number;
  readonly paidAt: Instant | null;
  readonly effects: readonly Effect[];
  readonly receipts: readonly OrderReceipt[];
  readonly refundTasks: readonly RefundTask[];
  readonly happenings: readonly Happening[];
  readonly endReason: string | null;
}
