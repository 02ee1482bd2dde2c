import type { Attempt, Instant, Withdrawal } from '@rielrails/core';
import type { Effect, Order } from './order.ts';
import { follow } from './sending.ts';
import { after, change, effectsOf, happen, isLive, lookLater, plan, settle } from './turn.ts';
import type { Turn, World } from './turn.ts';

/** So often a delivery pays its miners more. What is stuck after that needs a person's look at the fees. */
const MOST_BUMPS = 5;

/** When a delivery that still waits for a block pays its miners more; `null`: it does not. */
export function bumpAt(order: Order, { custodies, policy }: World): Instant | null {
  const [sent] = stuck(order);
  const bumps = effectsOf(order, 'bump');
  if (!sent || !custodies[sent.provider]?.canBump || bumps.length >= MOST_BUMPS || bumps.some(isLive)) return null;
  const last = Math.max(...[sent, ...bumps].map(({ settledAt }) => settledAt ?? 0));
  return after(last as Instant, policy.bumpAfterMs);
}

/** The delivery that was broadcast and is in no block. */
function stuck(order: Order): readonly Effect[] {
  if (order.state !== 'broadcast' || order.hold !== 'none') return [];
  return effectsOf(order, 'send').filter(
    ({ status, result }) =>
      status === 'applied' && result?.kind === 'send' && result.transactionId !== null && result.depth === 0,
  );
}

/** Pays more for a delivery that waits too long. Every version spends the same coins: it is never a second payment. */
export function bumpStuck(turn: Turn): void {
  const at = bumpAt(turn.order, turn.world);
  const [sent] = stuck(turn.order);
  if (at === null || turn.world.now < at || sent?.result?.kind !== 'send' || sent.result.transactionId === null) return;
  plan(turn, sent.provider, { kind: 'bump', of: sent.reference, replaces: sent.result.transactionId });
  happen(turn, 'stuck: pays a higher fee');
}

/** The answer to a higher fee. A refusal leaves the delivery as it was. */
export function onBumped(turn: Turn, effect: Effect, attempt: Attempt<Withdrawal>): void {
  const settled = settle(turn, effect, attempt, (withdrawal) => ({
    result: { kind: 'bump', transactionId: transactionOf(withdrawal) },
  }));
  if (settled === 'refused') happen(turn, 'not bumped');
  if (settled !== 'applied' || attempt.outcome !== 'applied') return;
  change(turn, current(turn, effect), { lookAt: null });
  followDelivery(turn, effect, attempt.value);
}

/** What a lookup of the delivery says about a higher fee in doubt: another transaction proves it, the same one denies it. */
export function onBumpSeen(turn: Turn, effect: Effect, withdrawal: Withdrawal | null): void {
  const looked = lookLater(turn, effect, true);
  if (!withdrawal || looked.status !== 'unknown' || looked.request.kind !== 'bump') return;
  const transactionId = transactionOf(withdrawal);
  const applied = transactionId !== null && transactionId !== looked.request.replaces;
  change(turn, looked, {
    status: applied ? 'applied' : 'absent',
    ...(applied ? { result: { kind: 'bump', transactionId } } : {}),
    settledAt: turn.world.now,
    lookAt: null,
  });
  followDelivery(turn, effect, withdrawal);
}

function followDelivery(turn: Turn, { request }: Effect, withdrawal: Withdrawal): void {
  const delivery = effectsOf(turn.order, 'send').find(
    ({ reference }) => request.kind === 'bump' && reference === request.of,
  );
  if (delivery) follow(turn, delivery, withdrawal);
}

function current(turn: Turn, effect: Effect): Effect {
  return turn.order.effects.find(({ reference }) => reference === effect.reference) ?? effect;
}

function transactionOf(withdrawal: Withdrawal): string | null {
  if (withdrawal.status === 'replaced') return withdrawal.replacedBy;
  return 'transactionId' in withdrawal ? withdrawal.transactionId : null;
}
