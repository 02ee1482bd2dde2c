import { KHR, money, USD } from '@rielrails/core';
import type { AssetLimits, NonEmpty, OfferTerms, PaymentManifest, RefundTerms } from '@rielrails/core';
import type { PaywayCurrency, PaywaySettings } from './config.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** "Purchase" and "QR API": at least 3 minutes; 30 days is what both accept. */
export const lifetimeMinutes = { minimum: 3, maximum: 43_200 } as const;

/** How long the link of a hosted page can be opened, whatever the payment's lifetime. */
export const HOSTED_LINK_MS = 180_000;

/** "Check transaction" knows the last seven days; an hour is left for clocks. */
export const CHECK_WINDOW_MS: number = 7 * DAY_MS - 60 * MINUTE_MS;

/**
 * Least and most of one payment. The floors are documented. Of the ceilings only the dollar one was seen accepted; a
 * profile has limits of its own, which answer `declined`.
 */
export const assetLimits: Readonly<Record<PaywayCurrency, AssetLimits>> = {
  KHR: { minimum: money(KHR, 100n), maximum: money(KHR, 400_000_000n) },
  USD: { minimum: money(USD, 1n), maximum: money(USD, 100_000_00n) },
};

/** Card payments can be disputed; schemes allow about half a year. */
const cardTerms: OfferTerms = { finality: { reversibleForMs: 180 * DAY_MS } };

/** "Refund": within 30 days, in parts if wanted. PayWay keeps no reference of ours: the refunded total decides. */
export const refundTerms: RefundTerms = { partial: true, windowMs: 30 * DAY_MS, needs: 'nothing', repeat: 'none' };

/** What PayWay promises under a configuration, refunds aside. */
export function paywayManifest(
  settings: PaywaySettings,
): PaymentManifest<'get' | 'cancel' | 'parseWebhook', 'qr' | 'deep-link' | 'redirect'> {
  return {
    create: { repeat: 'rejects', reaches: 'caller' },
    assets: settings.currencies.map((currency) => assetLimits[currency]) as unknown as NonEmpty<AssetLimits>,
    offers: {
      qr: { finality: 'final' },
      'deep-link': { finality: 'final' },
      redirect: settings.hostedPayment === 'abapay_khqr' ? { finality: 'final' } : cardTerms,
    },
    anomalies: 'ours',
    acceptableUse: {
      cryptoPurchases: 'forbidden',
      source:
        'National Bank of Cambodia, Prakas B7-024-735 of 26 December 2024: banks and payment institutions may not deal ' +
        'in unbacked crypto-assets. The merchant agreement is not public: ask paywaysales@ababank.com in writing.',
    },
    operations: {
      get: {
        by: 'reference',
        // "Get transaction details" has no age limit and also finds what was paid, refunded, closed or ran out.
        covers: 'all',
        // Both lookups were seen to need up to five seconds after creation; the rest is for a request still on its way.
        notFoundIsFinalAfterMs: 2 * MINUTE_MS,
      },
      // Advisory: PayWay's QR is refused from then on, but an open card page was seen to pay afterwards.
      cancel: {},
      parseWebhook: {
        authentication: settings.unsignedCallbacks === 'hint' ? 'none' : 'signature',
        replayable: true,
        covers: 'body',
      },
    },
  };
}
