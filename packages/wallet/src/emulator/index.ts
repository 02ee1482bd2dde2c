/**
 * The other side of the wallet, for tests: a stand-in node with a customer's side and planned faults, and an Esplora
 * server over a node.
 *
 * @packageDocumentation
 */

export { createEsploraEmulator } from './esplora/esplora-emulator.ts';
export type { AskNode } from './esplora/chain-index.ts';
export type { EsploraEmulatorOptions, NodeRefusal } from './esplora/esplora-emulator.ts';
export { createWalletEmulator } from './wallet-emulator.ts';
export type { WalletEmulatorConfig } from './wallet-emulator.ts';
