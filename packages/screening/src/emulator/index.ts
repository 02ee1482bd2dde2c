/**
 * A mirror of a small sanctions list on this machine.
 *
 * @packageDocumentation
 */

export { createListsEmulator } from './lists-emulator.ts';
export type { ListsEmulator, ListsEmulatorConfig, ListsEmulatorOptions } from './lists-emulator.ts';
