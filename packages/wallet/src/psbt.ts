import { toBase64 } from '@rielrails/kit/offline';
import { parametersOf } from '@rielrails/kit/bitcoin';
import { initEccLib, Psbt, Transaction } from 'bitcoinjs-lib';
import * as secp256k1 from 'tiny-secp256k1';
import type { Account, AccountKey } from './account.ts';
import type { Outpoint } from './chain.ts';
import { hashOfTxid } from './txid.ts';
import { readSpent, writePsbt } from './write-psbt.ts';

/** Signals replaceability (BIP125) and no lock time: the one sequence that our transactions carry. */
export const SEQUENCE = 0xffff_fffd;

/** An input to build: the coin and its key. */
export interface PsbtCoin extends Outpoint {
  readonly previousTransactionHex: string;
  readonly key: AccountKey;
}

/** An output to build; `key` when it is ours. */
export interface PsbtPart {
  readonly script: Uint8Array;
  readonly sats: bigint;
  readonly key: AccountKey | null;
}

/**
 * Builds a PSBT (BIP174 version 0) and tells the id that its transaction will have.
 *
 * Each input carries its whole previous transaction and the output that it spends, so that any signer can check the
 * amount; with what its script needs: the keys and their paths, the witness script, or the taproot key (BIP371).
 */
export function buildPsbt(
  coins: readonly PsbtCoin[],
  parts: readonly PsbtPart[],
): { readonly psbt: string; readonly txid: string } {
  const unsigned = new Transaction();
  unsigned.version = 2;
  for (const { txid, index } of coins) unsigned.addInput(hashOfTxid(txid), index, SEQUENCE);
  for (const { script, sats } of parts) unsigned.addOutput(script, sats);
  const inputs = coins.map(({ index, previousTransactionHex: hex, key }) => ({ ...readSpent(hex, index), key }));
  const outputs = parts.map(({ key }) => key);
  return { psbt: toBase64(writePsbt(unsigned, inputs, outputs)), txid: unsigned.getId() };
}

/** The same as an object of bitcoinjs-lib, to which signatures are added. */
export function draftPsbt(account: Account, coins: readonly PsbtCoin[], parts: readonly PsbtPart[]): Psbt {
  // The library checks taproot fields with a curve that it must be handed; handing it over again costs nothing.
  initEccLib(secp256k1);
  const psbt = new Psbt({ network: parametersOf(account.network) });
  for (const { txid, index, previousTransactionHex, key } of coins) {
    const { previousTransaction: nonWitnessUtxo, spent } = readSpent(previousTransactionHex, index);
    psbt.addInput({
      hash: txid,
      index,
      sequence: SEQUENCE,
      nonWitnessUtxo,
      witnessUtxo: { script: spent.script, value: spent.value },
      ...keyFields(key),
    });
  }
  for (const { script, sats, key } of parts) {
    psbt.addOutput({ script, value: sats, ...(key ? keyFields(key) : {}) });
  }
  return psbt;
}

/** The transaction of a PSBT, without its signatures. */
export function unsignedOf(psbt: Psbt): Transaction {
  return Transaction.fromBuffer(psbt.data.globalMap.unsignedTx.toBuffer());
}

/** What a signer must be told about an output of ours: the same fields in an input that spends it. */
function keyFields({ keys, witnessScript, internalKey }: AccountKey) {
  if (internalKey) {
    return {
      tapInternalKey: internalKey,
      tapBip32Derivation: keys.map(({ masterFingerprint, path, publicKey }) => {
        return { masterFingerprint, path, pubkey: publicKey.subarray(-32), leafHashes: [] };
      }),
    };
  }
  const bip32Derivation = keys.map(({ masterFingerprint, path, publicKey: pubkey }) => {
    return { masterFingerprint, path, pubkey };
  });
  return witnessScript ? { bip32Derivation, witnessScript } : { bip32Derivation };
}
