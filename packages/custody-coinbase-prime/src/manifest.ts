import { BTC } from '@rielrails/core';
import type { Custody } from '@rielrails/core';
import { bitcoinAddressRule } from '@rielrails/kit/bitcoin';
import type { CoinbasePrimeSettings } from './config.ts';

/** The terms of Coinbase Prime. */
export function coinbasePrimeManifest({ network }: CoinbasePrimeSettings): Custody['manifest'] {
  return {
    assets: [BTC],
    address: bitcoinAddressRule(network),
    // The same key makes no second transaction (OpenAPI 0.1, where staking tells what the key is for). Of withdrawals no
    // document says it, so nobody is to count on it: `withdraw` looks for the first one, and sends none beside it.
    withdraw: { repeat: 'rejects' },
    get: {
      by: 'reference',
      covers: 'all',
      // No document says how soon a withdrawal stands in the list. A quarter of an hour is our caution.
      notFoundIsFinalAfterMs: 15 * 60_000,
      // "Prime REST API Rate Limits": 25 a second for a portfolio, 50 at once.
      budget: { calls: 25, perMs: 1000 },
    },
  };
}
