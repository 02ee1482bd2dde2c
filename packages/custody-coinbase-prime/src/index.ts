/**
 * Coinbase Prime as a custody of bitcoin: withdrawals with consensus, lookups, balance, deposit addresses.
 *
 * @packageDocumentation
 */

export type { CoinbasePrimeConfig } from './config.ts';
export { createCoinbasePrime } from './custody.ts';
export type { CoinbasePrime, CoinbasePrimeOperation } from './custody.ts';
