import { KHR, money, USD } from '@rielrails/core';
import type { AssetLimits, NonEmpty, PaymentManifest } from '@rielrails/core';
import type { BakongSettings } from './config.ts';
import type { KhqrCurrency } from './khqr/index.ts';

const DAY_MS = 86_400_000;

/** No document tells limits; each payer's bank has its own. These keep a slip of the finger from being asked for. */
const assetLimits: Readonly<Record<KhqrCurrency, AssetLimits>> = {
  KHR: { minimum: money(KHR, 100n), maximum: money(KHR, 400_000_000n) },
  USD: { minimum: money(USD, 1n), maximum: money(USD, 100_000_00n) },
};

/** What Bakong promises under a configuration. */
export function bakongManifest(settings: BakongSettings): PaymentManifest<'get', 'qr' | 'deep-link'> {
  return {
    // A second create is a second QR, and both can be paid. None leaves this machine, so none is ever in doubt.
    create: { repeat: 'none', reaches: 'caller' },
    assets: settings.currencies.map((currency) => assetLimits[currency]) as unknown as NonEmpty<AssetLimits>,
    offers: { qr: { finality: 'final' }, 'deep-link': { finality: 'final' } },
    anomalies: 'ours',
    acceptableUse: {
      cryptoPurchases: 'forbidden',
      source:
        'National Bank of Cambodia, Prakas B7-024-735 of 26 December 2024: banks and payment institutions may not deal ' +
        'in unbacked crypto-assets. Bakong is run by the same bank: ask it, and the bank of the account, in writing.',
    },
    operations: {
      get: {
        by: 'handle',
        // No document says for how long a transaction is found.
        covers: 'open-only',
        // The Open API knows nothing of a QR that was not paid, so it can never be "not there": it is unpaid so far.
        notFoundIsFinalAfterMs: 'never',
        budget: { calls: settings.polling.callsPerDay, perMs: DAY_MS },
        // A lookup by md5 tells one transaction. A second scan of the same QR is seen in the bank's statement alone.
        receipts: 'one',
      },
    },
  };
}
