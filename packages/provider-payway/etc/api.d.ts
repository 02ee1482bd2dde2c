// ── @rielrails/provider-payway

export type Payway = PaymentProvider<'get' | 'cancel' | 'parseWebhook', PaywayOffers>;
export interface PaywayConfig {
    readonly merchantId: string;
    readonly apiKey: Secret | string;
    readonly previousApiKey?: Secret | string;
    readonly environment: 'sandbox' | 'production';
    readonly currencies: NonEmpty<PaywayCurrency>;
    readonly callbackUrl: string;
    readonly hostedPayment?: 'abapay_khqr' | 'cards' | 'any';
    readonly qrTemplate?: PaywayQrTemplate;
    readonly unsignedCallbacks?: 'reject' | 'hint';
    readonly refundPublicKey?: string;
}
export type PaywayCurrency = 'KHR' | 'USD';
export interface PaywayExchangeRate {
    readonly currency: string;
    readonly sell: string;
    readonly buy: string;
}
export interface PaywayOperation {
    readonly status: string;
    readonly amount: string;
    readonly at?: Instant;
    readonly bankReference?: string;
}
export type PaywayQrTemplate = 'template1' | 'template1_color' | 'template2' | 'template2_color' | 'template3_color' | 'template4' | 'template4_color' | 'template5' | 'template5_color' | 'template6_color';
export interface PaywayQueries {
    exchangeRates(context?: CallContext): Promise<readonly PaywayExchangeRate[]>;
    transactionDetail(reference: Reference, context?: CallContext): Promise<PaywayTransactionDetail | null>;
}
export type PaywayRefundConfig = PaywayConfig & {
    readonly refundPublicKey: string;
};
export interface PaywayTransactionDetail {
    readonly transactionId: string;
    readonly paymentStatus: string;
    readonly originalAmount: string;
    readonly originalCurrency: string;
    readonly refundedAmount: string;
    readonly approvalCode?: string;
    readonly paymentType?: string;
    readonly payerAccount?: string;
    readonly bankName?: string;
    readonly bankReference?: string;
    readonly operations: readonly PaywayOperation[];
}
export type PaywayWithRefunds = PaymentProvider<'get' | 'cancel' | 'refund' | 'parseWebhook', PaywayOffers>;
export declare function createPayway(config: PaywayRefundConfig, runtime?: Runtime): PaywayWithRefunds;
export declare function createPayway(config: PaywayConfig, runtime?: Runtime): Payway;
export declare function createPaywayQueries(config: PaywayConfig, runtime?: Runtime): PaywayQueries;

// ── @rielrails/provider-payway/emulator

export type CallbackDialect = 'short' | 'full' | 'unsigned' | 'form';
export interface PaywayEmulator extends PaymentEmulator<PaywayEmulatorConfig> {
    readonly payer: PaymentEmulator['payer'] & {
        pay(reference: string, options?: PaywayPayer): Promise<string>;
        decline(reference: string): Promise<void>;
    };
    payByQr(qr: string, options?: PaywayPayer): Promise<PaywayScan>;
    readonly profile: {
        callerListed: boolean;
        callbackListed: boolean;
        refundsEnabled: boolean;
    };
}
export interface PaywayEmulatorConfig {
    readonly merchantId: string;
    readonly apiKey: string;
    readonly environment: 'sandbox';
    readonly currencies: NonEmpty<'KHR' | 'USD'>;
    readonly callbackUrl: string;
    readonly refundPublicKey: string;
}
export interface PaywayEmulatorOptions {
    readonly currencies?: NonEmpty<'KHR' | 'USD'>;
    readonly callbackUrl?: string;
    readonly checkoutUrl?: string;
    readonly callbacks?: CallbackDialect;
    readonly retriesCallbacks?: boolean;
    readonly sandboxQuirks?: boolean;
    readonly visibleAfterMs?: number;
    readonly takesWrongPayments?: boolean;
    readonly khrPerUsd?: bigint;
}
export type PaywayMethod = 'khqr' | 'abapay' | 'card' | 'wechat' | 'alipay';
export interface PaywayPayer extends EmulatedPayer {
    readonly amount?: Money;
    readonly method?: PaywayMethod;
    readonly currency?: 'KHR' | 'USD';
}
export type PaywayScan = {
    readonly outcome: 'paid';
    readonly transaction: string;
    readonly amount: Money;
    readonly merchantName: string;
} | {
    readonly outcome: 'refused';
    readonly message: string;
};
export interface ScannedKhqr {
    readonly account: string;
    readonly currency: 'KHR' | 'USD';
    readonly amount?: string;
    readonly merchantName: string;
    readonly paywayCode?: string;
}
export declare function createPaywayEmulator(context: EmulatorContext, options?: PaywayEmulatorOptions): PaywayEmulator;
export declare function scanKhqr(text: string): ScannedKhqr;
