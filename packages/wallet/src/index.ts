/**
 * Own-key bitcoin custody: addresses, coin selection, a wallet that holds no key, and the port to a chain.
 *
 * @packageDocumentation
 */

export { addressOfScript, bitcoinAddressRule, scriptOfAddress } from '@rielrails/kit/bitcoin';
export type { BitcoinNetwork } from '@rielrails/kit/bitcoin';
export { readBitcoinUri } from './bip21.ts';
export type { BitcoinUri, BitcoinUriProblem, BitcoinUriReading } from './bip21.ts';
export type {
  BlockPointer,
  BroadcastRefusal,
  BroadcastResult,
  ChainBackend,
  ChainTransaction,
  Outpoint,
  UnspentOutput,
} from './chain.ts';
export { dustLimitSats } from './dust.ts';
export type { FeePolicy } from './fees.ts';
export { createMemoryStore } from './memory-store.ts';
export { createPostgresStore, migratePostgresStore } from './postgres-store.ts';
export { reconcile } from './reconcile.ts';
export type { StoredVersion, StoredWithdrawal, WalletStore, WithdrawalPlan } from './store.ts';
export { createWallet } from './wallet.ts';
export type { WalletConfig, WalletOperation, WalletPorts } from './wallet.ts';
