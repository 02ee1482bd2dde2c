import { BTC } from '@rielrails/core';
import { formatAmount, JsonNumber } from '@rielrails/kit';
import { hashToHex } from '../bytes.ts';
import type { Chain, ChainBlock } from '../chain.ts';
import { addressOf } from '../descriptor.ts';
import type { Parameters } from '../parameters.ts';
import { previousTxid, wtxidOf } from '../transaction.ts';
import type { Entry } from '../transaction.ts';
import { formOf } from '../verify.ts';
import { RpcError } from '../rpc-error.ts';

/** The least there is. */
export const DIFFICULTY: JsonNumber = new JsonNumber('4.656542373906925e-10');

/** The block that a parameter names. @throws RpcError -5 */
export function blockOf(parameters: Parameters, name: string, chain: Chain): ChainBlock {
  const block = chain.block(parameters.hash(0, name));
  if (!block) throw new RpcError(-5, 'Block not found');
  return block;
}

/** Confirmations of a block; -1 off the best chain. */
export function depthOf(block: ChainBlock, chain: Chain): number {
  return chain.isBest(block) ? chain.tip.height + 1 - block.height : -1;
}

/** As `getblockheader` shows it. */
export function describeHeader(block: ChainBlock, chain: Chain): Readonly<Record<string, unknown>> {
  const next = chain.isBest(block) ? chain.at(block.height + 1) : null;
  return {
    hash: block.hash,
    confirmations: depthOf(block, chain),
    height: block.height,
    version: block.block.version,
    merkleroot: hashToHex(block.block.merkleRoot ?? new Uint8Array()),
    time: block.block.timestamp,
    mediantime: chain.medianTime(block),
    nonce: block.block.nonce,
    bits: block.block.bits.toString(16),
    difficulty: DIFFICULTY,
    nTx: Math.max(1, block.entries.length),
    ...(block.previous ? { previousblockhash: block.previous.hash } : {}),
    ...(next ? { nextblockhash: next.hash } : {}),
  };
}

/** Where a transaction is, as wallets show it. */
export function describePlace(
  { block }: { readonly block: ChainBlock | null },
  chain: Chain,
): Readonly<Record<string, unknown>> {
  if (!block) return { confirmations: 0 };
  return {
    confirmations: depthOf(block, chain),
    blockhash: block.hash,
    blockheight: block.height,
    blocktime: block.block.timestamp,
  };
}

/** As `getrawtransaction` shows it, without its place. */
export function describeTransaction({ txid, hex, transaction }: Entry): Readonly<Record<string, unknown>> {
  const coinbase = transaction.isCoinbase();
  return {
    txid,
    hash: wtxidOf(transaction),
    version: transaction.version,
    size: transaction.byteLength(),
    vsize: transaction.virtualSize(),
    weight: transaction.weight(),
    locktime: transaction.locktime,
    vin: transaction.ins.map(({ hash, index, script, sequence, witness }) => ({
      ...(coinbase
        ? { coinbase: hexOf(script) }
        : { txid: previousTxid(hash), vout: index, scriptSig: { hex: hexOf(script) } }),
      ...(witness.length > 0 ? { txinwitness: witness.map(hexOf) } : {}),
      sequence,
    })),
    vout: transaction.outs.map(({ script, value }, n) => ({
      value: bitcoins(value),
      n,
      scriptPubKey: describeScript(script),
    })),
    hex,
  };
}

/** As outputs show their script. */
export function describeScript(script: Uint8Array): Readonly<Record<string, unknown>> {
  const address = addressOf(script);
  return { hex: hexOf(script), ...(address ? { address } : {}), type: formOf(script) };
}

/** An amount as the node writes it. */
export function bitcoins(sats: bigint): JsonNumber {
  return new JsonNumber(formatAmount({ asset: BTC, minor: sats }));
}

/** Lower-case hexadecimal. */
export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
