import { expect, test } from 'vitest';
import { findScript, scripts } from './index.ts';

test('every fault that a script must play has one, under its name', () => {
  expect(scripts.map(({ name }) => name).sort()).toEqual(
    [
      'happy',
      'every-rail',
      'precheckout-late',
      'invoice-paid-again',
      'invoice-forwarded',
      'aeon-paid-after-timeout',
      'aeon-wrong-token',
      'aeon-self-refund',
      'bakong-quota-spent',
      'wing-no-proof',
      'typed-transaction',
      'paid-on-two-rails',
      'reversed',
      'payer-is-someone-else',
      'create-unknown',
      'underpaid',
      'overpaid',
      'paid-twice',
      'paid-late',
      'webhook-lost',
      'webhook-forged',
      'exchange-timeout-after-fill',
      'partial-fill',
      'insufficient-float',
      'bought-at-kraken',
      'sent-by-bitgo',
      'cold-storage',
      'hardware-signer',
      'slippage-cap',
      'price-sources-disagree',
      'price-moved',
      'price-moved-no-answer',
      'kyc-happy',
      'kyc-onfido',
      'kyc-by-hand',
      'kyc-retry',
      'kyc-final',
      'kyc-revoked-mid-order',
      'kyc-rejected',
      'sanctioned-address',
      'list-stale',
      'structuring-case',
      'name-hit-review-cleared',
      'name-hit-confirmed-after-payment',
      'address-hit-at-signing',
      'screening-down',
      'stuck-and-bumped',
      'reorg-after-delivery',
      'signer-refuses-changed-address',
      'custodian-approval',
      'withdraw-unknown',
      'refund-unknown',
      'refund-by-hand',
      'float-race',
      'limit-race',
      'broadcast-crash',
      'restore',
      'crash',
    ].sort(),
  );
});

test('names are found as they are, and "all" is none of them', () => {
  expect(findScript('happy')?.name).toBe('happy');
  expect(findScript('all')).toBeNull();
  expect(findScript('constructor')).toBeNull();
});
