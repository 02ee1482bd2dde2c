/**
 * Chainalysis on this machine, for tests and sandboxes.
 *
 * @packageDocumentation
 */

export { createChainalysisEmulator } from './chainalysis-emulator.ts';
export type {
  ChainalysisEmulator,
  ChainalysisEmulatorConfig,
  ChainalysisEmulatorOptions,
} from './chainalysis-emulator.ts';
