import type { CallContext } from '@rielrails/core';
import type { BitcoinNetwork } from '@rielrails/kit/bitcoin';

/** A block of the best chain. */
export interface BlockPointer {
  readonly height: number;
  /** Lower-case hexadecimal, as explorers write it. */
  readonly hash: string;
}

/** One output of one transaction. */
export interface Outpoint {
  /** Lower-case hexadecimal, as explorers write it. */
  readonly txid: string;
  readonly index: number;
}

/** A transaction as the back end sees it now. */
export interface ChainTransaction {
  readonly txid: string;
  /** The whole transaction, witnesses included, in hexadecimal. */
  readonly hex: string;
  /** The block of the best chain that holds it; `null` while it waits in the mempool. */
  readonly block: BlockPointer | null;
}

/** An output that no transaction of the best chain or the mempool spends. */
export interface UnspentOutput extends Outpoint {
  readonly address: string;
  readonly sats: bigint;
  /** The block that created it; `null` while its transaction waits in the mempool. */
  readonly block: BlockPointer | null;
  /** From a coinbase: spendable only 100 blocks deep. */
  readonly coinbase: boolean;
  /** The whole transaction that created it, in hexadecimal: what a signer needs to believe the amount. */
  readonly previousTransactionHex: string;
}

/** A transaction and one that spends an output of it, in hexadecimal. */
export type TransactionPackage = readonly [parent: string, child: string];

/** Why a back end did not take a transaction. Nothing was relayed. */
export type BroadcastRefusal =
  /** An input is spent by another transaction, and this one does not replace it. */
  | 'conflict'
  /** An input does not exist, or was spent by a confirmed transaction. */
  | 'missing-inputs'
  /** The fee rate is below what is relayed now, or a replacement does not pay enough more. */
  | 'fee-too-low'
  /** Any other rule of relay: dust, size, chain of unconfirmed ancestors. */
  | 'policy'
  /** It breaks consensus: a wrong signature, a spend above its inputs. */
  | 'invalid';

/** What became of a broadcast. `already-known` means in the mempool or in a block: as good as accepted. */
export type BroadcastResult =
  | { readonly outcome: 'accepted' | 'already-known' }
  | {
      readonly outcome: 'refused';
      readonly reason: BroadcastRefusal;
      /** The back end's own word, for the log. */
      readonly code: string;
    };

/**
 * Whatever knows the chain: a node of our own, or somebody's index.
 *
 * Everything but {@link broadcast} and {@link watch} is a read. A read throws `ProviderError`, kind `unavailable`, when
 * there is no usable answer; "not there" is `null`, and never proves that a transaction was not broadcast.
 */
export interface ChainBackend {
  readonly network: BitcoinNetwork;
  /** The end of the best chain. */
  tip(context?: CallContext): Promise<BlockPointer>;
  /** The hash of the best chain's block at this height; `null` above the tip. */
  blockHash(height: number, context?: CallContext): Promise<string | null>;
  /** A transaction of the best chain or the mempool; `null` when this back end knows none. */
  transaction(txid: string, context?: CallContext): Promise<ChainTransaction | null>;
  /**
   * Follows these addresses from now on. Called before an address is given to anybody; safe to repeat, cheap when all
   * are known.
   */
  watch(addresses: readonly string[], context?: CallContext): Promise<void>;
  /** What lies on these watched addresses unspent, mempool included. */
  unspent(addresses: readonly string[], context?: CallContext): Promise<readonly UnspentOutput[]>;
  /** The transaction that spends an output of a watched address, mempool included; `null` when none does. */
  spenderOf(outpoint: Outpoint, context?: CallContext): Promise<ChainTransaction | null>;
  /**
   * Hands a signed transaction to the network. Safe to repeat: the same bytes are the same transaction.
   *
   * @throws ProviderError: `unavailable` when it certainly never left, `unknown` when it may have been taken.
   */
  broadcast(hex: string, context?: CallContext): Promise<BroadcastResult>;
  /**
   * Hands in a child together with the transaction whose change it spends, judged by what both pay: the way in for a
   * parent that alone pays too little. Tells what became of the child. Safe to repeat, whatever is known of the two.
   *
   * @throws ProviderError as {@link broadcast} does.
   */
  broadcastPackage(hexes: TransactionPackage, context?: CallContext): Promise<BroadcastResult>;
  /**
   * The fee rate for confirmation within `targetBlocks`, in sat per virtual byte, never below what is relayed now;
   * `null` when the back end cannot tell.
   */
  feeRate(targetBlocks: number, context?: CallContext): Promise<number | null>;
}
