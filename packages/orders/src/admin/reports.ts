import type { Money, Reference } from '@rielrails/core';
import type { Effect, Order } from '../order/order.ts';
import { fundedOf, isLive } from '../order/turn.ts';
import type { Orders } from '../orders.ts';
import type { CaseFilter, StoredCase } from '../store/cases.ts';
import type { OrderFilter, ProposedAction } from './admin.ts';
import type { Reviews } from './reviews.ts';
import type { DecisionLine } from './telling-apart.ts';
import { amountOf, iso, isoOr, showAmount } from './plain-text.ts';
import type { Amount } from './plain-text.ts';

/*
 * What pages and shells show, field by field: what is not listed here does not leave. No names, no chats, no seeds.
 * Times are ISO 8601 in UTC.
 */

/** The engine, as far as operators need it, and the desk that decides about verifications, where it is their own. */
export type Desk = Pick<Orders, 'admin' | 'health' | 'now'> & { readonly reviews?: Reviews };

/** One order in a list. */
export interface LineReport {
  readonly number: string;
  readonly state: string;
  readonly hold: string;
  readonly why: readonly string[];
  readonly doubts: number;
  readonly pay: Amount | null;
  readonly created: string;
  readonly updated: string;
}

/** One order with everything that is needed to judge it. */
export interface OrderReport {
  readonly number: string;
  readonly id: Reference;
  readonly state: string;
  readonly goes: string;
  readonly hold: string;
  readonly why: readonly string[];
  readonly pay: Amount | null;
  readonly arrives: Amount | null;
  readonly address: string | null;
  readonly rail: string;
  readonly created: string;
  readonly payBy: string | null;
  readonly ended: string | null;
  /** The commands that are possible now, as far as this can be seen from here. */
  readonly possible: readonly ('hold' | 'freeze' | 'release' | 'refund' | 'refund-task-done' | 'payment-stated')[];
  readonly doubts: readonly DoubtReport[];
  readonly refundTasks: readonly TaskReport[];
  readonly receipts: readonly ReceiptReport[];
  readonly effects: readonly EffectReport[];
  readonly ledger: readonly {
    readonly at: string;
    readonly kind: string;
    readonly account: string;
    readonly amount: Amount;
  }[];
  /** What due diligence found about it. */
  readonly cases: readonly CaseLineReport[];
  /** The newest moments, oldest first. */
  readonly timeline: readonly { readonly at: string; readonly what: string }[];
  /** How many older moments are not shown. */
  readonly earlier: number;
}

/** A write of which nobody knows whether it happened. */
export interface DoubtReport {
  readonly kind: string;
  readonly provider: string;
  readonly reference: string;
  readonly since: string;
  readonly lookups: number;
  readonly nextLook: string | null;
}

/** A refund that people make by hand. */
export interface TaskReport {
  readonly task: string;
  readonly amount: Amount;
  readonly status: string;
  readonly why: string;
  readonly due: string;
  readonly receipt: string;
  readonly bankReference: string | null;
}

/** Money that came, and where each part of it went. */
export interface ReceiptReport {
  readonly provider: string;
  readonly transaction: string;
  readonly amount: Amount;
  readonly payer: string;
  readonly seen: string;
  readonly funded: Amount;
  readonly refunded: Amount;
  readonly review: Amount;
  readonly blocked: Amount;
  readonly reversed: boolean;
}

/** One write to the outside. */
export interface EffectReport {
  readonly kind: string;
  readonly provider: string;
  readonly status: string;
  readonly reference: string;
  readonly planned: string;
  readonly tries: number;
  readonly reason: string | null;
  readonly transactionId: string | null;
}

/** A proposal that waits for another person. */
export interface ProposalReport {
  readonly proposal: Reference;
  readonly hash: string;
  readonly does: string;
  /** The order that it is about; `null`: it is about a person. */
  readonly order: string | null;
  readonly case: Reference | null;
  readonly by: string;
  readonly expires: string;
}

/** A case in a list. No names. */
export interface CaseLineReport {
  readonly case: Reference;
  readonly rule: string;
  readonly order: string | null;
  readonly state: string;
  readonly decision: string | null;
  readonly opened: string;
  readonly entries: number;
  readonly reportDue: string | null;
  /** What is left until then: `5 h 20 min`, or `OVERDUE`. */
  readonly left: string | null;
}

/** A listed entry that two people know to be somebody else: `holds`, `over`, `void` or `revoked`. */
export interface ToldApartReport {
  readonly decision: string;
  readonly list: string;
  readonly entry: string;
  readonly state: string;
  readonly case: string;
  readonly by: string;
  readonly decided: string;
  readonly until: string;
}

/** A case with everything in it. `text` is personal data. */
export interface CaseReport extends CaseLineReport {
  readonly openedBy: string;
  readonly decided: string | null;
  readonly decidedBy: string | null;
  readonly report: string | null;
  readonly closed: string | null;
  readonly possible: readonly ('case note' | 'case decide' | 'case reported')[];
  readonly written: readonly {
    readonly at: string;
    readonly by: string;
    readonly kind: string;
    readonly facts: string;
    readonly text: string | null;
  }[];
  readonly toldApart: readonly ToldApartReport[];
}

/** Everything kept about a buyer. Personal data. */
export interface CustomerReport {
  readonly person: Reference;
  readonly name: string | null;
  readonly aliases: readonly string[];
  readonly born: string | null;
  readonly countries: readonly string[];
  readonly verification: string;
  readonly verifiedBy: string | null;
  readonly verifiedUntil: string | null;
  readonly tier: string | null;
  readonly enhancedUntil: string | null;
  readonly knownSince: string;
  /** How many other chats were verified as the same human. */
  readonly linked: number;
  readonly chats: readonly { readonly channel: string; readonly chat: string; readonly language: string }[];
  readonly orders: readonly {
    readonly order: string;
    readonly state: string;
    readonly pay: Amount | null;
    readonly address: string | null;
    readonly created: string;
    readonly confirmed: string | null;
  }[];
  readonly cases: readonly CaseLineReport[];
  readonly toldApart: readonly ToldApartReport[];
}

/** Whether the access log is whole. `head` is to be kept elsewhere. */
export interface AccessLogReport {
  readonly lines: number;
  readonly log: 'whole' | 'BROKEN';
  readonly brokenAt: string | null;
  readonly head: string;
}

/** What the books hold. */
export interface BalancesReport {
  readonly balances: readonly { readonly account: string; readonly amount: Amount }[];
  readonly trialBalance: 'even' | 'NOT EVEN';
  /** Assets whose sum is not zero, and accounts whose balance is not the sum of their lines. */
  readonly wrong: readonly string[];
}

/** A movement between places of our own that is under way. */
export interface TransferReport {
  readonly transfer: Reference;
  readonly kind: string;
  readonly amount: Amount;
  readonly by: string;
  readonly planned: string;
}

/** What is free at a place of the float. */
export interface FloatLine {
  readonly place: string;
  readonly free: Amount;
  readonly alarmBelow: Amount | null;
  readonly state: 'enough' | 'LOW' | 'no alarm set';
}

/** Statements, exchange and chain against the ledger. */
export interface ThreeWayReport {
  readonly from: string;
  readonly to: string;
  /** Whether no difference was found in what was compared. */
  readonly agrees: boolean;
  /** Places of which nothing tells what lies there: nobody has looked at them. */
  readonly notCompared: number;
  readonly inDoubt: number;
  readonly places: readonly {
    readonly place: string;
    readonly books: Amount;
    readonly there: Amount | null;
    readonly difference: Amount | null;
  }[];
  readonly rails: readonly { readonly rail: string; readonly lines: number; readonly agreed: number }[];
  readonly differences: readonly {
    readonly rail: string;
    readonly type: string;
    readonly transaction: string;
    readonly books: Amount | null;
    readonly statement: Amount | null;
  }[];
}

/** How the engine does. */
export interface EngineReport {
  readonly ready: boolean;
  readonly checks: Readonly<Record<string, string>>;
  readonly pause: { readonly paused: boolean; readonly by: string | null; readonly at: string | null };
  /** The lists that names are compared with. One that is not usable stops every sale and every delivery. */
  readonly lists: readonly { readonly list: string; readonly state: string; readonly asOf: string | null }[];
  /** Since when they cannot be read; `null`: they can. */
  readonly listsUnreadSince: string | null;
  readonly queues: readonly { readonly queue: string; readonly waiting: number; readonly active: number }[];
}

const MOST_MOMENTS = 500;

/** The orders that a filter lets through, newest first; the engine gives at most 200. */
export async function readOrders({ admin }: Desk, filter: OrderFilter): Promise<readonly LineReport[]> {
  return (await admin.orders(filter)).map((line) => ({
    number: line.number,
    state: line.state,
    hold: line.hold,
    why: line.holdReasons,
    doubts: line.doubts,
    pay: line.pay && amountOf(line.pay),
    created: iso(line.createdAt),
    updated: iso(line.updatedAt),
  }));
}

/** One order by its id or number. */
export async function readOrder({ admin }: Desk, idOrNumber: string): Promise<OrderReport> {
  const { order, timeline, ledger, cases } = await admin.order(idOrNumber);
  return {
    number: order.number,
    id: order.id,
    state: order.state,
    goes: order.disposition,
    hold: order.hold,
    why: order.holdReasons,
    pay: order.quote && amountOf(order.quote.pay),
    arrives: order.quote && amountOf(order.sale?.delivered ?? order.quote.arrives),
    address: order.address,
    rail: order.rail,
    created: iso(order.createdAt),
    payBy: isoOr(order.payBy),
    ended: order.endReason,
    possible: possibleNow(order),
    doubts: order.effects.filter(({ status }) => status === 'unknown').map(doubtOf),
    refundTasks: order.refundTasks.map((task) => ({
      task: task.id,
      amount: amountOf(task.amount),
      status: task.status,
      why: task.reason,
      due: iso(task.dueAt),
      receipt: task.transaction,
      bankReference: task.bankReference,
    })),
    receipts: order.receipts.map((receipt) => {
      const part = (minor: bigint) => amountOf({ asset: receipt.amount.asset, minor });
      return {
        provider: receipt.provider,
        transaction: receipt.transaction,
        amount: amountOf(receipt.amount),
        payer: receipt.payer,
        seen: iso(receipt.seenAt),
        funded: part(receipt.funded),
        refunded: part(receipt.refunded),
        review: part(receipt.review),
        blocked: part(receipt.blocked),
        reversed: receipt.reversed,
      };
    }),
    effects: order.effects.map(effectOf),
    ledger: ledger.map(({ at, kind, account, amount }) => ({ at: iso(at), kind, account, amount: amountOf(amount) })),
    cases: cases.map((one) => caseLineOf(one, null)),
    timeline: timeline.slice(-MOST_MOMENTS).map(({ at, what }) => ({ at: iso(at), what })),
    earlier: Math.max(0, timeline.length - MOST_MOMENTS),
  };
}

/** What waits for a second person, oldest first. */
export async function readProposals({ admin }: Desk): Promise<readonly ProposalReport[]> {
  const proposals = await admin.proposals();
  return Promise.all(
    proposals.map(async ({ id, payloadHash, action, proposedBy, expiresAt }) => {
      const about = action.type === 'case-decision' ? await admin.caseLine(action.case) : null;
      return {
        proposal: id,
        hash: payloadHash,
        does:
          action.type === 'case-decision'
            ? `decide case ${action.case} (${about?.rule ?? 'unknown'}) as ${action.decision}`
            : await tellAction(admin, action),
        order:
          action.type === 'case-decision' ? (about?.number ?? null) : (await admin.order(action.order)).order.number,
        case: about?.id ?? null,
        by: proposedBy,
        expires: iso(expiresAt),
      };
    }),
  );
}

/** Cases, the newest first. */
export async function readCases({ admin, now }: Desk, filter: CaseFilter): Promise<readonly CaseLineReport[]> {
  return (await admin.cases(filter)).map((one) => caseLineOf(one, now()));
}

/** One case, opened for whoever reads it. */
export async function readCase({ admin, now }: Desk, id: string, by: string): Promise<CaseReport> {
  const one = await admin.caseFile(id, by);
  return {
    ...caseLineOf(one, now()),
    openedBy: one.openedBy,
    decided: isoOr(one.decidedAt),
    decidedBy: one.decidedBy,
    report: one.reportReference,
    closed: isoOr(one.closedAt),
    possible: [
      'case note',
      ...(one.state === 'open' ? (['case decide'] as const) : []),
      ...(one.state === 'decided' ? (['case reported'] as const) : []),
    ],
    written: one.written.map(({ at, by: writer, kind, facts, text }) => ({
      at: iso(at),
      by: writer,
      kind,
      facts: Object.entries(facts)
        .map(([name, value]) => `${name} ${value}`)
        .join(', '),
      text,
    })),
    toldApart: one.toldApart.map(toldApartOf),
  };
}

/** Everything kept about an order's buyer, opened for whoever reads it. */
export async function readCustomer({ admin, now }: Desk, order: Reference, by: string): Promise<CustomerReport> {
  const { identity, verification, ...file } = await admin.customer(order, by);
  return {
    person: file.person,
    name: identity?.name ?? null,
    aliases: identity?.aliases ?? [],
    born: identity?.born ?? null,
    countries: identity?.countries ?? [],
    verification: verification.status,
    verifiedBy: verification.provider,
    verifiedUntil: isoOr(verification.until),
    tier: file.tier,
    enhancedUntil: isoOr(file.enhancedUntil),
    knownSince: iso(file.knownSince),
    linked: file.linked,
    chats: file.chats,
    orders: file.orders.map((one) => ({
      order: one.number,
      state: one.state,
      pay: one.pay && amountOf(one.pay),
      address: one.address,
      created: iso(one.createdAt),
      confirmed: isoOr(one.confirmedAt),
    })),
    cases: file.cases.map((one) => caseLineOf(one, now())),
    toldApart: file.toldApart.map(toldApartOf),
  };
}

/** Whether the access log is whole. */
export async function readAccessLog({ admin }: Desk): Promise<AccessLogReport> {
  const { lines, head, brokenAt } = await admin.proveAccessLog();
  return { lines, log: brokenAt === null ? 'whole' : 'BROKEN', brokenAt: brokenAt?.toString() ?? null, head };
}

function toldApartOf(one: DecisionLine): ToldApartReport {
  return {
    decision: one.id,
    list: one.source,
    entry: one.entry,
    state: one.state,
    case: one.case,
    by: one.decidedBy.join(' and '),
    decided: iso(one.decidedAt),
    until: iso(one.validUntil),
  };
}

function caseLineOf(one: StoredCase, now: number | null): CaseLineReport {
  const due = one.state === 'decided' ? one.reportDueAt : null;
  return {
    case: one.id,
    rule: one.rule,
    order: one.number,
    state: one.state,
    decision: one.decision,
    opened: iso(one.openedAt),
    entries: one.entries,
    reportDue: isoOr(due),
    left: due === null || now === null ? null : timeLeft(due - now),
  };
}

function timeLeft(ms: number): string {
  if (ms <= 0) return 'OVERDUE';
  const minutes = Math.floor(ms / 60_000);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Every balance that is not zero, and whether the books are even. */
export async function readBalances({ admin }: Desk): Promise<BalancesReport> {
  const [balances, { uneven, drifted }] = await Promise.all([admin.balances(), admin.trialBalance()]);
  const wrong = [
    ...uneven.map((amount) => `the sum of all accounts is not zero, but ${showAmount(amountOf(amount))}`),
    ...drifted.map((account) => `${account} is not the sum of its lines`),
  ];
  return {
    balances: balances.map(({ account, amount }) => ({ account, amount: amountOf(amount) })),
    trialBalance: wrong.length === 0 ? 'even' : 'NOT EVEN',
    wrong,
  };
}

/** The transfers that were planned and not finished. */
export async function readTransfers({ admin }: Desk): Promise<readonly TransferReport[]> {
  return (await admin.transfers()).map(({ reference, kind, amount, plannedBy, plannedAt }) => ({
    transfer: reference,
    kind,
    amount: amountOf(amount),
    by: plannedBy,
    planned: iso(plannedAt),
  }));
}

/** The float, place by place. */
export async function readFloatLines({ admin }: Desk): Promise<readonly FloatLine[]> {
  return (await admin.float()).map(({ place, free, alarmBelow, low }) => ({
    place,
    free: amountOf(free),
    alarmBelow: alarmBelow && amountOf(alarmBelow),
    state: low ? 'LOW' : alarmBelow ? 'enough' : 'no alarm set',
  }));
}

/** One day, three ways. */
export async function readDay({ admin }: Desk, day: string): Promise<ThreeWayReport> {
  const { from, to, agrees, inDoubt, places, rails } = await admin.reconcileDay(day);
  const orNull = (value: Money | null) => value && amountOf(value);
  return {
    from: iso(from),
    to: iso(to),
    agrees,
    notCompared: places.filter(({ there }) => there === null).length,
    inDoubt,
    places: places.map(({ place, books, there, difference }) => ({
      place,
      books: amountOf(books),
      there: orNull(there),
      difference: orNull(difference),
    })),
    rails: rails.map(({ rail, lines, agreed }) => ({ rail, lines, agreed })),
    differences: rails.flatMap(({ rail, differences }) =>
      differences.map(({ type, transaction, books, statement }) => ({
        rail,
        type,
        transaction,
        books: orNull(books),
        statement: orNull(statement),
      })),
    ),
  };
}

/** Queues, health and the pause. */
export async function readEngine({ admin, health }: Desk): Promise<EngineReport> {
  const [queues, { ready, checks, sales }, { paused, by, at }, { lists, unreadSince }] = await Promise.all([
    admin.queue(),
    health(),
    admin.pauseState(),
    admin.lists(),
  ]);
  return {
    ready,
    checks: { ...checks, ...sales },
    pause: { paused, by, at: isoOr(at) },
    lists: lists.map(({ source, state, asOf }) => ({ list: source, state, asOf: isoOr(asOf) })),
    listsUnreadSince: isoOr(unreadSince),
    queues,
  };
}

/** What an approval would do, as the end of “proposes to”. */
async function tellAction(
  admin: Desk['admin'],
  action: Exclude<ProposedAction, { readonly type: 'case-decision' }>,
): Promise<string> {
  const { order } = await admin.order(action.order);
  const money = (value: Money | undefined) => (value ? showAmount(amountOf(value)) : null);
  const pay = money(order.quote?.pay);
  const worth = [pay, order.hold === 'none' ? null : `hold: ${order.hold}`].filter((fact) => fact !== null);
  const named = worth.length === 0 ? `order ${order.number}` : `order ${order.number} (${worth.join(', ')})`;
  switch (action.type) {
    case 'release':
      return `let ${named} go on`;
    case 'refund':
      return `send the buyer’s money of ${named} back`;
    case 'refund-task-done': {
      const sum = money(order.refundTasks.find(({ id }) => id === action.task)?.amount) ?? 'the refund';
      return `report that ${sum} of order ${order.number} was paid back by hand, bank reference ${action.bankReference}`;
    }
    case 'payment-stated':
      return `report that ${showAmount(amountOf(action.amount))} for order ${order.number} stands in the bank’s statement, bank reference ${action.bankReference}`;
    case 'enhance':
      return `say that enhanced due diligence about the buyer of order ${order.number} is recorded (${action.evidence}), good until ${iso(action.until)}`;
  }
}

/** The engine decides in the end; this spares people what it would certainly refuse. */
function possibleNow(order: Order): OrderReport['possible'] {
  const standing = order.receipts.filter(({ reversed }) => !reversed);
  const setAside = standing.some(({ review, blocked }) => review + blocked > 0n);
  const delivering = order.effects.some(
    (effect) => effect.kind === 'send' && (isLive(effect) || effect.status === 'applied'),
  );
  const hasMoney = setAside || (!delivering && fundedOf(order) > 0n);
  const mayRefund = hasMoney && order.hold !== 'frozen';
  return [
    ...(order.hold === 'none' ? (['hold'] as const) : (['release'] as const)),
    ...(order.hold === 'frozen' ? [] : (['freeze'] as const)),
    ...(mayRefund ? (['refund'] as const) : []),
    ...(order.refundTasks.some(({ status }) => status === 'open') ? (['refund-task-done'] as const) : []),
    ...(order.holdReasons.includes('payment-unproven') || order.holdReasons.includes('approved-not-paid')
      ? (['payment-stated'] as const)
      : []),
  ];
}

function doubtOf({ kind, provider, reference, calledAt, lookups, lookAt }: Effect): DoubtReport {
  return { kind, provider, reference, since: iso(calledAt), lookups, nextLook: isoOr(lookAt) };
}

function effectOf({ kind, provider, status, reference, plannedAt, tries, fault, result }: Effect): EffectReport {
  return {
    kind,
    provider,
    status,
    reference,
    planned: iso(plannedAt),
    tries,
    reason: fault ? ('reason' in fault ? fault.reason : fault.kind) : null,
    transactionId: result?.kind === 'send' ? result.transactionId : null,
  };
}
