import { fromHex } from '@rielrails/kit';
import { parametersOf } from '@rielrails/kit/bitcoin';
import { Transaction as ScureTransaction } from '@scure/btc-signer';
import { crypto, initEccLib, Psbt } from 'bitcoinjs-lib';
import { ECPairFactory } from 'ecpair';
import * as secp256k1 from 'tiny-secp256k1';
import { buildPsbt } from '../../packages/wallet/src/psbt.ts';
import { readPsbt } from '../../packages/wallet/src/signer/read-psbt.ts';
import { finalise } from '../../packages/wallet/src/signer/signatures.ts';
import type { BenchSpend } from './coins.ts';

/** Somebody who builds, signs and finishes a spend: gives the transaction in hexadecimal. */
export interface Peer {
  readonly name: string;
  /** Gives a function without arguments: what is measured. Keys are opened beforehand. */
  prepare(spend: BenchSpend): () => string;
}

initEccLib(secp256k1);
const pairs = ECPairFactory(secp256k1);
const network = parametersOf('regtest');
const SEQUENCE = 0xffff_fffd;

/**
 * The package as a withdrawal uses it: the wallet's PSBT with whole previous transactions and key paths; the signer that
 * reads it, derives every key and script again, signs, and verifies each signature; the finished transaction.
 */
const ours: Peer = {
  name: 'ours',
  prepare: ({ account, coins, payee, change, paidSats, changeSats }) => {
    const parts = [
      { script: payee, sats: paidSats, key: null },
      { script: change.script, sats: changeSats, key: change },
    ];
    return () => {
      const read = readPsbt(buildPsbt(coins, parts).psbt, account.account);
      if ('problem' in read) throw new Error(`bench: ${read.problem}`);
      return finalise(read, account.sign(read))?.toHex() ?? '';
    };
  },
};

/** How far bitcoinjs-lib goes: bare, or as far as ours, with signatures of one length that are verified. */
function bitcoinjs(name: string, { careful }: { readonly careful: boolean }): Peer {
  return {
    name,
    prepare: ({ script, coins, payee, change, paidSats, changeSats }) => {
      const keys = coins.map(({ privateKey }) => {
        const pair = pairs.fromPrivateKey(privateKey, { network });
        pair.lowR = careful;
        return script === 'p2tr' ? pair.tweak(crypto.taggedHash('TapTweak', pair.publicKey.subarray(1))) : pair;
      });
      return () => {
        const psbt = new Psbt({ network });
        for (const { txid, index, sats, key } of coins) {
          const witnessUtxo = { script: key.script, value: sats };
          const taproot = key.internalKey ? { tapInternalKey: key.internalKey } : {};
          psbt.addInput({ hash: txid, index, sequence: SEQUENCE, witnessUtxo, ...taproot });
        }
        psbt.addOutput({ script: payee, value: paidSats });
        psbt.addOutput({ script: change.script, value: changeSats });
        for (const [position, key] of keys.entries()) psbt.signInput(position, key);
        if (careful) psbt.validateSignaturesOfAllInputs(isSignature);
        return psbt.finalizeAllInputs().extractTransaction(true).toHex();
      };
    },
  };
}

function isSignature(publicKey: Uint8Array, hash: Uint8Array, signature: Uint8Array): boolean {
  return publicKey.length === 32
    ? secp256k1.verifySchnorr(hash, publicKey, signature)
    : secp256k1.verify(hash, publicKey, signature);
}

/** @scure/btc-signer, likewise. */
const scure: Peer = {
  name: '@scure/btc-signer',
  prepare:
    ({ coins, payee, change, paidSats, changeSats }) =>
    () => {
      const transaction = new ScureTransaction();
      for (const { txid, index, sats, key } of coins) {
        const witnessUtxo = { script: key.script, amount: sats };
        const taproot = key.internalKey ? { tapInternalKey: key.internalKey } : {};
        transaction.addInput({ txid: fromHex(txid), index, sequence: SEQUENCE, witnessUtxo, ...taproot });
      }
      transaction.addOutput({ script: payee, amount: paidSats });
      transaction.addOutput({ script: change.script, amount: changeSats });
      for (const [position, { privateKey }] of coins.entries()) transaction.signIdx(privateKey, position);
      transaction.finalize();
      return transaction.hex;
    },
};

/** Ours, then what does the same, then what does less. */
export const peers: readonly Peer[] = [
  ours,
  bitcoinjs('bitcoinjs-lib, verified', { careful: true }),
  bitcoinjs('bitcoinjs-lib', { careful: false }),
  scure,
];
