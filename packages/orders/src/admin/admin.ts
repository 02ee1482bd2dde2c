import type { Identity, Instant, Money, Reference } from '@rielrails/core';
import type { ListsView } from '../list-watch.ts';
import type { CaseAnswer } from '../order/due-diligence.ts';
import type { AccessProof } from '../store/access-log.ts';
import type { CaseFilter, StoredCase, StoredEntry } from '../store/cases.ts';
import type { CustomerRecords } from '../store/customers.ts';
import type { Person } from '../store/people.ts';
import type { Balance, TrialBalance } from '../store/ledger.ts';
import type { DecisionLine } from './telling-apart.ts';
import type { Happening, Order } from '../order/order.ts';
import type { FloatReport } from '../treasury/float.ts';
import type { ThreeWay } from '../treasury/three-way.ts';
import type { QueueStats } from '../workers/queue.ts';
import type { TreasuryDesk } from './treasury-desk.ts';

/** An order in a list for operators. No personal data. */
export interface OrderLine {
  readonly id: Reference;
  readonly number: string;
  readonly state: Order['state'];
  readonly disposition: Order['disposition'];
  readonly hold: Order['hold'];
  readonly holdReasons: Order['holdReasons'];
  readonly pay: Money | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly doubts: number;
}

/** A case with everything in it. `text` is personal data, opened. */
export interface CaseFile extends StoredCase {
  readonly written: readonly (Omit<StoredEntry, 'sealed'> & { readonly text: string | null })[];
  /** What was decided in it about listed entries, oldest first. */
  readonly toldApart: readonly DecisionLine[];
}

/** Everything kept about a buyer: personal data, opened. */
export interface CustomerFile extends CustomerRecords {
  readonly person: Reference;
  readonly identity: Identity | null;
  readonly verification: Person['kyc'];
  readonly tier: string | null;
  readonly knownSince: number;
  readonly cases: readonly StoredCase[];
  /** The listed entries that people know to be somebody else, oldest first. */
  readonly toldApart: readonly DecisionLine[];
}

/**
 * What the authority, or an auditor, is given. `suspicious`: suspicions decided in the time. `large`: orders with which
 * somebody paid more than the policy's amount, single or linked. `access`: who read which personal datum.
 */
export type ReportKind = 'suspicious' | 'large' | 'access';

/** A table as RFC 4180 writes it, with a line of titles. Times are UTC. */
export interface CsvReport {
  readonly rows: number;
  readonly csv: string;
}

/** An order with everything an operator needs to judge it. No names. */
export interface OrderFile {
  /** What due diligence found about it. */
  readonly cases: readonly StoredCase[];
  readonly order: Order;
  readonly timeline: readonly Happening[];
  readonly ledger: readonly {
    readonly at: number;
    readonly kind: string;
    readonly account: string;
    readonly amount: Money;
  }[];
}

/** What two people do together: one proposes, another approves. */
export type ProposedAction =
  | { readonly type: 'release'; readonly order: Reference }
  | { readonly type: 'refund'; readonly order: Reference }
  | {
      readonly type: 'refund-task-done';
      readonly order: Reference;
      readonly task: Reference;
      readonly bankReference: string;
    }
  | {
      readonly type: 'payment-stated';
      readonly order: Reference;
      /** The payment request on which it came. */
      readonly request: Reference;
      readonly bankReference: string;
      readonly amount: Money;
    }
  | { readonly type: 'case-decision'; readonly case: Reference; readonly decision: CaseAnswer }
  /** Lifts a buyer into the tier of those about whom more is recorded. */
  | { readonly type: 'enhance'; readonly order: Reference; readonly until: Instant; readonly evidence: string };

/** A proposal waiting for its second person. */
export interface Proposal {
  readonly id: Reference;
  readonly action: ProposedAction;
  readonly payloadHash: string;
  readonly proposedBy: string;
  readonly expiresAt: number;
}

/** How a command ended: done at once, or waiting for a second person. */
export type CommandResult =
  | { readonly outcome: 'done' }
  | { readonly outcome: 'proposed'; readonly proposal: Proposal };

/** Which orders a list shows. */
export type OrderFilter = 'all' | 'open' | 'held' | 'in-doubt' | 'refund-tasks';

/** The kinds of movements between places of our own. */
export type TransferKind = 'float-in' | 'float-out' | 'exchange-to-wallet' | 'wallet-to-cold' | 'bank-settlement';

/** A movement between places of our own that is not finished. */
export interface Transfer {
  readonly reference: Reference;
  readonly kind: TransferKind;
  readonly amount: Money;
  readonly plannedBy: string;
  readonly plannedAt: number;
}

/** What became of a statement. */
export interface StatementKept {
  readonly lines: number;
  /** Those that were not known before. */
  readonly fresh: number;
}

/** Whether new orders are paused. `by` and `at` are `null` as long as nobody ever changed it. */
export interface PauseState {
  readonly paused: boolean;
  readonly by: string | null;
  readonly at: number | null;
}

/**
 * What operators do. Stopping needs one person, starting again may need two.
 *
 * @throws InputError naming field and rule; nothing has then changed.
 */
export interface Admin {
  orders(filter?: OrderFilter): Promise<readonly OrderLine[]>;
  order(idOrNumber: string): Promise<OrderFile>;
  /** Stops an order. Frozen: nothing moves at all, refunds included. */
  hold(order: Reference, hold: 'review' | 'frozen', by: string): Promise<void>;
  /** Lets a held order go on. A frozen one, or one above the policy's threshold, needs a second person. */
  release(order: Reference, by: string): Promise<CommandResult>;
  /** Sends the buyer's money back. Above the policy's threshold it needs a second person. */
  refund(order: Reference, by: string): Promise<CommandResult>;
  /** Says that a refund by hand was paid. Always needs a second person; a bank reference counts once. */
  refundTaskDone(order: Reference, task: Reference, bankReference: string, by: string): Promise<CommandResult>;
  /**
   * Says that a payment stands in the bank's statement, where the rail itself proves nothing. Always needs a second person; a
   * bank reference counts once.
   */
  paymentStated(
    order: Reference,
    request: Reference,
    bankReference: string,
    amount: Money,
    by: string,
  ): Promise<CommandResult>;
  /** The second person. Not the first; not after thirty minutes. */
  approve(proposal: Reference, payloadHash: string, by: string): Promise<void>;
  proposals(): Promise<readonly Proposal[]>;
  /** What due diligence found, the newest first, at most 200. No names. */
  cases(filter?: CaseFilter): Promise<readonly StoredCase[]>;
  /** One case, unopened. */
  caseLine(id: string): Promise<StoredCase>;
  /** One case, opened. Who reads it is written into the access log before. */
  caseFile(id: string, by: string): Promise<CaseFile>;
  /** Opens a case about an order by hand. It stops nothing by itself. */
  openCase(order: Reference, note: string, by: string): Promise<Reference>;
  noteCase(id: string, note: string, by: string): Promise<void>;
  /**
   * Decides an open case, with the reason. `somebody-else` always takes two: see {@link CaseAnswer}. The last one cleared about an order lets it go on; `refused` means that this human is
   * not served any more; `suspicious` starts the time in which it is reported, and about a name it freezes
   * what is under way. Who needs a second person, the policy says.
   */
  decideCase(id: string, decision: CaseAnswer, reason: string, by: string): Promise<CommandResult>;
  /**
   * Takes back that a buyer is somebody else than a listed entry: at the next screening the entry counts again. One person
   * suffices; refused with `unknown` where no such decision stands.
   */
  revokeSomebodyElse(decision: string, reason: string, by: string): Promise<void>;
  /** Says that the report of a suspicion was filed, under which reference. */
  caseReported(id: string, reference: string, by: string): Promise<void>;
  /** Says that enhanced due diligence about an order's buyer is recorded, where, and for how many days. Always two people. */
  enhance(order: Reference, days: number, evidence: string, by: string): Promise<CommandResult>;
  /** Everything kept about an order's buyer. Who reads it is written into the access log before. */
  customer(order: Reference, by: string): Promise<CustomerFile>;
  /** A report over days of Phnom Penh, both included, at most 400. Whose identity stands in it is written into the access log. */
  report(kind: ReportKind, from: string, to: string, by: string): Promise<CsvReport>;
  /** Writes into the access log who is about to read what about a person. For desks that keep personal data elsewhere. */
  noteReading(person: Reference, fields: readonly string[], why: string, by: string): Promise<void>;
  /** Whether the access log is whole. */
  proveAccessLog(): Promise<AccessProof>;
  balances(): Promise<readonly Balance[]>;
  trialBalance(): Promise<TrialBalance>;
  /** Books float that the operator brought to a place (`exchange:ID` or `wallet:ID`), once per evidence. */
  bringIn(place: `exchange:${string}` | `wallet:${string}`, amount: Money, evidence: string, by: string): Promise<void>;
  /** Plans a movement between places of our own; done when the evidence is there. */
  planTransfer(kind: TransferKind, amount: Money, by: string): Promise<Reference>;
  finishTransfer(transfer: Reference, evidence: string, fee: Money | null, by: string): Promise<void>;
  /** The transfers that were planned and not finished, oldest first. */
  transfers(): Promise<readonly Transfer[]>;
  /** Sweeps, top-ups and consolidation of a wallet of the operator's own. */
  readonly treasury: TreasuryDesk;
  /** What is free at each place, against the alarms of the policy. */
  float(): Promise<readonly FloatReport[]>;
  /** Keeps a rail's statement. A line that was brought before counts once. Safe to repeat. */
  bringStatement(rail: string, text: string, by: string): Promise<StatementKept>;
  /** Statements, exchange and chain against the ledger, for one day in Phnom Penh (`2026-11-21`). Reads only. */
  reconcileDay(day: string): Promise<ThreeWay>;
  /** How the lists stand that names are compared with, as they were last read. Asks nobody. */
  lists(): Promise<ListsView>;
  queue(): Promise<readonly QueueStats[]>;
  /** Pauses new orders, and lifts the pause. What is under way goes on. */
  pause(paused: boolean, by: string): Promise<void>;
  pauseState(): Promise<PauseState>;
}
