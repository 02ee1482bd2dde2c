import { KHR, money, USD } from '@rielrails/core';
import type { AssetLimits, NonEmpty, PaymentManifest } from '@rielrails/core';
import type { BongloySettings } from './config.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** How long a charge that left may still turn up. No document says it; card networks answer within a minute or two. */
export const SETTLES_MS: number = 10 * MINUTE_MS;

/** Eight digits on the wire, as at Stripe, whose interface Bongloy follows. An account has limits of its own. */
const MOST = 99_999_999n;

/** The operations that Bongloy has. */
export type BongloyOperation = 'get' | 'complete' | 'refund' | 'parseWebhook';

/** What Bongloy promises under a configuration. */
export function bongloyManifest(settings: BongloySettings): PaymentManifest<BongloyOperation, 'embedded-form'> {
  const assets: Readonly<Record<'USD' | 'KHR', AssetLimits>> = {
    USD: { minimum: money(USD, 1n), maximum: money(USD, MOST) },
    KHR: { minimum: money(KHR, 1n), maximum: money(KHR, MOST / 10n ** BigInt(settings.khrExponent)) },
  };
  return {
    // Nothing is sent before the form gave a token.
    create: { repeat: 'replays', reaches: 'caller' },
    assets: settings.currencies.map((currency) => assets[currency]) as unknown as NonEmpty<AssetLimits>,
    // Card schemes allow about half a year for a dispute.
    offers: { 'embedded-form': { finality: { reversibleForMs: 180 * DAY_MS } } },
    anomalies: 'ours',
    acceptableUse: {
      cryptoPurchases: 'forbidden',
      source:
        'Bongloy, "Prohibited Businesses – Cambodia" (14 February 2016): virtual currency such as bitcoin, and currency ' +
        'exchange. No later list was found: ask contact@bongloy.com in writing.',
    },
    operations: {
      // There is no search: the list of all charges is read, and each carries the reference. "Terms of Service –
      // Cambodia" (2018), C.2: at least 18 months are kept.
      get: { by: 'reference', covers: 'all', notFoundIsFinalAfterMs: SETTLES_MS },
      complete: {},
      // C.5: later than 60 days it may not be possible. Nothing says that a refund's reference is kept or looked at.
      refund: { partial: true, windowMs: 60 * DAY_MS, needs: 'nothing', repeat: 'none' },
      parseWebhook: { authentication: 'none', replayable: true, covers: [] },
    },
  };
}
