// ── @rielrails/provider-bongloy

export type Bongloy = PaymentProvider<BongloyOperation, 'embedded-form'>;
export interface BongloyAccount {
    charge(id: string, context?: CallContext): Promise<BongloyCharge | null>;
    capture(id: string, context?: CallContext): Promise<Attempt<BongloyCharge>>;
    token(id: string, context?: CallContext): Promise<{
        readonly id: string;
        readonly used: boolean;
    } | null>;
    customer(id: string, context?: CallContext): Promise<BongloyCustomer | null>;
    createCustomer(input: {
        readonly email?: string;
        readonly description?: string;
    }, context?: CallContext): Promise<Attempt<BongloyCustomer>>;
    cards(customer: string, context?: CallContext): Promise<readonly BongloyCard[] | null>;
    addCard(input: {
        readonly customer: string;
        readonly token: string;
    }, context?: CallContext): Promise<Attempt<BongloyCard>>;
}
export interface BongloyCard {
    readonly id: string;
    readonly brand?: string | null | undefined;
    readonly last4: string;
}
export interface BongloyCharge {
    readonly id: string;
    readonly amount: Money;
    readonly refunded: Money;
    readonly captured: boolean;
    readonly status: string;
    readonly createdAt: Instant;
}
export interface BongloyConfig {
    readonly secretKey: Secret | string;
    readonly publishableKey: string;
    readonly environment: 'test' | 'live';
    readonly currencies: NonEmpty<'USD' | 'KHR'>;
    readonly khrExponent?: 0 | 2;
    readonly capture?: 'at-once' | 'by-hand';
}
export interface BongloyCustomer {
    readonly id: string;
    readonly email?: string | null | undefined;
    readonly description?: string | null | undefined;
}
export type BongloyOperation = 'get' | 'complete' | 'refund' | 'parseWebhook';
export declare function createBongloy(config: BongloyConfig, runtime?: Runtime): Bongloy;
export declare function createBongloyAccount(config: BongloyConfig, runtime?: Runtime): BongloyAccount;

// ── @rielrails/provider-bongloy/emulator

export interface BongloyEmulator extends PaymentEmulator<BongloyEmulatorConfig> {
    readonly payer: PaymentEmulator['payer'] & {
        pay(reference: Reference, options?: {
            readonly amount?: Money;
        }): Promise<string>;
        payWith(outcome: CardOutcome): Promise<string>;
    };
    readonly disputes: readonly {
        readonly charge: string;
        readonly status: string;
    }[];
    readonly dashboard: {
        refund(charge: string, minor?: bigint): Promise<void>;
        capture(charge: string, minor?: bigint): Promise<void>;
        dispute(charge: string): Promise<void>;
        decideDispute(charge: string, status: string): Promise<void>;
        foreignCharge(): Promise<string>;
    };
}
export interface BongloyEmulatorConfig {
    readonly secretKey: string;
    readonly publishableKey: string;
    readonly environment: 'test';
    readonly currencies: NonEmpty<'USD' | 'KHR'>;
    readonly khrExponent: 0 | 2;
}
export interface BongloyEmulatorOptions {
    readonly currencies?: NonEmpty<'USD' | 'KHR'>;
    readonly khrExponent?: 0 | 2;
    readonly errors?: 'current' | 'legacy';
    readonly echoesMetadata?: boolean;
    readonly disputes?: 'id' | 'embedded';
    readonly showsDisputes?: boolean;
    readonly hookUrl?: string;
}
export type CardOutcome = 'success' | 'card_declined' | 'insufficient_funds' | 'expired_card' | 'incorrect_number';
export interface TestCard {
    readonly number: string;
    readonly brand: string;
    readonly outcome: CardOutcome;
    readonly label: string;
}
export declare function createBongloyEmulator(context: EmulatorContext, options?: BongloyEmulatorOptions): BongloyEmulator;
export declare const testCards: readonly TestCard[];
