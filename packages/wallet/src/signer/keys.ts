import { parametersOf } from '@rielrails/kit/bitcoin';
import type { BitcoinNetwork } from '@rielrails/kit/bitcoin';
import { toHex } from '@rielrails/kit/offline';
import { Psbt } from 'bitcoinjs-lib';
import type { Transaction } from 'bitcoinjs-lib';
import { ECPairFactory } from 'ecpair';
import * as secp256k1 from 'tiny-secp256k1';
import { bip32, readAccount } from '../account.ts';
import type { Account } from '../account.ts';
import { SEQUENCE } from './read-psbt.ts';
import type { ReadPsbt } from './read-psbt.ts';

/** An account that can sign. */
export interface SigningAccount {
  readonly account: Account;
  /** Signs every input and gives the final transaction. */
  sign(request: ReadPsbt): Transaction;
}

const ecpair = ECPairFactory(secp256k1);

/**
 * Derives a signing account from a seed, on the path of BIP84.
 *
 * The private keys stay in the closure: no property, error or JSON of the result holds them.
 *
 * @throws RangeError when the seed is not 16 to 64 bytes (BIP32).
 */
export function openSeed(seed: Uint8Array, network: BitcoinNetwork): SigningAccount {
  if (seed.length < 16 || seed.length > 64) throw new RangeError('seed: expected 16 to 64 bytes');
  const parameters = parametersOf(network);
  const master = bip32.fromSeed(seed, parameters);
  const coin = network === 'bitcoin' ? 0 : 1;
  const accountNode = master.derivePath(`m/84'/${coin}'/0'`);
  const origin = `[${toHex(master.fingerprint)}/84h/${coin}h/0h]`;
  const account = readAccount(`wpkh(${origin}${accountNode.neutered().toBase58()}/<0;1>/*)`, network);
  return {
    account,
    sign({ inputs, outputs }) {
      // A fresh PSBT of checked parts: nothing unread of the caller's is carried along.
      const psbt = new Psbt({ network: parameters });
      for (const { txid, index, previousTransaction } of inputs) {
        psbt.addInput({ hash: txid, index, sequence: SEQUENCE, nonWitnessUtxo: previousTransaction });
      }
      for (const { script, sats } of outputs) psbt.addOutput({ script, value: sats });
      for (const [position, { place }] of inputs.entries()) {
        const { privateKey } = accountNode.derive(place.branch === 'receive' ? 0 : 1).derive(place.index);
        if (!privateKey) throw new RangeError('key: is not private');
        const key = ecpair.fromPrivateKey(privateKey, { network: parameters });
        key.lowR = true;
        psbt.signInput(position, key);
      }
      // Without the library's own fee check: the policy has a stricter one.
      return psbt.finalizeAllInputs().extractTransaction(true);
    },
  };
}
