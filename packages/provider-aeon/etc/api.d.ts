// ── @rielrails/provider-aeon

export type Aeon = PaymentProvider<'get' | 'parseWebhook', 'redirect'>;
export interface AeonAnomaly {
    readonly case: AeonAnomalyCase;
    readonly handling: 'credited' | 'payer-page' | 'support' | 'review';
    readonly fee?: Money<'USDT'>;
    readonly withinMs?: number;
    readonly countsFrom?: 'deposit' | 'return';
    readonly from?: Money<'USDT'>;
    readonly source: string;
}
export type AeonAnomalyCase = 'late' | 'underpaid' | 'overpaid' | 'price-moved' | 'wrong-token' | 'wrong-network' | 'unsupported-transfer' | 'wrong-memo' | 'returned-withdrawal' | 'flagged';
export interface AeonApi {
    createOrder(fields: AeonOrderFields, context?: CallContext): Promise<AeonCreated>;
    query(merchantOrderNo: Reference, context?: CallContext): Promise<AeonOrder | null>;
    refund(fields: AeonRefundFields, context?: CallContext): Promise<void>;
}
export interface AeonConfig {
    readonly appId: string;
    readonly secret: Secret | string;
    readonly previousSecret?: Secret | string;
    readonly environment: 'sandbox' | 'production';
    readonly callbackUrl: string;
    readonly currencies: NonEmpty<AeonCurrency>;
    readonly display?: AeonDisplay;
    readonly paymentTokens?: readonly string[];
    readonly paymentNetworks?: readonly string[];
    readonly paymentExchange?: readonly string[];
    readonly payType?: AeonPayType;
    readonly feePaidBy?: 'merchant' | 'payer';
    readonly settlesAfterDays?: number;
}
export interface AeonCreated {
    readonly orderNo: string;
    readonly webUrl: string;
}
export type AeonCurrency = 'USD' | 'EUR' | 'HKD' | 'IDR' | 'THB' | 'VND' | 'USDT';
export type AeonDisplay = {
    readonly type: 'web';
} | {
    readonly type: 'browser';
} | {
    readonly type: 'bot';
    readonly botName: string;
} | {
    readonly type: 'mini-app';
};
export interface AeonOrder {
    readonly orderNo: string;
    readonly merchantOrderNo: string;
    readonly orderStatus: string;
    readonly orderCurrency: string;
    readonly orderAmount: string;
    readonly payCryptoRate?: string | undefined;
    readonly payFiatRate?: string | undefined;
    readonly payCryptoCurrency?: string | undefined;
    readonly payCryptoVolume?: string | undefined;
    readonly payCryptoNetwork?: string | undefined;
    readonly address?: string | undefined;
    readonly hxAddress?: string | undefined;
    readonly failReason?: string | undefined;
    readonly fee?: string | undefined;
    readonly payTime?: string | undefined;
    readonly fromAddress?: string | undefined;
    readonly customParam?: unknown;
}
export interface AeonOrderFields {
    readonly merchantOrderNo: string;
    readonly orderAmount: string;
    readonly payCurrency: string;
    readonly userId: string;
    readonly paymentTokens?: string | undefined;
    readonly paymentExchange?: string | undefined;
    readonly redirectURL?: string | undefined;
    readonly callbackURL?: string | undefined;
    readonly customParam?: string | undefined;
    readonly expiredTime?: string | undefined;
    readonly payType?: AeonPayType | undefined;
    readonly paymentNetworks?: string | undefined;
    readonly orderModel?: 'ORDER' | 'RECHARGE' | undefined;
    readonly tgModel?: 'BROWSER' | 'MINIAPP' | 'BOT' | undefined;
}
export type AeonPayType = 'WALLET' | 'BINANCE_PAY' | 'EXCHANGE' | 'WALLET_PAY';
export type AeonRefundConfig = AeonConfig & {
    readonly settlesAfterDays: number;
};
export interface AeonRefundFields {
    readonly merchantOrderNo: string;
    readonly walletAddress: string;
    readonly refundAmount: string;
    readonly refundToken: string;
    readonly refundNetwork: string;
    readonly refundOrderNo?: string | undefined;
    readonly email?: string | undefined;
    readonly refundReason?: string | undefined;
    readonly memo?: string | undefined;
}
export interface AeonWallet {
    readonly token: string;
    readonly network: string;
    readonly address: string;
    readonly memo?: string;
}
export type AeonWithRefunds = PaymentProvider<'get' | 'refund' | 'parseWebhook', 'redirect'>;
export declare const aeonAnomalies: readonly AeonAnomaly[];
export declare const aeonAssets: Readonly<Record<AeonCurrency, Asset>>;
export declare const aeonExchanges: {
    readonly bybit: '3b8d8911-b2c0-4c1a-9127-675653c21960';
    readonly coinbase: '47624467-e52e-4938-a41a-7926b6c27acf';
    readonly kraken: '16f021b0-f220-4bbb-aa3b-82d423301957';
    readonly paxos: '2fdd678d-8ece-49f5-992c-a1d7c4367833';
};
export declare function createAeon(config: AeonRefundConfig, runtime?: Runtime): AeonWithRefunds;
export declare function createAeon(config: AeonConfig, runtime?: Runtime): Aeon;
export declare function createAeonApi(config: AeonConfig, runtime?: Runtime): AeonApi;
export declare function readAeonWallet(text: string): AeonWallet;

// ── @rielrails/provider-aeon/emulator

export interface AeonEmulator extends PaymentEmulator<AeonEmulatorConfig> {
    readonly payer: PaymentEmulator['payer'] & {
        pay(reference: string, options?: AeonPayer): Promise<string>;
        refundSelf(reference: string): Promise<void>;
    };
    readonly selfRefunds: readonly {
        readonly reference: string;
        readonly volume: string;
        readonly token: string;
    }[];
    readonly profile: {
        callerListed: boolean;
        tokens: readonly string[];
        networks: readonly string[];
    };
}
export interface AeonEmulatorConfig {
    readonly appId: string;
    readonly secret: string;
    readonly environment: 'sandbox';
    readonly callbackUrl: string;
    readonly currencies: NonEmpty<EmulatedCurrency>;
    readonly feePaidBy: 'merchant' | 'payer';
    readonly settlesAfterDays: number;
}
export interface AeonEmulatorOptions {
    readonly currencies?: NonEmpty<EmulatedCurrency>;
    readonly callbackUrl?: string;
    readonly checkoutUrl?: string;
    readonly botUrl?: string;
    readonly webhookFields?: '14' | '15';
    readonly orderAmounts?: 'units' | 'cents';
    readonly codes?: 'text' | 'number';
    readonly errorStatus?: 200 | 400;
    readonly customParam?: 'object' | 'text';
    readonly feePaidBy?: 'merchant' | 'payer';
    readonly accumulates?: boolean;
    readonly settlesAfterDays?: number;
}
export interface AeonPayer extends EmulatedPayer {
    readonly amount?: Money;
    readonly token?: string;
    readonly network?: string;
    readonly connectedWallet?: boolean;
}
export type EmulatedCurrency = 'USD' | 'EUR' | 'HKD' | 'IDR' | 'THB' | 'VND' | 'USDT';
export declare function createAeonEmulator(context: EmulatorContext, options?: AeonEmulatorOptions): AeonEmulator;
// as signAsAeon
export declare function sign(fields: ReadonlyMap<string, string>, names: ReadonlySet<string>, secret: string): string;
