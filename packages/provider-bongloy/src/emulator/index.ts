/**
 * Bongloy on this machine: the gateway, its browser script, a card form, a dashboard, and everything that can go wrong.
 *
 * @packageDocumentation
 */

export { testCards } from './cards.ts';
export type { CardOutcome, TestCard } from './cards.ts';
export { createBongloyEmulator } from './emulator.ts';
export type { BongloyEmulator, BongloyEmulatorConfig, BongloyEmulatorOptions } from './options.ts';
