import { BTC, money, parseReference } from '@rielrails/core';
import { createVirtualRuntime } from '@rielrails/kit/virtual';
import { assert as holds, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { createWithdrawalReader } from './withdrawal.ts';
import type { Transaction } from './wire.ts';

const reference = parseReference('42');
const sats = (minor: bigint) => money(BTC, minor);
const txid = 'AB'.repeat(32);
const plain: Transaction = {
  id: '6840bf2c-0000-4000-8000-000000000003',
  wallet_id: '',
  status: 'TRANSACTION_CREATED',
  symbol: 'BTC',
  amount: '0.001',
  fees: '',
  fee_symbol: '',
  blockchain_ids: [],
  idempotency_key: '',
  onchain_details: null,
};

function open() {
  const { log, entries } = createVirtualRuntime();
  const reader = createWithdrawalReader(3, log);
  return { entries, read: (change: Partial<Transaction>) => reader.read(reference, { ...plain, ...change }) };
}

const CREATED = 'TRANSACTION_CREATED';
const noFunds = { status: 'failed', fundsReturned: false };
const funds = { status: 'failed', fundsReturned: true };
const sent = { status: 'broadcast', transactionId: txid.toLowerCase() };
const done = { status: 'confirmed', transactionId: txid.toLowerCase(), depth: 3 };

test.each<[string, object, object]>([
  [CREATED, { status: 'awaiting-approval' }, { status: 'awaiting-approval' }],
  ['TRANSACTION_REQUESTED', { status: 'awaiting-approval' }, { status: 'awaiting-approval' }],
  ...['APPROVED', 'PROVISIONED', 'PLANNED', 'GASSING', 'GASSED', 'CONSTRUCTED', 'RETRIED'].map(
    (word) => [`TRANSACTION_${word}`, { status: 'signing' }, { status: 'signing' }] as [string, object, object],
  ),
  ['OTHER_TRANSACTION_STATUS', { status: 'signing' }, { status: 'signing' }],
  ...['PROCESSING', 'BROADCASTING', 'RESTORED', 'DELAYED'].map(
    (word) => [`TRANSACTION_${word}`, { status: 'signing' }, sent] as [string, object, object],
  ),
  ['TRANSACTION_DONE', { status: 'signing' }, done],
  // Never broadcast: the coins are there. Broadcast, or failed on the chain: a person has to look.
  ['TRANSACTION_CANCELLED', funds, noFunds],
  ['TRANSACTION_REJECTED', funds, noFunds],
  ['TRANSACTION_EXPIRED', funds, noFunds],
  ['TRANSACTION_FAILED', noFunds, noFunds],
])('%s is %o, and %o with an id of the chain', (status, without, withId) => {
  const common = { reference, amount: sats(100_000n), handle: plain.id };
  const { read, entries } = open();
  expect(read({ status })).toEqual({ ...common, ...without });
  expect(read({ status, blockchain_ids: [txid] })).toEqual({ ...common, ...withId });
  expect(entries.filter(({ event }) => event === 'unfamiliar-word')).toEqual([]);
});

test('a word that nobody listed is under way, and logged once', () => {
  const { read, entries } = open();
  for (const blockchain_ids of [[], [txid]]) {
    const withdrawal = read({ status: 'UNKNOWN_TRANSACTION_STATUS', blockchain_ids });
    expect(withdrawal.status).toBe('signing');
  }
  expect(entries).toMatchObject([{ event: 'unfamiliar-word', fields: { word: 'UNKNOWN_TRANSACTION_STATUS' } }]);
});

test('done without a transaction is not called confirmed, and is logged', () => {
  const { read, entries } = open();
  expect(read({ status: 'TRANSACTION_DONE', blockchain_ids: ['Internal transfer 7'] }).status).toBe('signing');
  expect(entries).toMatchObject([{ event: 'done-without-transaction', fields: { reference } }]);
});

test('of several ids of the chain the last is told', () => {
  const blockchain_ids = ['cd'.repeat(32), txid, 'none'];
  expect(open().read({ status: 'TRANSACTION_DONE', blockchain_ids })).toMatchObject(done);
});

test.each<[string, Partial<Transaction>, bigint | undefined]>([
  ['in bitcoin', { fees: '0.000015', fee_symbol: 'btc' }, 1500n],
  ['finer than a satoshi', { fees: '0.000000011', fee_symbol: 'BTC' }, 2n],
  ['none', { fees: '0', fee_symbol: 'BTC' }, 0n],
  ['in dollars', { fees: '4.53', fee_symbol: 'USD' }, undefined],
  ['not told', {}, undefined],
])('a fee %s', (_what, change, fee) => {
  expect(open().read(change).fee?.minor).toBe(fee);
});

test('an amount is read with its sign and without', () => {
  for (const amount of ['0.001', '-0.001', '0.00100000', '0.001000000000'])
    expect(open().read({ amount }).amount).toEqual(sats(100_000n));
});

test.each<[string, Partial<Transaction>]>([
  ['bitcoin on another chain', { symbol: 'basecbbtc' }],
  ['no asset', { symbol: '' }],
  ['no amount', { amount: undefined }],
  ['half a satoshi', { amount: '0.000000005' }],
  ['an exponent', { amount: '1e-3' }],
])('%s is no withdrawal of ours', (_what, change) => {
  expect(() => open().read(change)).toThrow(/amount|asset/);
});

test('no word but five ends a withdrawal, and only one confirms it', () => {
  const { read } = open();
  const check = property(string(), (word) => {
    const { status } = read({ status: `TRANSACTION_X${word}`, blockchain_ids: [txid] });
    expect(status).toBe('signing');
  });
  holds(check, { numRuns: 200, seed: 1 });
});
