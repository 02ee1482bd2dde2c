import { BTC } from '@rielrails/core';
import type { Custody } from '@rielrails/core';
import { bitcoinAddressRule } from '@rielrails/kit/bitcoin';
import type { CoinbasePrimeSettings } from './config.ts';

/** The terms of Coinbase Prime. */
export function coinbasePrimeManifest({ network }: CoinbasePrimeSettings): Custody['manifest'] {
  return {
    assets: [BTC],
    address: bitcoinAddressRule(network),
    // The same key makes no second transaction (OpenAPI 0.1, where staking tells what the key is for). Whether it answers
    // with the first one or with an error is not told of withdrawals, so `withdraw` looks for the first one itself.
    withdraw: { repeat: 'replays' },
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
