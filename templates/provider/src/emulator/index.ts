/**
 * ACME on this machine, for tests and the sandbox.
 *
 * @packageDocumentation
 */

export { createAcmeEmulator } from './emulator.ts';
export type { AcmeEmulatorConfig } from './emulator.ts';
