import { crypto, initEccLib, networks, payments, script as scripts, Transaction } from 'bitcoinjs-lib';
import { ECPairFactory } from 'ecpair';
import type { ECPairInterface } from 'ecpair';
import * as secp256k1 from 'tiny-secp256k1';
import { hexToHash } from '../src/regtest/lite/bytes.ts';

initEccLib(secp256k1);
const pairs = ECPairFactory(secp256k1);
const network = networks.regtest;

/** The ways in which the test's coins are locked. */
export const forms = ['p2wpkh', 'p2tr', 'p2wsh', 'p2pkh'] as const;

/** One of {@link forms}. */
export type Form = (typeof forms)[number];

/** A test key, the same in every run. */
export function keyOf(name: string): ECPairInterface {
  return pairs.fromPrivateKey(crypto.sha256(new TextEncoder().encode(`wallet test key ${name}`)), { network });
}

/** What locks a coin, and its address. */
export function lockOf(
  form: Form,
  name: string,
): { readonly address: string; readonly output: Uint8Array; readonly code: Uint8Array } {
  const { publicKey: pubkey } = keyOf(name);
  const payment = {
    p2wpkh: () => payments.p2wpkh({ pubkey, network }),
    p2pkh: () => payments.p2pkh({ pubkey, network }),
    p2tr: () => payments.p2tr({ internalPubkey: pubkey.subarray(1), network }),
    p2wsh: () => payments.p2wsh({ redeem: multisigOf(name), network }),
  }[form]();
  const { address, output } = payment;
  if (!address || !output) throw new Error('a payment has an address');
  return { address, output, code: payment.redeem?.output ?? payments.p2pkh({ pubkey, network }).output ?? output };
}

function multisigOf(name: string) {
  const pubkeys = ['', '2', '3'].map((suffix) => keyOf(name + suffix).publicKey).sort(Buffer.compare);
  return payments.p2ms({ m: 2, pubkeys, network });
}

/** A coin that a test owns. */
export interface OwnedCoin {
  readonly txid: string;
  readonly index: number;
  readonly sats: bigint;
  readonly form: Form;
  readonly name: string;
}

/** How a spend differs from a plain one. */
export interface Spend {
  readonly coins: readonly OwnedCoin[];
  readonly outputs: readonly { readonly script: Uint8Array; readonly sats: bigint }[];
  readonly sequence?: number;
  readonly locktime?: number;
  /** Sign for this amount instead of the coin's. */
  readonly claimedSats?: bigint;
  /** Sign with the keys of another name. */
  readonly signer?: string;
  readonly sighash?: number;
  /** Changes a finished signature. */
  readonly mangle?: (signature: Uint8Array) => Uint8Array;
}

/** Signs a spend by hand, so that what is wrong in it is exactly what the test wants. */
export function spend(wish: Spend): Transaction {
  const transaction = new Transaction();
  transaction.version = 2;
  transaction.locktime = wish.locktime ?? 0;
  for (const { txid, index } of wish.coins) transaction.addInput(hexToHash(txid), index, wish.sequence ?? 0xffff_fffd);
  for (const { script, sats } of wish.outputs) transaction.addOutput(script, sats);
  const locks = wish.coins.map(({ form, name }) => lockOf(form, name));
  const mangle = wish.mangle ?? ((signature) => signature);
  for (const [index, coin] of wish.coins.entries()) {
    const lock = locks[index] ?? lockOf(coin.form, coin.name);
    const sats = wish.claimedSats ?? coin.sats;
    const type = wish.sighash ?? (coin.form === 'p2tr' ? Transaction.SIGHASH_DEFAULT : Transaction.SIGHASH_ALL);
    const signer = keyOf(wish.signer ?? coin.name);
    const der = (hash: Uint8Array, key: ECPairInterface) =>
      mangle(scripts.signature.encode(key.sign(hash, true), type));
    switch (coin.form) {
      case 'p2wpkh':
        transaction.setWitness(index, [
          der(transaction.hashForWitnessV0(index, lock.code, sats, type), signer),
          keyOf(coin.name).publicKey,
        ]);
        break;
      case 'p2pkh':
        transaction.setInputScript(
          index,
          scripts.compile([
            der(transaction.hashForSignature(index, lock.output, type), signer),
            keyOf(coin.name).publicKey,
          ]),
        );
        break;
      case 'p2wsh': {
        const hash = transaction.hashForWitnessV0(index, lock.code, sats, type);
        const keys = ['', '2', '3']
          .map((suffix) => keyOf((wish.signer ?? coin.name) + suffix))
          .sort((a, b) => Buffer.compare(a.publicKey, b.publicKey));
        transaction.setWitness(index, [new Uint8Array(), ...keys.slice(1).map((key) => der(hash, key)), lock.code]);
        break;
      }
      case 'p2tr': {
        const amounts = wish.coins.map((one) => wish.claimedSats ?? one.sats);
        const hash = transaction.hashForWitnessV1(
          index,
          locks.map(({ output }) => output),
          amounts,
          type,
        );
        const tweaked = signer.tweak(crypto.taggedHash('TapTweak', signer.publicKey.subarray(1)));
        const signature = tweaked.signSchnorr(hash);
        transaction.setWitness(index, [mangle(type === 0 ? signature : Uint8Array.from([...signature, type]))]);
      }
    }
  }
  return transaction;
}
