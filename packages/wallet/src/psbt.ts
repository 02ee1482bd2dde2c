import { fromHex } from '@rielrails/kit';
import { parametersOf } from '@rielrails/kit/bitcoin';
import { Psbt, Transaction } from 'bitcoinjs-lib';
import type { Account, AccountKey } from './account.ts';
import type { Outpoint } from './chain.ts';
import { SEQUENCE } from './signer/read-psbt.ts';

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

/** Builds a PSBT (BIP174 version 0) and tells the id that its transaction will have. */
export function buildPsbt(
  account: Account,
  coins: readonly PsbtCoin[],
  parts: readonly PsbtPart[],
): { readonly psbt: string; readonly txid: string } {
  const psbt = new Psbt({ network: parametersOf(account.network) });
  const derivation = ({ publicKey, path }: AccountKey) => [
    { masterFingerprint: account.masterFingerprint, pubkey: publicKey, path },
  ];
  for (const { txid, index, previousTransactionHex, key } of coins) {
    psbt.addInput({
      hash: txid,
      index,
      sequence: SEQUENCE,
      nonWitnessUtxo: fromHex(previousTransactionHex),
      bip32Derivation: derivation(key),
    });
  }
  for (const { script, sats, key } of parts) {
    psbt.addOutput({ script, value: sats, ...(key ? { bip32Derivation: derivation(key) } : {}) });
  }
  const txid = Transaction.fromBuffer(psbt.data.globalMap.unsignedTx.toBuffer()).getId();
  return { psbt: psbt.toBase64(), txid };
}
