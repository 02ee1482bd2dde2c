import { fromHex, toHex } from '@rielrails/kit/offline';
import { parametersOf } from '@rielrails/kit/bitcoin';
import type { BitcoinNetwork } from '@rielrails/kit/bitcoin';
import { crypto, payments } from 'bitcoinjs-lib';
import { xOnlyPointAddTweak } from 'tiny-secp256k1';
import { bip32 } from '../bip32.ts';
import { keysOf } from './descriptor.ts';
import type { Descriptor, DescriptorKey } from './descriptor.ts';

/** One key of an output, and where it was derived. */
export interface DerivedKey {
  /** 33 bytes; 32 inside a `tr` that was written so. */
  readonly publicKey: Uint8Array;
  /** Four bytes: of the master key where the descriptor tells it, else of the key in the descriptor. */
  readonly masterFingerprint: Uint8Array;
  /** From that key on: `m/84'/1'/0'/0/5`. */
  readonly path: string;
}

/** An output that a descriptor stands for. */
export interface DerivedOutput {
  /** The output script. */
  readonly script: Uint8Array;
  /** In the order of the descriptor. */
  readonly keys: readonly DerivedKey[];
  /** What a P2WSH output is the hash of. */
  readonly witnessScript: Uint8Array | null;
  /** The x-only internal key of a P2TR output (BIP341). */
  readonly internalKey: Uint8Array | null;
}

/** Which output of a descriptor. */
export interface OutputPlace {
  /** Which of the descriptors that `<0;1>` stands for. Without one: 0. */
  readonly branch: number;
  /** In place of `*`; without one it does not matter. */
  readonly index: number;
}

/**
 * Gives the outputs of a descriptor, deriving no more than it must.
 *
 * The result remembers the keys above the index, so that many outputs cost one derivation a key each.
 */
export function createDeriver(descriptor: Descriptor, network: BitcoinNetwork): (place: OutputPlace) => DerivedOutput {
  const keys = keysOf(descriptor).map((key) => createKeyDeriver(key, network));
  return (place) => {
    const derived = keys.map((key) => key(place));
    return { keys: derived, ...outputOf(descriptor, derived, network) };
  };
}

function createKeyDeriver(key: DescriptorKey, network: BitcoinNetwork): (place: OutputPlace) => DerivedKey {
  if (key.type === 'single') {
    const masterFingerprint = key.origin ? fromHex(key.origin.fingerprint) : fingerprintOf(key.publicKey);
    const single = { publicKey: key.publicKey, masterFingerprint, path: pathOf(key.origin?.path ?? '', []) };
    return () => single;
  }
  const top = bip32.fromBase58(key.text, parametersOf(network));
  const masterFingerprint = key.origin ? fromHex(key.origin.fingerprint) : Uint8Array.from(top.fingerprint);
  const parents = new Map<number, typeof top>();
  const parentOf = (branch: number) => {
    const known = parents.get(branch);
    if (known) return known;
    let node = top;
    for (const step of stepsOn(key.steps, branch)) node = node.derive(step);
    parents.set(branch, node);
    return node;
  };
  return ({ branch, index }) => {
    const parent = parentOf(branch);
    const node = key.ranged ? parent.derive(index) : parent;
    const steps = [...stepsOn(key.steps, branch), ...(key.ranged ? [index] : [])];
    return { publicKey: node.publicKey, masterFingerprint, path: pathOf(key.origin?.path ?? '', steps) };
  };
}

function stepsOn(steps: readonly (number | readonly number[])[], branch: number): readonly number[] {
  return steps.map((step) => {
    const chosen = typeof step === 'number' ? step : step[branch];
    if (chosen === undefined) throw new RangeError('branch: the descriptor has no such branch');
    return chosen;
  });
}

function pathOf(origin: string, steps: readonly number[]): string {
  return ['m', ...(origin === '' ? [] : [origin]), ...steps].join('/');
}

function fingerprintOf(publicKey: Uint8Array): Uint8Array {
  return crypto.hash160(publicKey).subarray(0, 4);
}

function outputOf(
  descriptor: Descriptor,
  keys: readonly DerivedKey[],
  network: BitcoinNetwork,
): Omit<DerivedOutput, 'keys'> {
  const parameters = parametersOf(network);
  const [first] = keys;
  if (!first) throw new RangeError('descriptor: has no key');
  switch (descriptor.type) {
    case 'wpkh': {
      const { output } = payments.p2wpkh({ pubkey: first.publicKey, network: parameters });
      return { script: written(output), witnessScript: null, internalKey: null };
    }
    case 'tr': {
      const internalKey = first.publicKey.subarray(-32);
      return { script: taprootScript(internalKey), witnessScript: null, internalKey };
    }
    case 'wsh': {
      const pubkeys = keys.map(({ publicKey }) => publicKey).sort(byBytes);
      const redeem = payments.p2ms({ m: descriptor.threshold, pubkeys, network: parameters });
      const { output } = payments.p2wsh({ redeem, network: parameters });
      return { script: written(output), witnessScript: written(redeem.output), internalKey: null };
    }
  }
}

/** Pays to the internal key tweaked by nothing but itself: no script can spend it (BIP86). */
function taprootScript(internalKey: Uint8Array): Uint8Array {
  const tweaked = xOnlyPointAddTweak(internalKey, crypto.taggedHash('TapTweak', internalKey));
  // One chance in 2^128 that nobody will meet; BIP32 says to take the next index then.
  if (!tweaked) throw new RangeError('key: has no P2TR output');
  return Uint8Array.from([0x51, 0x20, ...tweaked.xOnlyPubkey]);
}

/** The order of BIP67: as hexadecimal text. */
function byBytes(a: Uint8Array, b: Uint8Array): number {
  const [left, right] = [toHex(a), toHex(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

function written(script: Uint8Array | undefined): Uint8Array {
  if (!script) throw new RangeError('descriptor: has no output script');
  return script;
}
