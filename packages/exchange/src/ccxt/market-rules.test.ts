import { expect, test } from 'vitest';
import { assertAllowed } from './market-rules.ts';
import type { MarketRules } from './market-rules.ts';

const COIN = 100_000_000n;
const rules: MarketRules = {
  trading: true,
  tick: 1_000_000n,
  price: { minimum: 1_000_000n, maximum: 1_000_000n * COIN },
  step: 1000n,
  quantity: { minimum: 1000n, maximum: 9000n * COIN },
  notional: { minimum: 5n * COIN, maximum: 9_000_000n * COIN },
  costUnit: 1n,
};

test.each([
  ['price', 1_000_001n * COIN, 1000n],
  ['price', 0n, COIN],
  ['quantity', 1_000_000n * COIN, 999n],
  ['quantity', COIN, 9_001n * COIN],
  ['notional', 4_999n * COIN, 100_000n],
  ['notional', 60_000n * COIN, 200n * COIN],
])('a %s outside its range is invalid', (name, price, quantity) => {
  expect(() => assertAllowed('acme', { price, quantity }, rules)).toThrow(`acme ${name}: `);
});

test('a maximum of zero is no limit', () => {
  const open = { ...rules, price: { minimum: 1n, maximum: 0n } };
  expect(() => assertAllowed('acme', { price: 2_000_000n * COIN, quantity: 1000n }, open)).not.toThrow();
});
