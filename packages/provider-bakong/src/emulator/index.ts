/**
 * Bakong on this machine: the Open API, bank apps that scan, a statement, and everything that can go wrong.
 *
 * @packageDocumentation
 */

export { createBakongEmulator } from './emulator.ts';
export { scanKhqr } from './khqr.ts';
export type { ScannedKhqr } from './khqr.ts';
export type {
  BakongEmulator,
  BakongEmulatorConfig,
  BakongEmulatorOptions,
  BakongPayer,
  BakongScan,
  StatementLine,
} from './options.ts';
