import type { AssetLimits, NonEmpty, PaymentManifest } from '@rielrails/core';
import type { ApayTelegramSettings } from './config.ts';
import { telegramLimits } from './currency.ts';

/** "answerPreCheckoutQuery": within 10 seconds of its sending, or the payment ends. */
export const ANSWER_WITHIN_MS = 10_000;

const DAY_MS = 86_400_000;

/** What Telegram invoices through A-Pay promise. There is no lookup: what Telegram tells is all there is. */
export function apayTelegramManifest({
  currencies,
}: ApayTelegramSettings): PaymentManifest<'approve' | 'parseWebhook', 'telegram-invoice'> {
  return {
    // A second link to the same payload is a second invoice.
    create: { repeat: 'none', reaches: 'caller' },
    assets: currencies.map(telegramLimits) as unknown as NonEmpty<AssetLimits>,
    // Which method the payer chooses at A-Pay is not told, nor is a chargeback. Half a year is what card schemes allow.
    offers: { 'telegram-invoice': { finality: { reversibleForMs: 180 * DAY_MS } } },
    anomalies: 'ours',
    acceptableUse: {
      cryptoPurchases: 'forbidden',
      source:
        'Telegram Bot Platform Developer Terms of Service, 5.2(h): no sale or exchange of regulated goods; 6.2: digital ' +
        'goods are sold for Stars alone. Whether bitcoin is one of them is unsettled: ask Telegram and A-Pay in writing.',
    },
    operations: {
      approve: { answerWithinMs: ANSWER_WITHIN_MS },
      parseWebhook: { authentication: 'shared-secret', replayable: true, covers: 'body' },
    },
  };
}
