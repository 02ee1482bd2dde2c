import type { Attempt } from '../attempt.ts';
import type { NonEmpty } from '../brand.ts';
import type { CallContext, Target } from '../call.ts';
import type { Asset, Money, Rate } from '../money.ts';
import type { Instant, ProviderRef, Reference } from '../reference.ts';
import type { LookupTerms, Repeat } from '../terms.ts';

/** What a size costs at a venue now: the order book walked for it, fee and slippage included. */
export interface Quote<B extends string = string, Q extends string = string> {
  readonly spend: Money<Q>;
  readonly receive: Money<B>;
  readonly fee: Money;
  /** The worst price that the walk touched; the cap of the order. */
  readonly worst: Rate<B, Q>;
  readonly observedAt: Instant;
  readonly expiresAt: Instant;
}

/**
 * Buys what a quote promised, at no worse than `atLeast`; what cannot be had within it is cancelled, not waited for.
 */
export interface Buy<B extends string = string, Q extends string = string> {
  readonly quote: Quote<B, Q>;
  readonly reference: Reference;
  readonly atLeast: Money<NoInfer<B>>;
}

/**
 * One execution, as balances changed by it.
 *
 * `spent` is what left, `received` what arrived: a fee taken in either asset is inside them already, never to be
 * subtracted again. `fee` says how much that was, in the asset in which it was taken, which may be a third one.
 */
export interface Fill {
  readonly id: ProviderRef;
  readonly spent: Money;
  readonly received: Money;
  readonly fee: Money;
}

/** An order at a venue. `partial` still works; `cancelled` no longer does, and keeps what was filled. */
export interface Trade {
  readonly reference: Reference;
  readonly id: ProviderRef;
  readonly status: 'open' | 'partial' | 'filled' | 'cancelled';
  readonly fills: readonly Fill[];
}

/** A pair that a venue trades: the least to spend, and the step of what is bought. */
export interface Market {
  readonly base: Asset;
  readonly quote: Asset;
  readonly minimum: Money;
  readonly step: Money;
}

/** What an exchange promises, as data. */
export interface ExchangeManifest {
  readonly markets: NonEmpty<Market>;
  readonly buy: { readonly repeat: Repeat };
  readonly get: LookupTerms;
}

/** What a venue may be able to do beside trading. */
export interface ExchangeOperations {
  /**
   * What lies in the account, of every asset of its markets: what open orders hold is counted, and what is not there is zero.
   * Safe to repeat.
   */
  balances(context?: CallContext): Promise<readonly Money[]>;
}

/** A venue where one asset buys another. */
export type Exchange<Ops extends keyof ExchangeOperations = never> = {
  readonly spec: 'exchange/1';
  readonly id: string;
  readonly manifest: ExchangeManifest;
  /** A quote for a size. Safe to repeat. */
  quote<B extends string, Q extends string>(
    input: { readonly spend: Money<Q>; readonly buy: Asset<B> },
    context?: CallContext,
  ): Promise<Quote<B, Q>>;
  /** Trades within the quote. Refuses with `declined` when the quote has expired or the floor cannot be met. */
  buy<B extends string, Q extends string>(input: Buy<B, Q>, context?: CallContext): Promise<Attempt<Trade>>;
  /** Finds an order by our reference, open or closed. Safe to repeat. */
  get(target: Target, context?: CallContext): Promise<Trade | null>;
} & Pick<ExchangeOperations, Ops>;

/** Any exchange: what an engine holds. Operations are reached through {@link can}. */
export type AnyExchange = Exchange & Partial<ExchangeOperations>;
