import { KHR, money, USD } from '@rielrails/core';
import type { AssetLimits, NonEmpty, PaymentLookupTerms, PaymentManifest } from '@rielrails/core';
import type { WingCurrency } from './config.ts';

/** No document tells limits. These keep a slip of the finger from being asked for. */
const assetLimits: Readonly<Record<WingCurrency, NonEmpty<AssetLimits>>> = {
  KHR: [{ minimum: money(KHR, 100n), maximum: money(KHR, 400_000_000n) }],
  USD: [{ minimum: money(USD, 1n), maximum: money(USD, 100_000_00n) }],
};

/** An inquiry tells the one payment of a reference, and nothing of a reference that was not paid. */
export const inquiryTerms: PaymentLookupTerms = {
  by: 'handle',
  // No document says for how long a payment is found.
  covers: 'open-only',
  notFoundIsFinalAfterMs: 'never',
  receipts: 'one',
};

/** What Wing promises, the inquiry aside: without that, nothing here proves a payment. */
export function wingManifest(currency: WingCurrency): PaymentManifest<'parseWebhook', 'redirect'> {
  return {
    // A second create is a second page, and nobody says that Wing refuses to take money on both.
    create: { repeat: 'none', reaches: 'caller' },
    assets: assetLimits[currency],
    offers: { redirect: { finality: 'final' } },
    anomalies: 'ours',
    acceptableUse: {
      cryptoPurchases: 'forbidden',
      source:
        'National Bank of Cambodia, Prakas B7-024-735 of 26 December 2024: banks and payment institutions may not deal ' +
        'in unbacked crypto-assets. The merchant agreement is not public: ask Wing Bank in writing.',
    },
    operations: {
      // Returns are unsigned. Callbacks are encrypted without a signature, in version 1 under a key that payers see.
      parseWebhook: { authentication: 'none', replayable: true, covers: [] },
    },
  };
}
