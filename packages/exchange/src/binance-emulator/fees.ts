import type { Balances } from '../venue-emulator/balances.ts';
import { ONE } from '../venue-emulator/decimal-text.ts';

/** What takes fees. */
export interface FeeTerms {
  /** Hundredths of a percent of each execution. */
  basisPoints: number;
  /** `BNB`: taken there at `bnbPrice`, as long as there is some; otherwise out of what was bought. */
  asset: 'BTC' | 'BNB';
  bnbPrice: bigint;
}

/** The commission of one execution, rounded up. */
export function commissionOf(
  { quantity, cost }: { readonly quantity: bigint; readonly cost: bigint },
  fees: FeeTerms,
  balances: Balances,
): { readonly fee: bigint; readonly feeAsset: string } {
  const share = (amount: bigint) => (amount * BigInt(fees.basisPoints) + 9_999n) / 10_000n;
  const inBnb = (share(cost) * ONE + fees.bnbPrice - 1n) / fees.bnbPrice;
  return fees.asset === 'BNB' && balances.of('BNB').free >= inBnb
    ? { fee: inBnb, feeAsset: 'BNB' }
    : { fee: share(quantity), feeAsset: 'BTC' };
}
