// ── @rielrails/kyc-onfido

export interface OnfidoConfig {
    readonly apiToken: string | Secret;
    readonly webhookTokens: readonly (string | Secret)[];
    readonly workflows: Readonly<Record<string, string>>;
    readonly documentOutput?: string;
    readonly retryReasons?: readonly string[];
    readonly linkValidForMs?: number;
    readonly approvalValidForMs?: number;
    readonly region?: OnfidoRegion;
    readonly baseUrl?: string;
}
export type OnfidoRegion = 'eu' | 'us' | 'ca';
export declare function createOnfido(config: OnfidoConfig, runtime?: Runtime): KycProvider<'parseWebhook'>;

// ── @rielrails/kyc-onfido/emulator

export interface EmulatedPerson {
    readonly name: string;
    readonly born?: string;
    readonly country?: string;
    readonly validUntil?: string;
}
export interface OnfidoEmulator extends KycEmulator<OnfidoEmulatorConfig> {
    readonly applied: {
        readonly cases: readonly {
            readonly reference: string;
            readonly status: string;
        }[];
    };
    readonly dashboard: {
        review(reference: Reference): Promise<void>;
        decide(reference: Reference, status: 'approved' | 'declined'): Promise<void>;
        abandon(reference: Reference): Promise<void>;
        fail(reference: Reference): Promise<void>;
        purge(reference: Reference): Promise<void>;
    };
}
export interface OnfidoEmulatorConfig {
    readonly apiToken: string;
    readonly webhookTokens: readonly string[];
    readonly workflows: Readonly<Record<string, string>>;
    readonly baseUrl: string;
}
export interface OnfidoEmulatorOptions {
    readonly baseUrl?: string;
    readonly levels?: readonly string[];
    readonly webhookUrl?: string;
    readonly webhookEvents?: readonly string[];
    readonly requestsPerMinute?: number;
    readonly pageSize?: number;
    readonly filtersByTag?: boolean;
}
export declare function createOnfidoEmulator(context: EmulatorContext, options?: OnfidoEmulatorOptions): OnfidoEmulator;
