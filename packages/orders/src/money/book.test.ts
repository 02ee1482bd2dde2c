import { BTC, money, USDT } from '@rielrails/core';
import type { Money } from '@rielrails/core';
import { expect, test } from 'vitest';
import { quotedOrder } from '../../test/order/fixtures.ts';
import { postingsOf } from './book.ts';

const spent = money(USDT, 21_48930000n);
const received = money(BTC, 35_671n);
const bnb = { code: 'BNB', scale: 8 };

/** How a purchase with these fees changes what lies at the exchange. */
function atExchange(fees: readonly Money[]) {
  const [posting] = postingsOf(quotedOrder(), 'kraken', [{ type: 'bought', effect: '7', spent, received, fees }], []);
  return (posting?.lines ?? [])
    .filter(({ account }) => account.startsWith('exchange:'))
    .map(({ amount }) => `${amount.asset.code} ${amount.minor}`);
}

test.each([
  ['in the bitcoin', money(BTC, 36n)],
  ['in what was paid', money(USDT, 8_562_000n)],
])('a fee %s is inside the amounts already, and is not taken twice', (_where, fee) => {
  expect(atExchange([fee])).toEqual([`USDT -${spent.minor}`, `BTC ${received.minor}`]);
});

test('a fee in a third asset is taken from what lies there', () => {
  expect(atExchange([money(bnb, 5n), money(bnb, 6n)])).toEqual([
    `USDT -${spent.minor}`,
    `BTC ${received.minor}`,
    'BNB -11',
  ]);
});

test('what the venue took and the books do not hold is booked all the same, out of suspense', () => {
  const order = quotedOrder();
  const held = [{ place: 'exchange:kraken', amount: money(USDT, 20_00000000n) }] as const;
  const movement = { type: 'bought', effect: '7', spent, received, fees: [money(bnb, 11n)] } as const;
  const [posting] = postingsOf(order, 'kraken', [movement], held, true);
  const lines = (posting?.lines ?? []).map(({ account, amount }) => `${account} ${amount.asset.code} ${amount.minor}`);
  expect(lines).toEqual(
    expect.arrayContaining([
      `exchange:kraken:reserved:${order.id} USDT -2000000000`,
      'suspense USDT -148930000',
      `exchange:kraken:free BTC ${received.minor}`,
      'suspense BNB -11',
    ]),
  );
  expect(lines.join()).not.toContain('free BNB');
});
