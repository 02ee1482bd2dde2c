import { fromHex } from '@rielrails/kit/offline';
import { parametersOf } from '@rielrails/kit/bitcoin';
import type { BitcoinNetwork } from '@rielrails/kit/bitcoin';
import { isPoint, isXOnlyPoint } from 'tiny-secp256k1';
import { bip32 } from '../bip32.ts';
import type { Cursor } from './cursor.ts';
import type { DescriptorKey, KeyOrigin, KeyStep } from './descriptor.ts';

/** The first index that BIP32 counts as hardened. */
const HARDENED = 0x8000_0000;
/** Deeper trees exist in no wallet; BIP32 ends at 255. */
const MAX_STEPS = 16;
const MAX_BRANCHES = 8;
/** Where a key, or a part of one, ends. */
const ENDS = '/,(){}[]';

/**
 * Reads a key expression (BIP380, BIP389): an origin, a public key or extended public key, and the steps below it.
 *
 * @throws DescriptorError for everything else; private keys and prefixes of other networks are told by name.
 */
export function readKey(cursor: Cursor, network: BitcoinNetwork, inside: 'wpkh' | 'tr' | 'wsh'): DescriptorKey {
  const origin = readOrigin(cursor);
  const at = cursor.position;
  const text = cursor.takeUntil(ENDS);
  if (text === 'musig') throw cursor.error('unsupported-function', { at, subject: 'musig()' });
  if (/^[0-9a-fA-F]+$/.test(text)) {
    const end = cursor.position;
    if (cursor.skip('/')) throw cursor.error('path', { at: end });
    return { type: 'single', origin, publicKey: readPublicKey(cursor, text, at, inside) };
  }
  assertExtendedKey(cursor, text, at, network);
  return { type: 'extended', origin, text, ...readSteps(cursor) };
}

function readOrigin(cursor: Cursor): KeyOrigin | null {
  const at = cursor.position;
  if (!cursor.skip('[')) return null;
  const match = /^([0-9a-fA-F]{8})((?:\/[^/]+)*)$/.exec(cursor.takeUntil(']'));
  if (!match || !cursor.skip(']')) throw cursor.error('key-origin', { at });
  const steps = (match[2] ?? '').split('/').slice(1);
  if (steps.length > MAX_STEPS) throw cursor.error('key-origin', { at });
  const path = steps.map((step) => {
    const [, digits = '', mark = ''] = /^([0-9]{1,10})([h']?)$/.exec(step) ?? [];
    if (digits === '' || Number(digits) >= HARDENED) throw cursor.error('key-origin', { at });
    return `${Number(digits)}${mark === '' ? '' : "'"}`;
  });
  return { fingerprint: (match[1] ?? '').toLowerCase(), path: path.join('/') };
}

function readPublicKey(cursor: Cursor, hex: string, at: number, inside: 'wpkh' | 'tr' | 'wsh'): Uint8Array {
  if (hex.length === 130) throw cursor.error('uncompressed-key', { at });
  const isXOnly = inside === 'tr' && hex.length === 64;
  if (!isXOnly && !/^0[23][0-9a-f]{64}$/i.test(hex)) throw cursor.error('key', { at });
  const bytes = fromHex(hex.toLowerCase());
  if (!(isXOnly ? isXOnlyPoint(bytes) : isPoint(bytes))) throw cursor.error('key', { at });
  return bytes;
}

function assertExtendedKey(cursor: Cursor, text: string, at: number, network: BitcoinNetwork): void {
  const [, letter = '', kind = ''] = /^([a-zA-Z])(pub|prv)/.exec(text) ?? [];
  if (kind === 'prv' || /^[59KLc][1-9A-HJ-NP-Za-km-z]{50,51}$/.test(text)) throw cursor.error('private-key', { at });
  if (kind === '') throw cursor.error('key', { at });
  if (/[yzYZuvUV]/.test(letter)) throw cursor.error('key-prefix', { at, subject: `${letter}pub is not written here;` });
  if (letter !== 'x' && letter !== 't') throw cursor.error('key', { at });
  if ((letter === 'x') !== (network === 'bitcoin')) throw cursor.error('other-network', { at });
  try {
    bip32.fromBase58(text, parametersOf(network));
  } catch {
    throw cursor.error('key', { at });
  }
}

function readSteps(cursor: Cursor): { readonly steps: readonly KeyStep[]; readonly ranged: boolean } {
  const steps: KeyStep[] = [];
  while (cursor.skip('/')) {
    if (steps.length >= MAX_STEPS) throw cursor.error('path');
    if (cursor.skip('*')) {
      if (cursor.skip('h') || cursor.skip("'") || cursor.skip('H')) throw cursor.error('hardened-step');
      return { steps, ranged: true };
    }
    const at = cursor.position;
    if (cursor.skip('<')) {
      if (steps.some((step) => typeof step !== 'number')) throw cursor.error('multipath', { at });
      steps.push(readBranches(cursor, at));
    } else steps.push(readIndex(cursor, cursor.takeUntil(ENDS), at));
  }
  return { steps, ranged: false };
}

function readBranches(cursor: Cursor, at: number): readonly number[] {
  const parts = cursor.takeUntil(`>${ENDS}`).split(';');
  const isList = cursor.skip('>') && parts.length >= 2 && parts.length <= MAX_BRANCHES;
  if (!isList || parts.includes('')) throw cursor.error('multipath', { at });
  const branches = parts.map((part) => readIndex(cursor, part, at));
  if (new Set(branches).size !== branches.length) throw cursor.error('multipath', { at });
  return branches;
}

function readIndex(cursor: Cursor, text: string, at: number): number {
  const [, digits = '', mark = ''] = /^([0-9]{1,10})([hH']?)$/.exec(text) ?? [];
  if (digits === '' || Number(digits) >= HARDENED) throw cursor.error('path', { at });
  if (mark !== '') throw cursor.error('hardened-step', { at });
  return Number(digits);
}
