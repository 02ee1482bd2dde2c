// ── @rielrails/orders

export type Account = Brand<string, 'Account'>;
export interface Admin {
    orders(filter?: OrderFilter): Promise<readonly OrderLine[]>;
    order(idOrNumber: string): Promise<OrderFile>;
    hold(order: Reference, hold: 'review' | 'frozen', by: string): Promise<void>;
    release(order: Reference, by: string): Promise<CommandResult>;
    refund(order: Reference, by: string): Promise<CommandResult>;
    refundTaskDone(order: Reference, task: Reference, bankReference: string, by: string): Promise<CommandResult>;
    paymentStated(order: Reference, request: Reference, bankReference: string, amount: Money, by: string): Promise<CommandResult>;
    approve(proposal: Reference, payloadHash: string, by: string): Promise<void>;
    proposals(): Promise<readonly Proposal[]>;
    cases(filter?: CaseFilter): Promise<readonly StoredCase[]>;
    caseLine(id: string): Promise<StoredCase>;
    caseFile(id: string, by: string): Promise<CaseFile>;
    openCase(order: Reference, note: string, by: string): Promise<Reference>;
    noteCase(id: string, note: string, by: string): Promise<void>;
    decideCase(id: string, decision: CaseAnswer, reason: string, by: string): Promise<CommandResult>;
    revokeSomebodyElse(decision: string, reason: string, by: string): Promise<void>;
    caseReported(id: string, reference: string, by: string): Promise<void>;
    enhance(order: Reference, days: number, evidence: string, by: string): Promise<CommandResult>;
    customer(order: Reference, by: string): Promise<CustomerFile>;
    report(kind: ReportKind, from: string, to: string, by: string): Promise<CsvReport>;
    noteReading(person: Reference, fields: readonly string[], why: string, by: string): Promise<void>;
    proveAccessLog(): Promise<AccessProof>;
    balances(): Promise<readonly Balance[]>;
    trialBalance(): Promise<TrialBalance>;
    bringIn(place: `exchange:${string}` | `wallet:${string}`, amount: Money, evidence: string, by: string): Promise<void>;
    planTransfer(kind: TransferKind, amount: Money, by: string): Promise<Reference>;
    finishTransfer(transfer: Reference, evidence: string, fee: Money | null, by: string): Promise<void>;
    transfers(): Promise<readonly Transfer[]>;
    readonly treasury: TreasuryDesk;
    float(): Promise<readonly FloatReport[]>;
    bringStatement(rail: string, text: string, by: string): Promise<StatementKept>;
    reconcileDay(day: string): Promise<ThreeWay>;
    lists(): Promise<ListsView>;
    queue(): Promise<readonly QueueStats[]>;
    pause(paused: boolean, by: string): Promise<void>;
    pauseState(): Promise<PauseState>;
}
export interface Balance {
    readonly account: Account;
    readonly amount: Money;
}
export type BuyerAction = 'give-address' | 'verify' | 'refresh-quote' | 'choose-rail' | 'confirm' | 'pay' | 'complete' | 'cancel' | 'answer-price';
export interface BuyerCommands {
    language(chat: ChatRef): Promise<Language | null>;
    setLanguage(chat: ChatRef, language: Language): Promise<void>;
    quote(chat: ChatRef, request: QuoteRequest): Promise<OrderView>;
    refresh(chat: ChatRef, order: Reference): Promise<OrderView>;
    giveAddress(chat: ChatRef, order: Reference, text: string): Promise<OrderView>;
    verify(chat: ChatRef): Promise<VerificationView>;
    terms(chat: ChatRef, order: Reference): Promise<TermsView>;
    confirm(chat: ChatRef, order: Reference, confirmation: Confirmation): Promise<OrderView>;
    rails(chat: ChatRef, order: Reference): Promise<readonly RailView[]>;
    chooseRail(chat: ChatRef, order: Reference, choice: RailChoice): Promise<OrderView>;
    complete(chat: ChatRef, order: Reference, token: string): Promise<OrderView>;
    cancel(chat: ChatRef, order: Reference): Promise<OrderView>;
    answerPrice(chat: ChatRef, order: Reference, answer: Silence): Promise<OrderView>;
    look(chat: ChatRef, order: Reference): Promise<OrderView>;
    view(chat: ChatRef, order: Reference): Promise<OrderView>;
    current(chat: ChatRef): Promise<OrderView | null>;
    history(chat: ChatRef, limit?: number): Promise<readonly OrderView[]>;
    limits(chat: ChatRef): Promise<LimitsView>;
    exportPerson(chat: ChatRef): Promise<PersonExport>;
    erasePerson(chat: ChatRef): Promise<ErasureView>;
}
export type CaseAnswer = CaseDecision | 'somebody-else';
export type CaseDecision = 'cleared' | 'refused' | 'suspicious';
export interface ChatRef {
    readonly channel: string;
    readonly chat: string;
}
export type CommandResult = {
    readonly outcome: 'done';
} | {
    readonly outcome: 'proposed';
    readonly proposal: Proposal;
};
export declare class CommitUnknownError extends Error {
    constructor(options?: ErrorOptions);
}
export type CompareNames = (payer: string, verified: string) => PayerMatch;
export interface Confirmation {
    readonly termsHash: string;
    readonly silence: Silence;
}
export type CrashPoint = 'before-plan' | 'in-plan' | 'after-plan' | 'after-call' | 'in-record' | 'after-record';
export interface CustomerFile extends CustomerRecords {
    readonly person: Reference;
    readonly identity: Identity | null;
    readonly verification: Person['kyc'];
    readonly tier: string | null;
    readonly knownSince: number;
    readonly cases: readonly StoredCase[];
    readonly toldApart: readonly DecisionLine[];
}
export declare class DatabaseNewerError extends Error {
    readonly migration: string;
    constructor(migration: string);
}
export interface DecisionLine extends Omit<StoredDecision, 'identity' | 'kyc'> {
    readonly state: 'holds' | 'over' | 'void' | 'revoked';
}
export type Declaration = Readonly<Record<string, {
    readonly reference: string;
    readonly date: string;
    readonly scope: string;
}>>;
export type Disposition = 'undecided' | 'deliver' | 'refund';
export interface DueDiligence {
    readonly jurisdiction: string;
    readonly licence: Licence;
    readonly declaration: Declaration;
    readonly currency: Asset;
    readonly worth: Readonly<Record<string, bigint>>;
    readonly worthGround: Ground;
    readonly tiers: NonEmpty<Tier>;
    readonly newAddress: {
        readonly above: Money;
        readonly waitMs: number;
        readonly ground: Ground;
    } | null;
    readonly rules: readonly MonitoringRule[];
    readonly cases: {
        readonly twoPeople: readonly CaseDecision[];
        readonly reportSuspicionWithinMs: number;
        readonly somebodyElseForMs: number;
        readonly ground: Ground;
    };
    readonly largeReport: {
        readonly over: Money;
        readonly withinMs: number;
        readonly dueWithinMs: number;
        readonly ground: Ground;
    };
    readonly retention: {
        readonly recordsMs: number;
        readonly recordsGround: Ground;
        readonly incomingMs: number;
        readonly incomingGround: Ground;
    };
    readonly lists: {
        readonly required: readonly string[];
        readonly maximumAgeMs: number;
        readonly ground: Ground;
    };
}
export interface Effect {
    readonly reference: Reference;
    readonly kind: EffectKind;
    readonly seq: number;
    readonly provider: string;
    readonly status: EffectStatus;
    readonly doubted: boolean;
    readonly tries: number;
    readonly lookups: number;
    readonly handle: string | null;
    readonly request: EffectRequest;
    readonly result: EffectResult | null;
    readonly fault: Refusal | Doubt | null;
    readonly plannedAt: Instant;
    readonly calledAt: Instant;
    readonly settledAt: Instant | null;
    readonly lookAt: Instant | null;
    readonly lookedAt: Instant | null;
}
export type EffectKind = 'request-payment' | 'cancel-payment' | 'complete-payment' | 'approve-payment' | 'buy' | 'send' | 'bump' | 'refund';
export type EffectRequest = {
    readonly kind: 'request-payment';
    readonly amount: Money;
    readonly expiresAt: Instant;
    readonly way: NextActionType | null;
} | {
    readonly kind: 'cancel-payment';
    readonly of: Reference;
} | {
    readonly kind: 'complete-payment';
    readonly of: Reference;
    readonly token: string;
} | {
    readonly kind: 'approve-payment';
    readonly of: Reference;
    readonly approval: string;
    readonly decision: 'accept' | 'refuse';
    readonly reason: RefusalReason | null;
} | {
    readonly kind: 'buy';
    readonly quote: MarketQuote;
    readonly atLeast: Money;
} | {
    readonly kind: 'send';
    readonly amount: Money;
    readonly address: string;
    readonly binding: string | null;
} | {
    readonly kind: 'bump';
    readonly of: Reference;
    readonly replaces: string;
} | {
    readonly kind: 'refund';
    readonly of: Reference;
    readonly transaction: string;
    readonly amount: Money;
    readonly refundedBefore: Money;
};
export type EffectResult = {
    readonly kind: 'request-payment';
    readonly next: NextAction | null;
    readonly payableUntil: Instant | null;
    readonly open: boolean;
} | {
    readonly kind: 'cancel-payment';
} | {
    readonly kind: 'complete-payment';
} | {
    readonly kind: 'approve-payment';
} | {
    readonly kind: 'buy';
    readonly closed: boolean;
    readonly spent: Money;
    readonly received: Money;
    readonly fees: readonly Money[];
} | {
    readonly kind: 'send';
    readonly transactionId: string | null;
    readonly depth: number;
    readonly fee: Money | null;
    readonly fundsReturned?: true;
} | {
    readonly kind: 'bump';
    readonly transactionId: string | null;
} | {
    readonly kind: 'refund';
};
export type EffectStatus = 'planned' | 'waiting' | 'unknown' | 'applied' | 'refused' | 'absent';
export type ErasureView = {
    readonly outcome: 'erased';
} | {
    readonly outcome: 'restricted';
    readonly until: Instant;
    readonly ground: 'retention';
};
export interface Explained {
    readonly holds: string;
    readonly ground: Ground | null;
}
export interface ExplainedSection {
    readonly title: string;
    readonly lines: readonly Explained[];
}
export interface Ground {
    readonly says: string;
    readonly standing: 'primary source' | 'secondary source' | 'recalled, unverified' | 'the operator’s choice';
}
export interface Happening {
    readonly at: Instant;
    readonly what: string;
}
export interface Health {
    readonly ready: boolean;
    readonly checks: Readonly<Record<string, 'ok' | 'failing'>>;
    readonly sales: Readonly<Record<string, 'ok' | 'failing'>>;
}
export type Hold = 'none' | 'review' | 'frozen';
export type HoldReason = 'payer-mismatch' | 'payer-unknown-above-cap' | 'other-currency' | 'receipt-changed' | 'name-review' | 'name-blocked' | 'address-review' | 'address-blocked' | 'kyc-not-approved' | 'below-floor' | 'reversed-after-buy' | 'send-refused' | 'create-in-doubt' | 'in-doubt-too-long' | 'screening-unavailable' | 'delivery-undone' | 'delivery-differs' | 'purchase-differs' | 'approved-not-paid' | 'payment-unproven' | 'payer-address' | 'monitoring' | 'operator';
export interface Inbox {
    put(messages: readonly Message[]): Promise<number>;
    handle(source: string, handler: MessageHandler, order?: HandlingOrder): void;
    work(id: string): Promise<void>;
    sweep(olderThan: Instant): Promise<void>;
    idle(): Promise<void>;
}
export interface KeyProvider {
    readonly currentKeyId: string;
    generateDataKey(context: string): Promise<WrappedKey & {
        readonly plain: Uint8Array;
    }>;
    unwrap(key: WrappedKey, context: string): Promise<Uint8Array>;
    rewrap(key: WrappedKey, context: string): Promise<WrappedKey>;
}
export type KycStatus = 'none' | 'starting' | 'pending' | 'approved' | 'retry' | 'rejected' | 'revoked';
export type Language = 'en' | 'km';
export type Licence = {
    readonly type: 'licensed';
    readonly authority: string;
    readonly number: string;
    readonly scope: string;
    readonly validUntil: Instant;
} | {
    readonly type: 'not-required';
    readonly because: string;
    readonly declaredBy: string;
    readonly date: string;
} | {
    readonly type: 'none';
};
export interface LimitsView {
    readonly perOrder: readonly Money[];
    readonly perDay: readonly Money[];
    readonly usedToday: readonly Money[];
    readonly tier?: TierView;
    readonly verification: VerificationView;
}
export interface ListLine {
    readonly source: string;
    readonly state: 'usable' | 'too-old' | 'not-read';
    readonly version: string | null;
    readonly asOf: Instant | null;
    readonly usableUntil: Instant | null;
}
export interface ListsView {
    readonly lists: readonly ListLine[];
    readonly unreadSince: Instant | null;
}
export interface LocalKeysOptions {
    readonly current: Secret;
    readonly older?: readonly Secret[];
}
export interface Message {
    readonly source: string;
    readonly key: string;
    readonly lane: string;
    readonly trust: 'verified' | 'hint';
    readonly headers: Readonly<Record<string, string>>;
    readonly method?: string;
    readonly url?: string;
    readonly body: Uint8Array;
    readonly receivedAt?: Instant;
    readonly targets: readonly string[];
}
export type MessageHandler = (message: Message) => Promise<void>;
export type MonitoringRule = {
    readonly id: string;
    readonly action: 'case' | 'hold' | 'hold-person';
    readonly ground: Ground;
} & ({
    readonly type: 'total';
    readonly from: Money;
    readonly withinMs: number;
} | {
    readonly type: 'just-below';
    readonly of: Money;
    readonly share: number;
    readonly orders: number;
    readonly withinMs: number;
} | {
    readonly type: 'rapid-repeat';
    readonly orders: number;
    readonly withinMs: number;
} | {
    readonly type: 'shared-address';
    readonly people: number;
} | {
    readonly type: 'shared-payer';
    readonly people: number;
});
export interface Order {
    readonly id: Reference;
    readonly number: string;
    readonly version: number;
    readonly seed: string;
    readonly person: Reference;
    readonly channel: string;
    readonly chat: string;
    readonly language: Language;
    readonly state: OrderState;
    readonly disposition: Disposition;
    readonly hold: Hold;
    readonly holdReasons: readonly HoldReason[];
    readonly createdAt: Instant;
    readonly rail: string;
    readonly way: NextActionType | null;
    readonly custody: string;
    readonly want: Want;
    readonly quote: OrderQuote | null;
    readonly address: string | null;
    readonly terms: {
        readonly hash: string;
        readonly language: Language;
        readonly acceptedAt: Instant;
    } | null;
    readonly silence: Silence;
    readonly binding: string | null;
    readonly claimed: boolean;
    readonly payBy: Instant | null;
    readonly watchUntil: Instant | null;
    readonly reserved: boolean;
    readonly sale: {
        readonly delivered: Money;
    } | null;
    readonly question: PriceQuestion | null;
    readonly pauseUntil: Instant | null;
    readonly pauses: number;
    readonly paidAt: Instant | null;
    readonly effects: readonly Effect[];
    readonly receipts: readonly OrderReceipt[];
    readonly refundTasks: readonly RefundTask[];
    readonly happenings: readonly Happening[];
    readonly endReason: string | null;
}
export interface OrderFile {
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
export type OrderFilter = 'all' | 'open' | 'held' | 'in-doubt' | 'refund-tasks';
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
export interface OrderQuote {
    readonly pay: Money;
    readonly fee: Money;
    readonly budget: Money;
    readonly reserve: Money;
    readonly exchangeFee: Money;
    readonly networkFee: Money;
    readonly arrives: Money;
    readonly floor: Money;
    readonly ceiling: Money;
    readonly pricePerBitcoin: Money;
    readonly quotedAt: Instant;
    readonly validUntil: Instant;
}
export interface OrderReceipt {
    readonly provider: string;
    readonly transaction: string;
    readonly request: Reference;
    readonly amount: Money;
    readonly paidAt: Instant | null;
    readonly seenAt: Instant;
    readonly payer: PayerMatch;
    readonly funded: bigint;
    readonly refunded: bigint;
    readonly review: bigint;
    readonly blocked: bigint;
    readonly reversed: boolean;
    readonly reversibleUntil: Instant | null;
}
export type OrderState = 'draft' | 'quoted' | 'confirmed' | 'awaiting-payment' | 'paid' | 'buying' | 'bought' | 'sending' | 'broadcast' | 'DELIVERED' | 'refund-due' | 'refunding' | 'REFUNDED' | 'EXPIRED' | 'CANCELLED' | 'REJECTED';
export interface OrderView {
    readonly id: Reference;
    readonly number: string;
    readonly version: number;
    readonly state: OrderState;
    readonly step: ViewStep;
    readonly language: Language;
    readonly lines: readonly QuoteLine[];
    readonly quoteValidUntil: Instant | null;
    readonly address: string | null;
    readonly rail: string;
    readonly declined: boolean;
    readonly next: NextAction | null;
    readonly toPay: Money | null;
    readonly payBy: Instant | null;
    readonly received: Money | null;
    readonly question: {
        readonly offered: Money;
        readonly floor: Money;
        readonly answerBy: Instant;
        readonly silence: Silence;
    } | null;
    readonly delivery: {
        readonly amount: Money;
        readonly transactionId: string | null;
        readonly confirmations: number;
        readonly needed: number;
    } | null;
    readonly refunds: readonly RefundView[];
    readonly refundWay: 'rail' | 'by-hand';
    readonly refundWithinMs: number;
    readonly silenceChoices: readonly Silence[];
    readonly may: readonly BuyerAction[];
    readonly timeline: readonly Happening[];
    readonly createdAt: Instant;
}
export interface Orders {
    readonly buyer: BuyerCommands;
    readonly admin: Admin;
    readonly inbox: Inbox;
    handle(request: Request): Promise<Response>;
    start(): Promise<void>;
    stop(withinMs?: number): Promise<void>;
    wake(order: Reference): Promise<void>;
    sweep(): Promise<void>;
    reconcile(): Promise<Reconciliation>;
    idle(): Promise<void>;
    health(): Promise<Health>;
    now(): Instant;
}
export interface OrdersOptions {
    readonly database: {
        readonly url: Secret;
        readonly poolSize?: number;
    };
    readonly providers: Providers;
    readonly policy: Policy;
    readonly terms: Terms;
    readonly dataKey: Secret;
    readonly olderDataKeys?: readonly Secret[];
    readonly keys?: KeyProvider;
    readonly mode: 'sandbox' | 'live';
    readonly dueDiligence?: DueDiligence;
    readonly declaration?: Declaration;
    readonly recovery?: boolean;
    readonly show?: Show;
    readonly verified?: (news: VerificationNews) => Promise<void>;
    readonly forget?: (person: Reference) => Promise<void>;
    readonly probe?: (point: CrashPoint, doing: string) => void;
}
export interface PauseState {
    readonly paused: boolean;
    readonly by: string | null;
    readonly at: number | null;
}
export type PayerMatch = 'match' | 'unknown' | 'mismatch';
export interface PersonExport {
    readonly exportedAt: Instant;
    readonly chat: ChatRef & {
        readonly language: Language;
    };
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
    readonly messages: readonly {
        readonly at: number;
        readonly text: string;
    }[];
}
export interface Policy {
    readonly feeBasisPoints: bigint;
    readonly reserveBasisPoints: bigint;
    readonly floorBasisPoints: bigint;
    readonly quoteValidForMs: number;
    readonly payWithinMs: number;
    readonly honourLateForMs: number;
    readonly watchGraceMs: number;
    readonly answerWithinMs: number;
    readonly buyWithinMs: number;
    readonly refundWithinMs: number;
    readonly bumpAfterMs: number;
    readonly doubtWithinMs: number;
    readonly callTimeoutMs: number;
    readonly lookEveryMs: number;
    readonly confirmations: number;
    readonly watchDepth: number;
    readonly unknownPayerCap: readonly Money[];
    readonly reversibleCap: readonly Money[];
    readonly limits: {
        readonly perOrder: readonly Money[];
        readonly perDay: readonly Money[];
        readonly openUnpaid: number;
    };
    readonly twoPeopleFrom: readonly Money[];
    readonly floatAlarms: readonly Money[];
    readonly payAssets: readonly Asset[];
}
export interface PriceQuestion {
    readonly offered: Money;
    readonly askedAt: Instant;
    readonly answerBy: Instant;
    readonly answer: Silence | null;
}
export interface Proposal {
    readonly id: Reference;
    readonly action: ProposedAction;
    readonly payloadHash: string;
    readonly proposedBy: string;
    readonly expiresAt: number;
}
export type ProposedAction = {
    readonly type: 'release';
    readonly order: Reference;
} | {
    readonly type: 'refund';
    readonly order: Reference;
} | {
    readonly type: 'refund-task-done';
    readonly order: Reference;
    readonly task: Reference;
    readonly bankReference: string;
} | {
    readonly type: 'payment-stated';
    readonly order: Reference;
    readonly request: Reference;
    readonly bankReference: string;
    readonly amount: Money;
} | {
    readonly type: 'case-decision';
    readonly case: Reference;
    readonly decision: CaseAnswer;
} | {
    readonly type: 'enhance';
    readonly order: Reference;
    readonly until: Instant;
    readonly evidence: string;
};
export interface Providers {
    readonly rails: NonEmpty<AnyPaymentProvider>;
    readonly exchange: AnyExchange;
    readonly venueAsset: Asset;
    readonly custodies: NonEmpty<AnyCustody>;
    readonly wallet?: WalletDesk;
    readonly kyc: AnyKycProvider;
    readonly kycLevel: string;
    readonly names: Screening<'screenName'>;
    readonly addresses: Screening<'screenAddress'>;
    readonly compareNames?: CompareNames;
    readonly lists?: () => Promise<readonly ScreeningList[]>;
    readonly rates: NonEmpty<RateSource>;
    readonly accepts: NonEmpty<NextActionType>;
    readonly returnUrl?: string;
    purpose(order: {
        readonly number: string;
        readonly language: string;
    }): string;
}
export type QueueName = Job['queue'];
export interface QueueStats {
    readonly queue: QueueName | 'dead';
    readonly waiting: number;
    readonly active: number;
}
export interface QuoteLine {
    readonly key: 'pay' | 'fee' | 'exchange-fee' | 'network-fee' | 'price' | 'arrives' | 'floor';
    readonly amount: Money;
}
export interface QuoteRequest {
    readonly want: Want;
    readonly payIn: Asset;
}
export interface RailChoice {
    readonly rail: string;
    readonly way?: NextActionType;
    readonly silence?: Silence;
}
export type RailProblem = 'other-currency' | 'too-little' | 'too-much';
export interface RailView {
    readonly id: string;
    readonly way: NextActionType;
    readonly isFirst: boolean;
    readonly assets: readonly Asset[];
    readonly limits: AssetLimits | null;
    readonly chosen: boolean;
    readonly state: 'available' | 'down' | RailProblem;
    readonly refundWay: 'rail' | 'by-hand';
    readonly reversibleForMs: number | null;
}
export interface Reconciliation {
    readonly ordersLookedAt: number;
    readonly effectsFound: number;
    readonly unanswered: number;
}
export interface RefundTask {
    readonly id: Reference;
    readonly transaction: string;
    readonly amount: Money;
    readonly reason: 'no-refund-interface' | 'refused' | 'window-closed' | 'in-doubt-too-long';
    readonly dueAt: Instant;
    readonly status: 'open' | 'done';
    readonly bankReference: string | null;
}
export interface RefundView {
    readonly amount: Money;
    readonly way: 'rail' | 'by-hand';
    readonly done: boolean;
    readonly dueAt: Instant | null;
}
export type RefusalReason = 'paid' | 'over' | 'not-shown' | 'other-amount' | 'checking';
export interface ScreeningList {
    readonly source: string;
    readonly version: string;
    readonly asOf: Instant;
    readonly usableUntil: Instant;
}
export type Sending = {
    readonly outcome: 'sent';
    readonly transaction: string;
    readonly fee: Money | null;
    readonly depth: number;
    readonly finished: boolean;
} | {
    readonly outcome: 'waiting';
} | {
    readonly outcome: 'refused';
    readonly why: string;
} | {
    readonly outcome: 'unknown';
    readonly why: string;
};
export type Show = (chat: ChatRef, view: OrderView, handle: string | null) => Promise<ShowResult>;
export type ShowResult = {
    readonly outcome: 'shown';
    readonly handle: string;
} | {
    readonly outcome: 'later';
    readonly retryAfterMs: number;
} | {
    readonly outcome: 'gone';
};
export type Silence = 'refund' | 'deliver';
export type Terms = Readonly<Record<Language, string>>;
export interface TermsView {
    readonly text: string;
    readonly hash: string;
}
export interface ThreeWay extends Stretch {
    readonly places: readonly PlaceCompared[];
    readonly rails: readonly RailCompared[];
    readonly inDoubt: number;
    readonly agrees: boolean;
}
export interface Tier {
    readonly name: string;
    readonly needs: 'verified' | 'enhanced';
    readonly perOrder: Money;
    readonly perDay: Money;
    readonly perMonth: Money;
    readonly velocity: readonly Velocity[];
    readonly ground: Ground;
}
export interface TierView {
    readonly name: string;
    readonly perDay: Money;
    readonly usedToday: Money;
    readonly perMonth: Money;
    readonly usedThisMonth: Money;
}
export interface Transfer {
    readonly reference: Reference;
    readonly kind: TransferKind;
    readonly amount: Money;
    readonly plannedBy: string;
    readonly plannedAt: number;
}
export type TransferKind = 'float-in' | 'float-out' | 'exchange-to-wallet' | 'wallet-to-cold' | 'bank-settlement';
export interface TreasuryDesk {
    advice(): Promise<WalletAdvice>;
    sweep(by: string): Promise<{
        readonly transfer: Reference;
        readonly sending: Sending;
    }>;
    send(transfer: Reference): Promise<Sending>;
    bump(transfer: Reference): Promise<Sending>;
    cancel(transfer: Reference, by: string): Promise<void>;
    topUp(by: string): Promise<{
        readonly transfer: Reference;
        readonly amount: Money;
        readonly address: string;
    }>;
    consolidate(by: string): Promise<Sending>;
    split(by: string): Promise<Sending>;
    waiting(): Promise<readonly WaitingSignature[]>;
    bringHome(reference: Reference, psbt: string): Promise<Sending>;
    tend(): Promise<void>;
}
export interface TrialBalance {
    readonly uneven: readonly Money[];
    readonly drifted: readonly Account[];
}
export interface Velocity {
    readonly orders: number;
    readonly withinMs: number;
}
export interface VerificationNews {
    readonly person: Reference;
    readonly status: VerificationView['status'];
    readonly chats: readonly ChatRef[];
    readonly orders: readonly Reference[];
}
export interface VerificationView {
    readonly status: KycStatus;
    readonly url: string | null;
    readonly reasons: readonly KycReason[];
}
export type ViewStep = 'quote' | 'preparing' | 'pay' | 'confirming' | 'paid' | 'buying' | 'price-moved' | 'sending' | 'on-the-way' | 'delivered' | 'refunding' | 'refunded' | 'expired' | 'cancelled' | 'rejected' | 'checking';
export interface WaitingSignature extends WaitingTransaction {
    readonly reference: Reference;
    readonly order: string | null;
}
export interface WaitingTransaction {
    readonly txid: string;
    readonly address: string;
    readonly amount: Money;
    readonly fee: Money;
    readonly psbt: string;
}
export type WalletAdvice = {
    readonly type: 'none';
} | {
    readonly type: 'exchange-to-wallet' | 'wallet-to-cold';
    readonly amount: Money;
};
export interface WalletDesk {
    readonly id: string;
    advice(): Promise<WalletAdvice>;
    sweepToCold(input: {
        readonly reference: Reference;
        readonly amount: Money;
    }): Promise<Attempt<Withdrawal>>;
    consolidate(input: {
        readonly reference: Reference;
    }): Promise<Attempt<Withdrawal>>;
    split(input: {
        readonly reference: Reference;
    }): Promise<Attempt<Withdrawal>>;
    bump(input: {
        readonly reference: Reference;
    }): Promise<Attempt<Withdrawal>>;
    find(reference: Reference): Promise<Withdrawal | null>;
    tend(input: {
        readonly watchOnly: readonly Reference[];
    }): Promise<{
        readonly failed: number;
    }>;
    depositAddress(): Promise<string>;
    waiting(reference: Reference): Promise<readonly WaitingTransaction[]>;
    bringHome(input: {
        readonly reference: Reference;
        readonly psbt: string;
    }): Promise<{
        readonly outcome: 'waiting' | 'signed';
        readonly txid: string;
    }>;
}
export type Want = {
    readonly type: 'spend';
    readonly amount: Money;
} | {
    readonly type: 'receive';
    readonly amount: Money;
};
export interface WrappedKey {
    readonly keyId: string;
    readonly wrapped: Uint8Array;
}
export declare const cambodianPolicy: URL;
export declare function createLocalKeys({ current, older }: LocalKeysOptions, random: Random): KeyProvider;
export declare function createOrders(options: OrdersOptions, runtime?: Runtime): Promise<Orders>;
export declare const defaultTimes: Pick<Policy, 'quoteValidForMs' | 'payWithinMs' | 'honourLateForMs' | 'watchGraceMs' | 'answerWithinMs' | 'buyWithinMs' | 'refundWithinMs' | 'bumpAfterMs' | 'doubtWithinMs' | 'callTimeoutMs' | 'lookEveryMs'>;
export declare function explainPolicy(policy: DueDiligence): readonly ExplainedSection[];
export declare function readPolicy(text: string): DueDiligence;

// ── @rielrails/orders/admin

export interface AccessLogReport {
    readonly lines: number;
    readonly log: 'whole' | 'BROKEN';
    readonly brokenAt: string | null;
    readonly head: string;
}
export type AdminCommand = CommandFacts & ({
    readonly type: 'read';
    readonly run: (desk: Desk, input: CommandInput, by: string) => Promise<unknown>;
} | {
    readonly type: 'change';
    readonly run: (desk: Desk, input: CommandInput, by: string) => Promise<CommandAnswer>;
});
export interface AdminDoorOptions {
    readonly orders: Omit<Desk, 'reviews'>;
    readonly reviews?: Reviews;
    readonly people: readonly Operator[];
    readonly sandbox: boolean;
}
export interface Amount {
    readonly amount: string;
    readonly asset: string;
}
export interface BalancesReport {
    readonly balances: readonly {
        readonly account: string;
        readonly amount: Amount;
    }[];
    readonly trialBalance: 'even' | 'NOT EVEN';
    readonly wrong: readonly string[];
}
export interface CaseLineReport {
    readonly case: Reference;
    readonly rule: string;
    readonly order: string | null;
    readonly state: string;
    readonly decision: string | null;
    readonly opened: string;
    readonly entries: number;
    readonly reportDue: string | null;
    readonly left: string | null;
}
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
export type CommandAnswer = {
    readonly outcome: 'done';
    readonly tells: string;
} | {
    readonly outcome: 'proposed';
    readonly tells: string;
    readonly proposal: Reference;
    readonly hash: string;
} | {
    readonly outcome: 'proposed';
    readonly tells: string;
    readonly review: Reference;
    readonly hash: string;
};
export interface CommandArgument {
    readonly name: string;
    readonly tells: string;
    readonly pattern: RegExp;
    readonly choices?: readonly string[];
    readonly longest?: number;
    readonly isOptional?: true;
}
export type CommandInput = Readonly<Record<string, string>>;
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
    readonly linked: number;
    readonly chats: readonly {
        readonly channel: string;
        readonly chat: string;
        readonly language: string;
    }[];
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
export type Desk = Pick<Orders, 'admin' | 'health' | 'now'> & {
    readonly reviews?: Reviews;
};
export interface DoubtReport {
    readonly kind: string;
    readonly provider: string;
    readonly reference: string;
    readonly since: string;
    readonly lookups: number;
    readonly nextLook: string | null;
}
export type Duty = 'compliance';
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
export interface EngineReport {
    readonly ready: boolean;
    readonly checks: Readonly<Record<string, string>>;
    readonly pause: {
        readonly paused: boolean;
        readonly by: string | null;
        readonly at: string | null;
    };
    readonly lists: readonly {
        readonly list: string;
        readonly state: string;
        readonly asOf: string | null;
    }[];
    readonly listsUnreadSince: string | null;
    readonly queues: readonly {
        readonly queue: string;
        readonly waiting: number;
        readonly active: number;
    }[];
}
export interface FloatLine {
    readonly place: string;
    readonly free: Amount;
    readonly alarmBelow: Amount | null;
    readonly state: 'enough' | 'LOW' | 'no alarm set';
}
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
export interface Operator {
    readonly name: string;
    readonly token: Secret;
    readonly duties?: readonly Duty[];
}
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
    readonly cases: readonly CaseLineReport[];
    readonly timeline: readonly {
        readonly at: string;
        readonly what: string;
    }[];
    readonly earlier: number;
}
export declare const PLAY_TOKEN = "play-";
export type PictureName = 'front' | 'back' | 'selfie';
export interface ProposalReport {
    readonly proposal: Reference;
    readonly hash: string;
    readonly does: string;
    readonly order: string | null;
    readonly case: Reference | null;
    readonly by: string;
    readonly expires: string;
}
export interface ReadIdentity {
    readonly name: string;
    readonly born: string;
    readonly country: string;
    readonly documentNumber: string;
    readonly documentExpires: string | null;
}
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
export type ReviewDecision = {
    readonly to: 'approved';
    readonly identity: ReadIdentity;
} | {
    readonly to: 'retry' | 'rejected';
    readonly reasons: NonEmpty<KycReason>;
} | {
    readonly to: 'revoked';
};
export interface ReviewFile extends ReviewLine {
    readonly decidedBy: string | null;
    readonly reasons: readonly KycReason[];
    readonly until: number | null;
    readonly statement: {
        readonly name: string;
        readonly khmerName: string | null;
        readonly born: string;
        readonly country: string;
        readonly document: string;
    } | null;
    readonly documents: readonly PictureName[];
    readonly proposal: ReviewProposal | null;
}
export interface ReviewLine {
    readonly reference: Reference;
    readonly person: string;
    readonly version: number;
    readonly state: string;
    readonly level: string;
    readonly openedAt: number;
    readonly submittedAt: number | null;
    readonly decidedAt: number | null;
    readonly proposedBy: string | null;
}
export interface ReviewLineReport {
    readonly review: Reference;
    readonly state: string;
    readonly level: string;
    readonly opened: string;
    readonly submitted: string | null;
    readonly decided: string | null;
    readonly proposedBy: string | null;
    readonly seen: number;
}
export interface ReviewProposal {
    readonly by: string;
    readonly at: number;
    readonly decision: ReviewDecision;
    readonly hash: string;
}
export interface ReviewReport extends ReviewLineReport {
    readonly typed: ReviewFile['statement'];
    readonly documents: readonly PictureName[];
    readonly decidedBy: string | null;
    readonly reasons: readonly string[];
    readonly until: string | null;
    readonly proposal: {
        readonly by: string;
        readonly at: string;
        readonly hash: string;
        readonly decision: string;
        readonly says: Readonly<Record<string, string>>;
    } | null;
    readonly possible: readonly ('review approve' | 'review retry' | 'review reject' | 'review revoke')[];
}
export interface Reviews {
    cases(filter?: 'waiting' | 'decided'): Promise<readonly ReviewLine[]>;
    line(reference: Reference): Promise<ReviewLine>;
    file(reference: Reference, by: string): Promise<ReviewFile>;
    document(reference: Reference, name: PictureName, by: string): Promise<{
        readonly type: string;
        readonly bytes: Uint8Array;
    }>;
    decide(reference: Reference, version: number, decision: ReviewDecision, by: string): Promise<{
        readonly outcome: 'done';
    } | {
        readonly outcome: 'proposed';
        readonly proposal: ReviewProposal;
    }>;
    confirm(reference: Reference, hash: string, by: string): Promise<void>;
}
export interface TaskReport {
    readonly task: string;
    readonly amount: Amount;
    readonly status: string;
    readonly why: string;
    readonly due: string;
    readonly receipt: string;
    readonly bankReference: string | null;
}
export interface ThreeWayReport {
    readonly from: string;
    readonly to: string;
    readonly agrees: boolean;
    readonly notCompared: number;
    readonly inDoubt: number;
    readonly places: readonly {
        readonly place: string;
        readonly books: Amount;
        readonly there: Amount | null;
        readonly difference: Amount | null;
    }[];
    readonly rails: readonly {
        readonly rail: string;
        readonly lines: number;
        readonly agreed: number;
    }[];
    readonly differences: readonly {
        readonly rail: string;
        readonly type: string;
        readonly transaction: string;
        readonly books: Amount | null;
        readonly statement: Amount | null;
    }[];
}
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
export interface TransferReport {
    readonly transfer: Reference;
    readonly kind: string;
    readonly amount: Amount;
    readonly by: string;
    readonly planned: string;
}
export declare const adminCommands: readonly AdminCommand[];
export declare function commandPath({ name }: Pick<AdminCommand, 'name'>): string;
export declare function createAdminDoor({ orders: engine, reviews, people, sandbox }: AdminDoorOptions, runtime: Pick<Runtime, 'clock' | 'random' | 'log'>): (request: Request) => Promise<Response>;
export declare function findCommand(name: string): AdminCommand | null;
export declare function inPhnomPenh(iso: string): string;
export declare function plain(text: string): string;
export declare function readInput(command: AdminCommand, given: Readonly<Record<string, unknown>>): CommandInput;
export declare function showAmount({ amount, asset }: Amount): string;

// ── @rielrails/orders/keeper

export declare class DatabaseStartError extends Error {
    readonly reason: DatabaseStartReason;
    readonly processId: number | undefined;
    constructor(reason: DatabaseStartReason, message: string, processId?: number);
}
export type DatabaseStartReason = 'in-use' | 'not-passable' | 'no-binaries' | 'failed';
export interface RunningDatabase {
    readonly url: Secret;
    readonly processId: number;
    readonly keeperProcessId: number;
    stop(): Promise<void>;
}
export interface StartDatabaseOptions {
    readonly directory: string;
}
export declare function startDatabase(options: StartDatabaseOptions): Promise<RunningDatabase>;

// ── @rielrails/orders/keeper-process


