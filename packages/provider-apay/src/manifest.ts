import { KHR, money } from '@rielrails/core';
import type { PaymentManifest } from '@rielrails/core';

/**
 * What A-Pay promises for deposits in riel by `ababank` (a page) and `wing_l` (an account and the payer's transaction
 * id).
 */
export const apayManifest: PaymentManifest<'get' | 'complete' | 'parseWebhook', 'redirect' | 'pay-to-account'> = {
  // `custom_transaction_id` is a label: no document says that it is taken once. A second create is a second deposit.
  create: { repeat: 'none', reaches: 'caller' },
  // These limits are ours. A-Pay's own are in `payment-systems-info`, differ by project, and answer `declined`.
  assets: [{ minimum: money(KHR, 4_000n), maximum: money(KHR, 40_000_000n) }],
  offers: { redirect: { finality: 'final' }, 'pay-to-account': { finality: 'final' } },
  anomalies: 'ours',
  acceptableUse: {
    cryptoPurchases: 'forbidden',
    source:
      'National Bank of Cambodia, Prakas B7-024-735 of 26 December 2024: banks and payment institutions may not deal ' +
      'in unbacked crypto-assets. The money moves through ABA and Wing accounts; A-Pay’s own rules are not public: ask ' +
      'in writing.',
  },
  operations: {
    get: {
      // "Deposit info" searches by A-Pay's order id alone.
      by: 'handle',
      covers: 'all',
      notFoundIsFinalAfterMs: 'never',
      // A deposit takes one payment. A second transfer to the same account is a "lost transaction" for A-Pay's support.
      receipts: 'one',
    },
    complete: {},
    // sha1(access key, private key, md5(transactions)): no time in it, and nothing beside `transactions`.
    parseWebhook: { authentication: 'signature', replayable: true, covers: ['transactions'] },
  },
};
