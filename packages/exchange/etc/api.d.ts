// ── @rielrails/exchange

export interface BinanceConfig extends ExchangeConfig {
    readonly quoteValidForMs?: number;
    readonly takerFeeBasisPoints?: number;
    readonly recvWindowMs?: number;
    readonly baseUrl?: string;
}
export interface BookRatesConfig {
    readonly baseUrl?: string;
    readonly timeoutMs?: number;
}
export interface ExchangeConfig {
    readonly apiKey: string;
    readonly secret: string | Secret;
    readonly timeoutMs?: number;
}
export interface GuardedExchangeOptions extends PriceLimits {
    readonly exchange: AnyExchange;
    readonly second: RateSource;
}
export interface KrakenConfig extends ExchangeConfig {
    readonly quoteValidForMs?: number;
    readonly takerFeeBasisPoints?: number;
    readonly baseUrl?: string;
}
export interface OperatorRate {
    readonly base: Asset;
    readonly quote: Asset;
    readonly rate: string;
    readonly setAt: number;
}
export interface OperatorRates extends RateSource {
    set(input: {
        readonly base: Asset;
        readonly quote: Asset;
        readonly rate: string;
    }): OperatorRate;
}
export interface OperatorRatesConfig {
    readonly pairs: readonly OperatorRate[];
    readonly maximumAgeMs: number;
    readonly maximumChangeBasisPoints: number;
}
export interface PriceLimits {
    readonly maximumDeviationBasisPoints: number;
    readonly maximumAgeMs: number;
}
export type PriceVerdict = {
    readonly verdict: 'agree';
    readonly deviationBasisPoints: number;
} | {
    readonly verdict: 'stale';
    readonly which: 'first' | 'second';
    readonly ageMs: number;
} | {
    readonly verdict: 'outlying';
    readonly deviationBasisPoints: number;
};
export interface SeenPrice {
    readonly rate: Rate;
    readonly observedAt: Instant;
}
export declare function comparePrices(first: SeenPrice, second: SeenPrice, now: Instant, limits: PriceLimits): PriceVerdict;
export declare function createBinance(config: BinanceConfig, runtime?: Runtime): Exchange<'balances'>;
export declare function createBinanceBookRates(config?: BookRatesConfig, runtime?: Runtime): RateSource;
export declare function createKraken(config: KrakenConfig, runtime?: Runtime): Exchange<'balances'>;
export declare function createKrakenBookRates(config?: BookRatesConfig, runtime?: Runtime): RateSource;
export declare function createOperatorRates(config: OperatorRatesConfig, runtime?: Runtime): OperatorRates;
export declare function guardedExchange(options: GuardedExchangeOptions, runtime?: Runtime): AnyExchange;

// ── @rielrails/exchange/ccxt

export interface BinanceConfig extends ExchangeConfig {
    readonly quoteValidForMs?: number;
    readonly takerFeeBasisPoints?: number;
    readonly recvWindowMs?: number;
    readonly baseUrl?: string;
}
export interface BookRatesConfig {
    readonly baseUrl?: string;
    readonly timeoutMs?: number;
}
export interface ExchangeConfig {
    readonly apiKey: string;
    readonly secret: string | Secret;
    readonly timeoutMs?: number;
}
export interface KrakenConfig extends ExchangeConfig {
    readonly quoteValidForMs?: number;
    readonly takerFeeBasisPoints?: number;
    readonly baseUrl?: string;
}
export declare function createBinance(config: BinanceConfig, runtime?: Runtime): Exchange<'balances'>;
export declare function createBinanceBookRates(config?: BookRatesConfig, runtime?: Runtime): RateSource;
export declare function createKraken(config: KrakenConfig, runtime?: Runtime): Exchange<'balances'>;
export declare function createKrakenBookRates(config?: BookRatesConfig, runtime?: Runtime): RateSource;

// ── @rielrails/exchange/custody

export interface AccountConfig {
    readonly apiKey: string;
    readonly secret: string | Secret;
    readonly network?: BitcoinNetwork;
    readonly depthWhenComplete?: number;
    readonly timeoutMs?: number;
    readonly baseUrl?: string;
}
export interface BinanceCustodyConfig extends AccountConfig {
    readonly lookbackDays?: number;
    readonly recvWindowMs?: number;
}
export interface Database {
    query(text: string, values?: unknown[]): Promise<{
        readonly rows: readonly unknown[];
        readonly rowCount: number | null;
    }>;
}
export interface KrakenCustodyConfig extends AccountConfig {
    readonly withdrawalKeys: Readonly<Record<string, string>>;
}
export interface WithdrawalIntent {
    readonly reference: Reference;
    readonly key: string;
    readonly amountSats: bigint;
    readonly begunAt: Instant;
}
export interface WithdrawalJournal {
    begin(intent: WithdrawalIntent): Promise<'begun' | 'reference-taken' | 'equal-in-doubt'>;
    settle(reference: Reference, refid: string): Promise<boolean>;
    drop(reference: Reference): Promise<void>;
    find(reference: Reference): Promise<WithdrawalRecord | null>;
    known(refids: readonly string[]): Promise<ReadonlySet<string>>;
}
export interface WithdrawalRecord extends WithdrawalIntent {
    readonly refid: string | null;
}
export declare function createBinanceCustody(config: BinanceCustodyConfig, runtime?: Runtime): Custody<'balance' | 'estimateFee'>;
export declare function createKrakenCustody(config: KrakenCustodyConfig, { journal }: {
    readonly journal: WithdrawalJournal;
}, runtime?: Runtime): Custody<'balance' | 'estimateFee'>;
export declare function createMemoryJournal(): WithdrawalJournal;
export declare function createPostgresJournal(database: Database): WithdrawalJournal;
export declare function migratePostgresJournal(database: Database): Promise<void>;

// ── @rielrails/exchange/guard

export interface GuardedExchangeOptions extends PriceLimits {
    readonly exchange: AnyExchange;
    readonly second: RateSource;
}
export interface PriceLimits {
    readonly maximumDeviationBasisPoints: number;
    readonly maximumAgeMs: number;
}
export type PriceVerdict = {
    readonly verdict: 'agree';
    readonly deviationBasisPoints: number;
} | {
    readonly verdict: 'stale';
    readonly which: 'first' | 'second';
    readonly ageMs: number;
} | {
    readonly verdict: 'outlying';
    readonly deviationBasisPoints: number;
};
export interface SeenPrice {
    readonly rate: Rate;
    readonly observedAt: Instant;
}
export declare function comparePrices(first: SeenPrice, second: SeenPrice, now: Instant, limits: PriceLimits): PriceVerdict;
export declare function guardedExchange(options: GuardedExchangeOptions, runtime?: Runtime): AnyExchange;

// ── @rielrails/exchange/rates

export interface OperatorRate {
    readonly base: Asset;
    readonly quote: Asset;
    readonly rate: string;
    readonly setAt: number;
}
export interface OperatorRates extends RateSource {
    set(input: {
        readonly base: Asset;
        readonly quote: Asset;
        readonly rate: string;
    }): OperatorRate;
}
export interface OperatorRatesConfig {
    readonly pairs: readonly OperatorRate[];
    readonly maximumAgeMs: number;
    readonly maximumChangeBasisPoints: number;
}
export declare function createOperatorRates(config: OperatorRatesConfig, runtime?: Runtime): OperatorRates;

// ── @rielrails/exchange/binance-emulator

export interface ApiKey {
    readonly apiKey: string;
    readonly secret: string;
}
export interface BinanceEmulator extends ExchangeEmulator<ApiKey>, CustodyEmulator<ApiKey> {
    readonly config: ApiKey;
    readonly market: ExchangeEmulator['market'] & {
        shape(shape: EmulatedBookShape): void;
        setSide(side: 'asks' | 'bids', levels: readonly (readonly [
            string,
            string
        ])[]): void;
        jumpAtNextOrder(basisPoints: number, spared?: string, jumped?: () => void): void;
        freezeBook(frozen: boolean): void;
        view(levels: number): MarketView;
        setFees(terms: {
            readonly basisPoints?: number;
            readonly asset?: 'BTC' | 'BNB';
        }): void;
        balance(asset: string): {
            readonly free: string;
            readonly locked: string;
        };
    };
    readonly network: CustodyEmulator['network'] & {
        send(): void;
        end(reference: string, status: number): void;
        setFee(fee: string): void;
        suspend(suspended: boolean): void;
        list(addresses: readonly string[] | null): void;
    };
    readonly venue: {
        revokeKey(revoked: boolean): void;
        permitWithdrawals(permitted: boolean): void;
        lag(ms: number): void;
        skewClock(ms: number): void;
        ban(seconds: number): void;
    };
    readonly applied: ExchangeEmulator['applied'] & CustodyEmulator['applied'];
}
export interface BinanceEmulatorOptions {
    readonly book?: EmulatedBookShape;
    readonly balances?: Readonly<Record<string, string>>;
    readonly network?: BitcoinNetwork;
}
export interface EmulatedBookShape {
    readonly price: string;
    readonly spreadBasisPoints: number;
    readonly levels: number;
    readonly quantity: string;
}
export interface MarketView {
    readonly asks: readonly (readonly [
        string,
        string
    ])[];
    readonly bids: readonly (readonly [
        string,
        string
    ])[];
    readonly trading: boolean;
}
export declare function createBinanceEmulator(context: EmulatorContext, options?: BinanceEmulatorOptions): BinanceEmulator;

// ── @rielrails/exchange/kraken-emulator

export interface ApiKey {
    readonly apiKey: string;
    readonly secret: string;
}
export interface KrakenEmulator extends ExchangeEmulator<ApiKey>, CustodyEmulator<ApiKey> {
    readonly config: ApiKey;
    readonly market: ExchangeEmulator['market'] & {
        setSide(side: 'asks' | 'bids', levels: readonly (readonly [
            string,
            string
        ])[]): void;
        jumpAtNextOrder(basisPoints: number, spared?: string, jumped?: () => void): void;
        freezeBook(frozen: boolean): void;
        view(levels: number): MarketView;
        setFee(basisPoints: number): void;
        balance(asset: string): {
            readonly free: string;
            readonly locked: string;
        };
    };
    readonly network: CustodyEmulator['network'] & {
        address(): string;
        send(): void;
        end(refid: string, status: string): void;
        setFee(fee: string): void;
    };
    readonly withdrawalKeys: Readonly<Record<string, string>>;
    readonly venue: {
        revokeKey(revoked: boolean): void;
        permit(permissions: {
            readonly trade?: boolean;
            readonly withdraw?: boolean;
        }): void;
        lag(ms: number): void;
        lockOut(seconds: number): void;
        setSystem(status: SystemStatus): void;
    };
    readonly applied: ExchangeEmulator['applied'] & CustodyEmulator['applied'];
}
export interface KrakenEmulatorOptions {
    readonly balances?: Readonly<Record<string, string>>;
    readonly network?: BitcoinNetwork;
    readonly withdrawalAddresses?: number;
}
export interface MarketView {
    readonly asks: readonly (readonly [
        string,
        string
    ])[];
    readonly bids: readonly (readonly [
        string,
        string
    ])[];
    readonly trading: boolean;
}
export type SystemStatus = 'online' | 'maintenance' | 'cancel_only' | 'post_only';
export declare function createKrakenEmulator(context: EmulatorContext, options?: KrakenEmulatorOptions): KrakenEmulator;
