// ── @rielrails/custody-bitgo

export type Bitgo = Custody<BitgoOperation>;
export interface BitgoConfig {
    readonly expressUrl?: string;
    readonly accessToken: Secret | string;
    readonly coin: 'btc' | 'tbtc' | 'tbtc4';
    readonly network?: BitcoinNetwork;
    readonly walletId: string;
    readonly walletPassphrase: Secret | string;
    readonly webhookSecrets: readonly (Secret | string)[];
    readonly targetBlocks?: number;
    readonly ceilingSatPerVbyte?: number;
}
export type BitgoOperation = 'balance' | 'estimateFee' | 'depositAddress' | 'parseWebhook';
export declare function createBitgo(config: BitgoConfig, runtime?: Runtime): Bitgo;

// ── @rielrails/custody-bitgo/emulator

export interface BitgoEmulator extends CustodyEmulator<BitgoEmulatorConfig> {
    readonly approvals: NonNullable<CustodyEmulator['approvals']> & {
        approve(reference: Reference, txid?: string): Promise<void>;
    };
    readonly approverToken: string;
    readonly desk: {
        readonly withdrawals: readonly WithdrawalOnDesk[];
        readonly waiting: readonly (WithdrawalOnDesk & {
            readonly approvalId: string;
        })[];
        hold(reference: Reference, word: string): void;
        broadcast(reference: Reference): Promise<void>;
        remove(reference: Reference): Promise<void>;
        fail(reference: Reference): Promise<void>;
        accelerate(reference: Reference): Promise<string>;
        sweep(reference: Reference): Promise<string>;
        block(address: string): void;
    };
}
export interface BitgoEmulatorConfig {
    readonly expressUrl: string;
    readonly accessToken: string;
    readonly coin: 'btc' | 'tbtc' | 'tbtc4';
    readonly walletId: string;
    readonly walletPassphrase: string;
    readonly webhookSecrets: readonly string[];
}
export interface BitgoEmulatorOptions {
    readonly coin?: 'btc' | 'tbtc' | 'tbtc4';
    readonly network?: BitcoinNetwork;
    readonly approvalAboveSats?: bigint;
    readonly errors?: ErrorDialect;
    readonly sequenceLookup?: 'every' | 'signed';
    readonly waiting?: 'id' | 'object' | 'bare';
    readonly payGoSats?: bigint;
    readonly tellsSequenceIds?: boolean;
    readonly webhookUrl?: string;
}
export type ErrorDialect = 'name' | 'error-name' | 'nameless';
export declare function createBitgoEmulator(context: EmulatorContext, options?: BitgoEmulatorOptions): BitgoEmulator;
