/**
 * AEON on this machine: orders, query, refund, webhooks with AEON's timetable, and a page where people pay rightly or not.
 *
 * @packageDocumentation
 */

export { createAeonEmulator } from './emulator.ts';
export type { AeonEmulator, AeonEmulatorConfig, AeonEmulatorOptions, AeonPayer, EmulatedCurrency } from './options.ts';
export { sign as signAsAeon } from './signing.ts';
