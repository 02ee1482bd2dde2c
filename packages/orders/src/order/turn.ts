import type {
  AnyPaymentManifest,
  Attempt,
  Custody,
  Doubt,
  ExchangeManifest,
  Instant,
  LookupTerms,
  Money,
  Refusal,
} from '@rielrails/core';
import { isCaseReason } from './finding.ts';
import type { Finding } from './finding.ts';
import type { Movement } from './movement.ts';
import type { Effect, EffectKind, EffectRequest, EffectResult, Order } from './order.ts';
import type { Policy } from './policy.ts';
import { effectReference } from './references.ts';
import { isEnd } from './state.ts';
import type { Disposition, Hold, HoldReason, OrderState } from './state.ts';

/** What a decision may know beside the order: data, no I/O. */
export interface World {
  readonly now: Instant;
  readonly policy: Policy;
  readonly rails: Readonly<Record<string, AnyPaymentManifest>>;
  readonly exchange: { readonly id: string; readonly manifest: ExchangeManifest };
  readonly custodies: Readonly<Record<string, CustodyTerms>>;
  /** What the same person paid for other orders and may still be taken back, in minor units of this order's currency. */
  readonly reversibleElsewhere?: bigint;
  /** The database just refused a reservation for this very decision: decide without one. */
  readonly floatShort?: boolean;
}

/** What a decision knows of a custody. */
export type CustodyTerms = Custody['manifest'] & {
  /** Whether it can pay more for a withdrawal that is stuck. */
  readonly canBump: boolean;
};

/** However long nothing happened, a watched payment is looked at this often. */
const MOST_QUIET_MS = 9 * 60 * 60 * 1000;

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** An order while it is being decided about. */
export interface Turn {
  readonly world: World;
  readonly order: Mutable<Order>;
  readonly calls: Effect[];
  readonly movements: Movement[];
  /** What people are to judge. */
  readonly findings: Finding[];
}

/** Opens a turn on a copy. */
export function beginTurn(order: Order, world: World): Turn {
  return { world, order: { ...order }, calls: [], movements: [], findings: [] };
}

/** Adds a line to the timeline. */
export function happen(turn: Turn, what: string): void {
  turn.order.happenings = [...turn.order.happenings, { at: turn.world.now, what }];
}

/** Moves the order, once per change, and says so in the timeline. */
export function moveTo(turn: Turn, state: OrderState, reason?: string): void {
  if (turn.order.state === state) return;
  turn.order.state = state;
  if (reason !== undefined) turn.order.endReason = reason;
  happen(turn, reason === undefined ? state : `${state}: ${reason}`);
}

/** Holds the order. A freeze is never weakened to a review. A matter of due diligence opens a case. */
export function hold(turn: Turn, kind: Exclude<Hold, 'none'>, reason: HoldReason, sealed?: string): void {
  const { order } = turn;
  if (order.hold !== 'frozen') order.hold = kind;
  if (order.holdReasons.includes(reason)) return;
  order.holdReasons = [...order.holdReasons, reason];
  happen(turn, `held: ${reason}`);
  // What monitoring found stands in a case of its own rule.
  if (isCaseReason(reason) && reason !== 'monitoring')
    turn.findings.push({ rule: reason, action: 'hold', facts: {}, ...(sealed === undefined ? {} : { sealed }) });
}

/** Puts what was found before people; holds the order where its rule says so. */
export function raise(turn: Turn, findings: readonly Finding[]): void {
  turn.findings.push(...findings);
  if (findings.some(({ action }) => action !== 'case')) hold(turn, 'review', 'monitoring');
}

/** The effects of one kind, oldest first. */
export function effectsOf(order: Pick<Order, 'effects'>, kind: EffectKind): readonly Effect[] {
  return order.effects.filter((effect) => effect.kind === kind);
}

/** Whether an effect may still be, or become, applied without anybody planning it again. */
export function isLive(effect: Effect): boolean {
  return effect.status === 'planned' || effect.status === 'waiting' || effect.status === 'unknown';
}

/** Whether a purchase was taken by the venue and may still fill. */
export function isOpenTrade({ status, result }: Effect): boolean {
  return status === 'applied' && result?.kind === 'buy' && !result.closed;
}

/** Replaces an effect by a changed copy, and gives the copy. */
export function change(turn: Turn, effect: Effect, patch: Partial<Effect>): Effect {
  const changed = { ...effect, ...patch };
  turn.order.effects = turn.order.effects.map((one) => (one.reference === effect.reference ? changed : one));
  return changed;
}

/** Plans a write: stored with this decision, called after its commit. */
export function plan(turn: Turn, provider: string, request: EffectRequest): Effect {
  const { now, policy } = turn.world;
  const seq = effectsOf(turn.order, request.kind).length + 1;
  const effect: Effect = {
    reference: effectReference(turn.order.seed, request.kind, seq),
    kind: request.kind,
    seq,
    provider,
    status: 'planned',
    doubted: false,
    tries: 1,
    lookups: 0,
    handle: null,
    request,
    result: null,
    fault: null,
    plannedAt: now,
    calledAt: now,
    settledAt: null,
    lookAt: after(now, policy.callTimeoutMs * 2),
    lookedAt: null,
  };
  turn.order.effects = [...turn.order.effects, effect];
  turn.calls.push(effect);
  return effect;
}

/** Calls a write again under its own reference: only after proof that no earlier try was applied. */
export function callAgain(turn: Turn, effect: Effect): Effect {
  const { now, policy } = turn.world;
  const called = change(turn, effect, {
    status: 'planned',
    tries: effect.tries + 1,
    lookups: 0,
    // A try in doubt was proven absent by now, unless the effect merely waits for its turn.
    doubted: effect.status === 'waiting' && effect.doubted,
    fault: null,
    calledAt: now,
    lookAt: after(now, policy.callTimeoutMs * 2),
  });
  turn.calls.push(called);
  return called;
}

/** A lookup proved that no try of a write was applied: it is called again as soon as no hold forbids it. */
export function waitToCallAgain(turn: Turn, effect: Effect): Effect {
  return change(turn, effect, { status: 'waiting', doubted: false, fault: null, lookAt: turn.world.now });
}

/** How an attempt changed its effect. */
export type Settled = 'applied' | 'refused' | 'open';

/**
 * Writes an answer into its effect.
 *
 * A refusal settles only if no earlier try is in doubt. A refusal that allows the same reference again waits.
 */
export function settle<T>(turn: Turn, effect: Effect, attempt: Attempt<T>, read: (value: T) => SettledValue): Settled {
  if (effect.status === 'applied' || effect.status === 'refused') return 'open';
  const { now } = turn.world;
  if (attempt.outcome === 'applied') {
    const { result, handle } = read(attempt.value);
    change(turn, effect, {
      status: 'applied',
      result,
      handle: handle ?? effect.handle,
      fault: null,
      settledAt: now,
      lookAt: nextLook(turn, 0),
    });
    return 'applied';
  }
  if (attempt.outcome === 'unknown' || effect.doubted) {
    const duplicate = attempt.outcome === 'unknown' && attempt.fault.reason === 'duplicate';
    doubtEffect(turn, effect, attempt.fault, duplicate ? now : nextLook(turn, 0));
    return 'open';
  }
  const { fault } = attempt;
  if (fault.kind === 'throttled' || fault.kind === 'unavailable') {
    const told = fault.kind === 'throttled' ? fault.retryAfterMs : undefined;
    change(turn, effect, {
      status: 'waiting',
      fault,
      lookAt: told === undefined ? nextLook(turn, effect.tries - 1) : after(now, told),
    });
    return 'open';
  }
  change(turn, effect, { status: 'refused', fault, settledAt: now, lookAt: null });
  return 'refused';
}

/** What an applied attempt leaves behind. */
export interface SettledValue {
  readonly result: EffectResult;
  readonly handle?: string | null;
}

/** Marks an effect as possibly applied; it will be looked up. */
export function doubtEffect(turn: Turn, effect: Effect, fault: Doubt | Refusal, lookAt: Instant): Effect {
  if (!effect.doubted) happen(turn, `in doubt: ${effect.kind}`);
  return change(turn, effect, { status: 'unknown', doubted: true, fault, lookAt });
}

/** Notes that a lookup gave no usable answer, or none yet, and when to look again. */
export function lookLater(turn: Turn, effect: Effect, answered: boolean, retryAfterMs?: number | null): Effect {
  const { now } = turn.world;
  const { payBy } = turn.order;
  let lookAt = retryAfterMs ? after(now, retryAfterMs) : nextLook(turn, effect.lookups);
  // The look that proves a request unpaid happens just past its deadline, however long the pauses have become.
  if (effect.kind === 'request-payment' && payBy !== null && now <= payBy && lookAt > payBy) lookAt = after(payBy, 1);
  return change(turn, effect, { lookups: effect.lookups + 1, lookAt, ...(answered ? { lookedAt: now } : {}) });
}

/** Whether "the provider does not know it", to a question that left at `askedAt`, proves that the write was not applied. */
export function absenceIsProof(effect: Effect, terms: LookupTerms | undefined, askedAt: Instant): boolean {
  if (!terms || terms.covers !== 'all' || terms.notFoundIsFinalAfterMs === 'never') return false;
  return askedAt >= effect.calledAt + terms.notFoundIsFinalAfterMs;
}

/** Takes a disposition, if every write of the other way is proven not applied. */
export function dispose(turn: Turn, to: Exclude<Disposition, 'undecided'>): boolean {
  const { order } = turn;
  if (order.disposition === to) return true;
  const of = (kind: EffectKind) => effectsOf(order, kind);
  const sent = of('send').some((effect) => isLive(effect) || effect.status === 'applied');
  const buying = of('buy').some((effect) => isLive(effect) || isOpenTrade(effect));
  const returning = of('refund').some((effect) => isLive(effect) || effect.status === 'applied');
  if (to === 'refund' && (sent || buying)) return false;
  if (to === 'deliver' && (order.disposition === 'refund' || (returning && fundedOf(order) === 0n))) return false;
  order.disposition = to;
  if (to === 'refund' && order.sale && order.quote) {
    const { pay, fee } = order.quote;
    turn.movements.push({ type: 'unsold', pay, fee, delivered: order.sale.delivered });
    order.sale = null;
  }
  return true;
}

/** The minor units of receipts that fund the order. */
export function fundedOf(order: Pick<Order, 'receipts'>): bigint {
  return order.receipts.reduce((sum, receipt) => sum + receipt.funded, 0n);
}

/** A moment `ms` later. */
export function after(now: Instant, ms: number): Instant {
  return (now + ms) as Instant;
}

/**
 * The pause before the next look: doubled each time, up to thirty times the first.
 *
 * After the end money is only watched, for late payments and for half a year of disputes: ever more rarely, an eighth of
 * the time that has passed since the deadline.
 */
export function nextLook(turn: Turn, looks: number): Instant {
  const { now, policy } = turn.world;
  const { state, payBy } = turn.order;
  const pause = policy.lookEveryMs * Math.min(2 ** Math.min(looks, 10), 30);
  if (!isEnd(state) || payBy === null) return after(now, pause);
  return after(now, Math.max(pause, Math.min(Math.trunc((now - payBy) / 8), MOST_QUIET_MS)));
}

/** An amount of the same asset. */
export function ofAsset(like: Money, minor: bigint): Money {
  return { asset: like.asset, minor };
}

/** Gives the float back, if any is set aside. */
export function release(turn: Turn): void {
  const { order } = turn;
  if (!order.reserved) return;
  order.reserved = false;
  turn.movements.push({ type: 'released' });
}

/** Sets the float aside. False when the database said that it does not suffice. */
export function reserve(turn: Turn): boolean {
  const { order, world } = turn;
  if (order.reserved) return true;
  if (world.floatShort || !order.quote) return false;
  order.reserved = true;
  turn.movements.push({ type: 'reserved', budget: order.quote.budget, coins: coinsOf(order.quote) });
  return true;
}

/** The coins that a delivery may take from the wallet: the most that arrives, and twice the fee quoted. */
export function coinsOf(quote: { readonly ceiling: Money; readonly networkFee: Money }): Money {
  return ofAsset(quote.ceiling, quote.ceiling.minor + 2n * quote.networkFee.minor);
}
