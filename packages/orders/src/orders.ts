import type { Asset, Identity, Instant, KycReason, Money, NextActionType, Reference } from '@rielrails/core';
import type { Secret } from '@rielrails/kit';
import type { Admin } from './admin/admin.ts';
import type { Declaration, DueDiligence } from './order/due-diligence.ts';
import type { Language, Silence, Want } from './order/order.ts';
import type { Policy } from './order/policy.ts';
import type { OrderState } from './order/state.ts';
import type { Providers } from './providers.ts';
import type { RailView } from './rail-view.ts';
import type { KeyProvider } from './store/key-provider.ts';
import type { KycStatus } from './store/people.ts';
import type { Terms } from './terms.ts';
import type { VerificationView } from './verification.ts';
import type { OrderView } from './view.ts';
import type { CrashPoint } from './workers/driver.ts';
import type { Inbox } from './workers/inbox.ts';

/** A private chat in some channel: whom a front end speaks with. */
export interface ChatRef {
  readonly channel: string;
  readonly chat: string;
}

/** What a buyer wishes for. */
export interface QuoteRequest {
  readonly want: Want;
  /** What the buyer pays in. */
  readonly payIn: Asset;
}

/** What a buyer agrees to. */
export interface Confirmation {
  /** From {@link TermsView}: proves which text and which quote were shown. */
  readonly termsHash: string;
  /** What happens when the price moves after payment and the buyer does not answer. */
  readonly silence: Silence;
}

/** The way of paying that a buyer takes. */
export interface RailChoice {
  readonly rail: string;
  /** Which way of that rail. Default: the first that the front end can show. */
  readonly way?: NextActionType;
  /** Given again after confirming, where the new rail leaves only `deliver`. */
  readonly silence?: Silence;
}

/** The text to agree to, and its hash. */
export interface TermsView {
  readonly text: string;
  readonly hash: string;
}

/** What a person may still do. */
export interface LimitsView {
  readonly perOrder: readonly Money[];
  readonly perDay: readonly Money[];
  readonly usedToday: readonly Money[];
  /** What the policy allows somebody known as well as this, over all currencies. Absent without a policy. */
  readonly tier?: TierView;
  readonly verification: VerificationView;
}

/** A person's tier, and how much of it is used. In the policy's currency. */
export interface TierView {
  readonly name: string;
  readonly perDay: Money;
  readonly usedToday: Money;
  /** In 30 days. */
  readonly perMonth: Money;
  readonly usedThisMonth: Money;
}

/**
 * Everything that a front end asks for. Each call checks that the order is this chat's own.
 *
 * @throws InputError from every command, naming field and rule, when something handed in breaks a rule; nothing has
 * then changed. Rules of orders: `unknown`, `not-yours`, `not-now`, `quote-expired`, `no-quote`, `terms-changed`,
 * `not-verified`, `no-address`, `float-short`, `over-limit`, `too-many-open`, `too-many-recent`, `screening-unavailable`, `paused`;
 * of addresses also `too-new`.
 */
export interface BuyerCommands {
  /** The chat's language, once it was chosen. */
  language(chat: ChatRef): Promise<Language | null>;
  setLanguage(chat: ChatRef, language: Language): Promise<void>;
  /** Prices a wish. A wish that was not confirmed yet is replaced: a chat has one open wish at a time. */
  quote(chat: ChatRef, request: QuoteRequest): Promise<OrderView>;
  /** The same wish at today's price. */
  refresh(chat: ChatRef, order: Reference): Promise<OrderView>;
  /** Takes an address as text or `bitcoin:` link. Refused with the reason: `other-network`, `checksum`, `malformed`, `unsupported`. */
  giveAddress(chat: ChatRef, order: Reference, text: string): Promise<OrderView>;
  /** The link to verification, and how it stands. Asked before any money. */
  verify(chat: ChatRef): Promise<VerificationView>;
  /** The exact text to agree to for this order's present quote. */
  terms(chat: ChatRef, order: Reference): Promise<TermsView>;
  /** Agrees. Screens, reserves the float, asks the rail; the view then has the payment request or says what happens next. */
  confirm(chat: ChatRef, order: Reference, confirmation: Confirmation): Promise<OrderView>;
  /** The ways of paying, and which of them suit this order. */
  rails(chat: ChatRef, order: Reference): Promise<readonly RailView[]>;
  /**
   * Takes another way of paying, before any money came; price and time to pay stay. What was shown is taken back. Refused with
   * field `rail`: `other-currency`, `too-little`, `too-much`; with field `silence`: `not-offered`, where the new rail cannot
   * refund by itself and `deliver` was not given.
   */
  chooseRail(chat: ChatRef, order: Reference, choice: RailChoice): Promise<OrderView>;
  /**
   * Hands in what the payer's side produced: the token of the card company's form, or the bank's reference of a transfer.
   * Once: a `token` that was handed in before is refused with `used`.
   */
  complete(chat: ChatRef, order: Reference, token: string): Promise<OrderView>;
  cancel(chat: ChatRef, order: Reference): Promise<OrderView>;
  /** Answers that the price moved. */
  answerPrice(chat: ChatRef, order: Reference, answer: Silence): Promise<OrderView>;
  /** "I paid": looks now. Limited per person, because looks are rationed. */
  look(chat: ChatRef, order: Reference): Promise<OrderView>;
  view(chat: ChatRef, order: Reference): Promise<OrderView>;
  /** The newest order of a chat that is not at an end, else the newest. */
  current(chat: ChatRef): Promise<OrderView | null>;
  /** The newest orders, newest first. */
  history(chat: ChatRef, limit?: number): Promise<readonly OrderView[]>;
  limits(chat: ChatRef): Promise<LimitsView>;
  /**
   * Everything kept about this person, for themselves. What due diligence found is not in it: to tell would be tipping off.
   */
  exportPerson(chat: ChatRef): Promise<PersonExport>;
  /**
   * Erases this person; the ledger stays. Where the law keeps their file for a time, the chat is theirs no longer, and the rest
   * is erased when that time is over. Refused with `not-now` while an order is open.
   */
  erasePerson(chat: ChatRef): Promise<ErasureView>;
}

/** What became of the wish to be erased. `until`: the day from which the law no longer keeps the file. */
export type ErasureView =
  | { readonly outcome: 'erased' }
  | { readonly outcome: 'restricted'; readonly until: Instant; readonly ground: 'retention' };

/** What is kept about a person, as data for themselves. */
export interface PersonExport {
  readonly exportedAt: Instant;
  readonly chat: ChatRef & { readonly language: Language };
  readonly knownSince: Instant;
  readonly verification: {
    readonly status: KycStatus;
    readonly provider: string | null;
    readonly until: Instant | null;
    readonly reasons: readonly KycReason[];
  };
  readonly identity: Identity | null;
  readonly orders: readonly {
    readonly number: string;
    readonly state: OrderState;
    readonly pay: Money | null;
    readonly address: string | null;
    readonly createdAt: number;
    readonly confirmedAt: number | null;
    readonly received: Money | null;
    readonly delivery: OrderView['delivery'];
    readonly refunds: OrderView['refunds'];
    readonly timeline: OrderView['timeline'];
  }[];
  /** What they wrote to the front end, as it came in, the newest first; at most 1000. */
  readonly messages: readonly { readonly at: number; readonly text: string }[];
}

/** Why a front end could not show something. `gone`: the buyer cannot be reached any more. */
export type ShowResult =
  | { readonly outcome: 'shown'; readonly handle: string }
  | { readonly outcome: 'later'; readonly retryAfterMs: number }
  | { readonly outcome: 'gone' };

/**
 * What a front end does for the engine: shows an order's present view in its chat.
 *
 * Called again until it answers, so showing must be harmless to repeat: with the `handle` of its earlier message it
 * edits that one in place.
 */
export type Show = (chat: ChatRef, view: OrderView, handle: string | null) => Promise<ShowResult>;

/** What an engine is made of. */
export interface OrdersOptions {
  readonly database: { readonly url: Secret; readonly poolSize?: number };
  readonly providers: Providers;
  readonly policy: Policy;
  readonly terms: Terms;
  /** Wraps the keys that seal personal data; at least 32 characters. */
  readonly dataKey: Secret;
  /** Earlier data keys, which still open what was sealed under them. */
  readonly olderDataKeys?: readonly Secret[];
  /** Who wraps the keys instead, such as a key management service. Default: `dataKey`, on this machine. */
  readonly keys?: KeyProvider;
  readonly mode: 'sandbox' | 'live';
  /** Whom to serve, what to look for, what to keep: see `readPolicy`. Live mode asks for it. */
  readonly dueDiligence?: DueDiligence;
  /** The operator's statement about each provider whose rules do not simply allow a bitcoin sale. Live mode asks for it. */
  readonly declaration?: Declaration;
  /** Start without any write to the outside, until {@link Orders.reconcile} has looked everything up. */
  readonly recovery?: boolean;
  readonly show?: Show;
  /** Told when somebody's verification moved, so that a front end can go on where the buyer was. */
  readonly verified?: (news: VerificationNews) => Promise<void>;
  /**
   * Erases what others on our side keep about somebody, such as a desk with documents, before the engine erases what it keeps. Called
   * again after a failure, and when it had succeeded already.
   */
  readonly forget?: (person: Reference) => Promise<void>;
  /** Called at each crash point. For tests that die there. */
  readonly probe?: (point: CrashPoint, doing: string) => void;
}

/** Somebody's verification moved. */
export interface VerificationNews {
  readonly person: Reference;
  readonly status: VerificationView['status'];
  readonly chats: readonly ChatRef[];
  /** Their open orders. */
  readonly orders: readonly Reference[];
}

/** What a reconciliation found. */
export interface Reconciliation {
  readonly ordersLookedAt: number;
  /** Effects that the database had lost and a lookup brought back. */
  readonly effectsFound: number;
  /** Lookups without a usable answer: writing outside stays closed until none is left. */
  readonly unanswered: number;
}

/** Whether the engine can do its work. */
export interface Health {
  readonly ready: boolean;
  readonly checks: Readonly<Record<string, 'ok' | 'failing'>>;
  /** What new orders need beside that. Webhooks and orders under way go on without it, so `ready` does not count it. */
  readonly sales: Readonly<Record<string, 'ok' | 'failing'>>;
}

/** The engine. */
export interface Orders {
  readonly buyer: BuyerCommands;
  readonly admin: Admin;
  /** For a front end's own incoming messages: stored before they are acknowledged. */
  readonly inbox: Inbox;
  /** Answers provider webhooks, `/livez` and `/readyz`. */
  handle(request: Request): Promise<Response>;
  /** Takes up work: jobs, timers, the sweep. */
  start(): Promise<void>;
  /** Lets running steps end, at most this long, and closes everything. */
  stop(withinMs?: number): Promise<void>;
  /** Looks at one order now. */
  wake(order: Reference): Promise<void>;
  /** Looks at everything that is due. What the sweep does each minute. */
  sweep(): Promise<void>;
  /** After a restore: looks up every reference that may have been used since the backup. */
  reconcile(): Promise<Reconciliation>;
  /** Waits until nothing is under way in this process. */
  idle(): Promise<void>;
  health(): Promise<Health>;
  /** The engine's time. */
  now(): Instant;
}
