import { expect, test } from 'vitest';
import { readBalances, readFills, readOrder, readRules, readTrades, statusWords } from './binance-answers.ts';

const COIN = 100_000_000n;
const filters = [
  { filterType: 'PRICE_FILTER', minPrice: '0.01', maxPrice: '1000000.00', tickSize: '0.01' },
  { filterType: 'LOT_SIZE', minQty: '0.00001', maxQty: '9000.00', stepSize: '0.00001' },
  { filterType: 'NOTIONAL', minNotional: '5.00', maxNotional: '9000000.00' },
  { filterType: 'A_FILTER_OF_TOMORROW', anything: 1 },
];
const symbol = { symbol: 'BTCUSDT', status: 'TRADING', isSpotTradingAllowed: true, filters };
const rules = (change: object = {}) => readRules({ symbols: [{ ...symbol, ...change }] }, 'BTCUSDT');

test('the rules are read to the last digit', () => {
  expect(rules()).toMatchObject({ trading: true, tick: 1_000_000n, step: 1000n, notional: { minimum: 5n * COIN } });
});

test.each([{ status: 'HALT' }, { status: 'BREAK' }, { isSpotTradingAllowed: false }])(
  'with %j nothing trades',
  (change) => {
    expect(rules(change).trading).toBe(false);
  },
);

test.each([{ filters: filters.slice(1) }, { filters: filters.slice(0, 2) }, { symbol: 'ETHUSDT' }])(
  'rules that lack something are no rules',
  (change) => {
    expect(() => rules(change)).toThrow(Error);
  },
);

test('a rule of zero is switched off', () => {
  const off = { filterType: 'PRICE_FILTER', minPrice: '0', maxPrice: '0', tickSize: '0' };
  expect(rules({ filters: [off, ...filters.slice(1)] })).toMatchObject({ tick: 1n, price: { maximum: 0n } });
});

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
const fill = { price: '59990.00000000', qty: '0.00100000', commission: '0.00000100', commissionAsset: 'BTC' };

test('an order and its executions are read as whole numbers', () => {
  expect(readOrder(order)).toMatchObject({ orderId: '28', side: 'buy', quantity: 100_000n, cost: 5_999_000_000n });
  const read = { id: '9', quantity: 100_000n, cost: 5_999_000_000n, fee: 100n, feeAsset: 'BTC' };
  expect(readFills({ fills: [{ ...fill, tradeId: 9 }] })).toEqual([read]);
  expect(readTrades([{ ...fill, id: 9 }])).toEqual([read]);
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

test('what is locked in orders lies in the account too', () => {
  const balances = [
    { asset: 'BTC', free: '0.50000000', locked: '0.25000000' },
    { asset: 'USDT', free: '10.00000000', locked: '0.00000000' },
  ];
  expect(readBalances({ balances })).toEqual({ BTC: 75_000_000n, USDT: 10n * COIN });
  expect(() => readBalances({ balances: [{ asset: 'BTC', free: '1' }] })).toThrow(Error);
});

test('only words of an end are ends', () => {
  const ended = Object.entries(statusWords).filter(([, meaning]) => meaning === 'filled' || meaning === 'cancelled');
  expect(ended.map(([word]) => word).toSorted()).toEqual([
    'CANCELED',
    'EXPIRED',
    'EXPIRED_IN_MATCH',
    'FILLED',
    'REJECTED',
  ]);
});
