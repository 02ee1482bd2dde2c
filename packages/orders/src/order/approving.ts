import { sameMoney } from '@rielrails/core';
import type { Attempt, Instant, Money, Reference } from '@rielrails/core';
import type { Effect, Order } from './order.ts';
import { shownRequest } from './requests.ts';
import { after, change, effectsOf, happen, hold, plan, settle } from './turn.ts';
import type { Turn } from './turn.ts';

/** Why an approval is refused. */
export type RefusalReason = 'paid' | 'over' | 'not-shown' | 'other-amount' | 'checking';

/** How long an approved payment may take to arrive before a person looks. */
export const ARRIVES_WITHIN_MS: number = 60 * 60 * 1000;

/** More answers than this to one order are of no use to anybody. */
const MOST_ANSWERS = 20;

/** A request for approval, as its rail put it. */
export interface ApprovalRequest {
  readonly request: Reference;
  readonly approval: string;
  readonly amount: Money;
  readonly answerBy: Instant;
}

/** Answers from what is stored: yes to the request that is on the screen, for its very amount, in time; no to all else. */
export function answerApproval(turn: Turn, asked: ApprovalRequest): void {
  const { order } = turn;
  const request = effectsOf(order, 'request-payment').find(({ reference }) => reference === asked.request);
  const earlier = effectsOf(order, 'approve-payment');
  const known = earlier.some(
    (one) => one.request.kind === 'approve-payment' && one.request.approval === asked.approval,
  );
  if (!request || known || earlier.length >= MOST_ANSWERS) return;
  const reason = refusal(turn, request, asked);
  plan(turn, request.provider, {
    kind: 'approve-payment',
    of: request.reference,
    approval: asked.approval,
    decision: reason === null ? 'accept' : 'refuse',
    reason,
  });
  happen(turn, reason === null ? 'payment-approved' : `payment-refused: ${reason}`);
}

function refusal(turn: Turn, request: Effect, { amount }: ApprovalRequest): RefusalReason | null {
  const { order, world } = turn;
  if (order.receipts.length > 0) return 'paid';
  if (order.hold !== 'none') return 'checking';
  if (order.state !== 'awaiting-payment' || order.payBy === null || world.now >= order.payBy) return 'over';
  if (shownRequest(order)?.reference !== request.reference) return 'not-shown';
  return request.request.kind === 'request-payment' && sameMoney(request.request.amount, amount)
    ? null
    : 'other-amount';
}

/** The answer reached the rail, or nobody knows: an acceptance in doubt counts as given. */
export function onApproved(turn: Turn, effect: Effect, attempt: Attempt<void>): void {
  settle(turn, effect, attempt, () => ({ result: { kind: 'approve-payment' } }));
  const now = turn.order.effects.find(({ reference }) => reference === effect.reference);
  // There is nothing to look up, and no second answer: what may have been given is waited for.
  if (now) change(turn, now, { status: now.status === 'waiting' ? 'refused' : now.status, lookAt: null });
}

/** Acceptances whose payment has not come yet. */
function awaited(order: Order): readonly Effect[] {
  return effectsOf(order, 'approve-payment').filter(
    ({ request, status }) =>
      request.kind === 'approve-payment' &&
      request.decision === 'accept' &&
      status !== 'refused' &&
      !order.receipts.some((receipt) => receipt.request === request.of),
  );
}

/** When the last of the approved payments should have come; `null`: none is awaited. */
export function awaitedUntil(order: Order): Instant | null {
  const [last] = awaited(order).slice(-1);
  return last ? after(last.plannedAt, ARRIVES_WITHIN_MS) : null;
}

/** An approved payment that did not come may have charged its payer: a person looks into the rail's own list. */
export function approvalDeadline(turn: Turn): void {
  const { order, world } = turn;
  const until = awaitedUntil(order);
  if (until === null || world.now < until || order.holdReasons.includes('approved-not-paid')) return;
  hold(turn, 'review', 'approved-not-paid');
}
