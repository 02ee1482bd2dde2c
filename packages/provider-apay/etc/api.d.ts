// ── @rielrails/provider-apay

export type Apay = PaymentProvider<'get' | 'complete' | 'parseWebhook', Offers>;
export interface ApayConfig extends ApayConnection {
    readonly baseUrl: string;
    readonly previousWebhook?: Pick<ApayConnection, 'accessKey' | 'privateKey'>;
}
export interface ApayConnection {
    readonly apiKey: Secret | string;
    readonly projectId: string;
    readonly webhookId: string;
    readonly accessKey: Secret | string;
    readonly privateKey: Secret | string;
}
export interface ApayWithdrawal {
    readonly status: 'awaiting-payer' | 'paid' | 'failed' | 'processing';
    readonly amount: Money<'KHR'>;
}
export declare function createApay(config: ApayConfig, runtime?: Runtime): Apay;
export declare function readApayConnection(text: string): ApayConnection;
export declare function readApayWithdrawal(orderId: string, config: ApayConfig, runtime?: Runtime): Promise<ApayWithdrawal>;

// ── @rielrails/provider-apay/telegram

export interface ApayConnection {
    readonly apiKey: Secret | string;
    readonly projectId: string;
    readonly webhookId: string;
    readonly accessKey: Secret | string;
    readonly privateKey: Secret | string;
}
export type ApayTelegram = PaymentProvider<'approve' | 'parseWebhook', 'telegram-invoice'>;
export interface ApayTelegramConfig {
    readonly botToken: Secret | string;
    readonly providerToken: Secret | string;
    readonly environment: 'live' | 'test';
    readonly webhookSecret: Secret | string;
    readonly previousWebhookSecret?: Secret | string;
    readonly currencies: NonEmpty<TelegramCurrency>;
    readonly title: string;
}
export type TelegramCurrency = keyof typeof limits;
export declare function createApayTelegram(config: ApayTelegramConfig, runtime?: Runtime): ApayTelegram;
export declare function readApayConnection(text: string): ApayConnection;

// ── @rielrails/provider-apay/emulator

export interface ApayEmulator extends PaymentEmulator<ApayEmulatorConfig> {
    readonly payer: PaymentEmulator['payer'] & {
        pay(reference: string, options?: {
            readonly amount?: Money;
        }): Promise<string>;
        transfer(account: string, amount: Money): Promise<string>;
        reject(reference: string): Promise<void>;
    };
    readonly dashboard: {
        withdraw(amount: Money, label?: string): Promise<string>;
        setMethod(method: 'ababank' | 'wing_l', enabled: boolean): void;
        sendTogether(references: readonly string[]): Promise<void>;
    };
}
export interface ApayEmulatorConfig {
    readonly baseUrl: string;
    readonly apiKey: string;
    readonly projectId: string;
    readonly webhookId: string;
    readonly accessKey: string;
    readonly privateKey: string;
}
export interface ApayEmulatorOptions {
    readonly postbackUrl?: string;
    readonly pageUrl?: string;
    readonly errorStatus?: 200 | 400;
    readonly postbacks?: 'escaped' | 'plain';
}
export declare function createApayEmulator(context: EmulatorContext, options?: ApayEmulatorOptions): ApayEmulator;

// ── @rielrails/provider-apay/telegram-emulator

export interface Charge {
    readonly telegramId: string;
    readonly providerId: string;
    readonly total: number;
}
export interface Invoice {
    readonly slug: string;
    readonly title: string;
    readonly description: string;
    readonly payload: string;
    readonly currency: string;
    readonly total: number;
    readonly once: boolean;
    readonly charges: readonly Charge[];
}
export interface InvoiceArguments {
    has(name: string): boolean;
    text(name: string): string;
    flag(name: string): boolean;
    json(name: string, what: string): unknown;
}
export interface InvoiceDesk {
    createInvoiceLink(given: InvoiceArguments): string;
    sendInvoice(given: InvoiceArguments): {
        readonly invoice: Readonly<Record<string, unknown>>;
        readonly slug: string;
    };
    answerPreCheckoutQuery(given: InvoiceArguments): true;
    readonly invoices: readonly Invoice[];
    find(slug: string): Invoice | undefined;
    pay(slug: string, payer: InvoicePayer, how?: {
        readonly leave?: boolean;
    }): Promise<PaymentOutcome>;
}
export interface InvoiceDeskOptions {
    readonly clock: Clock;
    readonly random: Random;
    readonly botId: number;
    readonly providerTokens: readonly string[];
    push(update: PaymentUpdate): Promise<void>;
}
export declare class InvoiceError extends Error {
    readonly code = 400;
    constructor(text: string);
}
export interface InvoicePayer {
    readonly id: number;
    readonly is_bot: false;
    readonly first_name: string;
}
export type PaymentOutcome = {
    readonly outcome: 'paid';
    readonly charge: Charge;
} | {
    readonly outcome: 'refused';
    readonly message: string;
};
export type PaymentUpdate = {
    readonly pre_checkout_query: Readonly<Record<string, unknown>>;
} | {
    readonly message: Readonly<Record<string, unknown>>;
};
export interface TelegramInvoiceEmulator extends PaymentEmulator<TelegramInvoiceEmulatorConfig> {
    readonly desk: InvoiceDesk;
    readonly payer: PaymentEmulator['payer'] & {
        leave(reference: string): Promise<void>;
        payForwarded(reference: string): Promise<string>;
    };
}
export interface TelegramInvoiceEmulatorConfig {
    readonly botToken: string;
    readonly providerToken: string;
    readonly environment: 'live' | 'test';
    readonly webhookSecret: string;
    readonly currencies: NonEmpty<'INR' | 'BDT' | 'PKR' | 'MMK'>;
    readonly title: string;
}
export interface TelegramInvoiceEmulatorOptions {
    readonly environment?: 'live' | 'test';
    readonly webhookUrl?: string;
}
export declare function createInvoiceDesk(options: InvoiceDeskOptions): InvoiceDesk;
export declare function createTelegramInvoiceEmulator(context: EmulatorContext, options?: TelegramInvoiceEmulatorOptions): TelegramInvoiceEmulator;
