import { expect, test } from 'vitest';
import { assertAllowed, readMarketRules } from './market-rules.ts';

const filters = [
  { filterType: 'PRICE_FILTER', minPrice: '0.01', maxPrice: '1000000.00', tickSize: '0.01' },
  { filterType: 'LOT_SIZE', minQty: '0.00001', maxQty: '9000.00', stepSize: '0.00001' },
  { filterType: 'NOTIONAL', minNotional: '5.00', maxNotional: '9000000.00' },
  { filterType: 'A_FILTER_OF_TOMORROW', anything: 1 },
];
const symbol = { symbol: 'BTCUSDT', status: 'TRADING', isSpotTradingAllowed: true, filters };
const read = (change: object = {}) => readMarketRules({ symbols: [{ ...symbol, ...change }] }, 'BTCUSDT');
const COIN = 100_000_000n;

test('the rules are read to the last digit', () => {
  expect(read()).toMatchObject({ trading: true, tick: 1_000_000n, step: 1000n, notional: { minimum: 5n * COIN } });
});

test.each([{ status: 'HALT' }, { status: 'BREAK' }, { isSpotTradingAllowed: false }])(
  'with %j nothing trades',
  (change) => {
    expect(read(change).trading).toBe(false);
  },
);

test.each([{ filters: filters.slice(1) }, { filters: filters.slice(0, 2) }, { symbol: 'ETHUSDT' }])(
  'rules that lack something are no rules',
  (change) => {
    expect(() => read(change)).toThrow(Error);
  },
);

test('a rule of zero is switched off', () => {
  const off = { filterType: 'PRICE_FILTER', minPrice: '0', maxPrice: '0', tickSize: '0' };
  const rules = read({ filters: [off, ...filters.slice(1)] });
  expect(rules.tick).toBe(1n);
  expect(() => assertAllowed({ price: 2_000_000n * COIN, quantity: 1000n }, rules)).not.toThrow();
});

test.each([
  ['price', 1_000_001n * COIN, 1000n],
  ['price', 0n, COIN],
  ['quantity', 1_000_000n * COIN, 999n],
  ['quantity', COIN, 9_001n * COIN],
  ['notional', 4_999n * COIN, 100_000n],
  ['notional', 60_000n * COIN, 200n * COIN],
])('a %s outside its range is invalid', (name, price, quantity) => {
  expect(() => assertAllowed({ price, quantity }, read())).toThrow(name);
});
