// ── @rielrails/kyc-sumsub

export type DigestAlgorithm = (typeof digestAlgorithms)[number];
export interface SumsubConfig {
    readonly appToken: string | Secret;
    readonly secretKey: string | Secret;
    readonly webhookSecrets: readonly (string | Secret)[];
    readonly webhookDigest?: DigestAlgorithm;
    readonly linkValidForMs?: number;
    readonly approvalValidForMs?: number;
    readonly baseUrl?: string;
}
export declare function createSumsub(config: SumsubConfig, runtime?: Runtime): KycProvider<'parseWebhook'>;

// ── @rielrails/kyc-sumsub/emulator

export interface SumsubEmulator extends KycEmulator<SumsubEmulatorConfig> {
    readonly applied: {
        readonly cases: readonly {
            readonly reference: string;
            readonly status: 'init' | 'pending' | 'approved' | 'retry' | 'rejected';
        }[];
    };
    readonly dashboard: {
        hold(reference: Reference): Promise<void>;
        reset(reference: Reference): Promise<void>;
        moveToLevel(reference: Reference, levelName: string): Promise<void>;
        deactivate(reference: Reference): Promise<void>;
        activate(reference: Reference): Promise<void>;
        remove(reference: Reference): Promise<void>;
    };
}
export interface SumsubEmulatorConfig {
    readonly appToken: string;
    readonly secretKey: string;
    readonly webhookSecrets: readonly string[];
    readonly baseUrl: string;
}
export interface SumsubEmulatorOptions {
    readonly baseUrl?: string;
    readonly environment?: 'sbx' | 'prd';
    readonly levels?: readonly string[];
    readonly webhookUrl?: string;
    readonly webhookDigest?: WebhookDigest;
    readonly webhookNamesDigest?: boolean;
    readonly resetForgetsHistory?: boolean;
}
export type WebhookDigest = (typeof webhookDigests)[number];
export declare function createSumsubEmulator(context: EmulatorContext, options?: SumsubEmulatorOptions): SumsubEmulator;
