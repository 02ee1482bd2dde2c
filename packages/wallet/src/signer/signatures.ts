import { toHex } from '@rielrails/kit/offline';
import { payments, script as scripts, Transaction } from 'bitcoinjs-lib';
import { verify, verifySchnorr } from 'tiny-secp256k1';
import type { AccountKey } from '../account.ts';
import { hashOfTxid } from '../txid.ts';
import { SEQUENCE } from '../psbt.ts';
import type { ReadInput, ReadPsbt } from './read-psbt.ts';

/** The signatures of one input by the key that gave them, in hexadecimal; in taproot by the internal key. */
export type InputSignatures = ReadonlyMap<string, Uint8Array>;

/** The transaction that was read, without its witnesses. */
export function transactionOf({ inputs, outputs }: Pick<ReadPsbt, 'inputs' | 'outputs'>): Transaction {
  const transaction = new Transaction();
  transaction.version = 2;
  for (const { txid, index } of inputs) transaction.addInput(hashOfTxid(txid), index, SEQUENCE);
  for (const { script, sats } of outputs) transaction.addOutput(script, sats);
  return transaction;
}

/**
 * What a signature of an input commits to: the whole transaction and the amounts that were read (BIP143, BIP341).
 *
 * Made from checked parts only: nothing unread of the caller's is signed.
 */
export function sighashOf(transaction: Transaction, inputs: readonly ReadInput[], position: number): Uint8Array {
  const input = inputs[position];
  if (!input) throw new RangeError('input: is not there');
  const { key, sats } = input;
  if (key.internalKey) {
    const spent = inputs.map((one) => one.key.script);
    const amounts = inputs.map((one) => one.sats);
    return transaction.hashForWitnessV1(position, spent, amounts, Transaction.SIGHASH_DEFAULT);
  }
  const code = key.witnessScript ?? payments.p2pkh({ hash: key.script.subarray(2) }).output;
  if (!code) throw new RangeError('input: has no script');
  return transaction.hashForWitnessV0(position, code, sats, Transaction.SIGHASH_ALL);
}

/** Whether a signature is of this key, over this hash, of the one hash type that we use, and in its one form (low S). */
export function isSignatureOf(key: AccountKey, publicKey: string, signature: Uint8Array, hash: Uint8Array): boolean {
  if (key.internalKey) {
    const outputKey = key.script.subarray(2);
    return publicKey === toHex(key.internalKey) && signature.length === 64 && verifySchnorr(hash, outputKey, signature);
  }
  const own = key.keys.find((one) => toHex(one.publicKey) === publicKey);
  if (!own) return false;
  try {
    const { hashType, signature: compact } = scripts.signature.decode(signature);
    return hashType === Transaction.SIGHASH_ALL && verify(hash, own.publicKey, compact, true);
  } catch {
    return false;
  }
}

/** How many signatures open a key of ours. */
function thresholdOf({ witnessScript }: AccountKey): number {
  return witnessScript ? (witnessScript[0] ?? 0) - 0x50 : 1;
}

/** The witness of an input; `null` while signatures are missing. */
function witnessOf(key: AccountKey, signatures: InputSignatures): readonly Uint8Array[] | null {
  const threshold = thresholdOf(key);
  if (signatures.size < threshold) return null;
  if (!key.witnessScript) {
    const [[publicKey, signature] = []] = signatures;
    const own = key.keys.find((one) => toHex(one.publicKey) === publicKey);
    if (!signature) return null;
    return key.internalKey || !own ? [signature] : [signature, own.publicKey];
  }
  // In the order of the keys in the script, which is that of their bytes (BIP67).
  const ordered = [...signatures].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, signature]) => signature);
  return [new Uint8Array(), ...ordered.slice(0, threshold), key.witnessScript];
}

/** The final transaction; `null` while any input lacks signatures. */
export function finalise(read: ReadPsbt, signatures: readonly InputSignatures[]): Transaction | null {
  const transaction = transactionOf(read);
  for (const [position, { key }] of read.inputs.entries()) {
    const witness = witnessOf(key, signatures[position] ?? new Map<string, Uint8Array>());
    if (!witness) return null;
    transaction.setWitness(position, [...witness]);
  }
  return transaction;
}
