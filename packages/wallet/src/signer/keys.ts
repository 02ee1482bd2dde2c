import { toHex } from '@rielrails/kit/offline';
import { parametersOf } from '@rielrails/kit/bitcoin';
import type { BitcoinNetwork } from '@rielrails/kit/bitcoin';
import type { BIP32Interface } from 'bip32';
import { crypto, script as scripts, Transaction } from 'bitcoinjs-lib';
import * as secp256k1 from 'tiny-secp256k1';
import { branchNumber, readAccount } from '../account.ts';
import type { Account, AccountKey, Branch } from '../account.ts';
import { bip32 } from '../bip32.ts';
import type { ReadPsbt } from './read-psbt.ts';
import { isSignatureOf, sighashOf, transactionOf } from './signatures.ts';
import type { InputSignatures } from './signatures.ts';

/** An account, and those of its keys that are here. */
export interface SigningAccount {
  readonly account: Account;
  /** The signatures of the keys that are here, for each input; none for an account whose keys are elsewhere. */
  sign(request: ReadPsbt): readonly InputSignatures[];
}

/** The derivation paths of accounts with one key: BIP84 and BIP86. */
const purposes = { p2wpkh: 84, p2tr: 86 } as const;
const functions = { p2wpkh: 'wpkh', p2tr: 'tr' } as const;

/** What a public key with an odd Y begins with. */
const ODD = 3;

/**
 * Derives a signing account of one key from a seed: P2WPKH on the path of BIP84, or P2TR on that of BIP86.
 *
 * The private keys stay in the closure: no property, error or JSON of the result holds them.
 *
 * @throws RangeError when the seed is not 16 to 64 bytes (BIP32).
 */
export function openSeed(
  seed: Uint8Array,
  network: BitcoinNetwork,
  script: keyof typeof purposes = 'p2wpkh',
): SigningAccount {
  const master = masterOf(seed, network);
  const coin = network === 'bitcoin' ? 0 : 1;
  const path = `${purposes[script]}'/${coin}'/0'`;
  const root = master.derivePath(`m/${path}`).neutered().toBase58();
  const origin = `[${toHex(master.fingerprint)}/${path}]`;
  return openDescriptor(`${functions[script]}(${origin}${root}/<0;1>/*)`, network, [seed]);
}

/**
 * Opens an account by its descriptor, with the seeds that are here: all, some, or none where every signature comes from
 * elsewhere (a hardware signer, somebody else).
 *
 * @throws DescriptorError when the descriptor cannot be used, RangeError when a seed holds none of its keys.
 */
export function openDescriptor(
  descriptor: string,
  network: BitcoinNetwork,
  seeds: readonly Uint8Array[] = [],
): SigningAccount {
  const account = readAccount(descriptor, network);
  const roots = seeds.flatMap((seed) => rootsOf(account, masterOf(seed, network)));
  return {
    account,
    sign(request) {
      const transaction = transactionOf(request);
      return request.inputs.map(({ key }, position) => {
        const hash = sighashOf(transaction, request.inputs, position);
        return new Map(roots.slice(0, thresholdOf(account)).map((root) => signInput(root, key, hash)));
      });
    },
  };
}

function masterOf(seed: Uint8Array, network: BitcoinNetwork): BIP32Interface {
  if (seed.length < 16 || seed.length > 64) throw new RangeError('seed: expected 16 to 64 bytes');
  return bip32.fromSeed(seed, parametersOf(network));
}

/** The private half of a key of an account, by branch, and which of the account's keys it is. */
type PrivateRoot = Readonly<Record<Branch, BIP32Interface>> & { readonly position: number };

/** The private halves of those keys of an account that a master key holds. */
function rootsOf({ roots }: Account, master: BIP32Interface): readonly PrivateRoot[] {
  const own = roots.flatMap((root, position): PrivateRoot[] => {
    if (root.origin?.fingerprint !== toHex(master.fingerprint)) return [];
    const { path } = root.origin;
    const node = path === '' ? master : master.derivePath(`m/${path}`);
    if (node.neutered().toBase58() !== root.text) return [];
    const branch = (name: Branch) => node.derive(branchNumber(root, name));
    return [{ position, receive: branch('receive'), change: branch('change') }];
  });
  if (own.length > 0) return own;
  throw new RangeError(
    'seed: holds no key of the descriptor; give the seed that it was made from, or another descriptor',
  );
}

function thresholdOf({ script }: Account): number {
  return script.type === 'p2wsh' ? script.threshold : 1;
}

function signInput(
  { position, ...root }: PrivateRoot,
  key: AccountKey,
  hash: Uint8Array,
): readonly [string, Uint8Array] {
  const { privateKey } = root[key.branch].derive(key.index);
  const publicKey = key.keys[position]?.publicKey;
  if (!privateKey || !publicKey) throw new RangeError('key: is not private');
  const entry: readonly [string, Uint8Array] = key.internalKey
    ? [toHex(key.internalKey), schnorrSignature(privateKey, publicKey, hash)]
    : [toHex(publicKey), scripts.signature.encode(ecdsaSignature(privateKey, hash), Transaction.SIGHASH_ALL)];
  // A fault while signing could tell the key: what leaves was checked.
  if (!isSignatureOf(key, ...entry, hash)) throw new RangeError('key: the signature does not verify');
  return entry;
}

/** By the key path (BIP341). The public key is known, so that nothing has to be derived for its parity. */
function schnorrSignature(privateKey: Uint8Array, publicKey: Uint8Array, hash: Uint8Array): Uint8Array {
  const even = publicKey[0] === ODD ? secp256k1.privateNegate(privateKey) : privateKey;
  const tweaked = secp256k1.privateAdd(even, crypto.taggedHash('TapTweak', publicKey.subarray(-32)));
  if (!tweaked) throw new RangeError('key: has no P2TR output');
  return secp256k1.signSchnorr(hash, tweaked);
}

/**
 * A signature that is 71 bytes long in its script, always: R and S of 32 bytes without a leading zero or a sign byte.
 * Bitcoin Core grinds R for the same end. A fee is then right to the byte.
 */
function ecdsaSignature(privateKey: Uint8Array, hash: Uint8Array): Uint8Array {
  const extra = new Uint8Array(32);
  let signature = secp256k1.sign(hash, privateKey);
  for (let counter = 1; !isUsualLength(signature); counter += 1) {
    new DataView(extra.buffer).setUint32(0, counter, true);
    signature = secp256k1.sign(hash, privateKey, extra);
  }
  return signature;
}

function isUsualLength(signature: Uint8Array): boolean {
  return [signature[0], signature[32]].every((first = 0) => first > 0 && first < 0x80);
}
