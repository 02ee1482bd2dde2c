/**
 * Own-key bitcoin custody: addresses, coin selection, a wallet that holds no key, and the port to a chain.
 *
 * @packageDocumentation
 */

export { addressOfScript, bitcoinAddressRule, scriptOfAddress } from '@rielrails/kit/bitcoin';
export type { BitcoinNetwork } from '@rielrails/kit/bitcoin';
export { readBitcoinUri } from './bip21.ts';
export type { BitcoinUri, BitcoinUriProblem, BitcoinUriReading } from './bip21.ts';
export { deliveryAddress, readBuyerAccount } from './buyer-account.ts';
export type { BuyerAccount } from './buyer-account.ts';
export type {
  BlockPointer,
  BroadcastRefusal,
  BroadcastResult,
  ChainBackend,
  ChainTransaction,
  Outpoint,
  TransactionPackage,
  UnspentOutput,
} from './chain.ts';
export { dustLimitSats } from './dust.ts';
export type { FeePolicy, FeeSource } from './fees.ts';
export type { FloatAdvice, FloatPolicy } from './float.ts';
export type { Housekeeping, TendReport } from './housekeeping.ts';
export { createMemoryStore } from './memory-store.ts';
export { DescriptorError } from './descriptor/descriptor-error.ts';
export type { DescriptorRule } from './descriptor/descriptor-error.ts';
export { descriptorChecksum } from './descriptor/checksum.ts';
export { verifyMessage } from './bip322/verify-message.ts';
export type { MessageProblem, MessageReading, SignedMessage } from './bip322/verify-message.ts';
export { readAccount } from './account.ts';
export type { Account, AccountKey, AccountRoot, Branch, KeyPlace } from './account.ts';
export type { AccountScript } from './account-script.ts';
export type { DerivedKey, DerivedOutput } from './descriptor/derive.ts';
export type { DescriptorKey, KeyOrigin, KeyStep } from './descriptor/descriptor.ts';
export { exportPsbts, importPsbt, releaseAnchor } from './psbt-desk.ts';
export type { ImportedPsbt, WaitingPsbt } from './psbt-desk.ts';
export type { CoinPool } from './plan.ts';
export { createPostgresStore, migratePostgresStore } from './postgres-store.ts';
export { reconcile } from './reconcile.ts';
export type {
  StoredChild,
  StoredLabel,
  StoredVersion,
  StoredWithdrawal,
  WalletStore,
  WithdrawalPlan,
} from './store.ts';
export { createWallet } from './wallet.ts';
export type { Wallet, WalletConfig, WalletOperation, WalletPorts } from './wallet.ts';
