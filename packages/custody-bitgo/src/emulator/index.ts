/**
 * BitGo on this machine: Express and the platform behind it, its approvals and webhooks, and everything that can go wrong.
 *
 * @packageDocumentation
 */

export type { ErrorDialect } from './answers.ts';
export { createBitgoEmulator } from './emulator.ts';
export type { BitgoEmulator, BitgoEmulatorConfig, BitgoEmulatorOptions } from './options.ts';
