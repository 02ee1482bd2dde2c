import type { CallContext, Instant } from '@rielrails/core';
import { unavailable } from '@rielrails/kit';
import type { Clock, Log } from '@rielrails/kit';
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
  /** What to pay while no source has a fresh estimate. Without it, such a moment sends nothing. */
  readonly fallbackSatPerVbyte?: number;
  /** How long an estimate counts while its source is silent. Default: 1,800,000 ms. */
  readonly staleAfterMs?: number;
  /**
   * What spending a coin costs when one can wait: a quiet hour. Below it coins are gathered, above it spared.
   * Default: 3.
   */
  readonly quietSatPerVbyte?: number;
  /** The most that one transaction may cost. */
  readonly maximumFeeSats: bigint;
}

/** Whoever estimates fees: any back end, this wallet's own or another one. */
export type FeeSource = Pick<ChainBackend, 'feeRate'>;

/** What to pay now. */
export interface FeeEstimator {
  /**
   * The rate in thousandths of a satoshi per virtual byte.
   *
   * `targetBlocks`: how long one can wait. Default: the policy's.
   *
   * @throws ProviderError of kind `unavailable` when no source has a fresh estimate and there is no fallback.
   */
  rateMilli(context: CallContext | undefined, targetBlocks?: number): Promise<bigint>;
}

/** Bitcoin Core's step for a replacement, with room for nodes that ask the older 1 sat per virtual byte. */
export const incrementalFeeRateMilli = 1000n;

/** What one source may ask beyond what another one does. A source that runs away costs this much and no more. */
const MOST_APART = 2;
const STALE_AFTER_MS = 1_800_000;

/**
 * Estimates fees from all sources: the highest of them, but at most twice the lowest; between floor and ceiling.
 *
 * A source that is silent counts with what it said last, until that is stale. One that says nothing does not count.
 */
export function createFeeEstimator(
  policy: FeePolicy,
  sources: readonly FeeSource[],
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): FeeEstimator {
  const { floorSatPerVbyte, ceilingSatPerVbyte, fallbackSatPerVbyte, staleAfterMs = STALE_AFTER_MS } = policy;
  const last = new Map<string, { readonly satPerVbyte: number; readonly at: Instant }>();

  async function ask(source: FeeSource, position: number, targetBlocks: number, context: CallContext | undefined) {
    const key = `${position} ${targetBlocks}`;
    const answer = await source.feeRate(targetBlocks, context).catch(() => null);
    if (answer !== null && Number.isFinite(answer) && answer > 0) {
      last.set(key, { satPerVbyte: answer, at: clock.now() });
      return answer;
    }
    const before = last.get(key);
    const ageMs = before ? clock.now() - before.at : undefined;
    const isFresh = ageMs !== undefined && ageMs <= staleAfterMs;
    log.warn('fee-source-silent', { count: position + 1, ageMs, state: isFresh ? 'last-estimate' : 'left-out' });
    return isFresh ? (before?.satPerVbyte ?? null) : null;
  }

  return {
    async rateMilli(context, targetBlocks = policy.targetBlocks) {
      const asked = sources.map((source, position) => ask(source, position, targetBlocks, context));
      const rates = (await Promise.all(asked)).filter((rate) => rate !== null);
      const [lowest, highest] = [Math.min(...rates), Math.max(...rates)];
      if (highest > lowest * MOST_APART) log.warn('fee-sources-disagree', { count: rates.length });
      const rate = rates.length > 0 ? Math.min(highest, lowest * MOST_APART) : fallbackSatPerVbyte;
      if (rate === undefined) {
        throw unavailable(
          'wallet',
          'wallet: no source has a fresh fee estimate; give a second one, or fee.fallbackSatPerVbyte',
        );
      }
      return toMilliRate(Math.min(ceilingSatPerVbyte, Math.max(floorSatPerVbyte, rate)));
    },
  };
}
