import type { Instant, Money } from '@rielrails/core';
import type { DueDiligence, MonitoringRule } from './due-diligence.ts';
import type { Finding } from './finding.ts';
import { MONTH_MS, totalWithin, weigh } from './limits.ts';
import type { PastOrder } from './limits.ts';

/** What is known when an order is about to be confirmed. */
export interface Observed {
  readonly pay: Money;
  /** Other confirmed orders of the same human. */
  readonly orders: readonly PastOrder[];
  /** How many humans buy to its address, this one included. */
  readonly addressPeople: number;
  /** A case about this human makes people look at all of their orders. */
  readonly watched: boolean;
  /** Rules about which people said of this very order that there is nothing in it. */
  readonly cleared: readonly string[];
  readonly now: Instant;
}

/** How far back orders matter to any rule or limit. */
export function lookBackMs(dueDiligence: DueDiligence | null): number {
  const rules = dueDiligence?.rules ?? [];
  return Math.max(MONTH_MS, ...rules.map((rule) => ('withinMs' in rule ? rule.withinMs : 0)));
}

/** What the rules find in an order that is about to be confirmed. */
export function findingsAt(observed: Observed, dueDiligence: DueDiligence): readonly Finding[] {
  const found = dueDiligence.rules.flatMap((rule): readonly Finding[] => {
    const facts = factsOf(rule, observed, dueDiligence);
    return facts ? [{ rule: rule.id, action: rule.action, facts }] : [];
  });
  if (observed.watched) found.push({ rule: 'watched-person', action: 'hold', facts: {} });
  return found.filter(({ rule }) => !observed.cleared.includes(rule));
}

/** What a rule found, or `null`. The order itself is among those counted. */
function factsOf(
  rule: MonitoringRule,
  { pay, orders, addressPeople, now }: Observed,
  dueDiligence: DueDiligence,
): Finding['facts'] | null {
  const worth = weigh(dueDiligence, pay);
  switch (rule.type) {
    case 'total': {
      const total = worth + totalWithin(dueDiligence, orders, now - rule.withinMs);
      return total >= rule.from.minor ? { total: total.toString(), ...windowOf(rule) } : null;
    }
    case 'just-below': {
      const isBelow = (value: bigint) => value < rule.of.minor && value * 100n >= rule.of.minor * BigInt(rule.share);
      if (!isBelow(worth)) return null;
      const others = orders.filter((one) => one.at > now - rule.withinMs && isBelow(weigh(dueDiligence, one.pay)));
      const count = others.length + 1;
      return count >= rule.orders ? { orders: String(count), worth: worth.toString(), ...windowOf(rule) } : null;
    }
    case 'rapid-repeat': {
      const count = orders.filter(({ at }) => at > now - rule.withinMs).length + 1;
      return count >= rule.orders ? { orders: String(count), ...windowOf(rule) } : null;
    }
    case 'shared-address':
      return addressPeople >= rule.people ? { people: String(addressPeople) } : null;
    case 'shared-payer':
      // Nobody has paid yet: see `payerFinding`.
      return null;
  }
}

/** What it means that an account which pays for this order paid for so many humans, this one included. */
export function payerFinding(people: number, dueDiligence: DueDiligence): Finding | null {
  const rule = dueDiligence.rules.find((one) => one.type === 'shared-payer' && people >= one.people);
  return rule ? { rule: rule.id, action: rule.action, facts: { people: String(people) } } : null;
}

function windowOf({ withinMs }: { readonly withinMs: number }): Finding['facts'] {
  return { withinHours: String(Math.round(withinMs / 3_600_000)) };
}
