/**
 * Sumsub on this machine, built from its public documentation.
 *
 * @packageDocumentation
 */

export type { WebhookDigest } from './notices.ts';
export { createSumsubEmulator } from './sumsub-emulator.ts';
export type { SumsubEmulator, SumsubEmulatorConfig, SumsubEmulatorOptions } from './sumsub-emulator.ts';
