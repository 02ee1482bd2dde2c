// ── @rielrails/core

export interface AcceptableUse {
    readonly cryptoPurchases: 'allowed' | 'by-approval' | 'forbidden' | 'unknown';
    readonly source: string;
}
export interface AddressProblem {
    readonly outcome: 'refused';
    readonly problem: 'malformed' | 'checksum' | 'other-network' | 'unsupported';
}
export interface AddressRule {
    readonly network: string;
    read(text: string): {
        readonly outcome: 'valid';
        readonly canonical: string;
    } | AddressProblem;
}
export type AnyCustody = Custody & Partial<CustodyOperations>;
export type AnyExchange = Exchange & Partial<ExchangeOperations>;
export type AnyKycProvider = KycProvider & Partial<KycOperations>;
export interface AnyPaymentManifest extends PaymentTerms {
    readonly offers: {
        readonly [Type in NextActionType]?: OfferTerms;
    };
    readonly operations: Partial<PaymentOperationTerms>;
}
export interface AnyPaymentProvider extends Partial<PaymentOperations> {
    readonly spec: 'payment/1';
    readonly id: string;
    readonly manifest: AnyPaymentManifest;
    create(input: CreatePayment, context?: CallContext): Promise<Attempt<CreatedPayment>>;
}
export type AnyScreening = Screening<never> & Partial<ScreeningOperations>;
export interface ApprovePayment {
    readonly approval: ProviderRef;
    readonly decision: {
        readonly type: 'accept';
    } | {
        readonly type: 'refuse';
        readonly message: string;
    };
}
export interface Asset<C extends string = string> {
    readonly code: C;
    readonly scale: number;
}
export interface AssetLimits {
    readonly minimum: Money;
    readonly maximum: Money;
}
export type Attempt<T> = {
    readonly outcome: 'applied';
    readonly value: T;
} | {
    readonly outcome: 'refused';
    readonly fault: Refusal;
} | {
    readonly outcome: 'unknown';
    readonly fault: Doubt;
};
export declare const BTC: Asset<'BTC'>;
export interface BindWithdrawal {
    readonly reference: Reference;
    readonly address: CheckedAddress;
    readonly minimum: Money;
    readonly maximum: Money;
}
export type Brand<T, Name extends string> = T & {
    readonly '~brand': {
        readonly [K in Name]: true;
    };
};
export interface Buy<B extends string = string, Q extends string = string> {
    readonly quote: Quote<B, Q>;
    readonly reference: Reference;
    readonly atLeast: Money<NoInfer<B>>;
}
export interface CallContext {
    readonly signal?: AbortSignal;
    readonly deadline?: Instant;
}
export interface ChainAddress {
    readonly network: string;
    readonly text: string;
}
export type CheckedAddress = Brand<ChainAddress, 'CheckedAddress'>;
export type Clearance = Brand<{
    readonly reference: Reference;
    readonly address: CheckedAddress;
    readonly maximum: Money;
    readonly restsOn: {
        readonly kyc: Reference;
        readonly name: string;
        readonly address: string;
        readonly somebodyElse?: NonEmpty<string>;
    };
    readonly validUntil: Instant;
}, 'Clearance'>;
export interface ClearanceGrounds {
    readonly reference: Reference;
    readonly maximum: Money;
    readonly kyc: KycCaseIn<'approved'>;
    readonly name: Verdict<Identity, 'clear'> | ToldApart;
    readonly address: Verdict<CheckedAddress, 'clear'>;
}
export interface CompletePayment {
    readonly target: Target;
    readonly token: string;
}
export interface CreatePayment<A extends NextActionType = NextActionType> {
    readonly reference: Reference;
    readonly amount: Money;
    readonly accepts: NonEmpty<A>;
    readonly purpose: string;
    readonly expiresAt: Instant;
    readonly returnUrl?: string;
    readonly payer?: {
        readonly id: string;
        readonly name?: string;
        readonly phone?: string;
        readonly email?: string;
    };
}
export interface CreateTerms {
    readonly repeat: Repeat;
    readonly reaches: 'caller' | 'payer';
}
export interface CreatedPayment<A extends NextActionType = NextActionType> {
    readonly payment: Payment;
    readonly next: NextAction<A>;
    readonly handle?: string;
}
export type Custody<Ops extends keyof CustodyOperations = never> = {
    readonly spec: 'custody/1';
    readonly id: string;
    readonly manifest: {
        readonly assets: NonEmpty<Asset>;
        readonly address: AddressRule;
        readonly withdraw: {
            readonly repeat: Repeat;
        };
        readonly get: LookupTerms;
    };
    withdraw(input: Withdraw, context?: CallContext): Promise<Attempt<Withdrawal>>;
    get(target: WithdrawalTarget, context?: CallContext): Promise<Withdrawal | null>;
} & Pick<CustodyOperations, Ops>;
export interface CustodyEvent {
    readonly type: 'changed';
    readonly target?: Target;
}
export interface CustodyOperations {
    balance(asset: Asset, context?: CallContext): Promise<{
        readonly available: Money;
        readonly pending: Money;
    }>;
    estimateFee(input: Pick<Withdraw, 'amount'>, context?: CallContext): Promise<Money>;
    depositAddress(asset: Asset, context?: CallContext): Promise<OwnAddress>;
    bind(input: BindWithdrawal): string;
    bump(target: Target, context?: CallContext): Promise<Attempt<Withdrawal>>;
    parseWebhook(delivery: WebhookDelivery): Promise<WebhookOutcome<CustodyEvent>>;
}
export type Destination = {
    readonly type: 'customer';
    readonly address: CheckedAddress;
    readonly clearance: Clearance;
} | {
    readonly type: 'own';
    readonly address: OwnAddress;
};
export type Doubt = Fault<'unknown'>;
export type DoubtReason = 'timeout' | 'reset' | 'server-error' | 'unreadable' | 'echo-mismatch' | 'duplicate' | 'crash';
export interface Evidence {
    readonly source: string;
    readonly entry: string;
    readonly version?: string;
    readonly explanation: string;
    readonly score?: number;
}
export type Exchange<Ops extends keyof ExchangeOperations = never> = {
    readonly spec: 'exchange/1';
    readonly id: string;
    readonly manifest: ExchangeManifest;
    quote<B extends string, Q extends string>(input: {
        readonly spend: Money<Q>;
        readonly buy: Asset<B>;
    }, context?: CallContext): Promise<Quote<B, Q>>;
    buy<B extends string, Q extends string>(input: Buy<B, Q>, context?: CallContext): Promise<Attempt<Trade>>;
    get(target: Target, context?: CallContext): Promise<Trade | null>;
} & Pick<ExchangeOperations, Ops>;
export interface ExchangeManifest {
    readonly markets: NonEmpty<Market>;
    readonly buy: {
        readonly repeat: Repeat;
    };
    readonly get: LookupTerms;
}
export interface ExchangeOperations {
    balances(context?: CallContext): Promise<readonly Money[]>;
}
export type Fault<K extends FaultKind = FaultKind> = {
    readonly [Kind in K]: {
        readonly kind: Kind;
        readonly provider: string;
        readonly message: string;
        readonly providerCode?: string;
    } & (Kind extends keyof FaultDetails ? FaultDetails[Kind] : unknown);
}[K];
export interface FaultDetails {
    readonly throttled: {
        readonly retryAfterMs?: number;
    };
    readonly declined: {
        readonly reason: string;
    };
    readonly unknown: {
        readonly reason: DoubtReason;
    };
}
export type FaultKind = keyof typeof faults;
export interface Fill {
    readonly id: ProviderRef;
    readonly spent: Money;
    readonly received: Money;
    readonly fee: Money;
}
export interface Identity {
    readonly name: string;
    readonly aliases?: readonly string[];
    readonly born?: string;
    readonly countries?: readonly string[];
    readonly identifiers?: readonly string[];
}
export declare class InputError extends Error {
    readonly field: string;
    readonly rule: string;
    constructor(field: string, rule: string, message: string, options?: ErrorOptions);
}
export type Instant = Brand<number, 'Instant'>;
export declare const KHR: Asset<'KHR'>;
export type KycCase = {
    readonly reference: Reference;
} & ({
    readonly status: 'pending';
} | {
    readonly status: 'approved';
    readonly until: Instant;
    readonly identity: Identity;
    readonly subject?: string;
} | {
    readonly status: 'retry' | 'rejected';
    readonly reasons: NonEmpty<KycReason>;
} | {
    readonly status: 'revoked';
});
export type KycCaseIn<S extends KycCase['status']> = Extract<KycCase, {
    readonly status: S;
}>;
export interface KycEvent {
    readonly type: 'changed';
    readonly target: Target;
}
export interface KycOperations {
    parseWebhook(delivery: WebhookDelivery): Promise<WebhookOutcome<KycEvent>>;
}
export type KycProvider<Ops extends keyof KycOperations = never> = {
    readonly spec: 'kyc/1';
    readonly id: string;
    readonly manifest: {
        readonly start: {
            readonly repeat: Repeat;
        };
        readonly get: LookupTerms;
    };
    start(input: StartKyc, context?: CallContext): Promise<Attempt<StartedKyc>>;
    get(target: Target, context?: CallContext): Promise<KycCase | null>;
} & Pick<KycOperations, Ops>;
export type KycReason = (typeof kycReasons)[number];
export interface LookupTerms {
    readonly by: 'reference' | 'handle';
    readonly covers: 'all' | 'open-only';
    readonly notFoundIsFinalAfterMs: number | 'never';
    readonly budget?: {
        readonly calls: number;
        readonly perMs: number;
    };
}
export declare const MOST_TOLD_APART = 20;
export interface Market {
    readonly base: Asset;
    readonly quote: Asset;
    readonly minimum: Money;
    readonly step: Money;
}
export type MissingOperation<Ops extends PaymentOperation, Offers extends NextActionType> = Exclude<OfferNeeds[Offers & keyof OfferNeeds], Ops> | (Ops & ('get' | 'parseWebhook') extends never ? 'get' | 'parseWebhook' : never);
export interface Money<C extends string = string> {
    readonly asset: Asset<C>;
    readonly minor: bigint;
}
export interface MoneyJson {
    readonly asset: string;
    readonly scale: number;
    readonly minor: string;
}
export type NextAction<A extends NextActionType = NextActionType> = {
    readonly [Type in A]: {
        readonly type: Type;
        readonly expiresAt: Instant;
        readonly payableUntil?: Instant;
    } & NextActions[Type];
}[A];
export type NextActionType = keyof NextActions;
export interface NextActions {
    readonly qr: {
        readonly payload: string;
        readonly standard: 'khqr' | 'emv' | 'bip21' | 'text';
        readonly imageUrl?: string;
    };
    readonly redirect: {
        readonly url: string;
    };
    readonly 'deep-link': {
        readonly url: string;
        readonly app: string;
        readonly fallbackUrl?: string;
    };
    readonly 'telegram-invoice': {
        readonly url: string;
    };
    readonly 'pay-to-account': {
        readonly account: string;
        readonly holder?: string;
        readonly memo?: string;
    };
    readonly 'embedded-form': {
        readonly scriptUrl: string;
        readonly publishableKey: string;
    };
}
export type NoTerms = Readonly<Record<string, never>>;
export type NonEmpty<T> = readonly [
    T,
    ...T[]
];
export interface OfferTerms {
    readonly finality: 'final' | {
        readonly reversibleForMs: number;
    };
}
export type OptionalKey<T> = {
    [K in keyof T]-?: object extends Pick<T, K> ? K : never;
}[keyof T];
export type OwnAddress = Brand<CheckedAddress, 'OwnAddress'>;
export type Payment = {
    readonly reference: Reference;
    readonly requested: Money;
    readonly receipts: readonly Receipt[];
    readonly refunds: readonly Refund[];
    readonly reversals: readonly Reversal[];
} & ({
    readonly status: 'awaiting-payer' | 'processing' | 'paid' | 'cancelled' | 'expired' | 'refunded' | 'reversed';
} | {
    readonly status: 'failed';
    readonly reason: string;
});
export type PaymentEvent = {
    readonly type: 'changed';
    readonly target: Target;
    readonly payment?: Payment;
} | {
    readonly type: 'approval-requested';
    readonly target: Target;
    readonly approval: ProviderRef;
    readonly amount: Money;
    readonly answerBy: Instant;
};
export interface PaymentLookupTerms extends LookupTerms {
    readonly receipts?: 'every' | 'one';
    readonly refunds?: 'told' | 'untold';
}
export interface PaymentManifest<Ops extends PaymentOperation, Offers extends NextActionType> extends PaymentTerms {
    readonly offers: {
        readonly [Type in Offers]: OfferTerms;
    };
    readonly operations: Pick<PaymentOperationTerms, Ops>;
}
export type PaymentOperation = keyof PaymentOperations;
export interface PaymentOperationTerms {
    readonly get: PaymentLookupTerms;
    readonly cancel: NoTerms;
    readonly refund: RefundTerms;
    readonly complete: NoTerms;
    readonly approve: {
        readonly answerWithinMs: number;
    };
    readonly parseWebhook: WebhookTerms;
}
export interface PaymentOperations {
    get(target: Target, context?: CallContext): Promise<Payment | null>;
    cancel(target: Target, context?: CallContext): Promise<Attempt<Payment>>;
    refund(input: RefundPayment, context?: CallContext): Promise<Attempt<Payment>>;
    complete(input: CompletePayment, context?: CallContext): Promise<Attempt<Payment>>;
    approve(input: ApprovePayment, context?: CallContext): Promise<Attempt<void>>;
    parseWebhook(delivery: WebhookDelivery): Promise<WebhookOutcome<PaymentEvent>>;
}
export type PaymentProvider<Ops extends PaymentOperation, Offers extends NextActionType> = {
    readonly spec: 'payment/1';
    readonly id: string;
    readonly manifest: PaymentManifest<Ops, Offers>;
    create<A extends Offers>(input: CreatePayment<A>, context?: CallContext): Promise<Attempt<CreatedPayment<A>>>;
} & Pick<PaymentOperations, Ops>;
export interface PaymentTerms {
    readonly create: CreateTerms;
    readonly assets: NonEmpty<AssetLimits>;
    readonly anomalies: 'ours' | 'provider';
    readonly acceptableUse: AcceptableUse;
}
export declare class ProviderError<K extends FaultKind = FaultKind> extends Error {
    readonly fault: Fault<K>;
    constructor(fault: Fault<K>, options?: ErrorOptions);
}
export type ProviderRef = Brand<string, 'ProviderRef'>;
export interface Quote<B extends string = string, Q extends string = string> {
    readonly spend: Money<Q>;
    readonly receive: Money<B>;
    readonly fee: Money;
    readonly worst: Rate<B, Q>;
    readonly observedAt: Instant;
    readonly expiresAt: Instant;
}
export interface Rate<B extends string = string, Q extends string = string> {
    readonly base: Money<B>;
    readonly quote: Money<Q>;
}
export interface RateSource {
    readonly spec: 'rates/1';
    readonly id: string;
    rate<B extends string, Q extends string>(pair: {
        readonly base: Asset<B>;
        readonly quote: Asset<Q>;
    }, context?: CallContext): Promise<{
        readonly rate: Rate<B, Q>;
        readonly observedAt: Instant;
    } | null>;
}
export interface Receipt {
    readonly transaction: ProviderRef;
    readonly amount: Money;
    readonly paidAt?: Instant;
    readonly payer?: {
        readonly account?: string;
        readonly name?: string;
        readonly wallet?: ChainAddress;
    };
}
export type Reference = Brand<string, 'Reference'>;
export interface Refund {
    readonly receipt: ProviderRef;
    readonly amount: Money;
    readonly status: 'pending' | 'done' | 'failed';
    readonly reference?: Reference;
}
export interface RefundPayment {
    readonly target: Target;
    readonly reference: Reference;
    readonly receipt: ProviderRef;
    readonly amount: Money;
    readonly destination?: string;
}
export interface RefundTerms {
    readonly partial: boolean;
    readonly minimum?: Money;
    readonly windowMs: number;
    readonly needs: 'nothing' | 'destination';
    readonly repeat: Repeat;
}
export type Refusal = Fault<Exclude<FaultKind, 'unknown'>>;
export type Repeat = 'replays' | 'rejects' | 'none';
export interface Reversal {
    readonly receipt: ProviderRef;
    readonly amount: Money;
    readonly reversedAt?: Instant;
}
export type Rounding = 'down' | 'up' | 'half-even';
export type Screening<Ops extends keyof ScreeningOperations> = {
    readonly spec: 'screening/1';
    readonly id: string;
} & Pick<ScreeningOperations, Ops>;
export interface ScreeningOperations {
    screenName(identity: Identity, context?: CallContext): Promise<Verdict<Identity>>;
    screenAddress(address: ChainAddress, context?: CallContext): Promise<Verdict<ChainAddress>>;
}
export type ScreeningOutcome = 'clear' | 'review' | 'blocked';
export interface SomebodyElse {
    readonly id: string;
    readonly source: string;
    readonly entry: string;
    readonly version: string;
    readonly kyc: Reference;
    readonly identity: Identity;
    readonly decidedBy: readonly [
        string,
        string
    ];
    readonly validUntil: Instant;
}
export interface StartKyc {
    readonly reference: Reference;
    readonly person: string;
    readonly level: string;
    readonly language: string;
}
export interface StartedKyc {
    readonly case: KycCase;
    readonly url: string;
    readonly linkExpiresAt: Instant;
    readonly handle?: string;
}
export interface Target {
    readonly reference: Reference;
    readonly handle?: string;
}
export type ToldApart = Brand<{
    readonly verdict: Verdict<Identity, 'review'>;
    readonly decisions: NonEmpty<SomebodyElse>;
}, 'ToldApart'>;
export interface Trade {
    readonly reference: Reference;
    readonly id: ProviderRef;
    readonly status: 'open' | 'partial' | 'filled' | 'cancelled';
    readonly fills: readonly Fill[];
}
export declare const USD: Asset<'USD'>;
export declare const USDT: Asset<'USDT'>;
export interface Verdict<Of = unknown, Outcome extends ScreeningOutcome = ScreeningOutcome> {
    readonly id: string;
    readonly of: Of;
    readonly outcome: Outcome;
    readonly evidence: readonly Evidence[];
    readonly validUntil: Instant;
}
export interface WebhookDelivery {
    readonly method: string;
    readonly url: string;
    readonly headers: Headers;
    readonly body: Uint8Array;
    readonly receivedAt: Instant;
}
export type WebhookOutcome<E> = {
    readonly outcome: 'rejected';
    readonly reason: 'signature' | 'stale' | 'malformed' | 'not-ours';
    readonly reply: WebhookReply;
} | {
    readonly outcome: 'accepted';
    readonly trust: 'verified' | 'hint';
    readonly dedupeKey: string;
    readonly events: readonly E[];
    readonly reply: WebhookReply;
};
export interface WebhookReply {
    readonly status: number;
    readonly contentType?: string;
    readonly body?: string;
}
export interface WebhookTerms {
    readonly authentication: 'signature' | 'shared-secret' | 'none';
    readonly replayable: boolean;
    readonly covers: 'body' | readonly string[];
}
export interface Withdraw {
    readonly reference: Reference;
    readonly amount: Money;
    readonly destination: Destination;
    readonly binding?: string;
}
export type Withdrawal = {
    readonly reference: Reference;
    readonly amount: Money;
    readonly fee?: Money;
    readonly handle?: string;
} & ({
    readonly status: 'awaiting-approval' | 'signing';
} | {
    readonly status: 'broadcast' | 'removed';
    readonly transactionId: string;
} | {
    readonly status: 'confirmed';
    readonly transactionId: string;
    readonly depth: number;
} | {
    readonly status: 'replaced';
    readonly transactionId: string;
    readonly replacedBy: string;
} | {
    readonly status: 'failed';
    readonly fundsReturned: boolean;
});
export interface WithdrawalTarget extends Target {
    readonly watchOnly?: boolean;
}
export declare function add<C extends string>(left: Money<C>, right: Money<NoInfer<C>>): Money<C>;
export declare function can<T extends object, K extends OptionalKey<T>>(provider: T, operation: K): provider is T & Required<Pick<T, K>>;
export declare function checkAddress(text: string, rule: AddressRule): {
    readonly outcome: 'valid';
    readonly address: CheckedAddress;
} | AddressProblem;
export declare function compare<C extends string>(left: Money<C>, right: Money<NoInfer<C>>): -1 | 0 | 1;
export declare function convert<B extends string, Q extends string>(amount: Money<B>, rate: Rate<NoInfer<B>, Q>, rounding: Rounding): Money<Q>;
export declare const faults: {
    readonly config: {
        readonly retry: 'never';
        readonly applied: 'no';
    };
    readonly invalid: {
        readonly retry: 'never';
        readonly applied: 'no';
    };
    readonly declined: {
        readonly retry: 'new-reference';
        readonly applied: 'no';
    };
    readonly 'not-found': {
        readonly retry: 'never';
        readonly applied: 'no';
    };
    readonly conflict: {
        readonly retry: 'never';
        readonly applied: 'no';
    };
    readonly throttled: {
        readonly retry: 'same-reference';
        readonly applied: 'no';
    };
    readonly unavailable: {
        readonly retry: 'same-reference';
        readonly applied: 'no';
    };
    readonly unknown: {
        readonly retry: 'after-lookup';
        readonly applied: 'maybe';
    };
};
export declare function isInputError(thrown: unknown): thrown is InputError;
export declare function isProviderError(thrown: unknown): thrown is ProviderError;
export declare function isSameIdentity(one: Identity, other: Identity): boolean;
export declare const kycReasons: readonly [
    'document-unreadable',
    'document-incomplete',
    'document-expired',
    'document-not-accepted',
    'selfie-unreadable',
    'face-mismatch',
    'data-mismatch',
    'address-unproven',
    'too-young',
    'country-not-served',
    'unfinished',
    'other'
];
export declare function mintClearance(grounds: ClearanceGrounds, now: Instant): Clearance;
export declare function money<C extends string>(asset: Asset<C>, minor: bigint): Money<C>;
export declare function moneyFromJson(json: MoneyJson): Money;
export declare function moneyToJson(amount: Money): MoneyJson;
export declare function parseReference(text: string): Reference;
export declare function portion<C extends string>(amount: Money<C>, basisPoints: bigint, rounding: Rounding): Money<C>;
export declare function sameMoney(left: Money, right: Money): boolean;
export declare function subtract<C extends string>(left: Money<C>, right: Money<NoInfer<C>>): Money<C>;
export declare function tellApart(verdict: Verdict<Identity>, kyc: KycCaseIn<'approved'>, decisions: readonly SomebodyElse[], now: Instant): ToldApart | null;
