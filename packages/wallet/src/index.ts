/**
 * Own-key bitcoin custody: addresses, coin selection, a wallet that holds no key, and the port to a chain.
 *
 * @packageDocumentation
 */

export { addressOfScript, bitcoinAddressRule, scriptOfAddress } from './address.ts';
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
export type { BitcoinNetwork } from './network.ts';
export { selectCoins } from './selection.ts';
export type { Coin, Selection, SelectionRequest } from './selection.ts';
