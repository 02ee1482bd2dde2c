import { Transaction } from 'bitcoinjs-lib';
import { hashToHex } from './bytes.ts';
import { RpcError } from './rpc-error.ts';

/** An output that can be spent: what it holds, and where it came from. */
export interface Coin {
  readonly script: Uint8Array;
  readonly sats: bigint;
  /** The block that made it; `null` for an output that waits in the mempool. */
  readonly height: number | null;
  readonly coinbase: boolean;
}

/** A transaction with what is known about it. */
export interface Entry {
  readonly txid: string;
  readonly hex: string;
  readonly transaction: Transaction;
  /** The outputs that its inputs spend, in their order; empty for a coinbase. */
  readonly spent: readonly Coin[];
  readonly fee: bigint;
}

/** 400,000 weight units take at most this many bytes. */
const MAX_BYTES = 400_000;

/**
 * Reads a transaction in hexadecimal, witnesses included, to its last byte. `quote`: what the refusal says in between.
 *
 * @throws RpcError -22 for anything else.
 */
export function parseTransaction(hex: string, quote = '.'): Transaction {
  const refusal = new RpcError(-22, `TX decode failed${quote} Make sure the tx has at least one input.`);
  if (hex.length > 2 * MAX_BYTES || !/^(?:[0-9a-fA-F]{2})+$/.test(hex)) throw refusal;
  try {
    const transaction = Transaction.fromHex(hex);
    if (transaction.ins.length === 0) throw refusal;
    return transaction;
  } catch {
    throw refusal;
  }
}

/** The id of a transaction with its witnesses. */
export function wtxidOf(transaction: Transaction): string {
  return hashToHex(transaction.getHash(true));
}

/** The name of an output in maps: `txid:index`. */
export function outpointKey(txid: string, index: number): string {
  return `${txid}:${index}`;
}

/** The txid of an input's previous transaction, as explorers write it. */
export function previousTxid(hash: Uint8Array): string {
  return hashToHex(hash);
}
