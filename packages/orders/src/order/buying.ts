import { sameMoney } from '@rielrails/core';
import type { Attempt, Instant, Market, Money, Quote, Trade } from '@rielrails/core';
import type { Effect, Order, Silence } from './order.ts';
import { worthOf } from './market.ts';
import { returnFunds, spendableAt } from './paying.ts';
import {
  absenceIsProof,
  after,
  callAgain,
  change,
  dispose,
  doubtEffect,
  effectsOf,
  happen,
  hold,
  isLive,
  isOpenTrade,
  lookLater,
  moveTo,
  nextLook,
  ofAsset,
  plan,
  settle,
} from './turn.ts';
import type { Turn, World } from './turn.ts';

const MOST_BUYS = 6;

/** What the order's own purchases spent and brought so far. */
export function bought(order: Pick<Order, 'effects'>): { readonly spent: bigint; readonly received: bigint } {
  let spent = 0n;
  let received = 0n;
  for (const { result } of effectsOf(order, 'buy')) {
    if (result?.kind !== 'buy') continue;
    spent += result.spent.minor;
    received += result.received.minor;
  }
  return { spent, received };
}

/** What is still to be bought, and for how much at most; `null` when nothing is. */
export function stillToBuy(turn: Turn): { readonly budget: Money; readonly need: Money } | null {
  const { order } = turn;
  if (!order.quote) return null;
  const { spent, received } = bought(order);
  const need = order.quote.arrives.minor + order.quote.networkFee.minor - received;
  const budget = order.quote.budget.minor - spent;
  if (need <= 0n) return null;
  const market = marketOf(turn);
  // What is below a step, or below the least that the venue trades, comes out of the inventory.
  if (received > 0n && market && (need < market.step.minor || budget < market.minimum.minor)) return null;
  return { budget: ofAsset(order.quote.budget, budget), need: ofAsset(order.quote.arrives, need) };
}

function marketOf({ order, world }: Turn): Market | undefined {
  return world.exchange.manifest.markets.find(
    ({ base, quote }) => base.code === order.quote?.arrives.asset.code && quote.code === order.quote.budget.asset.code,
  );
}

/** Whether the market is to be asked for a price now. */
export function needsPrice(turn: Turn): boolean {
  const { order } = turn;
  if (order.hold !== 'none' || order.disposition === 'refund') return false;
  if (order.state !== 'paid' && order.state !== 'buying') return false;
  if (effectsOf(order, 'buy').some(isLive) || hasOpenTrade(order)) return false;
  if (effectsOf(order, 'send').some((effect) => isLive(effect) || effect.status === 'applied')) return false;
  if (order.question && order.question.answer !== 'deliver') return false;
  return spendableAt(order, turn.world) <= turn.world.now && stillToBuy(turn) !== null;
}

function hasOpenTrade(order: Order): boolean {
  return effectsOf(order, 'buy').some(isOpenTrade);
}

/**
 * A fresh price for what is still to be bought.
 *
 * One for another sum was asked for before something else was bought: its cap would let the rest cost more than is left.
 */
export function onPriced(turn: Turn, quote: Quote): void {
  const { order } = turn;
  const rest = stillToBuy(turn);
  if (!rest || !needsPrice(turn) || !order.quote) return;
  if (!sameMoney(quote.spend, rest.budget) || quote.expiresAt <= turn.world.now) return askPriceLater(turn);
  order.pauseUntil = null;
  order.pauses = 0;
  if (effectsOf(order, 'buy').length >= MOST_BUYS) return hold(turn, 'review', 'in-doubt-too-long');
  const worth = worthOf(quote, rest.budget).minor;
  if (worth >= rest.need.minor) return buy(turn, quote, rest.need);
  const offered = bought(order).received + worth - order.quote.networkFee.minor;
  if (order.question?.answer === 'deliver') {
    if (offered < order.quote.floor.minor) return hold(turn, 'review', 'below-floor');
    return buy(turn, quote, ofAsset(rest.need, worth));
  }
  askAboutPrice(turn, ofAsset(order.quote.arrives, offered > 0n ? offered : 0n));
}

/** Buys what is needed, in whole steps that the budget pays for. */
function buy(turn: Turn, quote: Quote, atLeast: Money): void {
  if (!dispose(turn, 'deliver')) return;
  const whole = quote.receive.minor < atLeast.minor ? quote.receive : atLeast;
  plan(turn, turn.world.exchange.id, { kind: 'buy', quote, atLeast: whole });
  moveTo(turn, 'buying');
}

function askAboutPrice(turn: Turn, offered: Money): void {
  const { order, world } = turn;
  if (order.question) return;
  order.question = {
    offered,
    askedAt: world.now,
    answerBy: after(world.now, world.policy.answerWithinMs),
    answer: null,
  };
  if (order.state === 'buying') moveTo(turn, 'paid');
  happen(turn, 'price-moved');
}

/** The buyer's answer, or what silence was agreed to mean. */
export function answerPrice(turn: Turn, answer: Silence): void {
  const { order } = turn;
  if (!order.question || order.question.answer !== null) return;
  if (order.hold !== 'none' || order.disposition === 'refund') return;
  order.question = { ...order.question, answer };
  happen(turn, `price-answer: ${answer}`);
  if (answer === 'refund') returnFunds(turn, 'price-moved');
}

/** Until when an exchange that cannot be had is waited for; `null` while nobody waits for it. A buyer's “deliver” begins it anew. */
export function buyBy(order: Order, world: World): number | null {
  const { state, paidAt, question } = order;
  if ((state !== 'paid' && state !== 'buying') || paidAt === null) return null;
  if (question !== null && question.answer !== 'deliver') return null;
  return Math.max(paidAt, spendableAt(order, world), question?.answerBy ?? 0) + world.policy.buyWithinMs;
}

/** Silence, and an exchange that cannot be had. */
export function buyingDeadlines(turn: Turn): void {
  const { order, world } = turn;
  if (order.hold !== 'none') return;
  const { question } = order;
  if (question && question.answer === null && world.now >= question.answerBy) answerPrice(turn, order.silence);
  const by = buyBy(order, world);
  if (by !== null && world.now >= by) {
    if (bought(order).received === 0n) returnFunds(turn, 'exchange-unavailable');
    else hold(turn, 'review', 'in-doubt-too-long');
  }
}

/** The answer to a purchase, or what a lookup found. */
export function onTraded(turn: Turn, effect: Effect, attempt: Attempt<Trade>): void {
  if (attempt.outcome === 'applied' && !isWithin(attempt.value, effect)) return doubtTrade(turn, effect);
  const before = effect.result?.kind === 'buy' ? effect.result : null;
  if (effect.status === 'applied' && attempt.outcome === 'applied' && before && !before.closed) {
    change(turn, effect, { result: readTrade(attempt.value, effect), lookAt: null });
  } else {
    // What was bought is booked, whatever a refusal made of it.
    const isBack = effect.status === 'refused' && attempt.outcome === 'applied';
    const open = isBack ? change(turn, effect, { status: 'unknown' }) : effect;
    const settled = settle(turn, open, attempt, (trade) => ({ result: readTrade(trade, effect) }));
    if (settled === 'refused') askPriceLater(turn);
  }
  bookTrade(turn, effect, before !== null && before.closed);
}

/** Whether a trade can be what was asked for: it never costs more than its quote allowed. */
function isWithin({ fills }: Trade, { request }: Effect): boolean {
  if (request.kind !== 'buy') return false;
  const { asset, minor } = request.quote.spend;
  const inAsset = fills.every(({ spent }) => spent.asset.code === asset.code);
  return inAsset && fills.reduce((sum, { spent }) => sum + spent.minor, 0n) <= minor;
}

/** An order stands under our reference that we cannot have placed: it is not booked, and people find out whose it is. */
function doubtTrade(turn: Turn, effect: Effect): void {
  if (isLive(effect)) {
    const message = `${effect.provider}: the order under this reference cost more than its quote allowed`;
    const fault = { kind: 'unknown', provider: effect.provider, reason: 'echo-mismatch', message } as const;
    doubtEffect(turn, effect, fault, nextLook(turn, effect.lookups));
  }
  hold(turn, 'review', 'purchase-differs');
}

function readTrade(trade: Trade, effect: Effect): NonNullable<Effect['result']> {
  const { request } = effect;
  const like = request.kind === 'buy' ? request : null;
  const sum = (amounts: readonly Money[]) => amounts.reduce((total, { minor }) => total + minor, 0n);
  const asset = like?.atLeast ?? trade.fills[0]?.received;
  const spend = like?.quote.spend ?? trade.fills[0]?.spent;
  if (!asset || !spend) throw new RangeError('trade: nothing was asked for and nothing was filled');
  return {
    kind: 'buy',
    closed: trade.status === 'filled' || trade.status === 'cancelled',
    spent: ofAsset(spend, sum(trade.fills.map(({ spent }) => spent))),
    received: ofAsset(asset, sum(trade.fills.map(({ received }) => received))),
    fees: trade.fills.map(({ fee }) => fee).filter(({ minor }) => minor > 0n),
  };
}

/** Books a trade once, when it is closed. */
function bookTrade(turn: Turn, effect: Effect, booked: boolean): void {
  const now = turn.order.effects.find(({ reference }) => reference === effect.reference);
  if (!now || now.status !== 'applied' || now.result?.kind !== 'buy') return;
  if (!now.result.closed) {
    change(turn, now, { lookAt: after(turn.world.now, turn.world.policy.lookEveryMs) });
    return;
  }
  change(turn, now, { lookAt: null });
  if (booked || now.result.spent.minor === 0n) return;
  const { spent, received, fees } = now.result;
  turn.movements.push({ type: 'bought', effect: now.reference, spent, received, fees });
  happen(turn, 'bought');
}

/** Nothing was bought at this price: another one is asked for, after a pause. */
function askPriceLater(turn: Turn): void {
  const { order, world } = turn;
  order.pauses += 1;
  order.pauseUntil = after(world.now, world.policy.lookEveryMs * Math.min(order.pauses, 10));
}

/** What a lookup said about a purchase. */
export function onTradeSeen(turn: Turn, effect: Effect, trade: Trade | null, askedAt: Instant): void {
  const looked = lookLater(turn, effect, true);
  if (trade) return onTraded(turn, looked, { outcome: 'applied', value: trade });
  if (effect.status !== 'unknown' || !absenceIsProof(effect, turn.world.exchange.manifest.get, askedAt)) return;
  // Proven absent. The price has moved on since: a new purchase is priced again, under the next number.
  const quoteHolds = effect.request.kind === 'buy' && effect.request.quote.expiresAt > turn.world.now;
  if (quoteHolds && turn.order.hold === 'none') callAgain(turn, looked);
  else change(turn, looked, { status: 'absent', settledAt: turn.world.now, lookAt: null });
}

/** Everything is bought that the order needs. */
export function finishBuying(turn: Turn): void {
  const { order } = turn;
  if (order.state !== 'buying' || !order.quote) return;
  if (effectsOf(order, 'buy').some(isLive) || hasOpenTrade(order)) return;
  if (stillToBuy(turn) === null || (order.question?.answer === 'deliver' && boughtWhole(turn))) moveTo(turn, 'bought');
}

/** Whether the last purchase brought all that it asked for, up to a step. */
function boughtWhole(turn: Turn): boolean {
  const last = effectsOf(turn.order, 'buy').at(-1);
  if (last?.status !== 'applied' || last.result?.kind !== 'buy' || last.request.kind !== 'buy') return false;
  return last.result.received.minor + (marketOf(turn)?.step.minor ?? 0n) > last.request.atLeast.minor;
}
