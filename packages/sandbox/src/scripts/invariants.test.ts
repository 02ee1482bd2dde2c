import { BTC, KHR, money, parseReference, USDT } from '@rielrails/core';
import type { Instant } from '@rielrails/core';
import type { Account, Effect, Order, OrderFile, OrderReceipt } from '@rielrails/orders';
import { expect, test } from 'vitest';
import type { Facts } from './facts.ts';
import { checkInvariants, invariants } from './invariants.ts';

const at = 1_700_000_000_000 as Instant;
const ID = parseReference('7');
const ADDRESS = 'bcrt1qbuyer';
const [REQUEST, BUY, SEND] = [parseReference('11'), parseReference('12'), parseReference('13')];

const effect = (kind: Effect['kind'], reference: Effect['reference'], more: Partial<Effect>): Effect => ({
  reference,
  kind,
  seq: 1,
  provider: 'somebody',
  status: 'applied',
  doubted: false,
  tries: 1,
  lookups: 0,
  handle: null,
  request: { kind: 'cancel-payment', of: REQUEST },
  result: null,
  fault: null,
  plannedAt: at,
  calledAt: at,
  settledAt: at,
  lookAt: null,
  lookedAt: at,
  ...more,
});

const receipt: OrderReceipt = {
  provider: 'payway',
  transaction: 't-1',
  request: REQUEST,
  amount: money(KHR, 41_000n),
  paidAt: at,
  seenAt: at,
  payer: 'match',
  funded: 41_000n,
  refunded: 0n,
  review: 0n,
  blocked: 0n,
  reversed: false,
  reversibleUntil: null,
};

const buy = effect('buy', BUY, {
  result: {
    kind: 'buy',
    closed: true,
    spent: money(USDT, 900n),
    received: money(BTC, 1100n),
    fees: [],
  },
});

const order: Order = {
  id: ID,
  number: 'ABC',
  version: 9,
  seed: '00',
  person: parseReference('1'),
  channel: 'sandbox',
  chat: '1',
  language: 'en',
  state: 'DELIVERED',
  disposition: 'deliver',
  hold: 'none',
  holdReasons: [],
  createdAt: at,
  rail: 'payway',
  custody: 'wallet',
  want: { type: 'spend', amount: money(KHR, 41_000n) },
  quote: {
    pay: money(KHR, 41_000n),
    fee: money(KHR, 600n),
    budget: money(USDT, 1000n),
    reserve: money(USDT, 10n),
    exchangeFee: money(USDT, 1n),
    networkFee: money(BTC, 100n),
    arrives: money(BTC, 1000n),
    floor: money(BTC, 900n),
    ceiling: money(BTC, 1100n),
    pricePerBitcoin: money(KHR, 1n),
    quotedAt: at,
    validUntil: at,
  },
  address: ADDRESS,
  terms: { hash: 'h', language: 'en', acceptedAt: at },
  silence: 'refund',
  binding: null,
  claimed: false,
  way: null,
  payBy: at,
  watchUntil: at,
  reserved: false,
  sale: { delivered: money(BTC, 1000n) },
  question: null,
  pauseUntil: null,
  pauses: 0,
  paidAt: at,
  effects: [effect('request-payment', REQUEST, { provider: 'payway' }), buy, effect('send', SEND, {})],
  receipts: [receipt],
  refundTasks: [],
  happenings: [],
  endReason: null,
};

const file = (changes: Partial<Order> = {}): OrderFile => ({
  order: { ...order, ...changes },
  timeline: [],
  ledger: [],
  cases: [],
});
const payment = (sats: bigint, txid = 'tx-1') => ({
  txid,
  confirmations: 2,
  outputs: [
    { address: ADDRESS, sats },
    { address: 'bcrt1qchange', sats: 5000n },
  ],
  feeSats: 50n,
});
const balance = (account: string, amount: Facts['balances'][number]['amount']) => ({
  account: account as Account,
  amount,
});

/** A world in which one order went well. */
const healthy: Facts = {
  at,
  files: [file()],
  balances: [
    balance('exchange:binance:free', money(USDT, 100n)),
    balance('exchange:binance:free', money(BTC, 1100n)),
    balance('wallet:wallet:free', money(BTC, 8950n)),
  ],
  trial: { uneven: [], drifted: [] },
  applied: {
    payments: [{ rail: 'payway', reference: REQUEST, asset: 'KHR', minor: 41_000n }],
    hearsLate: ['bakong'],
    receipts: [{ rail: 'payway', reference: REQUEST, transaction: 't-1', asset: 'KHR', minor: 41_000n }],
    refunds: [],
    reversals: [],
    cancelled: [],
    trades: [{ reference: BUY, spent: '0.00000900', received: '0.00001100' }],
    cases: ['1'],
    exchange: { usdt: 100n, btc: 1100n },
  },
  payments: { [ID]: [payment(1000n)] },
  walletSats: { atFirst: 10_000n, now: 8950n },
  told: { [ID]: 'DELIVERED' },
  said: ['A person is looking at this order. You need to do nothing; we write here as soon as there is news.'],
  listed: {},
};

const withApplied = (changes: Partial<Facts['applied']>): Facts => ({
  ...healthy,
  applied: { ...healthy.applied, ...changes },
});
const withOrder = (changes: Partial<Order>): Facts => ({ ...healthy, files: [file(changes)] });

test('a healthy world keeps them all', () => {
  expect(Object.entries(checkInvariants(healthy)).filter(([, holds]) => !holds)).toEqual([]);
});

const violations: Readonly<Record<string, readonly (readonly [why: string, facts: Facts])[]>> = {
  'ledger-balances': [
    ['an asset is uneven', { ...healthy, trial: { uneven: [{ asset: 'BTC', minor: 1n }] as never, drifted: [] } }],
    ['a place is below zero', { ...healthy, balances: [balance('wallet:wallet:free', money(BTC, -1n))] }],
  ],
  'charged-once': [
    ['a payment that no order knows', withOrder({ receipts: [] })],
    ['a receipt that the bank does not know', withApplied({ receipts: [] })],
    ['another rail', withOrder({ receipts: [{ ...receipt, provider: 'bakong' }] })],
    ['another amount', withOrder({ receipts: [{ ...receipt, amount: money(KHR, 40_000n) }] })],
    ['the same payment credited twice', { ...healthy, files: [file(), file()] }],
    ['units without an end', withOrder({ receipts: [{ ...receipt, funded: 40_999n }] })],
  ],
  'refunded-once': [
    [
      'a refund that is not owed',
      withApplied({ refunds: [{ rail: 'payway', transaction: 't-1', asset: 'KHR', minor: 1n }] }),
    ],
    [
      'an end without the refund',
      withOrder({ state: 'REFUNDED', receipts: [{ ...receipt, funded: 0n, refunded: 41_000n }] }),
    ],
  ],
  'reversals-known': [
    ['nobody was told of a dispute', withApplied({ reversals: [{ rail: 'payway', transaction: 't-1' }] })],
    ['a reversal that did not happen', withOrder({ receipts: [{ ...receipt, reversed: true }] })],
    [
      'refunded beside it',
      {
        ...withOrder({ receipts: [{ ...receipt, reversed: true }] }),
        applied: {
          ...healthy.applied,
          reversals: [{ rail: 'payway', transaction: 't-1' }],
          refunds: [{ rail: 'payway', transaction: 't-1', asset: 'KHR', minor: 41_000n }],
        },
      },
    ],
  ],
  'bought-once': [
    ['a trade that no order knows', withOrder({ effects: order.effects.filter(({ kind }) => kind !== 'buy') })],
    ['other amounts', withApplied({ trades: [{ reference: BUY, spent: '0.00000900', received: '0.00001101' }] })],
    [
      'bought for twice the order',
      withOrder({ effects: [...order.effects, effect('buy', parseReference('99'), { seq: 2, result: buy.result })] }),
    ],
  ],
  'delivered-once': [
    ['paid twice', { ...healthy, payments: { [ID]: [payment(1000n), payment(1000n, 'tx-2')] } }],
    ['paid another amount', { ...healthy, payments: { [ID]: [payment(1001n)] } }],
    ['an end without the coin', { ...healthy, payments: {} }],
    ['paid although refunded', withOrder({ disposition: 'refund' })],
  ],
  'coins-accounted-for': [['coins are missing', { ...healthy, walletSats: { atFirst: 10_001n, now: 8950n } }]],
  'ledger-agrees-with-places': [
    ['the exchange holds less', withApplied({ exchange: { usdt: 99n, btc: 1100n } })],
    ['the wallet holds less', { ...healthy, walletSats: { atFirst: 10_000n, now: 8949n } }],
  ],
  'nothing-silent': [['paid, and nobody cares', withOrder({ state: 'paid' })]],
  'everything-outside-is-ours': [
    [
      'a request without a row',
      withApplied({ payments: [{ rail: 'payway', reference: '55', asset: 'KHR', minor: 1n }] }),
    ],
    ['a row without a request', withApplied({ payments: [] })],
  ],
  'nobody-tipped-off': [
    ['a list is named', { ...healthy, said: ['Your name is on a sanctions list.'] }],
    ['a freeze is told', { ...healthy, said: ['hello', 'Your order is frozen.'] }],
  ],
  'buyers-told': [['the last word is older', { ...healthy, told: { [ID]: 'broadcast' } }]],
  'screened-at-signing': [['listed before it was signed', { ...healthy, listed: { [ADDRESS]: (at - 1) as Instant } }]],
};

test('a provider that hears of a request when money comes need not know it before', () => {
  const asked = effect('request-payment', REQUEST, { provider: 'bakong' });
  const facts = { ...withOrder({ state: 'EXPIRED', receipts: [], effects: [asked] }) };
  const applied = { ...healthy.applied, payments: [], receipts: [], trades: [] };
  expect(checkInvariants({ ...facts, applied })['everything-outside-is-ours']).toBe(true);
});

test('every invariant has a world that breaks it', () => {
  expect(Object.keys(violations).sort()).toEqual(Object.keys(invariants).sort());
});

test.each(Object.entries(violations).flatMap(([name, worlds]) => worlds.map(([why, facts]) => ({ name, why, facts }))))(
  '$name: $why',
  ({ name, facts }) => {
    expect(checkInvariants(facts)[name]).toBe(false);
  },
);
