/**
 * A-Pay's direct API on this machine.
 *
 * @packageDocumentation
 */

export { createApayEmulator } from './emulator.ts';
export type { ApayEmulator, ApayEmulatorConfig, ApayEmulatorOptions } from './options.ts';
