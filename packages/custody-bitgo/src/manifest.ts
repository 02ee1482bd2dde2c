import { BTC } from '@rielrails/core';
import type { Custody } from '@rielrails/core';
import { bitcoinAddressRule } from '@rielrails/kit/bitcoin';
import type { BitgoSettings } from './config.ts';

/** The terms of BitGo. */
export function bitgoManifest({ network }: BitgoSettings): Custody['manifest'] {
  return {
    assets: [BTC],
    address: bitcoinAddressRule(network),
    // "Send transaction": DuplicateSequenceId. One send for a sequenceId in a wallet, and the first is not told again.
    withdraw: { repeat: 'rejects' },
    get: {
      by: 'reference',
      covers: 'all',
      // Express goes on building, signing and sending after its caller gave up. A quarter of an hour is our caution.
      notFoundIsFinalAfterMs: 15 * 60_000,
      // "Rate limits": 360 requests a minute for a user, and a lookup of what is not there takes five.
      budget: { calls: 72, perMs: 60_000 },
    },
  };
}
