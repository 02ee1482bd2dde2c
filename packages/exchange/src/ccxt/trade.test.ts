import { BTC, money, parseReference, USDT } from '@rielrails/core';
import { createVocabulary, silentLog } from '@rielrails/kit';
import { expect, test } from 'vitest';
import { addUp, readFills, readOrder, statusWords, toTrade } from './trade.ts';

const words = createVocabulary({ provider: 'binance', words: statusWords, otherwise: 'open', log: silentLog });
const order = {
  symbol: 'BTCUSDT',
  orderId: 28,
  clientOrderId: '7',
  side: 'BUY',
  price: '60000.00000000',
  origQty: '0.00100000',
  executedQty: '0.00100000',
  cummulativeQuoteQty: '59.99000000',
  status: 'FILLED',
};
const fill = { price: '59990.00000000', qty: '0.00100000', tradeId: 9 };

test.each([
  ['BTC', '0.00000100', 5_999_000_000n, 99_900n, money(BTC, 100n)],
  ['USDT', '0.05999000', 6_004_999_000n, 100_000n, money(USDT, 5_999_000n)],
  ['BNB', '0.00007500', 5_999_000_000n, 100_000n, money({ code: 'BNB', scale: 8 }, 7500n)],
])('a fee in %s counts in the balance that it was taken from', (commissionAsset, commission, spent, received, fee) => {
  const answer = { ...order, fills: [{ ...fill, commission, commissionAsset }] };
  const trade = toTrade(readOrder(answer), readFills(answer), parseReference('7'), words);
  expect(trade).toMatchObject({ id: '28', status: 'filled' });
  expect(trade.fills).toEqual([{ id: '9', spent: money(USDT, spent), received: money(BTC, received), fee }]);
});

test.each([
  [{ executedQty: '0.00100001' }, false],
  [{ cummulativeQuoteQty: '59.99000001' }, false],
  [{}, true],
])('executions beside %j add up: %s', (change, expected) => {
  const answer = { ...order, ...change, fills: [{ ...fill, commission: '0', commissionAsset: 'BTC' }] };
  expect(addUp(readOrder(answer), readFills(answer))).toBe(expected);
});

test.each([
  { executedQty: 0.001 },
  { executedQty: '1e-3' },
  { cummulativeQuoteQty: '-1.0' },
  { orderId: '' },
  { status: null },
])('an order with %j is not read', (change) => {
  expect(() => readOrder({ ...order, ...change })).toThrow(Error);
});
