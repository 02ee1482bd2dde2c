/**
 * A bitcoin network for the wallet's conformance tests: a stand-in node with a customer's side and planned faults.
 *
 * @packageDocumentation
 */

export { createWalletEmulator } from './wallet-emulator.ts';
export type { WalletEmulatorConfig } from './wallet-emulator.ts';
