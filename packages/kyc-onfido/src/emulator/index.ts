/**
 * Onfido (Entrust) on this machine, built from its official client.
 *
 * @packageDocumentation
 */

export { createOnfidoEmulator } from './onfido-emulator.ts';
export type { EmulatedPerson, OnfidoEmulator, OnfidoEmulatorConfig, OnfidoEmulatorOptions } from './options.ts';
