import { sameMoney } from '@rielrails/core';
import type { Attempt, Instant, Money, Withdrawal } from '@rielrails/core';
import { bought } from './buying.ts';
import type { Screened } from './event.ts';
import type { Effect, Order } from './order.ts';
import {
  absenceIsProof,
  after,
  change,
  dispose,
  effectsOf,
  happen,
  hold,
  isLive,
  lookLater,
  moveTo,
  ofAsset,
  plan,
  settle,
  waitToCallAgain,
} from './turn.ts';
import type { Turn } from './turn.ts';

/**
 * What the buyer gets: what was bought less the network fee, and what was left of the budget at the price that was
 * paid. Never above the ceiling.
 */
export function deliverable(order: Order): Money | null {
  const { quote } = order;
  if (!quote) return null;
  const { spent, received } = bought(order);
  const left = quote.budget.minor - spent;
  const extra = spent > 0n && left > 0n ? (left * received) / spent : 0n;
  const atMarket = order.question?.answer === 'deliver';
  const net = received + extra - quote.networkFee.minor;
  const promised = atMarket ? quote.floor.minor : quote.arrives.minor;
  const minor = net < promised ? promised : net;
  return ofAsset(quote.arrives, minor > quote.ceiling.minor ? quote.ceiling.minor : minor);
}

/** Whether buyer and address are to be screened for signing now. */
export function needsScreening(turn: Turn): boolean {
  const { order } = turn;
  return (
    order.state === 'bought' &&
    order.hold === 'none' &&
    !effectsOf(order, 'send').some((effect) => isLive(effect) || effect.status === 'applied')
  );
}

/** The screening at signing. */
export function onScreened(turn: Turn, screened: Screened): void {
  const { order, world } = turn;
  if (!needsScreening(turn)) return;
  if (screened.outcome === 'unavailable') {
    order.pauses += 1;
    order.pauseUntil = after(world.now, world.policy.lookEveryMs * Math.min(2 ** order.pauses, 30));
    if (order.pauses === 10) happen(turn, 'screening-unavailable');
    return;
  }
  order.pauseUntil = null;
  order.pauses = 0;
  if (screened.outcome !== 'clear') return holdFor(turn, screened);
  const amount = deliverable(order);
  if (!amount || order.address === null || !order.quote || !dispose(turn, 'deliver')) return;
  recordSale(turn, amount);
  plan(turn, order.custody, { kind: 'send', amount, address: order.address, binding: order.binding });
  moveTo(turn, 'sending');
}

/** From now on the buyer is owed bitcoin. Once only. */
function recordSale(turn: Turn, delivered: Money): void {
  const { order } = turn;
  if (order.sale || !order.quote) return;
  order.sale = { delivered };
  order.disposition = 'deliver';
  turn.movements.push({ type: 'sold', pay: order.quote.pay, fee: order.quote.fee, delivered });
}

/** Holds for what a screening found. A sanctions hit freezes. */
export function holdFor(turn: Turn, screened: Extract<Screened, { readonly subject: string }>): void {
  if (screened.subject === 'kyc') return hold(turn, 'review', 'kyc-not-approved');
  const { subject, outcome, sealed } = screened;
  hold(turn, outcome === 'blocked' ? 'frozen' : 'review', `${subject}-${outcome}`, sealed);
}

/** The answer to a delivery. */
export function onSent(turn: Turn, effect: Effect, attempt: Attempt<Withdrawal>): void {
  // It was taken for refused, and its money may be on the way back: people have to stop one or the other.
  const isBack = effect.status === 'refused' && attempt.outcome === 'applied' && attempt.value.status !== 'failed';
  if (isBack) return hold(turn, 'review', 'delivery-differs');
  const settled = settle(turn, effect, attempt, (withdrawal) => ({
    result: readWithdrawal(withdrawal, effect),
    handle: withdrawal.handle ?? null,
  }));
  if (settled === 'refused') return hold(turn, 'review', 'send-refused');
  if (settled === 'applied' && attempt.outcome === 'applied') follow(turn, effect, attempt.value);
}

/** What a lookup said about a delivery. */
export function onWithdrawalSeen(turn: Turn, effect: Effect, withdrawal: Withdrawal | null, askedAt: Instant): void {
  const looked = lookLater(turn, effect, true);
  if (withdrawal) return onFound(turn, looked, withdrawal);
  const terms = turn.world.custodies[effect.provider]?.get;
  if (effect.status !== 'unknown') return;
  if (absenceIsProof(effect, terms, askedAt)) waitToCallAgain(turn, looked);
  else if (replays(turn, looked)) goOnSending(turn, looked);
}

/** A withdrawal stands under our reference. One of another amount is not this delivery: people find out whose it is. */
function onFound(turn: Turn, effect: Effect, withdrawal: Withdrawal): void {
  const { request, status } = effect;
  if (request.kind === 'send' && !sameMoney(withdrawal.amount, request.amount))
    return hold(turn, 'review', 'delivery-differs');
  if (status === 'applied') return follow(turn, effect, withdrawal);
  if (status === 'unknown' && withdrawal.status === 'signing' && replays(turn, effect))
    return goOnSending(turn, effect);
  onSent(turn, effect, { outcome: 'applied', value: withdrawal });
}

function replays({ world }: Turn, { provider }: Effect): boolean {
  return world.custodies[provider]?.withdraw.repeat === 'replays';
}

/**
 * The custody knows nothing of a delivery in doubt, or planned it and did not sign: whoever began it is gone. One that
 * replays a reference goes on where it stood when it is asked again; with any other we keep looking.
 */
function goOnSending(turn: Turn, effect: Effect): void {
  // Still in doubt: a refusal of the repeat would prove nothing about the first call.
  change(turn, effect, { status: 'waiting', lookAt: after(turn.world.now, turn.world.policy.lookEveryMs) });
}

/** A delivery that was refused stays with people until the money goes back: a release does not repeat it. */
export function keepRefusedSend(turn: Turn): void {
  const { order } = turn;
  if (order.state !== 'sending' || order.hold !== 'none') return;
  if (!effectsOf(order, 'send').some((effect) => isLive(effect) || effect.status === 'applied'))
    hold(turn, 'review', 'send-refused');
}

function readWithdrawal(withdrawal: Withdrawal, effect: Effect): NonNullable<Effect['result']> {
  const before = effect.result?.kind === 'send' ? effect.result : null;
  const fee = withdrawal.fee ?? before?.fee ?? null;
  switch (withdrawal.status) {
    case 'awaiting-approval':
    case 'signing':
      return { kind: 'send', transactionId: before?.transactionId ?? null, depth: 0, fee };
    case 'broadcast':
    case 'removed':
      return { kind: 'send', transactionId: withdrawal.transactionId, depth: 0, fee };
    case 'replaced':
      return { kind: 'send', transactionId: withdrawal.replacedBy, depth: 0, fee };
    case 'confirmed':
      return { kind: 'send', transactionId: withdrawal.transactionId, depth: withdrawal.depth, fee };
    case 'failed':
      return { kind: 'send', transactionId: before?.transactionId ?? null, depth: 0, fee };
  }
}

/** The custody does not deliver. What it proves not to have left may go back, or be sent another way, by people. */
function giveUpSending(turn: Turn, effect: Effect, result: NonNullable<Effect['result']>, returned: boolean): void {
  if (returned && turn.order.state === 'sending' && result.kind === 'send') {
    const settled = { status: 'refused', lookAt: null, settledAt: turn.world.now } as const;
    change(turn, effect, { ...settled, result: { ...result, fundsReturned: true } });
  }
  hold(turn, 'review', 'send-refused');
}

/** Another version of the transaction pays its miners more, or less: the coins are away already. */
function noteFee({ order, movements }: Turn, { result }: Effect, to: Money | null): void {
  if (!to || (order.state !== 'broadcast' && order.state !== 'DELIVERED')) return;
  const from = (result?.kind === 'send' ? result.fee : null) ?? order.quote?.networkFee;
  if (from && from.minor !== to.minor)
    movements.push({ type: 'fee-changed', from, to, delivered: order.state === 'DELIVERED' });
}

/** Follows a delivery through the chain. */
export function follow(turn: Turn, effect: Effect, withdrawal: Withdrawal): void {
  const { order, world } = turn;
  const result = readWithdrawal(withdrawal, effect);
  if (result.kind !== 'send') return;
  const deepEnough = result.depth >= world.policy.watchDepth;
  const now = order.effects.find(({ reference }) => reference === effect.reference) ?? effect;
  const lookAt = deepEnough ? null : after(world.now, world.policy.lookEveryMs);
  const followed = change(turn, now, { result, lookAt });
  noteFee(turn, now, result.fee);
  if (withdrawal.status === 'failed') return giveUpSending(turn, now, result, withdrawal.fundsReturned);
  // A custody follows its own fee bumps by itself. This says that somebody else spent the coins.
  if (withdrawal.status === 'replaced') return hold(turn, 'review', 'delivery-undone');
  if (result.transactionId !== null && order.state !== 'broadcast' && order.state !== 'DELIVERED') {
    recordSale(turn, withdrawal.amount);
    turn.movements.push({ type: 'sent', amount: withdrawal.amount, networkFee: result.fee });
    // Signing and approving may have taken hours: from now on it waits for a block.
    change(turn, followed, { settledAt: world.now });
    moveTo(turn, 'broadcast');
  }
  if (order.state === 'broadcast' && result.depth >= world.policy.confirmations) {
    turn.movements.push({ type: 'delivered', amount: withdrawal.amount });
    moveTo(turn, 'DELIVERED');
  } else if (order.state === 'DELIVERED' && result.depth < world.policy.confirmations) {
    // The state stays: the same transaction is sent again by its custody, and people are told.
    hold(turn, 'review', 'delivery-undone');
  } else if (order.state === 'DELIVERED' && order.holdReasons.includes('delivery-undone') && order.hold === 'review') {
    order.holdReasons = order.holdReasons.filter((reason) => reason !== 'delivery-undone');
    if (order.holdReasons.length === 0) order.hold = 'none';
    happen(turn, 'delivery-restored');
  }
}
