import type { Instant, Money, NextAction, Reference } from '@rielrails/core';
import { mayComplete } from './order/completing.ts';
import type { Happening, Language, Order, Silence } from './order/order.ts';
import { shownRequest } from './order/requests.ts';
import type { OrderState } from './order/state.ts';
import { isBeforeMoney, isEnd } from './order/state.ts';
import { effectsOf, isLive } from './order/turn.ts';

/** A line of a quote, for a person. */
export interface QuoteLine {
  readonly key: 'pay' | 'fee' | 'exchange-fee' | 'network-fee' | 'price' | 'arrives' | 'floor';
  readonly amount: Money;
}

/** What a buyer may do now. */
export type BuyerAction =
  | 'give-address'
  | 'verify'
  | 'refresh-quote'
  | 'choose-rail'
  | 'confirm'
  | 'pay'
  | 'complete'
  | 'cancel'
  | 'answer-price';

/** What a status line is about, for a front end to put into words. */
export type ViewStep =
  | 'quote'
  | 'preparing'
  | 'pay'
  | 'confirming'
  | 'paid'
  | 'buying'
  | 'price-moved'
  | 'sending'
  | 'on-the-way'
  | 'delivered'
  | 'refunding'
  | 'refunded'
  | 'expired'
  | 'cancelled'
  | 'rejected'
  | 'checking';

/** Money that is on its way back, or back. */
export interface RefundView {
  readonly amount: Money;
  readonly way: 'rail' | 'by-hand';
  readonly done: boolean;
  /** When it is due at the latest, where people do it by hand. */
  readonly dueAt: Instant | null;
}

/**
 * An order as its buyer may see it: the stable projection that every front end shows.
 *
 * No secret, no name, no reason that would tip off.
 */
export interface OrderView {
  readonly id: Reference;
  readonly number: string;
  readonly version: number;
  readonly state: OrderState;
  readonly step: ViewStep;
  readonly language: Language;
  readonly lines: readonly QuoteLine[];
  readonly quoteValidUntil: Instant | null;
  readonly address: string | null;
  /** The way of paying: of what is shown to be paid, else the one that was chosen. */
  readonly rail: string;
  /** Whether the last try to pay was refused: it can be tried again, or another way. */
  readonly declined: boolean;
  /** What the payer does next; only while it can be paid. */
  readonly next: NextAction | null;
  /** What this request asks for: less than the whole after an underpayment. */
  readonly toPay: Money | null;
  readonly payBy: Instant | null;
  readonly received: Money | null;
  readonly question: {
    readonly offered: Money;
    readonly floor: Money;
    readonly answerBy: Instant;
    readonly silence: Silence;
  } | null;
  readonly delivery: {
    readonly amount: Money;
    readonly transactionId: string | null;
    readonly confirmations: number;
    readonly needed: number;
  } | null;
  readonly refunds: readonly RefundView[];
  /** Whether a refund goes back by the rail itself, or by hand. */
  readonly refundWay: 'rail' | 'by-hand';
  readonly refundWithinMs: number;
  readonly silenceChoices: readonly Silence[];
  readonly may: readonly BuyerAction[];
  readonly timeline: readonly Happening[];
  readonly createdAt: Instant;
}

/** What a view needs beside the order. */
export interface ViewOptions {
  readonly now: Instant;
  /** Whether another rail can be taken now. */
  readonly mayChoose: boolean;
  readonly verified: boolean;
  readonly canRefund: boolean;
  readonly refundWithinMs: number;
  readonly confirmations: number;
  readonly timeline: readonly Happening[];
}

/** Projects an order for its buyer. */
export function viewOf(order: Order, options: ViewOptions): OrderView {
  const shown =
    order.hold === 'none' && (order.state === 'awaiting-payment' || order.state === 'confirmed')
      ? shownRequest(order)
      : null;
  const next = shown?.result?.kind === 'request-payment' && options.now < (order.payBy ?? 0) ? shown.result.next : null;
  const { quote, question } = order;
  const received = order.receipts.reduce((sum, { amount }) => sum + amount.minor, 0n);
  return {
    id: order.id,
    number: order.number,
    version: order.version,
    state: order.state,
    step: stepOf(order),
    language: order.language,
    lines: quote
      ? [
          { key: 'pay', amount: quote.pay },
          { key: 'fee', amount: quote.fee },
          { key: 'exchange-fee', amount: quote.exchangeFee },
          { key: 'network-fee', amount: quote.networkFee },
          { key: 'price', amount: quote.pricePerBitcoin },
          { key: 'arrives', amount: quote.arrives },
          { key: 'floor', amount: quote.floor },
        ]
      : [],
    quoteValidUntil: quote?.validUntil ?? null,
    address: order.address,
    rail: shown?.provider ?? order.rail,
    declined: next !== null && effectsOf(order, 'complete-payment').at(-1)?.status === 'refused',
    next,
    toPay: next && shown?.request.kind === 'request-payment' ? shown.request.amount : null,
    payBy: order.payBy,
    received: quote && received > 0n ? { asset: quote.pay.asset, minor: received } : null,
    question:
      question && question.answer === null && quote
        ? { offered: question.offered, floor: quote.floor, answerBy: question.answerBy, silence: order.silence }
        : null,
    delivery: deliveryOf(order, options.confirmations),
    refunds: refundsOf(order),
    refundWay: options.canRefund ? 'rail' : 'by-hand',
    refundWithinMs: options.refundWithinMs,
    silenceChoices: options.canRefund ? ['refund', 'deliver'] : ['deliver'],
    may: actionsOf(order, next !== null, options),
    timeline: options.timeline.filter(({ what }) => !HIDDEN.test(what)).map(withoutReason),
    createdAt: order.createdAt,
  };
}

/** What would tell of a check, of trouble with a provider, or of who of the shop did something. */
const HIDDEN = /^(?:held|released|in doubt|float|payment-refused|screening-)| by /;

/** Why somebody was turned away is not for them to read. */
function withoutReason({ at, what }: Happening): Happening {
  return { at, what: what.startsWith('REJECTED') ? 'REJECTED' : what };
}

function stepOf(order: Order): ViewStep {
  const doubt = order.effects.some(
    ({ status, kind }) => status === 'unknown' && (kind === 'buy' || kind === 'send' || kind === 'refund'),
  );
  if (order.hold !== 'none' && !isEnd(order.state)) return 'checking';
  switch (order.state) {
    case 'draft':
    case 'quoted':
      return 'quote';
    case 'confirmed':
      return 'preparing';
    case 'awaiting-payment':
      return effectsOf(order, 'complete-payment').some(isLive) ? 'confirming' : 'pay';
    case 'paid':
      if (order.question && order.question.answer === null) return 'price-moved';
      return 'paid';
    case 'buying':
      return doubt ? 'confirming' : 'buying';
    case 'bought':
      return 'buying';
    case 'sending':
      return doubt ? 'confirming' : 'sending';
    case 'broadcast':
      return 'on-the-way';
    case 'DELIVERED':
      return 'delivered';
    case 'refund-due':
    case 'refunding':
      return 'refunding';
    case 'REFUNDED':
      return 'refunded';
    case 'EXPIRED':
      return 'expired';
    case 'CANCELLED':
      return 'cancelled';
    case 'REJECTED':
      return 'rejected';
  }
}

function deliveryOf(order: Order, needed: number): OrderView['delivery'] {
  if (!order.sale) return null;
  const send = order.effects.findLast(({ kind }) => kind === 'send');
  const result = send?.result?.kind === 'send' ? send.result : null;
  return {
    amount: order.sale.delivered,
    transactionId: result?.transactionId ?? null,
    confirmations: result?.depth ?? 0,
    needed,
  };
}

function refundsOf(order: Order): readonly RefundView[] {
  if (order.hold === 'frozen') return [];
  const byRail = order.effects.flatMap((effect): RefundView[] =>
    effect.request.kind === 'refund' && (isLive(effect) || effect.status === 'applied')
      ? [{ amount: effect.request.amount, way: 'rail', done: effect.status === 'applied', dueAt: null }]
      : [],
  );
  const byHand = order.refundTasks.map(({ amount, status, dueAt }): RefundView => ({
    amount,
    way: 'by-hand',
    done: status === 'done',
    dueAt,
  }));
  return [...byRail, ...byHand];
}

function actionsOf(order: Order, payable: boolean, options: ViewOptions): readonly BuyerAction[] {
  const { verified, now } = options;
  const actions: BuyerAction[] = [];
  if (order.hold !== 'none') return actions;
  if (order.state === 'draft' || order.state === 'quoted') {
    actions.push('give-address', 'refresh-quote');
    if (!verified) actions.push('verify');
    const valid = order.quote !== null && order.quote.validUntil > now;
    if (verified && valid && order.address !== null) actions.push('confirm');
  }
  if (options.mayChoose) actions.push('choose-rail');
  if (payable) actions.push('pay');
  if (mayComplete(order, now)) actions.push('complete');
  if (isBeforeMoney(order.state) && order.receipts.length === 0) actions.push('cancel');
  if (order.question && order.question.answer === null) actions.push('answer-price');
  return actions;
}
