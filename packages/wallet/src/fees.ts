import type { CallContext } from '@rielrails/core';
import { unavailable } from '@rielrails/kit';
import type { ChainBackend } from './chain.ts';
import { toMilliRate } from './size.ts';

/** What a wallet may pay the miners. Rates are sat per virtual byte. */
export interface FeePolicy {
  /** Within how many blocks a withdrawal should confirm. */
  readonly targetBlocks: number;
  /** Never less, even if the back end says so. */
  readonly floorSatPerVbyte: number;
  /** Never more: an estimate above it counts as this. */
  readonly ceilingSatPerVbyte: number;
  /** What to pay while the back end has no estimate. Without it, such a moment sends nothing. */
  readonly fallbackSatPerVbyte?: number;
  /** The most that one transaction may cost. */
  readonly maximumFeeSats: bigint;
}

/** Bitcoin Core's step for a replacement, with room for nodes that ask the older 1 sat per virtual byte. */
export const incrementalFeeRateMilli = 1000n;

/**
 * The rate to pay now, in thousandths of a satoshi per virtual byte.
 *
 * @throws ProviderError of kind `unavailable` when there is neither an estimate nor a fallback.
 */
export async function currentFeeRateMilli(
  policy: FeePolicy,
  chain: ChainBackend,
  context: CallContext | undefined,
): Promise<bigint> {
  const estimate = (await chain.feeRate(policy.targetBlocks, context)) ?? policy.fallbackSatPerVbyte;
  if (estimate === undefined || !Number.isFinite(estimate)) {
    throw unavailable('wallet', 'wallet: the chain has no fee estimate and no fallback is configured');
  }
  return toMilliRate(Math.min(policy.ceilingSatPerVbyte, Math.max(policy.floorSatPerVbyte, estimate)));
}
