// ── @rielrails/kit

export type Authored<F> = F extends (input: infer Input, context?: CallContext) => Promise<Attempt<infer Value>> ? (input: Input, context: CallContext) => Promise<Value> : F;
export interface AuthoredCustody {
    balance(asset: Asset, context: CallContext): Promise<{
        readonly available: Money;
        readonly pending: Money;
    }>;
    estimateFee(input: Pick<Withdraw, 'amount'>, context: CallContext): Promise<Money>;
    depositAddress(asset: Asset, context: CallContext): Promise<OwnAddress>;
    bind(input: BindWithdrawal): string;
    bump(target: Target, context: CallContext): Promise<Withdrawal>;
    parseWebhook(delivery: WebhookDelivery): Promise<WebhookOutcome<CustodyEvent>>;
}
export interface BodyLimits {
    readonly maxBytes: number;
    readonly withinMs?: number;
    readonly clock: Clock;
}
export interface Clock {
    now(): Instant;
    sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
export type CodeMeaning = 'config' | 'invalid' | 'declined' | 'not-found' | 'conflict' | 'throttled' | 'vague' | 'duplicate';
export type CodeTable = Readonly<Record<string, readonly [
    meaning: CodeMeaning,
    rule: string
]>>;
export type CustodyAuthor<Ops extends keyof CustodyOperations> = {
    readonly id: string;
    readonly manifest: Custody['manifest'];
    withdraw(input: Withdraw, context: CallContext): Promise<Withdrawal>;
    get(target: WithdrawalTarget, context: CallContext): Promise<Withdrawal | null>;
} & Pick<AuthoredCustody, Ops>;
export interface ExchangeAuthor {
    readonly id: string;
    readonly manifest: ExchangeManifest;
    quote(input: {
        readonly spend: Money;
        readonly buy: Asset;
    }, context: CallContext): Promise<Quote>;
    buy(input: Buy, context: CallContext): Promise<Trade>;
    get(target: Target, context: CallContext): Promise<Trade | null>;
}
export interface Fetch {
    (request: Request, options: {
        readonly signal?: AbortSignal;
    }): Promise<Response>;
    readonly raw?: RawFetch;
}
export declare class ForbiddenAddressError extends Error {
    readonly code = "ERR_FORBIDDEN_ADDRESS";
    constructor(host: string);
}
export type HmacAlgorithm = 'sha1' | 'sha256' | 'sha512';
export type Json = null | boolean | string | JsonNumber | readonly Json[] | {
    readonly [key: string]: Json;
};
export interface JsonLimits {
    readonly maxLength?: number;
    readonly maxDepth?: number;
}
export declare class JsonNumber {
    readonly text: string;
    constructor(text: string);
    toString(): string;
    toJSON(): unknown;
}
export type KycAuthor<Ops extends keyof KycOperations> = {
    readonly id: string;
    readonly manifest: KycProvider['manifest'];
    start(input: StartKyc, context: CallContext): Promise<StartedKyc>;
    get(target: Target, context: CallContext): Promise<KycCase | null>;
} & Pick<KycOperations, Ops>;
export interface Log {
    debug(event: string, fields?: LogFields): void;
    info(event: string, fields?: LogFields): void;
    warn(event: string, fields?: LogFields): void;
    error(event: string, fields?: LogFields): void;
}
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;
export type LogLevel = keyof Log;
export interface Observed {
    readonly provider: string;
    readonly operation: string;
    readonly runtime: Runtime;
}
export interface ParseAmountOptions {
    readonly field?: string;
    readonly rounding?: Rounding;
}
export type PaymentAuthor<Ops extends PaymentOperation, Offers extends NextActionType> = {
    readonly id: string;
    readonly manifest: PaymentManifest<Ops, Offers>;
    create(input: CreatePayment<NoInfer<Offers>>, context: CallContext): Promise<CreatedPayment<NoInfer<Offers>>>;
} & {
    readonly [Op in NoInfer<Ops>]: Authored<PaymentOperations[Op]>;
} & Complete<MissingOperation<Ops, Offers>>;
export interface Random {
    bytes(length: number): Uint8Array;
}
export interface RawAnswer {
    readonly status: number;
    readonly headers: Headers;
    readonly bytes: Uint8Array;
}
export type RawFetch = (request: RawRequest, signal: AbortSignal | undefined) => Promise<RawAnswer>;
export interface RawRequest {
    readonly method: string;
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: Uint8Array<ArrayBuffer> | null;
}
export interface ReceivedBytes {
    readonly url: string;
    readonly bytes: number;
    readonly expected: number | null;
}
export interface RepeatReadOptions {
    readonly provider: string;
    readonly operation: string;
    readonly runtime: Runtime;
    readonly attempts?: number;
    readonly longestWaitMs: number;
}
export interface Runtime {
    readonly fetch: Fetch;
    readonly clock: Clock;
    readonly log: Log;
    readonly random: Random;
}
export type ScreeningAuthor<Ops extends keyof ScreeningOperations> = {
    readonly id: string;
} & Pick<ScreeningOperations, Ops>;
export declare class Secret {
    #private;
    constructor(text: string);
    reveal(): string;
    fingerprint(): string;
    toString(): string;
    toJSON(): string;
}
export interface SystemRuntimeOptions {
    readonly loopbackPorts?: readonly number[];
    readonly maxResponseBytes?: number;
    readonly onBytes?: TransportOptions['onBytes'];
    readonly log?: Log;
}
export interface TransportOptions {
    readonly loopbackPorts: readonly number[];
    readonly maxResponseBytes?: number;
    readonly onBytes?: (received: ReceivedBytes) => void;
}
export interface Vocabulary<Meaning extends string> {
    read(word: string): Meaning;
}
export interface Wire {
    read<T>(call: WireCall<T>, context?: CallContext): Promise<T>;
    write<T>(call: WireCall<T>, context?: CallContext): Promise<T>;
}
export interface WireAnswer {
    readonly status: number;
    readonly headers: Headers;
    text(): string;
    json(): Json;
}
export interface WireCall<T> {
    readonly operation: string;
    readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
    readonly path: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string | FormData | URLSearchParams;
    readonly successStatuses?: readonly number[];
    parse(answer: WireAnswer): T;
}
export interface WireOptions {
    readonly provider: string;
    readonly baseUrl: string;
    readonly runtime: Runtime;
    readonly timeoutMs?: number;
    readonly readAttempts?: number;
    readonly unreachableRemedy?: string;
    explain(status: number, body: string, answer: WireAnswer): ProviderError | null;
}
export declare const allowedFields: ReadonlySet<string>;
export declare function asReference(value: Json | undefined): Reference | null;
export declare function attemptWrite<T>(at: Observed, context: CallContext | undefined, write: (context: CallContext) => Promise<T>): Promise<Attempt<T>>;
export declare function countryAlpha2(alpha3: string): string | undefined;
export declare function countryAlpha3(alpha2: string): string | undefined;
export declare function createTransport(options: TransportOptions): Fetch & {
    readonly raw: RawFetch;
};
export declare function createVocabulary<Meaning extends string>(options: {
    readonly provider: string;
    readonly words: Readonly<Record<string, Meaning>>;
    readonly otherwise: Meaning;
    readonly log: Log;
}): Vocabulary<Meaning>;
export declare function createWire(options: WireOptions): Wire;
export declare function defineCustody<Ops extends keyof CustodyOperations>(author: CustodyAuthor<Ops>, runtime: Runtime): Custody<Ops>;
export declare function defineExchange(author: ExchangeAuthor, runtime: Runtime): Exchange;
export declare function defineExchange<Ops extends keyof ExchangeOperations>(author: ExchangeAuthor & Pick<ExchangeOperationAuthors, Ops>, runtime: Runtime): Exchange<Ops>;
export declare function defineKyc<Ops extends keyof KycOperations>(author: KycAuthor<Ops>, runtime: Runtime): KycProvider<Ops>;
export declare function definePayment<Ops extends PaymentOperation, Offers extends NextActionType>(author: PaymentAuthor<Ops, Offers>, runtime: Runtime): PaymentProvider<Ops, Offers>;
export declare function defineScreening<Ops extends keyof ScreeningOperations>(author: ScreeningAuthor<Ops>, runtime: Runtime): Screening<Ops>;
export declare function digest(algorithm: 'md5' | 'sha1' | 'sha256' | 'sha512', message: string | Uint8Array): Uint8Array;
export declare const digitsField: z.ZodType<string>;
export declare function doubt(provider: string, reason: DoubtReason, message: string, cause?: unknown): ProviderError<'unknown'>;
export declare function equalInConstantTime(left: Uint8Array | string, right: Uint8Array | string): boolean;
export declare function escapeHtml(text: string): string;
export declare function faultOfCode(provider: string, operation: string, code: string, table: CodeTable, detail?: string): ProviderError | null;
export declare function formatAmount(amount: Money): string;
export declare function formedSecretSchema(form: RegExp, rule: string): z.ZodType<Secret>;
export declare function fromBase64(text: string): Uint8Array<ArrayBuffer>;
export declare function fromHex(text: string): Uint8Array<ArrayBuffer>;
export declare function fromUtf8(bytes: Uint8Array): string;
export declare function hmac(algorithm: HmacAlgorithm, key: Secret | string | Uint8Array, message: string | Uint8Array): Uint8Array;
export declare function isClosedAddress(address: string): boolean;
export declare function isNeverSent(error: unknown): boolean;
export declare function jsonLog(write: (line: string) => void, clock: Clock, least?: LogLevel): Log;
export declare function member(value: Json | undefined, ...path: readonly string[]): Json | undefined;
export declare function neverSent(provider: string, message: string, cause?: unknown): ProviderError;
export declare function newReference(random: Random): Reference;
export declare function observeRead<T>(at: Observed, context: CallContext | undefined, read: (context: CallContext) => Promise<T>): Promise<T>;
export declare function parseAmount<C extends string>(text: string, asset: Asset<C>, options?: ParseAmountOptions): Money<C>;
export declare function parseJson(text: string, limits?: JsonLimits): Json;
export declare function plainDecimal(text: string): string;
export declare function readConfig<T>(provider: string, schema: z.ZodType<T>, input: unknown): T;
export declare function readLimited({ headers, body: stream }: Request, { maxBytes, withinMs, clock }: BodyLimits): Promise<Uint8Array<ArrayBuffer> | Response>;
export declare function readLocalTime(text: string, utcOffsetHours: number): Instant | undefined;
export declare function redactFields(fields: LogFields): Record<string, string | number | boolean>;
export declare function repeatRead<T>(read: () => Promise<T>, options: RepeatReadOptions, context?: CallContext): Promise<T>;
export declare function secretSchema(minLength?: number): z.ZodType<Secret>;
export declare const silentLog: Log;
export declare function stringifyJson(value: unknown): string;
export declare const systemClock: Clock;
export declare const systemRandom: Random;
export declare function systemRuntime(options?: SystemRuntimeOptions): Runtime;
export declare function toBase64(bytes: Uint8Array): string;
export declare function toHex(bytes: Uint8Array): string;
export declare function tryJson(body: string | {
    json(): Json;
}): Json | undefined;
export declare function unavailable(provider: string, message: string, cause?: unknown): ProviderError;
export declare function utf8(text: string): Uint8Array<ArrayBuffer>;

// ── @rielrails/kit/bitcoin

export type BitcoinNetwork = 'bitcoin' | 'testnet' | 'regtest';
export declare function addressOfScript(script: Uint8Array, network: BitcoinNetwork): string | null;
export declare function bitcoinAddressRule(network: BitcoinNetwork): AddressRule;
export declare function parametersOf(network: BitcoinNetwork): Network;
export declare function scriptOfAddress(text: string, network: BitcoinNetwork): Uint8Array;

// ── @rielrails/kit/emulator

export interface CustodyEmulator<Config = unknown> extends Emulator {
    readonly config: Config;
    readonly network: {
        address(): string;
        confirm(blocks?: number): Promise<void>;
        fund(amount: Money): Promise<void>;
    };
    readonly approvals?: {
        require(): Promise<void>;
        approve(reference: Reference): Promise<void>;
        reject(reference: Reference): Promise<void>;
    };
    readonly applied: {
        readonly withdrawals: readonly {
            readonly reference: string;
            readonly address: string;
            readonly amount: Money;
        }[];
    };
}
export interface EmulatedPayer {
    readonly account?: string;
    readonly name?: string;
}
export interface EmulatedRequest {
    readonly method: string;
    readonly url: URL;
    readonly headers: Headers;
    readonly body: Uint8Array<ArrayBuffer>;
    readonly params: Readonly<Record<string, string>>;
    readonly fault: Extract<FaultName, 'wrong-amount' | 'unknown-status-word'> | null;
    readonly signal: AbortSignal | undefined;
}
export interface Emulator {
    readonly name: string;
    readonly fetch: Fetch;
    readonly faults: FaultPlan;
    readonly webhooks: Outbox;
    readonly routes: readonly Route[];
    readonly exchanges: readonly Exchange[];
}
export interface EmulatorContext {
    readonly clock: Clock;
    readonly random: Random;
    readonly deliver?: Fetch;
}
export interface EmulatorOptions {
    readonly name: string;
    readonly clock: Clock;
    readonly routes: readonly Route[];
    readonly deliver?: Fetch;
    readonly redelivery?: Redelivery;
    throttled?(): Response;
    notFound?(): Response;
    wrongMethod?(): Response;
}
export interface Exchange {
    readonly at: Instant;
    readonly route: string | null;
    readonly method: string;
    readonly path: string;
    readonly status: number | null;
    readonly fault: FaultName | null;
}
export interface ExchangeEmulator<Config = unknown> extends Emulator {
    readonly config: Config;
    readonly market: {
        move(basisPoints: number): void;
        setBalance(asset: string, amount: string): void;
        fillPartly(basisPoints: number): void;
        halt(halted: boolean): void;
    };
    readonly applied: {
        readonly orders: readonly {
            readonly reference: string;
            readonly spent: string;
            readonly received: string;
        }[];
    };
}
export type FaultName = (typeof faultNames)[number];
export interface FaultPlan {
    add(fault: FaultName, options?: {
        readonly route?: string;
        readonly times?: number;
    }): void;
    take(route: string, names: readonly FaultName[]): FaultName | null;
    clear(): void;
    readonly planned: readonly PlannedFault[];
}
export interface KycEmulator<Config = unknown> extends Emulator {
    readonly config: Config;
    readonly desk: {
        approve(reference: Reference, identity?: {
            readonly name: string;
            readonly born?: string;
            readonly country?: string;
            readonly documentNumber?: string;
        }): Promise<void>;
        reject(reference: Reference, type: 'retry' | 'final', reason?: string): Promise<void>;
        revoke(reference: Reference): Promise<void>;
    };
    readonly applied: {
        readonly cases: readonly {
            readonly reference: string;
        }[];
    };
}
export interface Outbox {
    send(webhook: OutgoingWebhook): Promise<void>;
    flush(): Promise<void>;
    readonly sent: readonly SentWebhook[];
    deliveries(): readonly WebhookDelivery[];
}
export interface OutboxOptions {
    readonly clock: Clock;
    readonly faults: FaultPlan;
    readonly deliver?: Fetch;
    readonly redelivery?: Redelivery;
}
export interface OutgoingWebhook {
    readonly url: string;
    readonly method?: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
}
export interface PaymentEmulator<Config = unknown> extends Emulator {
    readonly config: Config;
    readonly payer: {
        pay(reference: Reference, options?: {
            readonly amount?: Money;
        } & EmulatedPayer): Promise<string>;
        payTwice(reference: Reference, options?: EmulatedPayer): Promise<string | null>;
        expire(reference: Reference): Promise<void>;
        cancel(reference: Reference): Promise<void>;
        reverse(transaction: string): Promise<void>;
    };
    readonly applied: {
        readonly payments: readonly {
            readonly reference: string;
            readonly amount: Money;
        }[];
        readonly receipts: readonly {
            readonly reference: string;
            readonly transaction: string;
            readonly amount: Money;
        }[];
        readonly refunds: readonly {
            readonly reference: string;
            readonly transaction: string;
            readonly amount: Money;
        }[];
        readonly cancelled: readonly string[];
    };
}
export interface PlannedFault {
    readonly fault: FaultName;
    readonly route: string;
    readonly times: number;
}
export type Provenance = 'documented' | 'seen' | 'assumed';
export interface Redelivery {
    readonly answerWithinMs: number;
    readonly afterMs: readonly number[];
    readonly takenBy?: readonly number[];
}
export interface Route {
    readonly name: string;
    readonly method: string;
    readonly path: string;
    readonly cites: string;
    readonly provenance: Provenance;
    handle(request: EmulatedRequest): Response | Promise<Response>;
}
export interface ScreeningEmulator<Config = unknown> extends Emulator {
    readonly config: Config;
    readonly list: {
        addName(name: string): void;
        addAddress(address: string): void;
        makeStale(): void;
    };
}
export interface SentWebhook extends OutgoingWebhook {
    readonly status: number | null;
}
export declare function createEmulator(options: EmulatorOptions): Emulator;
export declare function createFaultPlan(): FaultPlan;
export declare function createOutbox({ clock, faults, deliver, redelivery }: OutboxOptions): Outbox;
export declare const faultNames: readonly [
    'refused-connection',
    'timeout-before',
    'timeout-after-apply',
    'reset-after-apply',
    'http-500-after-apply',
    'http-503',
    'throttled',
    'unreadable-200',
    'wrong-amount',
    'unknown-status-word',
    'duplicate-webhook',
    'reordered-webhooks',
    'dropped-webhook',
    'late-webhook',
    'forged-webhook'
];
export declare function jsonResponse(body: unknown, status?: number, headers?: Readonly<Record<string, string>>): Response;

// ── @rielrails/kit/offline

export interface Clock {
    now(): Instant;
    sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
export type Json = null | boolean | string | JsonNumber | readonly Json[] | {
    readonly [key: string]: Json;
};
export interface Log {
    debug(event: string, fields?: LogFields): void;
    info(event: string, fields?: LogFields): void;
    warn(event: string, fields?: LogFields): void;
    error(event: string, fields?: LogFields): void;
}
export declare class Secret {
    #private;
    constructor(text: string);
    reveal(): string;
    fingerprint(): string;
    toString(): string;
    toJSON(): string;
}
export declare function digest(algorithm: 'md5' | 'sha1' | 'sha256' | 'sha512', message: string | Uint8Array): Uint8Array;
export declare function equalInConstantTime(left: Uint8Array | string, right: Uint8Array | string): boolean;
export declare function fromBase64(text: string): Uint8Array<ArrayBuffer>;
export declare function fromHex(text: string): Uint8Array<ArrayBuffer>;
export declare function fromUtf8(bytes: Uint8Array): string;
export declare function hmac(algorithm: HmacAlgorithm, key: Secret | string | Uint8Array, message: string | Uint8Array): Uint8Array;
export declare function jsonLog(write: (line: string) => void, clock: Clock, least?: LogLevel): Log;
export declare function parseJson(text: string, limits?: JsonLimits): Json;
export declare function readConfig<T>(provider: string, schema: z.ZodType<T>, input: unknown): T;
export declare function secretSchema(minLength?: number): z.ZodType<Secret>;
export declare const silentLog: Log;
export declare function stringifyJson(value: unknown): string;
export declare const systemClock: Clock;
export declare function toBase64(bytes: Uint8Array): string;
export declare function toHex(bytes: Uint8Array): string;
export declare function utf8(text: string): Uint8Array<ArrayBuffer>;

// ── @rielrails/kit/virtual

export interface VirtualClock extends Clock {
    advance(ms: number): Promise<void>;
    run<T>(work: () => Promise<T>): Promise<T>;
}
export interface VirtualLogEntry {
    readonly level: LogLevel;
    readonly event: string;
    readonly fields: LogFields;
}
export interface VirtualRuntime extends Runtime {
    readonly clock: VirtualClock;
    readonly entries: readonly VirtualLogEntry[];
}
export interface VirtualRuntimeOptions {
    readonly start?: number;
    readonly seed?: number;
    readonly fetch?: Fetch;
}
export declare function createSeededRandom(seed: number): Random;
export declare function createVirtualClock(start: number): VirtualClock;
export declare function createVirtualRuntime(options?: VirtualRuntimeOptions): VirtualRuntime;
