/**
 * ABA PayWay on this machine: the gateway, its checkout page, a bank app that scans, and everything that can go wrong.
 *
 * @packageDocumentation
 */

export { createPaywayEmulator } from './emulator.ts';
export type {
  PaywayEmulator,
  PaywayEmulatorConfig,
  PaywayEmulatorOptions,
  PaywayPayer,
  PaywayScan,
} from './options.ts';
export type { PaywayMethod } from './book.ts';
export type { CallbackDialect } from './callback.ts';
export { scanKhqr } from './khqr.ts';
export type { ScannedKhqr } from './khqr.ts';
