import type { Instant, Money } from '@rielrails/core';
import { mostOf, worthOf } from './due-diligence.ts';
import type { DueDiligence, Tier } from './due-diligence.ts';
import { limitFor } from './policy.ts';
import type { Policy } from './policy.ts';

/** A confirmed order of the same human that counts. */
export interface PastOrder {
  readonly at: Instant;
  readonly pay: Money;
  /** Whether it goes to the address that is asked about. */
  readonly toAddress: boolean;
}

/** What is known of a human when an order of theirs is confirmed. */
export interface Usage {
  readonly orders: readonly PastOrder[];
  /** Orders that wait to be paid. */
  readonly unpaid: number;
  /** Since when they buy to this address; now, for a new one. */
  readonly addressSince: Instant;
}

/** The rule that an order would break, in the form of an InputError. */
export interface LimitProblem {
  readonly field: string;
  readonly rule: string;
  readonly message: string;
}

/** How much is counted over which time. */
export const DAY_MS = 86_400_000;
export const MONTH_MS = 30 * DAY_MS;

/** The best tier whose condition somebody verified meets. */
export function tierOf({ tiers }: DueDiligence, enhancedUntil: Instant | null, now: Instant): Tier {
  const enhanced = enhancedUntil !== null && enhancedUntil > now;
  return tiers.findLast(({ needs }) => needs === 'verified' || enhanced) ?? tiers[0];
}

/** The rules of the shop and of the person's tier, in the order in which a buyer should hear of them. */
export function limitProblem(
  pay: Money,
  usage: Usage,
  { policy, dueDiligence, tier, now }: LimitRules,
): LimitProblem | null {
  return (
    shopProblem(pay, usage, policy, now) ??
    (dueDiligence && tier
      ? (tierProblem(pay, usage, dueDiligence, tier, now) ?? addressProblem(pay, usage, dueDiligence, now))
      : null)
  );
}

/** What an order is held against. */
export interface LimitRules {
  readonly policy: Policy;
  readonly dueDiligence: DueDiligence | null;
  readonly tier: Tier | null;
  readonly now: Instant;
}

function shopProblem(pay: Money, { orders, unpaid }: Usage, { limits }: Policy, now: Instant): LimitProblem | null {
  if (unpaid >= limits.openUnpaid)
    return {
      field: 'order',
      rule: 'too-many-open',
      message: 'another order is still waiting to be paid; pay or cancel it first',
    };
  const perDay = limitFor(limits.perDay, pay.asset);
  const used = orders
    .filter((one) => one.at > now - DAY_MS && one.pay.asset.code === pay.asset.code)
    .reduce((sum, one) => sum + one.pay.minor, 0n);
  return perDay && used + pay.minor > perDay.minor ? overLimit('of one day') : null;
}

function tierProblem(
  pay: Money,
  { orders }: Usage,
  dueDiligence: DueDiligence,
  tier: Tier,
  now: Instant,
): LimitProblem | null {
  const worth = weigh(dueDiligence, pay);
  if (worth > tier.perOrder.minor) return overLimit('of one order');
  if (worth + totalWithin(dueDiligence, orders, now - DAY_MS) > tier.perDay.minor) return overLimit('of one day');
  if (worth + totalWithin(dueDiligence, orders, now - MONTH_MS) > tier.perMonth.minor) return overLimit('of 30 days');
  const tooMany = tier.velocity.some(
    (most) => orders.filter(({ at }) => at > now - most.withinMs).length >= most.orders,
  );
  return tooMany
    ? { field: 'order', rule: 'too-many-recent', message: 'too many orders in a short time; try again later' }
    : null;
}

/** Counted over everything to that address: split in parts it is no less. */
function addressProblem(
  pay: Money,
  { orders, addressSince }: Usage,
  dueDiligence: DueDiligence,
  now: Instant,
): LimitProblem | null {
  const { newAddress } = dueDiligence;
  if (!newAddress || now >= addressSince + newAddress.waitMs) return null;
  const before = totalWithin(
    dueDiligence,
    orders.filter(({ toAddress }) => toAddress),
    now - newAddress.waitMs,
  );
  if (before + weigh(dueDiligence, pay) <= newAddress.above.minor) return null;
  return {
    field: 'address',
    rule: 'too-new',
    message: `an address this new takes smaller orders only, until ${new Date(addressSince + newAddress.waitMs).toISOString()}`,
  };
}

/** What orders since a moment count as, in the policy's currency. */
export function totalWithin(dueDiligence: DueDiligence, orders: readonly PastOrder[], since: number): bigint {
  return orders.filter(({ at }) => at > since).reduce((sum, { pay }) => sum + weigh(dueDiligence, pay), 0n);
}

/**
 * What an amount counts as.
 *
 * @throws RangeError for a currency that the policy does not know: nothing in it may be sold.
 */
export function weigh(dueDiligence: DueDiligence, pay: Money): bigint {
  const worth = worthOf(dueDiligence, pay);
  if (!worth) throw new RangeError(`policy: does not say what ${pay.asset.code} counts as`);
  return worth.minor;
}

/** The smaller of the shop's limit and the tier's, in the shop's currency. */
export function tighter(limit: Money, dueDiligence: DueDiligence | null, ofTier: Money | undefined): Money {
  const most = dueDiligence && ofTier ? mostOf(dueDiligence, ofTier, limit.asset) : null;
  return most && most.minor < limit.minor ? most : limit;
}

function overLimit(what: string): LimitProblem {
  return { field: 'amount', rule: 'over-limit', message: `this would exceed the limit ${what}` };
}
