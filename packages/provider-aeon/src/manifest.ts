import { money, USD } from '@rielrails/core';
import type { AssetLimits, Money, NonEmpty, PaymentManifest, RefundTerms } from '@rielrails/core';
import { aeonAssets } from './config.ts';
import type { AeonCurrency, AeonSettings } from './config.ts';
import { SIGNED_WEBHOOK_FIELDS } from './webhook.ts';

/** "Return Code List", 8037: a refund must exceed one dollar. */
export const LEAST_REFUND: Money<'USD'> = money(USD, 101n);

/**
 * No document tells limits. The floors are a little above a dollar, because what is below could never be refunded; the
 * ceilings keep a slip of the finger from being asked for.
 */
const limits: Readonly<Record<AeonCurrency, readonly [least: bigint, most: bigint]>> = {
  USD: [101n, 100_000_00n],
  EUR: [101n, 100_000_00n],
  HKD: [10_00n, 800_000_00n],
  IDR: [20_000n, 1_600_000_000n],
  THB: [40n, 3_500_000n],
  VND: [30_000n, 2_500_000_000n],
  USDT: [101_000_000n, 100_000_00000000n],
};

/** "API for Refund". The window is the time until AEON settles. */
export function refundTerms(settlesAfterDays: number): RefundTerms {
  const windowMs = settlesAfterDays * 86_400_000;
  return { partial: true, minimum: LEAST_REFUND, windowMs, needs: 'destination', repeat: 'rejects' };
}

/** What AEON promises under a configuration, refunds aside. */
export function aeonManifest({ currencies }: AeonSettings): PaymentManifest<'get' | 'parseWebhook', 'redirect'> {
  return {
    create: { repeat: 'rejects', reaches: 'caller' },
    assets: currencies.map((currency) => {
      const [least, most] = limits[currency];
      return { minimum: money(aeonAssets[currency], least), maximum: money(aeonAssets[currency], most) };
    }) as unknown as NonEmpty<AssetLimits>,
    offers: { redirect: { finality: 'final' } },
    // What is paid wrongly never reaches the merchant: AEON offers it back to the payer on its own page.
    anomalies: 'provider',
    acceptableUse: {
      cryptoPurchases: 'unknown',
      source: "AEON's merchant agreement is not public: ask its business team in writing, naming the sale of bitcoin.",
    },
    operations: {
      get: {
        by: 'reference',
        covers: 'all',
        // Assumed: AEON documents no delay between an order and its query.
        notFoundIsFinalAfterMs: 5 * 60_000,
        // One order has one receipt, whose sum may have come in several transfers.
        receipts: 'one',
        // "Query Order" has no field and no word for them.
        refunds: 'untold',
      },
      parseWebhook: { authentication: 'signature', replayable: true, covers: SIGNED_WEBHOOK_FIELDS },
    },
  };
}
