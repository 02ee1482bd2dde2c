// ── @rielrails/provider-wing

export type Wing = PaymentProvider<'get' | 'parseWebhook', 'redirect'>;
export type WingConfig = WingV2Config | WingV1Config;
export type WingCurrency = 'KHR' | 'USD';
export type WingInquiryConfig = WingV1Config | (WingV2Config & {
    readonly inquiryPath: string;
});
export interface WingMerchant {
    readonly username: string;
    readonly restApiKey: Secret | string;
    readonly account: {
        readonly type: 'biller' | 'till';
        readonly number: string;
    };
    readonly currency: WingCurrency;
    readonly environment: 'sandbox' | 'production';
    readonly baseUrl?: string;
    readonly returnUrl: string;
    readonly unpaidCodes?: readonly string[];
    readonly previousKey?: Secret | string;
}
export type WingNoProof = PaymentProvider<'parseWebhook', 'redirect'>;
export interface WingV1Config extends WingMerchant {
    readonly version: 'v1';
    readonly formUrl: string;
}
export interface WingV2Config extends WingMerchant {
    readonly version: 'v2';
    readonly password: Secret | string;
    readonly domain: string;
    readonly inquiryPath?: string;
}
export declare function createWing(config: WingInquiryConfig, runtime?: Runtime): Wing;
export declare function createWing(config: WingConfig, runtime?: Runtime): WingNoProof;
export declare function createWingForm(config: WingV1Config, runtime?: Runtime): (url: string) => Response;

// ── @rielrails/provider-wing/emulator

export interface WingAccountConfig {
    readonly username: string;
    readonly restApiKey: string;
    readonly account: {
        readonly type: 'biller' | 'till';
        readonly number: string;
    };
    readonly currency: 'KHR' | 'USD';
    readonly environment: 'sandbox';
    readonly returnUrl: string;
    readonly unpaidCodes: readonly string[];
}
export interface WingEmulator<Config = WingV2EmulatorConfig> extends PaymentEmulator<Config> {
    readonly payer: PaymentEmulator['payer'] & {
        pay(reference: string, options?: WingPayer): Promise<string>;
        postForm(html: string): Promise<Response>;
    };
    readonly testAccounts: readonly {
        readonly phone: string;
        readonly name: string;
    }[];
}
export interface WingEmulatorOptions {
    readonly currency?: 'KHR' | 'USD';
    readonly callbackUrl?: string;
    readonly shopUrl?: string;
    readonly callbackKey?: 'password' | 'api-key';
}
export interface WingPayer extends EmulatedPayer {
    readonly amount?: Money;
}
export interface WingV1EmulatorConfig extends WingAccountConfig {
    readonly version: 'v1';
    readonly formUrl: string;
}
export interface WingV2EmulatorConfig extends WingAccountConfig {
    readonly version: 'v2';
    readonly password: string;
    readonly domain: string;
}
export interface WingV2InquiryEmulatorConfig extends WingV2EmulatorConfig {
    readonly inquiryPath: string;
}
export declare function createWingEmulator(context: EmulatorContext, options?: WingEmulatorOptions): WingEmulator;
export declare function createWingInquiryEmulator(context: EmulatorContext, options?: WingEmulatorOptions): WingEmulator<WingV2InquiryEmulatorConfig>;
export declare function createWingV1Emulator(context: EmulatorContext, options?: WingEmulatorOptions): WingEmulator<WingV1EmulatorConfig>;
