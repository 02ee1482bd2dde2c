// ── @rielrails/testkit

export type ClauseResult = {
    readonly id: string;
    readonly title: string;
} & ({
    readonly outcome: 'green';
} | {
    readonly outcome: 'failed';
    readonly failure: string;
} | {
    readonly outcome: 'excluded';
    readonly excludedBy: string;
});
export type ConformanceSubject = PaymentSubject | ExchangeSubject | CustodySubject | KycSubject | ScreeningSubject;
export interface CustodySubject<Config = unknown> extends Subject<Config, CustodyEmulator<Config>, AnyCustody> {
    readonly contract: 'custody';
}
export interface ExchangeSubject<Config = unknown> extends Subject<Config, ExchangeEmulator<Config>, AnyExchange> {
    readonly contract: 'exchange';
}
export interface KycSubject<Config = unknown> extends Subject<Config, KycEmulator<Config>, AnyKycProvider> {
    readonly contract: 'kyc';
    readonly request?: Partial<Pick<StartKyc, 'level' | 'language'>>;
}
export interface MutantResult {
    readonly id: string;
    readonly clause: string;
    readonly outcome: 'killed' | 'survived' | 'excluded';
}
export interface PaymentSubject<Config = unknown> extends Subject<Config, PaymentEmulator<Config>, AnyPaymentProvider> {
    readonly contract: 'payment';
    readonly request?: Partial<Pick<CreatePayment, 'purpose' | 'returnUrl' | 'payer'>>;
    readonly refundDestination?: string;
}
export interface PreparedRun {
    readonly contract: string;
    readonly subject: string;
    readonly clauses: readonly {
        readonly id: string;
        readonly title: string;
        run(): Promise<ClauseResult>;
    }[];
    readonly mutants: readonly {
        readonly id: string;
        readonly clause: string;
        run(): Promise<MutantResult>;
    }[];
}
export interface Report {
    readonly contract: string;
    readonly subject: string;
    readonly clauses: readonly ClauseResult[];
    readonly mutants: readonly MutantResult[];
}
export interface ScreeningSubject<Config = unknown> extends Subject<Config, ScreeningEmulator<Config>, AnyScreening> {
    readonly contract: 'screening';
    readonly network?: string;
}
export interface Subject<Config, Emulated, Adapter> {
    readonly name: string;
    emulator(context: EmulatorContext): Emulated | Promise<Emulated>;
    create(config: Config, runtime: Runtime): Adapter | Promise<Adapter>;
    readonly secrets: readonly string[];
}
export declare function prepareConformance(subject: ConformanceSubject): PreparedRun;
export declare function runConformance(subject: ConformanceSubject, options?: {
    readonly mutants?: boolean;
}): Promise<Report>;

// ── @rielrails/testkit/vitest

export declare function describeConformance(subjects: readonly ConformanceSubject[]): void;
