import { sameMoney } from '@rielrails/core';
import type { Asset, Attempt, Instant, Payment, ProviderRef, Receipt } from '@rielrails/core';
import { awaitedUntil } from './approving.ts';
import { railProblem } from './rail.ts';
import { openRequests } from './requests.ts';
import type { OrderEvent, RequestedPayment } from './event.ts';
import type { Effect, Order, OrderReceipt, PayerMatch } from './order.ts';
import { limitFor } from './policy.ts';
import { isBeforeMoney } from './state.ts';
import {
  absenceIsProof,
  after,
  callAgain,
  change,
  dispose,
  doubtEffect,
  effectsOf,
  fundedOf,
  happen,
  hold,
  isLive,
  lookLater,
  moveTo,
  ofAsset,
  plan,
  release,
  reserve,
  settle,
} from './turn.ts';
import type { Turn, World } from './turn.ts';

const MOST_REQUESTS = 4;
/** Below this much time left, a top-up request is of no use to anybody. */
const LEAST_TIME_TO_PAY_MS = 60_000;

/** Asks the rail for a payment of what is still missing. */
export function requestPayment(turn: Turn): void {
  const { order, world } = turn;
  if (!order.quote) return;
  order.payBy ??= after(world.now, world.policy.payWithinMs);
  const missing = order.quote.pay.minor - fundedOf(order);
  plan(turn, order.rail, {
    kind: 'request-payment',
    amount: ofAsset(order.quote.pay, missing),
    expiresAt: order.payBy,
    way: order.way,
  });
  watchAtLeastUntil(turn, order.payBy);
}

/** The answer to a payment request. */
export function onRequested(turn: Turn, effect: Effect, attempt: Attempt<RequestedPayment>): void {
  const { order } = turn;
  // Whoever was replaced meanwhile, or whose order ended, is never shown.
  const wanted = isBeforeMoney(order.state) && isNewestRequest(order, effect);
  const settled = settle(turn, effect, attempt, ({ next, handle, payableUntil }) => ({
    result: { kind: 'request-payment', next: wanted ? next : null, payableUntil, open: true },
    handle,
  }));
  if (settled === 'applied' && attempt.outcome === 'applied') {
    watchAtLeastUntil(turn, attempt.value.payableUntil ?? attempt.value.next.expiresAt);
    if (!wanted) cancelRequest(turn, effect);
    else if (order.state === 'confirmed') moveTo(turn, 'awaiting-payment');
    else happen(turn, 'payment-shown');
  }
  if (attempt.outcome === 'unknown') replaceUnshown(turn, effect);
}

/**
 * A request whose answer was lost was never shown, if only the caller is told of it: it is cancelled where possible and
 * watched, and another one is issued under a new reference. Where the payer may have seen it, a person decides.
 */
function replaceUnshown(turn: Turn, effect: Effect): void {
  const { order, world } = turn;
  const manifest = world.rails[effect.provider];
  if (!manifest || order.hold !== 'none' || !isBeforeMoney(order.state)) return;
  if (manifest.create.reaches === 'payer') return hold(turn, 'review', 'create-in-doubt');
  if (manifest.create.repeat === 'replays' || (order.payBy !== null && world.now >= order.payBy)) return;
  if (effectsOf(order, 'request-payment').length >= MOST_REQUESTS) return hold(turn, 'review', 'create-in-doubt');
  cancelRequest(turn, effect);
  requestPayment(turn);
}

/** Closes a request that nobody should pay any more, where the rail can. */
export function cancelRequest(turn: Turn, effect: Effect): void {
  const manifest = turn.world.rails[effect.provider];
  if (!manifest?.operations.cancel || turn.order.hold === 'frozen') return;
  const already = effectsOf(turn.order, 'cancel-payment').some(
    ({ request }) => request.kind === 'cancel-payment' && request.of === effect.reference,
  );
  if (!already) plan(turn, effect.provider, { kind: 'cancel-payment', of: effect.reference });
}

/** The answer to a cancellation. It is advice to the rail: what proves anything is the lookup of the request. */
export function onCancelled(turn: Turn, effect: Effect, attempt: Attempt<Payment>): void {
  settle(turn, effect, attempt, () => ({ result: { kind: 'cancel-payment' } }));
  const now = turn.order.effects.find(({ reference }) => reference === effect.reference);
  if (now && now.status !== 'waiting') {
    change(turn, now, {
      status: now.status === 'applied' ? 'applied' : 'refused',
      lookAt: null,
      settledAt: turn.world.now,
    });
  }
  if (effect.request.kind !== 'cancel-payment') return;
  const { of } = effect.request;
  const cancelled = turn.order.effects.find(({ reference }) => reference === of);
  if (cancelled && (cancelled.status === 'applied' || cancelled.status === 'unknown')) {
    change(turn, cancelled, { lookAt: turn.world.now });
  }
}

/** What a lookup said about a payment request. */
export function onPaymentSeen(turn: Turn, effect: Effect, event: Extract<OrderEvent, { type: 'payment-seen' }>): void {
  const { order, world } = turn;
  const { payment, askedAt = world.now } = event;
  if (!payment) {
    const terms = world.rails[effect.provider]?.operations.get;
    const looked = lookLater(turn, effect, true);
    if (effect.status !== 'unknown' || !absenceIsProof(effect, terms, askedAt)) return;
    const wanted = isBeforeMoney(order.state) && order.hold === 'none' && isNewestRequest(order, effect);
    if (wanted && order.payBy !== null && world.now < order.payBy) callAgain(turn, looked);
    else change(turn, looked, { status: 'absent', settledAt: world.now, lookAt: null });
    return;
  }
  if (effect.request.kind !== 'request-payment' || !sameMoney(payment.requested, effect.request.amount)) {
    lookLater(turn, effect, false);
    return hold(turn, 'review', 'create-in-doubt');
  }
  const known = effect.result?.kind === 'request-payment' ? effect.result : null;
  // A rail that never says when money stops coming does not close a request that somebody saw by calling it expired.
  const endless = payment.status === 'expired' && known !== null && known.next !== null && known.payableUntil === null;
  const open = payment.status === 'awaiting-payer' || payment.status === 'processing' || endless;
  change(turn, lookLater(turn, effect, true), {
    status: 'applied',
    settledAt: effect.settledAt ?? world.now,
    result: { kind: 'request-payment', next: known?.next ?? null, payableUntil: known?.payableUntil ?? null, open },
    fault: null,
  });
  for (const receipt of payment.receipts) {
    const wallet = event.wallets?.[receipt.transaction];
    // Coins from a listed address are set aside before they count for anything.
    if (wallet) hold(turn, wallet === 'blocked' ? 'frozen' : 'review', 'payer-address');
    addReceipt(turn, effect, receipt, event.payers[receipt.transaction] ?? 'unknown');
  }
  for (const reversal of payment.reversals) reverse(turn, reversal.receipt);
  if (!open && known?.open !== false && payment.receipts.length === 0) happen(turn, 'payment-request-closed');
}

function isNewestRequest(order: Order, effect: Effect): boolean {
  return effectsOf(order, 'request-payment').at(-1)?.reference === effect.reference;
}

/** Books money that arrived, and gives each of its minor units an end. */
function addReceipt(turn: Turn, effect: Effect, receipt: Receipt, payer: PayerMatch): void {
  const { order, world } = turn;
  const known = order.receipts.find(
    (one) => one.provider === effect.provider && one.transaction === receipt.transaction,
  );
  // A transaction is one payment for ever: a rail that tells it another way is for people to read.
  if (known && !sameMoney(known.amount, receipt.amount)) return hold(turn, 'review', 'receipt-changed');
  if (known || receipt.amount.minor <= 0n) return;
  const added: OrderReceipt = {
    provider: effect.provider,
    transaction: receipt.transaction,
    request: effect.reference,
    amount: receipt.amount,
    paidAt: receipt.paidAt ?? null,
    seenAt: world.now,
    payer,
    funded: 0n,
    refunded: 0n,
    review: 0n,
    blocked: 0n,
    reversed: false,
    reversibleUntil: reversibleUntil(turn, effect, receipt),
  };
  // No rail promises to tell of a dispute: whoever may take money back is looked at until that is over.
  if (added.reversibleUntil !== null) watchAtLeastUntil(turn, added.reversibleUntil);
  turn.movements.push({
    type: 'payment-received',
    rail: effect.provider,
    transaction: receipt.transaction,
    amount: receipt.amount,
  });
  happen(turn, 'payment-received');
  const ends = endsOf(turn, added, effect);
  order.receipts = [...order.receipts, { ...added, ...ends }];
  if (ends.refunded > 0n) owe(turn, added.transaction, ofAsset(added.amount, ends.refunded));
  if (ends.funded > 0n) checkPayer(turn, payer, added.amount.asset);
}

/** Until when the way in which it was paid lets the payer take it back. */
function reversibleUntil(turn: Turn, request: Effect, receipt: Receipt): Instant | null {
  const way = request.result?.kind === 'request-payment' ? request.result.next?.type : undefined;
  const offers = turn.world.rails[request.provider]?.offers;
  const finality = way ? offers?.[way]?.finality : undefined;
  if (finality === undefined || finality === 'final') return null;
  return after(receipt.paidAt ?? turn.world.now, finality.reversibleForMs);
}

/** The moment from which the money that funds this order may be spent; long past, if it is final or under the cap. */
export function spendableAt(order: Order, world: World): Instant {
  const reversible = order.receipts.filter(
    ({ funded, reversed, reversibleUntil: until }) => funded > 0n && !reversed && until !== null,
  );
  const open = reversible.filter(({ reversibleUntil: until }) => (until ?? 0) > world.now);
  const sum = open.reduce((total, { funded }) => total + funded, world.reversibleElsewhere ?? 0n);
  const cap = open[0] && limitFor(world.policy.reversibleCap, open[0].amount.asset);
  if (cap && sum <= cap.minor) return 0 as Instant;
  return Math.max(0, ...reversible.map(({ reversibleUntil: until }) => until ?? 0)) as Instant;
}

type Ends = Pick<OrderReceipt, 'funded' | 'refunded' | 'review' | 'blocked'>;

function endsOf(turn: Turn, receipt: OrderReceipt, request: Effect): Ends {
  const { order } = turn;
  const none: Ends = { funded: 0n, refunded: 0n, review: 0n, blocked: 0n };
  const { minor } = receipt.amount;
  if (order.hold === 'frozen') return { ...none, blocked: minor };
  if (!order.quote || receipt.amount.asset.code !== order.quote.pay.asset.code) {
    hold(turn, 'review', 'other-currency');
    return { ...none, review: minor };
  }
  const missing = order.quote.pay.minor - fundedOf(order);
  // After the end nobody is asked for the rest any more.
  const tooLittle = order.state === 'EXPIRED' && minor < missing;
  if (missing <= 0n || tooLittle || !mayFund(turn, receipt, request)) return { ...none, refunded: minor };
  const funded = minor < missing ? minor : missing;
  return { ...none, funded, refunded: minor - funded };
}

/** Whether this money still buys: on time, or little too late while price and float allow. */
function mayFund(turn: Turn, receipt: OrderReceipt, request: Effect): boolean {
  const { order, world } = turn;
  if (order.disposition === 'refund' || order.payBy === null) return false;
  const open = order.state === 'confirmed' || order.state === 'awaiting-payment';
  // After a restore the delivery may be known before its payment: that payment is not one too many.
  if (order.disposition === 'deliver') return true;
  if (!open && order.state !== 'EXPIRED') return false;
  const provenUnpaidAfterwards = request.lookedAt !== null && request.lookedAt > order.payBy;
  const onTime = receipt.paidAt === null ? !provenUnpaidAfterwards : receipt.paidAt <= order.payBy;
  const paidAt = receipt.paidAt ?? receipt.seenAt;
  if (!onTime && paidAt > order.payBy + world.policy.honourLateForMs) return false;
  return reserve(turn);
}

/** The cap counts all the order's money from payers unknown, however it was split. */
function checkPayer(turn: Turn, payer: PayerMatch, asset: Asset): void {
  if (payer === 'mismatch') return hold(turn, 'review', 'payer-mismatch');
  if (payer === 'match') return;
  const cap = limitFor(turn.world.policy.unknownPayerCap, asset);
  const unknown = turn.order.receipts.filter((receipt) => receipt.payer === 'unknown' && receipt.funded > 0n);
  const sum = unknown.reduce((total, { amount }) => total + amount.minor, 0n);
  if (!cap || sum > cap.minor) hold(turn, 'review', 'payer-unknown-above-cap');
}

/** Books that money is owed back. */
export function owe(
  turn: Turn,
  transaction: string,
  amount: { readonly asset: OrderReceipt['amount']['asset']; readonly minor: bigint },
): void {
  turn.movements.push({ type: 'refund-due', transaction, amount });
  happen(turn, 'refund-due');
}

/** Money was taken back by the rail, without us. */
function reverse(turn: Turn, transaction: string): void {
  const { order } = turn;
  const receipt = order.receipts.find((one) => one.transaction === transaction);
  if (!receipt || receipt.reversed) return;
  const bought = order.effects.some(
    (effect) => (effect.kind === 'buy' || effect.kind === 'send') && (isLive(effect) || effect.status === 'applied'),
  );
  const wasFunding = receipt.funded > 0n;
  const lost = wasFunding && bought;
  // What was bought for it is ours to lose: then the receipt keeps its ends, and a person decides the rest.
  const ends = lost ? {} : { funded: 0n, review: 0n, blocked: 0n, refunded: receipt.amount.minor };
  order.receipts = order.receipts.map((one) => (one === receipt ? { ...one, ...ends, reversed: true } : one));
  turn.movements.push({
    type: 'reversed',
    rail: receipt.provider,
    transaction,
    amount: receipt.amount,
    loss: lost,
  });
  happen(turn, 'payment-reversed');
  if (lost) hold(turn, 'review', 'reversed-after-buy');
  else if (wasFunding) returnFunds(turn, 'reversed');
}

/** Enough money is there. */
export function fund(turn: Turn): void {
  const { order, world } = turn;
  const open = order.state === 'confirmed' || order.state === 'awaiting-payment' || order.state === 'EXPIRED';
  if (!open || !order.quote || fundedOf(order) < order.quote.pay.minor) return;
  order.paidAt = world.now;
  order.endReason = null;
  moveTo(turn, 'paid');
  for (const request of openRequests(order)) cancelRequest(turn, request);
}

/** Too little money is there: ask for the rest, once the first request is proven closed. */
export function topUp(turn: Turn): void {
  const { order, world } = turn;
  if (order.state !== 'awaiting-payment' || order.hold !== 'none' || !order.quote || order.payBy === null) return;
  const funded = fundedOf(order);
  if (funded === 0n || funded >= order.quote.pay.minor) return;
  const requests = effectsOf(order, 'request-payment');
  if (requests.some(isLive) || requests.length >= MOST_REQUESTS) return;
  const missing = order.quote.pay.minor - funded;
  const open = openRequests(order);
  if (open.some(({ request }) => request.kind === 'request-payment' && request.amount.minor === missing)) return;
  for (const request of open) cancelRequest(turn, request);
  const least = limitFor(world.rails[order.rail]?.assets.map(({ minimum }) => minimum) ?? [], order.quote.pay.asset);
  if (open.length > 0 || !least || missing < least.minor || world.now > order.payBy - LEAST_TIME_TO_PAY_MS) return;
  requestPayment(turn);
}

/** The time to pay is over, and every reference was looked up after it. */
export function expire(turn: Turn): void {
  const { order, world } = turn;
  if (order.hold === 'frozen' || (order.state !== 'awaiting-payment' && order.state !== 'confirmed')) return;
  if (order.payBy === null || world.now <= order.payBy) return;
  const requests = effectsOf(order, 'request-payment').filter(
    ({ status }) => status !== 'refused' && status !== 'absent',
  );
  for (const request of requests) {
    if (request.lookedAt !== null && request.lookedAt > order.payBy) continue;
    if (canLookUp(turn, request)) return;
  }
  const awaited = awaitedUntil(order);
  if (awaited !== null && world.now < awaited) return;
  for (const request of openRequests(order)) cancelRequest(turn, request);
  if (order.claimed && fundedOf(order) === 0n && !requests.every((request) => canLookUp(turn, request)))
    return hold(turn, 'review', 'payment-unproven');
  if (fundedOf(order) === 0n) {
    release(turn);
    moveTo(turn, 'EXPIRED', 'unpaid');
  } else returnFunds(turn, 'underpaid');
}

/** Whether the rail can be asked about this request at all. */
function canLookUp(turn: Turn, request: Effect): boolean {
  const terms = turn.world.rails[request.provider]?.operations.get;
  return terms !== undefined && (terms.by === 'reference' || request.handle !== null);
}

/** Turns every unit that is not on its way back yet into one that is. */
export function returnFunds(turn: Turn, reason: string): void {
  const { order } = turn;
  if (!dispose(turn, 'refund')) return;
  release(turn);
  giveBack(turn, ['funded', 'review', 'blocked']);
  order.question = null;
  moveTo(turn, 'refund-due', reason);
}

/**
 * A person sends the money back. Beside a delivery that is out of our hands, only what did not pay for it goes; while
 * a purchase is in doubt nothing is decided, and the hold stays.
 */
export function orderRefund(turn: Turn): void {
  const { order } = turn;
  const setAside = order.receipts.some(({ review, blocked, reversed }) => !reversed && review + blocked > 0n);
  if (order.hold === 'frozen' || (!setAside && fundedOf(order) === 0n)) return;
  const delivering = effectsOf(order, 'send').some((effect) => isLive(effect) || effect.status === 'applied');
  if (delivering ? !setAside : !dispose(turn, 'refund')) return;
  order.hold = 'none';
  order.holdReasons = [];
  if (delivering) giveBack(turn, ['review', 'blocked']);
  else returnFunds(turn, 'by-operator');
}

/** Gives the units of these ends a new one: back to the payer. */
export function giveBack(turn: Turn, from: readonly ('funded' | 'review' | 'blocked')[]): void {
  const { order } = turn;
  for (const receipt of order.receipts) {
    const back = from.reduce((sum, end) => sum + receipt[end], 0n);
    if (back === 0n || receipt.reversed) continue;
    const emptied = Object.fromEntries(from.map((end) => [end, 0n]));
    order.receipts = order.receipts.map((one) =>
      one === receipt ? { ...one, ...emptied, refunded: one.refunded + back } : one,
    );
    owe(turn, receipt.transaction, ofAsset(receipt.amount, back));
  }
}

/** Somebody came back from a rail on which coming back proves nothing: a person will compare the statement. */
export function claim(turn: Turn): void {
  const { order } = turn;
  if (order.claimed || !isBeforeMoney(order.state) || order.payBy === null) return;
  order.claimed = true;
  happen(turn, 'payment-claimed');
}

/** A payment that two people read in the bank's statement. Its bank reference is its name, for ever. */
export function onStated(turn: Turn, event: Extract<OrderEvent, { type: 'payment-stated' }>): void {
  const request = effectsOf(turn.order, 'request-payment').find(({ reference }) => reference === event.request);
  if (!request) return;
  addReceipt(turn, request, { transaction: event.bankReference as ProviderRef, amount: event.amount }, 'unknown');
  if (turn.order.holdReasons.includes('payment-unproven')) {
    turn.order.holdReasons = turn.order.holdReasons.filter((reason) => reason !== 'payment-unproven');
    if (turn.order.holdReasons.length === 0 && turn.order.hold === 'review') turn.order.hold = 'none';
  }
}

/** The buyer does not want it any more, or may not have it, and has not paid. */
export function cancelOrder(turn: Turn, reason = 'by-buyer'): void {
  const { order } = turn;
  if (!isBeforeMoney(order.state) || order.hold !== 'none' || fundedOf(order) > 0n) return;
  for (const request of openRequests(order)) cancelRequest(turn, request);
  release(turn);
  moveTo(turn, 'CANCELLED', reason);
}

/** No request could be placed with the rail. */
export function giveUpOnRail(turn: Turn): void {
  const { order } = turn;
  if (order.state !== 'confirmed' || order.hold === 'frozen') return;
  const requests = effectsOf(order, 'request-payment');
  const last = requests.at(-1);
  if (!last || last.status !== 'refused' || requests.some(isLive)) return;
  if (fundedOf(order) === 0n && hasAnotherRail(turn, requests)) return;
  if (fundedOf(order) > 0n) return returnFunds(turn, 'rail-refused');
  release(turn);
  moveTo(turn, 'CANCELLED', 'rail-refused');
}

/** Whether the buyer can still choose a rail that has not refused. */
function hasAnotherRail({ order, world }: Turn, requests: readonly Effect[]): boolean {
  const refused = new Set(requests.flatMap(({ status, provider }) => (status === 'refused' ? [provider] : [])));
  if (!order.quote || order.payBy === null || world.now >= order.payBy) return false;
  const { pay } = order.quote;
  return Object.entries(world.rails).some(([id, manifest]) => !refused.has(id) && railProblem(manifest, pay) === null);
}

function watchAtLeastUntil(turn: Turn, moment: number): void {
  const until = after(turn.world.now, moment - turn.world.now + turn.world.policy.watchGraceMs);
  if (turn.order.watchUntil === null || turn.order.watchUntil < until) turn.order.watchUntil = until;
}

/** Makes the caller's death as visible as a timeout. */
export function noticeCrash(turn: Turn, effect: Effect): void {
  const { now } = turn.world;
  if (
    effect.status !== 'planned' ||
    effect.lookAt === null ||
    now < effect.lookAt ||
    turn.calls.some(({ reference }) => reference === effect.reference)
  )
    return;
  const message = `${effect.provider}: the caller of ${effect.kind} ended before an answer was recorded`;
  const doubted = doubtEffect(
    turn,
    effect,
    { kind: 'unknown', provider: effect.provider, reason: 'crash', message },
    now,
  );
  if (effect.kind === 'request-payment') replaceUnshown(turn, doubted);
  if (effect.kind === 'approve-payment') change(turn, doubted, { lookAt: null });
  if (effect.kind === 'cancel-payment') change(turn, doubted, { status: 'refused', lookAt: null, settledAt: now });
}
