import { describe, expect, test } from 'vitest';
import { readRefusal } from './refusal.ts';

describe('a refusal of sendrawtransaction', () => {
  test.each([
    [-27, 'Transaction outputs already in utxo set', { outcome: 'already-known' }],
    [-27, 'Transaction already in block chain', { outcome: 'already-known' }],
    [-26, 'txn-already-in-mempool', { outcome: 'already-known' }],
    [-26, 'txn-already-known', { outcome: 'already-known' }],
    [-26, 'txn-mempool-conflict', { outcome: 'refused', reason: 'conflict', code: 'txn-mempool-conflict' }],
    [
      -25,
      'bad-txns-inputs-missingorspent',
      { outcome: 'refused', reason: 'missing-inputs', code: 'bad-txns-inputs-missingorspent' },
    ],
    [
      -26,
      'min relay fee not met, 0 < 11',
      { outcome: 'refused', reason: 'fee-too-low', code: 'min relay fee not met' },
    ],
    [
      -26,
      'mempool min fee not met, 10 < 11',
      { outcome: 'refused', reason: 'fee-too-low', code: 'mempool min fee not met' },
    ],
    [
      -26,
      `insufficient fee, rejecting replacement ${'a'.repeat(64)}; new`,
      { outcome: 'refused', reason: 'fee-too-low', code: 'insufficient fee' },
    ],
    [-26, 'dust, tx with dust output must be 0-fee', { outcome: 'refused', reason: 'policy', code: 'dust' }],
    [-26, 'too-long-mempool-chain, too many', { outcome: 'refused', reason: 'policy', code: 'too-long-mempool-chain' }],
    [
      -26,
      'bad-txns-in-belowout, value in (1) < value out (2)',
      { outcome: 'refused', reason: 'invalid', code: 'bad-txns-in-belowout' },
    ],
    [
      -26,
      'mempool-script-verify-flag-failed (Invalid Schnorr signature), input 0',
      { outcome: 'refused', reason: 'invalid', code: 'mempool-script-verify-flag-failed' },
    ],
    [
      -25,
      'Fee exceeds maximum configured by user (e.g. -maxtxfee, maxfeerate)',
      { outcome: 'refused', reason: 'policy', code: 'Fee exceeds maximum configured by user' },
    ],
    [-22, 'TX decode failed.', { outcome: 'refused', reason: 'invalid', code: '-22' }],
    [-32_603, 'Internal error', { outcome: 'unexplained' }],
    [-20, 'Database error', { outcome: 'unexplained' }],
  ])('%i %s', (code, message, expected) => {
    expect(readRefusal(code, message)).toEqual(expected);
  });
});
