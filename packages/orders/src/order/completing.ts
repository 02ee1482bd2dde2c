import type { Attempt, Instant, Payment } from '@rielrails/core';
import type { PayersJudged } from './event.ts';
import type { Effect, Order } from './order.ts';
import { onPaymentSeen } from './paying.ts';
import { shownRequest } from './requests.ts';
import { absenceIsProof, change, effectsOf, happen, isLive, plan, settle } from './turn.ts';
import type { Turn } from './turn.ts';

const MOST_COMPLETIONS = 10;

/** Whether what the payer's side produced can be handed in now. */
export function mayComplete(order: Order, now: number): boolean {
  const type = shownWay(order);
  if (type !== 'embedded-form' && type !== 'pay-to-account') return false;
  if (order.state !== 'awaiting-payment' || order.hold !== 'none' || order.payBy === null || now >= order.payBy)
    return false;
  const tries = effectsOf(order, 'complete-payment');
  return !tries.some(isLive) && tries.length < MOST_COMPLETIONS;
}

function shownWay(order: Order): string | undefined {
  const { result } = shownRequest(order) ?? {};
  return result?.kind === 'request-payment' ? result.next?.type : undefined;
}

/** Hands the token of a form, or the bank's reference that the payer typed, to the rail. */
export function completePayment(turn: Turn, token: string): void {
  const { order, world } = turn;
  const request = shownRequest(order);
  if (!request || !mayComplete(order, world.now)) return;
  plan(turn, request.provider, { kind: 'complete-payment', of: request.reference, token });
}

/** The rail's answer to what was handed in. */
export function onCompleted(turn: Turn, effect: Effect, attempt: Attempt<Payment>, judged: PayersJudged): void {
  const settled = settle(turn, effect, attempt, () => ({ result: { kind: 'complete-payment' } }));
  if (settled === 'refused') return happen(turn, 'payment-declined');
  const request = requestOf(turn.order, effect);
  if (!request) return;
  if (attempt.outcome === 'applied') {
    quiet(turn, effect);
    onPaymentSeen(turn, request, {
      type: 'payment-seen',
      reference: request.reference,
      payment: attempt.value,
      payers: judged.payers,
      ...(judged.wallets ? { wallets: judged.wallets } : {}),
    });
  } else change(turn, request, { lookAt: turn.world.now });
}

/** What a lookup of the request says about a completion in doubt. */
export function onCompletionSeen(turn: Turn, effect: Effect, payment: Payment | null, askedAt: Instant): void {
  if (effect.status !== 'unknown') return;
  const { world } = turn;
  const came = payment !== null && (payment.receipts.length > 0 || payment.status === 'processing');
  const terms = world.rails[effect.provider]?.operations.get;
  if (came)
    change(turn, effect, {
      status: 'applied',
      result: { kind: 'complete-payment' },
      fault: null,
      settledAt: world.now,
      lookAt: null,
    });
  else if (absenceIsProof(effect, terms, askedAt)) {
    change(turn, effect, { status: 'absent', settledAt: world.now, lookAt: null });
    happen(turn, 'payment-declined');
  }
}

/** Once applied, its request is what is looked at. */
function quiet(turn: Turn, effect: Effect): void {
  const now = turn.order.effects.find(({ reference }) => reference === effect.reference);
  if (now) change(turn, now, { lookAt: null });
}

function requestOf(order: Order, { request }: Effect): Effect | undefined {
  return request.kind === 'complete-payment'
    ? order.effects.find(({ reference }) => reference === request.of)
    : undefined;
}
