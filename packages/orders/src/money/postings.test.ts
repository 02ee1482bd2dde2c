import { BTC, KHR, money, USDT } from '@rielrails/core';
import type { Money } from '@rielrails/core';
import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { assertBalanced } from '../store/posting.ts';
import type { Posting } from '../store/posting.ts';
import * as books from './index.ts';

const amount = <C extends string>(asset: { code: C; scale: number }) =>
  fc.bigInt({ min: 1n, max: 10n ** 15n }).map((minor) => money(asset, minor));
const order = fc.constantFrom('1', '8243', '9223372036854775807');
const event = fc.record({
  order,
  paid: amount(KHR),
  coins: amount(BTC),
  spent: amount(USDT),
  minerFee: amount(BTC),
  share: fc.bigInt({ min: 0n, max: 100n }),
});

type Facts = typeof event extends fc.Arbitrary<infer T> ? T : never;

function everyPosting({ order, paid, coins, spent, minerFee, share }: Facts): Posting[] {
  const fee: Money = money(paid.asset, (paid.minor * share) / 100n);
  const receipt = { order, provider: 'payway', transaction: 'T1', amount: paid };
  const holdings = [
    { place: 'exchange:binance', amount: spent },
    { place: 'wallet:own', amount: coins },
  ] as const;
  const place = 'wallet:own';
  return [
    books.paymentReceived(receipt),
    books.unplacedReceived(receipt),
    books.unplacedPlaced(receipt),
    books.reserve({ order, holdings }),
    books.release({ order, holdings }),
    books.sold({ order, paid, fee, coins }),
    books.bought({ order, exchange: 'binance', fill: '1', spent, received: coins }),
    books.bought({ order, exchange: 'binance', fill: '1', spent, received: coins, fee: money(USDT, 1n) }),
    books.bought({ order, exchange: 'binance', fill: '1', spent, received: coins, fee: minerFee }),
    books.sent({ order, place, coins, minerFee }),
    books.bumped({ order, place, extraFee: minerFee }),
    books.delivered({ order, coins, minerFee }),
    books.refundDue({ order, amount: paid, why: 'paid too much' }),
    books.refunded({ order, amount: paid, source: { provider: 'payway' }, refund: '5' }),
    books.refunded({ order, amount: paid, source: { bank: 'aba' }, refund: '5' }),
    books.reversed({ ...receipt, bornBy: 'customer' }),
    books.reversed({ ...receipt, bornBy: 'us' }),
    books.blockedMoney({ order, amount: paid }),
    books.unblockedMoney({ order, amount: paid }),
    books.roundedOff({ order, account: books.trading, amount: money(KHR, 1n) }),
    books.roundedOff({ order, account: books.trading, amount: money(KHR, -1n) }),
    books.transferSent({ transfer: '9', from: books.free('exchange:binance'), amount: coins }),
    books.transferArrived({ transfer: '9', to: books.free(place), arrived: coins, fee: minerFee, carrier: 'binance' }),
    books.broughtIn({ to: books.free('exchange:binance'), amount: spent, reference: '1' }),
  ];
}

const sums = (postings: readonly Posting[]) => {
  const totals = new Map<string, bigint>();
  for (const { account, amount } of postings.flatMap((posting) => posting.lines)) {
    const key = `${account} ${amount.asset.code}`;
    totals.set(key, (totals.get(key) ?? 0n) + amount.minor);
  }
  return Object.fromEntries([...totals].filter(([, total]) => total !== 0n));
};

test.prop([event])('every posting balances in every asset', (facts) => {
  for (const posting of everyPosting(facts)) expect(() => assertBalanced(posting)).not.toThrow();
});

test.prop([event])('a delivered order leaves the customer nothing and the reserve nothing', (facts) => {
  const { order, paid, coins, minerFee, spent } = facts;
  const fee = money(KHR, paid.minor / 50n);
  const all = money(BTC, coins.minor + minerFee.minor);
  const totals = sums([
    books.reserve({
      order,
      holdings: [
        { place: 'exchange:binance', amount: spent },
        { place: 'wallet:own', amount: all },
      ],
    }),
    books.paymentReceived({ order, provider: 'payway', transaction: 'T', amount: paid }),
    books.sold({ order, paid, fee, coins }),
    books.bought({ order, exchange: 'binance', fill: '1', spent, received: coins }),
    books.sent({ order, place: 'wallet:own', coins, minerFee }),
    books.delivered({ order, coins, minerFee }),
  ]);
  const touched = Object.keys(totals).map((key) => key.split(' ')[0]);
  expect(touched).not.toContain(books.customerPayable(order));
  expect(touched).not.toContain(books.inFlight(order));
  expect(touched.filter((account) => account?.includes('reserved'))).toEqual([]);
  expect(totals['provider:payway:receivable KHR']).toBe(paid.minor);
  expect(totals['wallet:own:free BTC']).toBe(-all.minor);
  expect(totals['trading BTC']).toBeUndefined();
  expect(totals['trading USDT']).toBe(spent.minor);
});

test.prop([event])('a refunded order ends where it began', ({ order, paid }) => {
  expect(
    sums([
      books.paymentReceived({ order, provider: 'payway', transaction: 'T', amount: paid }),
      books.refundDue({ order, amount: paid, why: 'cannot be delivered' }),
      books.refunded({ order, amount: paid, source: { provider: 'payway' }, refund: '1' }),
    ]),
  ).toEqual({});
});

test('a posting that does not balance, repeats a side or is empty is refused by name', () => {
  const line = (minor: bigint, asset = KHR as { code: string; scale: number }, account = books.trading) => ({
    account,
    amount: money(asset, minor),
  });
  const check = (...lines: Posting['lines']) => assertBalanced({ kind: 'k', reason: 'r', lines });
  expect(() => check(line(1n), line(-2n, KHR, books.loss))).toThrow('posting k: KHR does not balance');
  expect(() => check(line(1n), line(-1n, BTC, books.loss))).toThrow('does not balance');
  expect(() => check(line(1n))).toThrow('fewer than two lines');
  expect(() => check(line(0n), line(0n, KHR, books.loss))).toThrow('is zero');
  expect(() => check(line(1n), line(-1n))).toThrow('stands twice');
  expect(() => check(line(1n), line(-1n, { code: 'KHR', scale: 2 }, books.loss))).toThrow('two scales');
  expect(() => books.refundDue({ order: '1', amount: money(KHR, -1n), why: 'x' })).toThrow('below zero');
  expect(() => books.bank('a:free')).toThrow('account: part is not a name');
});
