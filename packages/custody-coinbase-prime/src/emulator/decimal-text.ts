import { BTC, money } from '@rielrails/core';
import { formatAmount } from '@rielrails/kit';

/** Satoshi in whole units, without needless zeros: `0.001`. */
export function wholeUnits(sats: bigint): string {
  return formatAmount(money(BTC, sats)).replace(/\.?0+$/, '');
}
