import { KHR, money } from '@rielrails/core';
import type { PaymentManifest } from '@rielrails/core';
import { hole } from './hole.ts';

/**
 * What ACME promises. Every value needs a sentence of its documents; where they are silent, take the strict one.
 *
 * An operation that you add here has to be written in provider.ts, and the other way round: the compiler asks for it.
 */
export function acmeManifest(): PaymentManifest<'get', 'qr'> {
  return {
    // What does the provider do when the same reference comes twice: replays, rejects, none?
    create: { repeat: 'rejects', reaches: 'caller' },
    // The least and the most of one payment, in minor units.
    assets: [{ minimum: money(KHR, 1000n), maximum: money(KHR, 4_000_000n) }],
    // Can a payment be taken back? Then { reversibleForMs }.
    offers: { qr: { finality: 'final' } },
    anomalies: 'ours',
    acceptableUse: {
      cryptoPurchases: 'unknown',
      source: hole(
        'manifest.ts',
        'acceptableUse: what its rules say about selling bitcoin, and the document that says so',
      ),
    },
    operations: {
      // `never`, unless the documents say for how long a fresh payment may not be found yet.
      get: { by: 'reference', covers: 'open-only', notFoundIsFinalAfterMs: 'never' },
    },
  };
}
