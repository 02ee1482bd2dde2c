/**
 * Coinbase Prime on this machine: a portfolio with a bitcoin wallet, its people, and everything that can go wrong.
 *
 * @packageDocumentation
 */

export { createCoinbasePrimeEmulator } from './emulator.ts';
export type {
  CoinbasePrimeEmulator,
  CoinbasePrimeEmulatorConfig,
  CoinbasePrimeEmulatorOptions,
  WithdrawalOnDesk,
} from './options.ts';
