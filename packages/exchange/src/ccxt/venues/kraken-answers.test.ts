import { expect, test } from 'vitest';
import {
  readBalances,
  readBook,
  readPlaced,
  readQueried,
  readRules,
  readState,
  readTheOne,
  readTrades,
  toText,
} from './kraken-answers.ts';

// The forms of the examples in the specification of the REST API.
const pair = {
  altname: 'XBTUSDT',
  pair_decimals: 1,
  cost_decimals: 5,
  lot_decimals: 8,
  ordermin: '0.0001',
  costmin: '0.5',
  tick_size: '0.1',
  status: 'online',
};
const rules = (change: object = {}, name = 'XBTUSDT') =>
  readRules({ error: [], result: { [name]: { ...pair, ...change } } }, 'XBTUSDT');

test('the rules are read in hundred-millionths', () => {
  expect(rules()).toEqual({
    trading: true,
    tick: 10_000_000n,
    price: { minimum: 10_000_000n, maximum: 0n },
    step: 1n,
    quantity: { minimum: 10_000n, maximum: 0n },
    notional: { minimum: 50_000_000n, maximum: 0n },
    costUnit: 1000n,
  });
  expect(rules({ lot_decimals: '8', cost_decimals: '8' })).toMatchObject({ step: 1n, costUnit: 1n });
});

test.each(['cancel_only', 'post_only', 'limit_only', 'reduce_only', 'anything new'])('%s takes no orders', (status) => {
  expect(rules({ status }).trading).toBe(false);
});

test.each([
  { altname: 'XBTUSD' },
  { tick_size: '0' },
  { tick_size: undefined },
  { lot_decimals: 9 },
  { cost_decimals: '1.5' },
  { ordermin: 0.0001 },
])('rules with %j are no rules', (change) => {
  expect(() => rules(change)).toThrow(Error);
});

test('the pair is known by its name, whatever key it stands under', () => {
  expect(rules({}, 'XXBTUSDT').trading).toBe(true);
});

test.each([
  ['online', 'open'],
  ['maintenance', 'maintenance'],
  ['cancel_only', 'halted'],
  ['post_only', 'halted'],
  ['something new', 'halted'],
])('the whole venue %s is %s', (status, expected) => {
  expect(readState({ result: { status } })).toBe(expected);
});

test('a book is as fresh as its newest level', () => {
  const asks = [
    ['30384.10000', '2.059', 1_688_671_659],
    ['30387.90000', '1.500', '1688671380'],
  ];
  const bids = [['30297.00000', '1.115', 1_688_671_674]];
  expect(readBook({ result: { XBTUSDT: { asks, bids } } }, 'XBTUSDT')).toEqual({
    updateId: null,
    changedAt: 1_688_671_674_000,
    asks: [
      { price: 3_038_410_000_000n, quantity: 205_900_000n, changedAt: 1_688_671_659 },
      { price: 3_038_790_000_000n, quantity: 150_000_000n, changedAt: 1_688_671_380 },
    ],
    bids: [{ price: 3_029_700_000_000n, quantity: 111_500_000n, changedAt: 1_688_671_674 }],
  });
  expect(() => readBook({ result: { XETHZUSD: { asks, bids } } }, 'XBTUSDT')).toThrow('another pair');
});

const sent = { quantity: 145_000_000n, price: 2_750_000_000_000n };
const placed = (order: string, txid: unknown = ['OU22CG-KLAF2-FWUDD7']) =>
  readPlaced({ result: { descr: { order }, txid } }, sent);

test.each([
  'buy 1.45 XBTUSDT @ limit 27500.0',
  'buy 1.45000000 XBTUSDT @ limit 27500.0 with 2:1 leverage',
  'new words',
])('an order described as "%s" is the one that was sent, or is asked for', (order) => {
  expect(placed(order)).toEqual({ orderId: 'OU22CG-KLAF2-FWUDD7' });
});

test.each(['buy 1.46 XBTUSDT @ limit 27500.0', 'buy 1.45 XBTUSDT @ limit 27500.1'])(
  'an order described as "%s" is in doubt',
  (order) => {
    expect(() => placed(order)).toThrow(
      expect.objectContaining({ fault: expect.objectContaining({ reason: 'echo-mismatch' }) }),
    );
  },
);

test.each([[[]], [['A', 'B']], ['OU22CG']])('an answer that names %j as the order is not read', (txid) => {
  expect(() => placed('buy 1.45 XBTUSDT @ limit 27500.0', txid)).toThrow(Error);
});

const order = {
  cl_ord_id: '0000000000000000000000000000002A',
  status: 'canceled',
  descr: { pair: 'XBTUSDT', type: 'buy', price: '27500.0' },
  vol: '1.45000000',
  vol_exec: '0.45000000',
  cost: '12375.00000',
  fee: '49.50000',
  trades: ['TKH2SE-M7IF5-CFI7LT'],
};

test('an order is read as whole numbers, with the names of its executions', () => {
  expect(readQueried({ result: { 'OU22CG-KLAF2-FWUDD7': order } }, 'OU22CG-KLAF2-FWUDD7')).toEqual({
    orderId: 'OU22CG-KLAF2-FWUDD7',
    clientOrderId: '0000000000000000000000000000002a',
    symbol: 'XBTUSDT',
    side: 'buy',
    price: 2_750_000_000_000n,
    quantity: 145_000_000n,
    executed: 45_000_000n,
    cost: 1_237_500_000_000n,
    status: 'canceled',
    executionIds: ['TKH2SE-M7IF5-CFI7LT'],
  });
  expect(readQueried({ result: {} }, 'OU22CG-KLAF2-FWUDD7')).toBeNull();
});

test('among open or closed orders there is one, or none, and two are for a person', () => {
  const { trades: _none, ...open } = order;
  expect(readTheOne({ result: { open: { O1: open } } }, 'open')).toMatchObject({ orderId: 'O1', executionIds: [] });
  expect(readTheOne({ result: { closed: {}, count: 0 } }, 'closed')).toBeNull();
  expect(() => readTheOne({ result: { closed: { O1: order, O2: order } } }, 'closed')).toThrow('several orders');
  expect(() => readTheOne({ result: { open: {} } }, 'closed')).toThrow(Error);
});

test('executions are told in the order in which they were asked for; one that is missing is left out', () => {
  const trade = { vol: '0.45000000', cost: '12375.00000', fee: '49.50000' };
  expect(readTrades({ result: { T2: trade, T1: trade } }, ['T1', 'T2', 'T3']).map(({ id }) => id)).toEqual([
    'T1',
    'T2',
  ]);
  expect(readTrades({ result: { T1: trade } }, ['T1'])).toEqual([
    { id: 'T1', quantity: 45_000_000n, cost: 1_237_500_000_000n, fee: 4_950_000_000n, feeAsset: 'USDT' },
  ]);
});

test('what is held for orders lies in the account too; what is below a satoshi does not count', () => {
  const result = {
    XXBT: { balance: '1.4500000099', hold_trade: '0.2000000000' },
    USDT: { balance: '27500.10000000', hold_trade: '27500.10000000' },
    'XBT.F': { balance: '9.0000000000', hold_trade: '0.0000000000' },
  };
  expect(readBalances({ error: [], result })).toEqual({ BTC: 145_000_000n, USDT: 2_750_010_000_000n });
  expect(readBalances({ error: [], result: {} })).toEqual({ BTC: 0n, USDT: 0n });
  expect(() => readBalances({ error: [], result: { USDT: { balance: 'much' } } })).toThrow(Error);
  expect(() => readBalances({ error: [] })).toThrow(Error);
});

test('amounts are written without places that say nothing', () => {
  const amounts = [145_000_000n, 2_750_010_000_000n, 3_000_000_000_000n, 1n];
  expect(amounts.map(toText)).toEqual(['1.45', '27500.1', '30000', '0.00000001']);
});
