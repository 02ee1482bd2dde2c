// ── @rielrails/exchange

export interface BinanceConfig {
    readonly apiKey: string;
    readonly secret: string | Secret;
    readonly quoteValidForMs?: number;
    readonly takerFeeBasisPoints?: number;
    readonly recvWindowMs?: number;
    readonly timeoutMs?: number;
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
export declare function createBinance(config: BinanceConfig, runtime?: Runtime): Exchange;
export declare function createOperatorRates(config: OperatorRatesConfig, runtime?: Runtime): OperatorRates;

// ── @rielrails/exchange/ccxt

export interface BinanceConfig {
    readonly apiKey: string;
    readonly secret: string | Secret;
    readonly quoteValidForMs?: number;
    readonly takerFeeBasisPoints?: number;
    readonly recvWindowMs?: number;
    readonly timeoutMs?: number;
    readonly baseUrl?: string;
}
export declare function createBinance(config: BinanceConfig, runtime?: Runtime): Exchange;

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
export interface BinanceEmulator extends ExchangeEmulator<ApiKey> {
    readonly market: ExchangeEmulator['market'] & {
        shape(shape: EmulatedBookShape): void;
        setSide(side: 'asks' | 'bids', levels: readonly (readonly [
            string,
            string
        ])[]): void;
        freezeBook(frozen: boolean): void;
        setFees(terms: {
            readonly basisPoints?: number;
            readonly asset?: 'BTC' | 'BNB';
        }): void;
        balance(asset: string): {
            readonly free: string;
            readonly locked: string;
        };
    };
    readonly venue: {
        revokeKey(revoked: boolean): void;
        lag(ms: number): void;
        skewClock(ms: number): void;
        ban(seconds: number): void;
    };
}
export interface BinanceEmulatorOptions {
    readonly book?: EmulatedBookShape;
    readonly balances?: Readonly<Record<string, string>>;
}
export interface EmulatedBookShape {
    readonly price: string;
    readonly spreadBasisPoints: number;
    readonly levels: number;
    readonly quantity: string;
}
export declare function createBinanceEmulator(context: EmulatorContext, options?: BinanceEmulatorOptions): BinanceEmulator;
