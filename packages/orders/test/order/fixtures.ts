import { BTC, KHR, money, USD, USDT } from '@rielrails/core';
import type { AnyPaymentManifest, Instant, Money, PaymentOperationTerms, Quote, Reference } from '@rielrails/core';
import type { Order, OrderQuote } from '../../src/order/order.ts';
import { defaultTimes } from '../../src/order/policy.ts';
import type { Policy } from '../../src/order/policy.ts';
import type { World } from '../../src/order/turn.ts';

export const START = 1_800_000_000_000 as Instant;
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

export const riel = (minor: bigint): Money => money(KHR, minor);
export const sat = (minor: bigint): Money => money(BTC, minor);
export const tether = (minor: bigint): Money => money(USDT, minor);

/** 41,000 riel at 100,000 dollars per bitcoin: 9.85 dollars buy 9451 satoshi and the miners’ 300. */
export const QUOTE: OrderQuote = {
  pay: riel(41_000n),
  fee: riel(615n),
  budget: tether(9_8500_0000n),
  reserve: tether(985_0000n),
  exchangeFee: sat(0n),
  networkFee: sat(300n),
  arrives: sat(9451n),
  floor: sat(8978n),
  ceiling: sat(9641n),
  pricePerBitcoin: riel(433_816_527n),
  quotedAt: START,
  validUntil: (START + 5 * MINUTE) as Instant,
};

export const POLICY: Policy = {
  ...defaultTimes,
  feeBasisPoints: 150n,
  reserveBasisPoints: 100n,
  floorBasisPoints: 500n,
  confirmations: 2,
  watchDepth: 6,
  unknownPayerCap: [riel(100_000n)],
  reversibleCap: [],
  limits: { perOrder: [], perDay: [], openUnpaid: 3 },
  twoPeopleFrom: [],
  floatAlarms: [],
  payAssets: [KHR, USD],
};

/** A rail that can do everything, finds everything, and keeps no reference of our refunds. */
export const RAIL: AnyPaymentManifest = {
  create: { repeat: 'rejects', reaches: 'caller' },
  assets: [{ minimum: riel(100n), maximum: riel(100_000_000n) }],
  anomalies: 'ours',
  acceptableUse: { cryptoPurchases: 'allowed', source: 'a test rail' },
  offers: { qr: { finality: 'final' } },
  operations: {
    get: { by: 'reference', covers: 'all', notFoundIsFinalAfterMs: 5000 },
    cancel: {},
    refund: { partial: true, windowMs: 30 * 24 * HOUR, needs: 'nothing', repeat: 'none' },
  },
};

/** The same rail with other terms; an operation that is `undefined` does not exist. */
export function railWith(
  changes: Partial<Omit<AnyPaymentManifest, 'operations'>>,
  operations: { readonly [Name in keyof PaymentOperationTerms]?: PaymentOperationTerms[Name] | undefined } = {},
): AnyPaymentManifest {
  const merged = Object.entries({ ...RAIL.operations, ...operations }).filter(([, terms]) => terms !== undefined);
  return { ...RAIL, ...changes, operations: Object.fromEntries(merged) };
}

/** What a decision may know, in a test. */
export function testWorld(rail: AnyPaymentManifest = RAIL, policy: Partial<Policy> = {}): World {
  return {
    now: START,
    policy: { ...POLICY, ...policy },
    rails: { cash: rail },
    exchange: {
      id: 'venue',
      manifest: {
        markets: [{ base: BTC, quote: USDT, minimum: tether(5_0000_0000n), step: sat(10n) }],
        buy: { repeat: 'rejects' },
        get: { by: 'reference', covers: 'all', notFoundIsFinalAfterMs: 5000 },
      },
    },
    custodies: {
      coins: {
        assets: [BTC],
        address: { network: 'regtest', read: (text) => ({ outcome: 'valid', canonical: text }) },
        withdraw: { repeat: 'replays' },
        get: { by: 'reference', covers: 'all', notFoundIsFinalAfterMs: 5000 },
        canBump: true,
      },
    },
  };
}

/** A fresh order: quoted, with an address, nothing confirmed. */
export function quotedOrder(changes: Partial<Order> = {}): Order {
  return {
    id: '8243' as Reference,
    number: 'K7M2QXR',
    version: 1,
    seed: '00112233445566778899aabbccddeeff',
    person: '77' as Reference,
    channel: 'test',
    chat: '1',
    language: 'en',
    state: 'quoted',
    disposition: 'undecided',
    hold: 'none',
    holdReasons: [],
    createdAt: START,
    rail: 'cash',
    way: null,
    custody: 'coins',
    want: { type: 'spend', amount: riel(41_000n) },
    quote: QUOTE,
    address: 'bcrt1qbuyer',
    terms: null,
    silence: 'refund',
    binding: null,
    claimed: false,
    payBy: null,
    watchUntil: null,
    reserved: false,
    sale: null,
    question: null,
    pauseUntil: null,
    pauses: 0,
    paidAt: null,
    effects: [],
    receipts: [],
    refundTasks: [],
    happenings: [],
    endReason: null,
    ...changes,
  };
}

/** The venue's answer for a budget, at a price in whole dollars per bitcoin, in steps of ten satoshi, without a fee. */
export function marketQuote(spend: Money, dollarsPerBitcoin: bigint, now: Instant): Quote {
  const gross = spend.minor > 0n ? spend.minor / dollarsPerBitcoin : 0n;
  return {
    spend,
    receive: sat(gross - (gross % 10n)),
    fee: sat(0n),
    worst: { base: money(BTC, 1_0000_0000n), quote: tether(dollarsPerBitcoin * 1_0000_0000n) },
    observedAt: now,
    expiresAt: (now + 10_000) as Instant,
  };
}
