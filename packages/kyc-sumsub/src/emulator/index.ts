/**
 * Sumsub on this machine, built from its public documentation.
 *
 * @packageDocumentation
 */

export type { SumsubEmulatorConfig, SumsubEmulatorOptions } from './account.ts';
export type { WebhookDigest } from './notices.ts';
export { createSumsubEmulator } from './sumsub-emulator.ts';
export type { SumsubEmulator } from './sumsub-emulator.ts';
