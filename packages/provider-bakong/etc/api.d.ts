// ── @rielrails/provider-bakong

export type Bakong = PaymentProvider<'get', 'qr' | 'deep-link'> & {
    readonly api: BakongOpenApi;
    polling(): PollingReport & {
        readonly tokenExpiresAt: Instant | null;
    };
};
export type BakongAnswer = {
    readonly type: 'found';
    readonly transaction: BakongTransaction;
} | {
    readonly type: 'not-found';
} | {
    readonly type: 'failed';
} | {
    readonly type: 'static-qr';
};
export interface BakongConfig {
    readonly token: Secret | string;
    readonly environment: 'production' | 'sit';
    readonly account: KhqrAccount;
    readonly receivingAccounts?: readonly string[];
    readonly merchantName: string;
    readonly merchantCity?: string;
    readonly merchantCategoryCode?: string;
    readonly currencies: NonEmpty<KhqrCurrency>;
    readonly app?: {
        readonly name: string;
        readonly iconUrl: string;
    };
    readonly relayUrl?: string;
    readonly polling?: BakongPolling;
}
export interface BakongOpenApi {
    byMd5(md5: string, context?: CallContext): Promise<BakongAnswer>;
    byMd5List(md5s: readonly string[], context?: CallContext): Promise<ReadonlyMap<string, BakongAnswer | null>>;
    byHash(hash: string, context?: CallContext): Promise<BakongAnswer>;
    byHashList(hashes: readonly string[], context?: CallContext): Promise<ReadonlyMap<string, BakongAnswer | null>>;
    byShortHash(hash: string, amount: Money, context?: CallContext): Promise<BakongAnswer>;
    byInstructionReference(reference: string, context?: CallContext): Promise<BakongAnswer>;
    byExternalReference(reference: string, context?: CallContext): Promise<BakongAnswer>;
    accountExists(bakongAccount: string, context?: CallContext): Promise<boolean>;
    deepLink(khqr: string, source?: BakongSource, context?: CallContext): Promise<string>;
    renewToken(email: string, context?: CallContext): Promise<IssuedToken>;
}
export interface BakongPolling {
    readonly callsPerDay?: number;
    readonly probePercent?: number;
    readonly unpaidPerPerson?: number;
    readonly lists?: boolean;
}
export interface BakongSource {
    readonly appName: string;
    readonly appIconUrl: string;
    readonly appDeepLinkCallback: string;
}
export interface BakongTransaction {
    readonly hash: string;
    readonly fromAccount: string;
    readonly toAccount: string;
    readonly amount: Money;
    readonly createdAt: Instant;
    readonly acknowledgedAt?: Instant;
    readonly description?: string;
    readonly trackingStatus?: string;
    readonly receiverBank?: string;
    readonly receiverBankAccount?: string;
    readonly instructionReference?: string;
    readonly externalReference?: string;
}
export interface IssuedToken {
    readonly token: Secret;
    readonly expiresAt: Instant | null;
}
export type Look = {
    readonly type: 'ask';
    readonly why: 'routine' | 'probe';
} | {
    readonly type: 'wait';
    readonly why: 'pace' | 'reserve' | 'used-up';
    readonly retryAfterMs: number;
};
export interface PollingBudget {
    plan(one: Watched, all: readonly Watched[], now: Instant): Look;
    spend(now: Instant): void;
    exhaust(now: Instant): number;
    report(all: readonly Watched[], now: Instant): PollingReport;
}
export interface PollingReport {
    readonly callsPerDay: number;
    readonly used: number;
    readonly reserved: number;
    readonly routineLeft: number;
    readonly open: number;
    readonly usedUpUntil: Instant | null;
    readonly resetsAt: Instant;
}
export interface PollingTerms {
    readonly callsPerDay: number;
    readonly probePercent: number;
    readonly batchSize: number;
}
export interface Watched {
    readonly createdAt: Instant;
    readonly expiresAt: Instant;
    readonly looks: number;
    readonly failures: number;
    readonly askedAt: Instant | null;
    readonly answeredAt: Instant | null;
    readonly paidSeenAt: Instant | null;
}
export declare function createBakong(config: BakongConfig, runtime?: Runtime): Bakong;
export declare function createPollingBudget(terms: PollingTerms): PollingBudget;

// ── @rielrails/provider-bakong/khqr

export interface EncodedKhqr {
    readonly text: string;
    readonly md5: string;
}
export interface Khqr {
    readonly account: KhqrAccount;
    readonly initiation?: 'static' | 'dynamic';
    readonly currency: KhqrCurrency;
    readonly amount?: Money<KhqrCurrency>;
    readonly merchantName: string;
    readonly merchantCity: string;
    readonly merchantCategoryCode: string;
    readonly country: string;
    readonly unionPayAccount?: string;
    readonly additional: KhqrAdditional;
    readonly alternate?: KhqrAlternate;
    readonly createdAt?: Instant;
    readonly expiresAt?: Instant;
    readonly others: ReadonlyMap<string, string>;
}
export type KhqrAccount = {
    readonly type: 'individual';
    readonly bakongAccount: string;
    readonly information?: string;
    readonly acquiringBank?: string;
} | {
    readonly type: 'merchant';
    readonly bakongAccount: string;
    readonly merchantId: string;
    readonly acquiringBank: string;
};
export interface KhqrAdditional {
    readonly billNumber?: string;
    readonly mobileNumber?: string;
    readonly storeLabel?: string;
    readonly terminalLabel?: string;
    readonly purpose?: string;
}
export interface KhqrAlternate {
    readonly language: string;
    readonly merchantName: string;
    readonly merchantCity?: string;
}
export type KhqrCurrency = 'KHR' | 'USD';
export type KhqrDemand = {
    readonly type: 'static';
    readonly currency: KhqrCurrency;
} | {
    readonly type: 'dynamic';
    readonly amount: Money<KhqrCurrency>;
    readonly createdAt: Instant;
    readonly expiresAt: Instant;
};
export declare class KhqrError extends InputError {
    readonly rule: KhqrRule;
    readonly tag: string;
    readonly position: number | null;
    constructor(tag: string, rule: KhqrRule, position: number | null, message: string);
}
export interface KhqrInput {
    readonly account: KhqrAccount;
    readonly demand: KhqrDemand;
    readonly merchantName: string;
    readonly merchantCity?: string;
    readonly merchantCategoryCode?: string;
    readonly unionPayAccount?: string;
    readonly additional?: KhqrAdditional;
    readonly alternate?: KhqrAlternate;
}
export type KhqrRule = 'size' | 'text' | 'tag' | 'length' | 'duplicate' | 'missing' | 'checksum-place' | 'checksum' | 'too-long' | 'template-too-long' | 'form' | 'currency' | 'amount' | 'account' | 'country' | 'union-pay-in-dollars' | 'amount-missing' | 'expiry-missing' | 'expiry-order' | 'expired';
export type KhqrVerdict = {
    readonly outcome: 'valid';
    readonly khqr: Khqr;
} | {
    readonly outcome: 'invalid';
    readonly error: KhqrError;
};
export declare function decodeKhqr(text: string): Khqr;
export declare function encodeKhqr(input: KhqrInput): EncodedKhqr;
export declare function md5OfKhqr(text: string): string;
export declare function verifyKhqr(text: string, options: {
    readonly now: Instant;
}): KhqrVerdict;

// ── @rielrails/provider-bakong/emulator

export interface BakongEmulator extends PaymentEmulator<BakongEmulatorConfig> {
    readonly payer: PaymentEmulator['payer'] & {
        pay(reference: string, options?: BakongPayer): Promise<string>;
        payTwice(reference: string, options?: BakongPayer): Promise<string | null>;
    };
    see(qr: string): void;
    payByQr(qr: string, options?: BakongPayer): Promise<BakongScan>;
    readonly statement: readonly StatementLine[];
    track(transaction: string, trackingStatus: string | null): void;
    misdirect(toAccount: string | null): void;
    readonly switches: {
        callerInCambodia: boolean;
        listsAllowed: boolean;
        linkMaker: boolean;
        readonly failed: Set<string>;
    };
}
export interface BakongEmulatorConfig {
    readonly token: string;
    readonly environment: 'sit';
    readonly account: {
        readonly type: 'merchant';
        readonly bakongAccount: string;
        readonly merchantId: string;
        readonly acquiringBank: string;
    };
    readonly merchantName: string;
    readonly currencies: NonEmpty<'KHR' | 'USD'>;
}
export interface BakongEmulatorOptions {
    readonly currencies?: NonEmpty<'KHR' | 'USD'>;
    readonly callsPerDay?: number;
    readonly quotaStatus?: number;
    readonly staticQr?: 'code-2' | 'not-found';
    readonly listItems?: 'data' | 'transaction' | 'inline';
    readonly javaNumbers?: boolean;
    readonly takesWrongPayments?: boolean;
    readonly accounts?: readonly string[];
    readonly emails?: readonly string[];
}
export interface BakongPayer extends EmulatedPayer {
    readonly amount?: Money;
}
export type BakongScan = {
    readonly outcome: 'paid';
    readonly transaction: string;
    readonly amount: Money;
    readonly merchantName: string;
} | {
    readonly outcome: 'refused';
    readonly message: string;
};
export interface ScannedKhqr {
    readonly md5: string;
    readonly account: string;
    readonly currency: 'KHR' | 'USD';
    readonly amount?: Money;
    readonly merchantName: string;
    readonly billNumber?: string;
    readonly purpose?: string;
    readonly reusable: boolean;
    readonly createdAtMs?: number;
    readonly expiresAtMs?: number;
}
export interface StatementLine {
    readonly transaction: string;
    readonly md5: string;
    readonly toAccount: string;
    readonly fromAccount: string;
    readonly amount: Money;
    readonly billNumber: string | null;
    readonly paidAt: Instant;
}
export declare function createBakongEmulator(context: EmulatorContext, options?: BakongEmulatorOptions): BakongEmulator;
export declare function scanKhqr(text: string): ScannedKhqr;
