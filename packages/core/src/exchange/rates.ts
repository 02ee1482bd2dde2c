import type { CallContext } from '../call.ts';
import type { Asset, Rate } from '../money.ts';
import type { Instant } from '../reference.ts';

/** Indicative prices for what is not bought here. The age is the caller's to judge. */
export interface RateSource {
  readonly spec: 'rates/1';
  readonly id: string;
  /** The latest rate and when it was seen. `null`: this source has none. Safe to repeat. */
  rate<B extends string, Q extends string>(
    pair: { readonly base: Asset<B>; readonly quote: Asset<Q> },
    context?: CallContext,
  ): Promise<{ readonly rate: Rate<B, Q>; readonly observedAt: Instant } | null>;
}
