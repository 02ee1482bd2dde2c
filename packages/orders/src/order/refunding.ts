import type { Attempt, Instant, Payment, Reference, RefundTerms } from '@rielrails/core';
import type { Effect, Order, OrderReceipt, RefundTask } from './order.ts';
import { effectReference } from './references.ts';
import {
  absenceIsProof,
  after,
  change,
  effectsOf,
  happen,
  hold,
  isLive,
  isOpenTrade,
  lookLater,
  moveTo,
  ofAsset,
  plan,
  settle,
  waitToCallAgain,
} from './turn.ts';
import type { Turn } from './turn.ts';

/** The minor units of a receipt that are on their way back, or back: by the rail or by hand. */
function returning(order: Order, receipt: OrderReceipt): bigint {
  let sum = 0n;
  for (const { request, status } of effectsOf(order, 'refund')) {
    if (
      request.kind === 'refund' &&
      request.transaction === receipt.transaction &&
      status !== 'refused' &&
      status !== 'absent'
    ) {
      sum += request.amount.minor;
    }
  }
  for (const task of order.refundTasks) if (task.transaction === receipt.transaction) sum += task.amount.minor;
  return sum;
}

/** Sends back what is owed: by the rail where it can, else by hand. One open refund per payment. */
export function sendBack(turn: Turn): void {
  const { order, world } = turn;
  if (order.hold !== 'none') return;
  for (const receipt of order.receipts) {
    if (receipt.reversed) continue;
    const owed = receipt.refunded - returning(order, receipt);
    if (owed <= 0n) continue;
    const manifest = world.rails[receipt.provider];
    // The rail gives back what was too much. A payment that bought nothing at all it took for a good one, and keeps.
    const isExcess = receipt.funded > 0n && order.disposition !== 'refund';
    if (manifest?.anomalies === 'provider' && isExcess) continue;
    const terms = manifest?.operations.refund;
    const earlier = effectsOf(order, 'refund').filter(
      ({ request }) => request.kind === 'refund' && request.of === receipt.request,
    );
    if (earlier.some(isLive)) continue;
    const whole = owed === receipt.amount.minor;
    const refused = earlier.some(
      ({ request, status }) =>
        status === 'refused' && request.kind === 'refund' && request.transaction === receipt.transaction,
    );
    if (refused) byHand(turn, receipt, owed, 'refused');
    else if (!terms || terms.needs === 'destination' || (!terms.partial && !whole) || owed < least(terms, receipt))
      byHand(turn, receipt, owed, 'no-refund-interface');
    else if (world.now > (receipt.paidAt ?? receipt.seenAt) + terms.windowMs)
      byHand(turn, receipt, owed, 'window-closed');
    else {
      const refundedBefore = earlier.reduce(
        (sum, { status, request }) =>
          status === 'applied' && request.kind === 'refund' ? sum + request.amount.minor : sum,
        0n,
      );
      plan(turn, receipt.provider, {
        kind: 'refund',
        of: receipt.request,
        transaction: receipt.transaction,
        amount: ofAsset(receipt.amount, owed),
        refundedBefore: ofAsset(receipt.amount, refundedBefore),
      });
    }
  }
}

/** The least that the rail sends back of this receipt. */
function least({ minimum }: RefundTerms, { amount }: OrderReceipt): bigint {
  return minimum && minimum.asset.code === amount.asset.code ? minimum.minor : 1n;
}

function byHand(turn: Turn, receipt: OrderReceipt, owed: bigint, reason: RefundTask['reason']): void {
  const { order, world } = turn;
  const id = effectReference(order.seed, 'refund', 1000 + order.refundTasks.length);
  const task: RefundTask = {
    id,
    transaction: receipt.transaction,
    amount: ofAsset(receipt.amount, owed),
    reason,
    dueAt: after(world.now, world.policy.refundWithinMs),
    status: 'open',
    bankReference: null,
  };
  order.refundTasks = [...order.refundTasks, task];
  happen(turn, `refund-by-hand: ${reason}`);
}

/** The answer to a refund. */
export function onRefunded(turn: Turn, effect: Effect, attempt: Attempt<Payment>): void {
  const settled = settle(turn, effect, attempt, () => ({ result: { kind: 'refund' } }));
  if (settled === 'applied') booked(turn, effect);
}

function booked(turn: Turn, effect: Effect): void {
  const now = turn.order.effects.find(({ reference }) => reference === effect.reference);
  if (now) change(turn, now, { lookAt: null });
  if (effect.request.kind !== 'refund') return;
  turn.movements.push({
    type: 'refunded',
    rail: effect.provider,
    effect: effect.reference,
    amount: effect.request.amount,
  });
  happen(turn, 'refunded');
}

/** What a lookup of the paid request says about a refund in doubt. */
export function onRefundSeen(turn: Turn, effect: Effect, payment: Payment | null, askedAt: Instant): void {
  const { request } = effect;
  if (request.kind !== 'refund' || effect.status !== 'unknown') return;
  const looked = lookLater(turn, effect, true);
  if (!payment) return;
  const named = payment.refunds.filter(({ reference }) => reference !== undefined);
  const mine = named.find(({ reference }) => reference === effect.reference);
  if (mine) {
    if (mine.status === 'failed') change(turn, looked, { status: 'refused', settledAt: turn.world.now, lookAt: null });
    else apply(turn, looked);
    return;
  }
  const total = payment.refunds.reduce(
    (sum, { amount, status }) => (status === 'failed' ? sum : sum + amount.minor),
    0n,
  );
  if (named.length === 0 && total >= request.refundedBefore.minor + request.amount.minor) return apply(turn, looked);
  const terms = turn.world.rails[effect.provider]?.operations.get;
  // A lookup that never tells refunds proves nothing by not telling this one.
  if (terms?.refunds !== 'untold' && absenceIsProof(effect, terms, askedAt)) waitToCallAgain(turn, looked);
}

function apply(turn: Turn, effect: Effect): void {
  change(turn, effect, {
    status: 'applied',
    result: { kind: 'refund' },
    fault: null,
    settledAt: turn.world.now,
    lookAt: null,
  });
  booked(turn, effect);
}

/** People paid it back by hand, under this bank reference. */
export function onTaskDone(turn: Turn, task: Reference, bankReference: string): void {
  const { order } = turn;
  const open = order.refundTasks.find(({ id, status }) => id === task && status === 'open');
  if (!open) return;
  order.refundTasks = order.refundTasks.map((one) => (one === open ? { ...one, status: 'done', bankReference } : one));
  turn.movements.push({ type: 'refunded-by-hand', task: open.id, amount: open.amount });
  happen(turn, 'refunded-by-hand');
}

/** Walks a refunding order to its end. */
export function finishRefunding(turn: Turn): void {
  const { order } = turn;
  if (order.state !== 'refund-due' && order.state !== 'refunding') return;
  if (order.disposition !== 'refund' || order.hold === 'frozen') return;
  const effects = effectsOf(order, 'refund');
  const settled = order.receipts.every(
    (receipt) =>
      receipt.reversed ||
      (receipt.funded === 0n &&
        receipt.review === 0n &&
        receipt.blocked === 0n &&
        returning(order, receipt) >= receipt.refunded),
  );
  const open = effects.some(isLive) || order.refundTasks.some(({ status }) => status === 'open');
  if (settled && !open) return moveTo(turn, 'REFUNDED');
  if (order.state === 'refund-due' && (effects.length > 0 || order.refundTasks.length > 0)) moveTo(turn, 'refunding');
}

/** What a person is called for when it stays in doubt; the others have ends of their own. */
const calledFor: ReadonlySet<string> = new Set(['complete-payment', 'buy', 'send', 'refund']);

/** Whether nobody knows yet how a write ends: in doubt, at work at the venue, or waiting at the custody. */
function isUnderWay(effect: Effect): boolean {
  const { status, result } = effect;
  const isWaiting = status === 'applied' && result?.kind === 'send' && result.transactionId === null;
  return status === 'unknown' || isOpenTrade(effect) || isWaiting;
}

/** After too long a person is called; the lookups go on. */
export function doubtDeadlines(turn: Turn): void {
  const { order, world } = turn;
  for (const effect of order.effects) {
    if (!calledFor.has(effect.kind) || !isUnderWay(effect)) continue;
    if (world.now < effect.plannedAt + world.policy.doubtWithinMs || order.holdReasons.includes('in-doubt-too-long'))
      continue;
    hold(turn, 'review', 'in-doubt-too-long');
  }
}
