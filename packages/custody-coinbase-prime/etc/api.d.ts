// ── @rielrails/custody-coinbase-prime

export type CoinbasePrime = Custody<CoinbasePrimeOperation>;
export interface CoinbasePrimeConfig {
    readonly accessKey: Secret | string;
    readonly passphrase: Secret | string;
    readonly signingKey: Secret | string;
    readonly portfolioId: string;
    readonly walletId: string;
    readonly walletType: 'trading' | 'vault';
    readonly depthWhenDone: number;
    readonly network?: BitcoinNetwork;
    readonly baseUrl?: string;
}
export type CoinbasePrimeOperation = 'balance' | 'depositAddress';
export declare function createCoinbasePrime(config: CoinbasePrimeConfig, runtime?: Runtime): CoinbasePrime;

// ── @rielrails/custody-coinbase-prime/emulator

export interface CoinbasePrimeEmulator extends CustodyEmulator<CoinbasePrimeEmulatorConfig> {
    readonly approvals: NonNullable<CustodyEmulator['approvals']>;
    readonly desk: {
        readonly withdrawals: readonly WithdrawalOnDesk[];
        approve(id: string): void;
        reject(id: string): void;
        cancel(id: string): void;
        expire(id: string): void;
        broadcast(id: string, transactionId?: string): void;
        fail(id: string): void;
        retry(id: string, told: 'by-key' | 'by-replaced-id' | 'not-at-all'): string;
        show(id: string, status: string): void;
        trust(address: string): void;
        withdrawByHand(address: string, amount: Money): string;
    };
}
export interface CoinbasePrimeEmulatorConfig {
    readonly accessKey: string;
    readonly passphrase: string;
    readonly signingKey: string;
    readonly portfolioId: string;
    readonly walletId: string;
    readonly walletType: 'trading' | 'vault';
    readonly depthWhenDone: number;
    readonly network: BitcoinNetwork;
}
export interface CoinbasePrimeEmulatorOptions {
    readonly walletType?: 'trading' | 'vault';
    readonly network?: BitcoinNetwork;
    readonly consensus?: 'by-hand' | 'automatic';
    readonly addressBook?: boolean;
    readonly usedKey?: 'replays' | 'fails';
    readonly errors?: 'status' | 'message';
    readonly keyOf?: (reference: Reference) => string;
    readonly amounts?: 'plain' | 'negative';
}
export interface WithdrawalOnDesk {
    readonly id: string;
    readonly idempotencyKey: string;
    readonly address: string;
    readonly amount: Money;
    readonly status: string;
    readonly approvalUrl: string;
}
export declare function createCoinbasePrimeEmulator(context: EmulatorContext, options?: CoinbasePrimeEmulatorOptions): CoinbasePrimeEmulator;
