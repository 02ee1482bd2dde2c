import { KHR, money, USD } from '@rielrails/core';
import type { Money } from '@rielrails/core';

/** What a payer's account in `currency` is charged for an amount, at so many riel for a dollar. */
export function convertForPayer(amount: Money, currency: 'KHR' | 'USD', khrPerUsd: bigint): Money {
  if (amount.asset.code === currency) return amount;
  if (currency === 'KHR') return money(KHR, (amount.minor * khrPerUsd + 99n) / 100n);
  return money(USD, (amount.minor * 100n + khrPerUsd - 1n) / khrPerUsd);
}
