import type { Money } from '@rielrails/core';
import type { OrderEvent } from './event.ts';
import type { Finding } from './finding.ts';
import type { Movement } from './movement.ts';
import type { Effect, Order } from './order.ts';
import { bumpAt, bumpStuck, onBumped, onBumpSeen } from './bumping.ts';
import { answerApproval, approvalDeadline, awaitedUntil, onApproved } from './approving.ts';
import { chooseRail } from './choosing.ts';
import { completePayment, onCompleted, onCompletionSeen } from './completing.ts';
import {
  answerPrice,
  buyBy,
  buyingDeadlines,
  finishBuying,
  needsPrice,
  onPriced,
  onTraded,
  onTradeSeen,
  stillToBuy,
} from './buying.ts';
import {
  cancelOrder,
  claim,
  expire,
  fund,
  giveBack,
  giveUpOnRail,
  noticeCrash,
  onCancelled,
  onPaymentSeen,
  onRequested,
  onStated,
  orderRefund,
  requestPayment,
  spendableAt,
  topUp,
} from './paying.ts';
import { doubtDeadlines, finishRefunding, onRefunded, onRefundSeen, onTaskDone, sendBack } from './refunding.ts';
import { isBeforeMoney, isEnd } from './state.ts';
import { holdFor, keepRefusedSend, needsScreening, onScreened, onSent, onWithdrawalSeen } from './sending.ts';
import {
  after,
  beginTurn,
  callAgain,
  change,
  effectsOf,
  happen,
  hold,
  isLive,
  lookLater,
  moveTo,
  raise,
  release,
  reserve,
} from './turn.ts';
import type { Turn, World } from './turn.ts';

/** What follows from an event. */
export interface Decision {
  readonly next: Order;
  /** The writes to call once this is committed; each is among `next.effects`. */
  readonly calls: readonly Effect[];
  /** What the ledger books in the same commit. */
  readonly movements: readonly Movement[];
  /** What people are to judge: their cases are opened in the same commit. */
  readonly findings: readonly Finding[];
}

/**
 * What an event means for an order: pure, total, the same answer every time.
 *
 * An event that does not fit the order's state changes nothing: somebody else won.
 */
export function decide(order: Order, event: OrderEvent, world: World): Decision {
  const turn = beginTurn(order, world);
  apply(turn, event);
  if ((event.type === 'payment-seen' || event.type === 'payment-completed') && event.findings)
    raise(turn, event.findings);
  progress(turn);
  return { next: turn.order, calls: turn.calls, movements: turn.movements, findings: turn.findings };
}

function apply(turn: Turn, event: OrderEvent): void {
  const { order } = turn;
  const effect =
    'reference' in event && event.reference !== null
      ? order.effects.find(({ reference }) => reference === event.reference)
      : undefined;
  switch (event.type) {
    case 'tick':
      return;
    case 'asked-to-look':
      for (const one of watched(order, turn.world)) change(turn, one, { lookAt: turn.world.now });
      return;
    case 'quoted':
      if (order.state !== 'draft' && order.state !== 'quoted') return;
      order.quote = event.quote;
      order.want = event.want;
      return moveTo(turn, 'quoted');
    case 'noted':
      return happen(turn, event.what);
    case 'address-given':
      if (order.state === 'draft' || order.state === 'quoted') order.address = event.address;
      return;
    case 'confirmed':
      return confirm(turn, event);
    case 'cancelled':
      return cancelOrder(turn);
    case 'rail-chosen':
      return chooseRail(turn, event.rail, event.way, event.silence);
    case 'completed':
      return completePayment(turn, event.token);
    case 'payment-completed':
      if (effect?.kind === 'complete-payment') onCompleted(turn, effect, event.attempt, event);
      return;
    case 'approval-asked':
      return answerApproval(turn, event);
    case 'payment-approved':
      if (effect?.kind === 'approve-payment') onApproved(turn, effect, event.attempt);
      return;
    case 'handle-told':
      if (effect?.kind === 'request-payment' && effect.handle === null)
        change(turn, effect, { handle: event.handle, lookAt: turn.world.now });
      return;
    case 'payment-claimed':
      return claim(turn);
    case 'payment-stated':
      return onStated(turn, event);
    case 'answered':
      return answerPrice(turn, event.answer);
    case 'payment-requested':
      if (effect?.kind === 'request-payment') onRequested(turn, effect, event.attempt);
      return;
    case 'payment-cancelled':
      if (effect?.kind === 'cancel-payment') onCancelled(turn, effect, event.attempt);
      return;
    case 'traded':
      if (effect?.kind === 'buy') onTraded(turn, effect, event.attempt);
      return;
    case 'sent':
      if (effect?.kind === 'send') onSent(turn, effect, event.attempt);
      if (event.stoppedBy) holdFor(turn, event.stoppedBy);
      return;
    case 'bumped':
      if (effect?.kind === 'bump') onBumped(turn, effect, event.attempt);
      return;
    case 'refunded':
      if (effect?.kind === 'refund') onRefunded(turn, effect, event.attempt);
      return;
    case 'payment-seen':
      if (effect?.kind === 'request-payment') onPaymentSeen(turn, effect, event);
      for (const refund of effectsOf(turn.order, 'refund')) {
        if (refund.request.kind === 'refund' && refund.request.of === event.reference)
          onRefundSeen(turn, refund, event.payment, event.askedAt ?? turn.world.now);
      }
      for (const completion of effectsOf(turn.order, 'complete-payment')) {
        if (completion.request.kind === 'complete-payment' && completion.request.of === event.reference)
          onCompletionSeen(turn, completion, event.payment, event.askedAt ?? turn.world.now);
      }
      return;
    case 'trade-seen':
      if (effect?.kind === 'buy') onTradeSeen(turn, effect, event.trade, event.askedAt);
      return;
    case 'withdrawal-seen':
      if (effect?.kind === 'send') onWithdrawalSeen(turn, effect, event.withdrawal, event.askedAt);
      if (effect?.kind === 'bump') onBumpSeen(turn, effect, event.withdrawal);
      return;
    case 'no-answer':
      if (event.reference === null) return pause(turn);
      if (effect && (isLive(effect) || watched(order, turn.world).includes(effect)))
        lookLater(turn, effect, false, event.retryAfterMs);
      return;
    case 'priced':
      return onPriced(turn, event.quote);
    case 'not-priced':
      return pause(turn);
    case 'verification-lost':
      return loseVerification(turn);
    case 'screened':
      return onScreened(turn, event.screened);
    case 'float-short':
      return happen(turn, 'float-short');
    case 'held':
      return hold(turn, event.hold, event.reason, event.sealed);
    case 'released':
      return liftHold(turn);
    case 'refund-ordered':
      return orderRefund(turn);
    case 'refund-task-done':
      return onTaskDone(turn, event.task, event.bankReference);
  }
}

/** People let the order go on. Waits that ran out while nobody could act begin anew. */
function liftHold(turn: Turn): void {
  const { order, world } = turn;
  if (order.hold === 'none') return;
  order.hold = 'none';
  order.holdReasons = [];
  if (order.paidAt !== null) order.paidAt = world.now;
  if (order.question && order.question.answer === null)
    order.question = { ...order.question, answerBy: after(world.now, world.policy.answerWithinMs) };
  happen(turn, 'released');
  if (order.disposition === 'refund') giveBack(turn, ['review', 'blocked']);
}

function confirm(turn: Turn, event: Extract<OrderEvent, { type: 'confirmed' }>): void {
  const { order, world } = turn;
  if (order.state !== 'quoted' || order.hold !== 'none') return;
  if (!order.quote || order.address === null || order.quote.validUntil <= world.now) return;
  if (event.screened.outcome === 'unavailable') return;
  if (event.screened.outcome === 'blocked') {
    const { subject, sealed } = event.screened;
    turn.findings.push({
      rule: `${subject}-blocked`,
      action: 'case',
      facts: {},
      ...(sealed === undefined ? {} : { sealed }),
    });
    return moveTo(turn, 'REJECTED', `${subject}-refused`);
  }
  if (event.screened.outcome === 'review') return holdFor(turn, event.screened);
  const { findings = [] } = event;
  if (findings.some(({ action }) => action !== 'case')) return raise(turn, findings);
  if (!reserve(turn)) return;
  raise(turn, findings);
  order.terms = { hash: event.termsHash, language: event.language, acceptedAt: world.now };
  order.silence = event.silence;
  order.binding = event.binding;
  moveTo(turn, 'confirmed');
  requestPayment(turn);
}

/** Nobody unverified is asked for money; whose money came already waits for a person. */
function loseVerification(turn: Turn): void {
  const { order } = turn;
  if (order.state === 'draft' || order.state === 'quoted' || isEnd(order.state)) return;
  const untouched = isBeforeMoney(order.state) && order.receipts.length === 0;
  if (untouched) cancelOrder(turn, 'verification-lost');
  else hold(turn, 'review', 'kyc-not-approved');
}

function pause(turn: Turn): void {
  const { order, world } = turn;
  order.pauses += 1;
  order.pauseUntil = after(world.now, world.policy.lookEveryMs * Math.min(2 ** Math.min(order.pauses, 5), 30));
}

/** What follows without anybody's doing, until nothing more follows. */
function progress(turn: Turn): void {
  for (const effect of turn.order.effects) noticeCrash(turn, effect);
  callWaiting(turn);
  for (let round = 0; round < 8; round += 1) {
    const { state, effects, hold: held, refundTasks, disposition } = turn.order;
    fund(turn);
    topUp(turn);
    approvalDeadline(turn);
    expire(turn);
    giveUpOnRail(turn);
    buyingDeadlines(turn);
    finishBuying(turn);
    keepRefusedSend(turn);
    bumpStuck(turn);
    sendBack(turn);
    finishRefunding(turn);
    doubtDeadlines(turn);
    settleReserve(turn);
    const { order } = turn;
    if (
      order.state === state &&
      order.effects === effects &&
      order.hold === held &&
      order.refundTasks === refundTasks &&
      order.disposition === disposition
    )
      return;
  }
}

/** Calls what was certainly not applied again, when its pause is over; drops what is of no use any more. */
function callWaiting(turn: Turn): void {
  const { order, world } = turn;
  for (const effect of order.effects) {
    if (effect.status !== 'waiting') continue;
    if (isOutdated(order, effect, world.now))
      change(turn, effect, { status: 'absent', lookAt: null, settledAt: world.now });
    else if (order.hold === 'none' && effect.lookAt !== null && effect.lookAt <= world.now) callAgain(turn, effect);
  }
}

/** Whether calling a write now would come too late: its quote is over, or the time to pay. */
function isOutdated(order: Order, { request }: Effect, now: number): boolean {
  if (request.kind === 'buy') return request.quote.expiresAt <= now;
  if (request.kind === 'complete-payment') return order.state !== 'awaiting-payment';
  if (request.kind !== 'request-payment') return false;
  const wanted = order.state === 'confirmed' || order.state === 'awaiting-payment';
  return !wanted || request.expiresAt <= now;
}

/** The float is given back as soon as nothing will be bought or sent out of it any more. */
function settleReserve(turn: Turn): void {
  const { order } = turn;
  if (!order.reserved) return;
  const sent = effectsOf(order, 'send').some(({ result }) => result?.kind === 'send' && result.transactionId !== null);
  if (sent || order.state === 'REFUNDED' || order.state === 'CANCELLED' || order.state === 'EXPIRED') release(turn);
}

/** Something to ask outside, now. Safe to ask twice. */
export type Inquiry =
  | { readonly type: 'look-up'; readonly effect: Effect }
  | { readonly type: 'price'; readonly spend: Money; readonly need: Money }
  | { readonly type: 'screen' };

/** What is to be asked now. */
export function inquiries(order: Order, world: World): readonly Inquiry[] {
  const turn = beginTurn(order, world);
  const due: Inquiry[] = watched(order, world)
    .filter(({ lookAt }) => lookAt !== null && lookAt <= world.now)
    .map((effect) => ({ type: 'look-up', effect }));
  if (order.pauseUntil !== null && order.pauseUntil > world.now) return due;
  const rest = needsPrice(turn) ? stillToBuy(turn) : null;
  if (rest) due.push({ type: 'price', spend: rest.budget, need: rest.need });
  if (needsScreening(turn)) due.push({ type: 'screen' });
  return due;
}

/** The effects that are looked at: in doubt, still payable, on the chain. */
function watched(order: Order, world: World): readonly Effect[] {
  return order.effects.filter((effect) => {
    if (effect.lookAt === null || effect.status === 'waiting' || effect.status === 'planned') return false;
    if (effect.kind === 'cancel-payment' || effect.kind === 'approve-payment') return false;
    if (effect.kind === 'request-payment') {
      const terms = world.rails[effect.provider]?.operations.get;
      if (!terms || (terms.by === 'handle' && effect.handle === null)) return false;
      // However long nobody looked: only a lookup ends an order that waits to be paid.
      const waits = order.state === 'confirmed' || order.state === 'awaiting-payment';
      return effect.status === 'unknown' || waits || (order.watchUntil !== null && world.now <= order.watchUntil);
    }
    return effect.status === 'unknown' || effect.status === 'applied';
  });
}

/** When this order is next to be looked at, if nothing happens before; `null`: never. */
export function wakeAt(order: Order, world: World): number | null {
  const { now, policy } = world;
  const moments: number[] = [];
  const looked = watched(order, world);
  for (const effect of order.effects) {
    if (effect.lookAt === null) continue;
    const called = effect.status === 'planned' || (effect.status === 'waiting' && order.hold === 'none');
    if (called || looked.includes(effect)) moments.push(effect.lookAt);
  }
  // Whoever asks outside now may die before the answer is recorded.
  if (inquiries(order, world).some(({ type }) => type !== 'look-up')) moments.push(now + policy.callTimeoutMs * 2);
  // A deadline that is past did its work already, or waits for a write in doubt, which is looked at by itself.
  for (const deadline of deadlines(order, world)) if (deadline > now) moments.push(deadline);
  return moments.length === 0 ? null : Math.max(now, Math.min(...moments));
}

function deadlines(order: Order, world: World): readonly number[] {
  const moments: number[] = [];
  const waitsToBePaid = order.state === 'awaiting-payment' || order.state === 'confirmed';
  if (waitsToBePaid && order.payBy !== null) moments.push(order.payBy + 1);
  const approved = awaitedUntil(order);
  if (approved !== null && !order.holdReasons.includes('approved-not-paid')) moments.push(approved);
  if (order.hold !== 'none') return moments;
  if (order.question && order.question.answer === null) moments.push(order.question.answerBy);
  const waitsForMarket = order.state === 'paid' || order.state === 'buying';
  if (order.state === 'paid') moments.push(spendableAt(order, world));
  const by = buyBy(order, world);
  if (by !== null) moments.push(by);
  const bump = bumpAt(order, world);
  if (bump !== null) moments.push(bump);
  if (order.pauseUntil !== null && (waitsForMarket || order.state === 'bought')) moments.push(order.pauseUntil);
  return moments;
}
