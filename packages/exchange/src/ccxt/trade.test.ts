import { BTC, money, parseReference, USDT } from '@rielrails/core';
import { createVocabulary, silentLog } from '@rielrails/kit';
import { expect, test } from 'vitest';
import { addUp, toTrade } from './trade.ts';
import type { Execution, VenueOrder } from './trade.ts';

const words = createVocabulary({
  provider: 'acme',
  words: { NEW: 'open', DONE: 'filled', DEAD: 'cancelled' },
  otherwise: 'open',
  log: silentLog,
});
const about = { reference: parseReference('7'), words, market: { base: BTC, quote: USDT } };
const order: VenueOrder = {
  orderId: '28',
  clientOrderId: '7',
  symbol: 'BTCUSDT',
  side: 'buy',
  price: 6_000_000_000_000n,
  quantity: 100_000n,
  executed: 100_000n,
  cost: 5_999_000_000n,
  status: 'DONE',
};
const execution: Execution = { id: '9', quantity: 100_000n, cost: 5_999_000_000n, fee: 100n, feeAsset: 'BTC' };

test.each([
  ['BTC', 100n, 5_999_000_000n, 99_900n, money(BTC, 100n)],
  ['USDT', 5_999_000n, 6_004_999_000n, 100_000n, money(USDT, 5_999_000n)],
  ['BNB', 7500n, 5_999_000_000n, 100_000n, money({ code: 'BNB', scale: 8 }, 7500n)],
])('a fee in %s counts in the balance that it was taken from', (feeAsset, fee, spent, received, told) => {
  const trade = toTrade(order, [{ ...execution, fee, feeAsset }], about);
  expect(trade).toMatchObject({ id: '28', status: 'filled' });
  expect(trade.fills).toEqual([{ id: '9', spent: money(USDT, spent), received: money(BTC, received), fee: told }]);
});

test.each([
  [{ executed: 100_001n }, 0n, false],
  [{ cost: 5_999_000_001n }, 0n, false],
  [{ cost: 5_998_999_999n }, 0n, false],
  [{ cost: 5_999_000_001n }, 1n, true],
  [{ cost: 5_998_999_998n }, 1n, false],
  [{}, 0n, true],
] as const)('executions beside %o, give or take %d, add up: %s', (change, tolerance, expected) => {
  expect(addUp({ ...order, ...change }, [execution], tolerance)).toBe(expected);
});

test.each([
  ['DONE', 100_000n, 'filled'],
  ['DONE', 99_999n, 'cancelled'],
  ['NEW', 0n, 'open'],
  ['NEW', 1n, 'partial'],
  ['DEAD', 1n, 'cancelled'],
  ['LIMBO', 100_000n, 'open'],
] as const)('the word %s with %d executed means %s', (status, executed, expected) => {
  expect(toTrade({ ...order, status, executed }, [], about).status).toBe(expected);
});
