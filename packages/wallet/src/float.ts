import { BTC, money } from '@rielrails/core';
import type { CallContext, Money } from '@rielrails/core';
import { scriptOfAddress } from '@rielrails/kit/bitcoin';
import type { BitcoinNetwork } from '@rielrails/kit/bitcoin';
import { readAccount } from './account.ts';
import { readHoldings } from './coins.ts';
import { checkedBody } from './descriptor/checksum.ts';
import type { PlanContext } from './plan.ts';
import { sumOf } from './selection-cost.ts';

/** How much a hot wallet may hold, in satoshi, and where the rest goes. */
export interface FloatPolicy {
  /** Below it the wallet wants to be filled, up to the target. */
  readonly minimumSats: bigint;
  readonly targetSats: bigint;
  /** Above it the wallet wants to be emptied, down to the target. */
  readonly maximumSats: bigint;
  /** Cold storage: `addr(ADDRESS)`, or an account descriptor. The signer's `ownDescriptors` must name it too. */
  readonly cold: string;
}

/**
 * What the treasury should do. The words are those of a treasury transfer: `exchange-to-wallet` goes to an address of
 * the wallet's `depositAddress`, `wallet-to-cold` is what `sweepToCold` does.
 */
export type FloatAdvice =
  | { readonly type: 'none' }
  | { readonly type: 'exchange-to-wallet' | 'wallet-to-cold'; readonly amount: Money };

/** Compares what the wallet holds with its bounds. What is arriving counts for filling, not for emptying. */
export async function adviseFloat(
  { minimumSats, targetSats, maximumSats }: FloatPolicy,
  planning: PlanContext,
  context: CallContext | undefined,
): Promise<FloatAdvice> {
  const { spendable, arriving } = await readHoldings(planning.account, planning, context);
  const available = sumOf(spendable);
  const all = available + sumOf(arriving);
  if (available > maximumSats) return { type: 'wallet-to-cold', amount: money(BTC, available - targetSats) };
  return all < minimumSats ? { type: 'exchange-to-wallet', amount: money(BTC, targetSats - all) } : { type: 'none' };
}

/**
 * The addresses of cold storage by their index. One address, where the operator named one.
 *
 * @throws RangeError when it is neither an address of this network nor an account descriptor.
 */
export function coldAddresses({ cold }: FloatPolicy, network: BitcoinNetwork): (index: number) => string {
  const address = /^addr\(([0-9A-Za-z]{1,90})\)$/.exec(checkedBody(cold, 'optional'))?.[1];
  if (address === undefined) {
    const account = readAccount(cold, network);
    return (index) => account.key({ branch: 'receive', index }).address;
  }
  scriptOfAddress(address, network);
  return () => address;
}
