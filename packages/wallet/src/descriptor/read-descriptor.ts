import { toHex } from '@rielrails/kit/offline';
import type { BitcoinNetwork } from '@rielrails/kit/bitcoin';
import { checkedBody } from './checksum.ts';
import { createCursor } from './cursor.ts';
import type { Cursor } from './cursor.ts';
import { branchCount, keysOf } from './descriptor.ts';
import type { Descriptor, DescriptorKey } from './descriptor.ts';
import { DescriptorError } from './descriptor-error.ts';
import { readKey } from './read-key.ts';

/** How a descriptor is read. */
export interface DescriptorReading {
  readonly network: BitcoinNetwork;
  /** `required` where a person typed or pasted it. Default: a checksum that is there must be right. */
  readonly checksum?: 'required' | 'optional';
}

/** What descriptors and miniscript (BIP379) can say and this wallet does not do, or not in this place. */
const UNSUPPORTED: ReadonlySet<string> = new Set(
  [
    'wpkh tr wsh pk pkh sh combo multi sortedmulti multi_a sortedmulti_a raw rawtr addr musig sp unused',
    'pk_k pk_h older after sha256 hash256 ripemd160 hash160 thresh andor and_v and_b and_n or_b or_c or_d or_i',
  ].flatMap((names) => names.split(' ')),
);
const MAX_KEYS = 15;

/**
 * Reads an output descriptor (BIP380 to BIP386, BIP389): `wpkh(KEY)`, `tr(KEY)` or `wsh(sortedmulti(NUM,KEY,…))`.
 *
 * Pure and offline, at most 4,096 characters. Keys are public, and of the network. Upper-case `H` for hardened steps is
 * refused in origins, as BIP380's examples of invalid expressions want.
 *
 * @throws DescriptorError that names place, rule and remedy.
 */
export function readDescriptor(text: string, reading: DescriptorReading): Descriptor {
  const cursor = createCursor(checkedBody(text, reading.checksum ?? 'optional'));
  const descriptor = readFunction(cursor, reading.network);
  cursor.expect(')');
  if (!cursor.atEnd()) throw cursor.error('syntax');
  assertLockstep(keysOf(descriptor));
  return descriptor;
}

function readFunction(cursor: Cursor, network: BitcoinNetwork): Descriptor {
  const name = readName(cursor, ['wpkh', 'tr', 'wsh']);
  if (name === 'wsh') return readMultisig(cursor, network);
  const at = cursor.position;
  const nested = cursor.takeFunction();
  if (nested !== null) throw refusedFunction(cursor, nested, at);
  const key = readKey(cursor, network, name);
  if (name === 'tr' && cursor.skip(',')) throw cursor.error('script-tree');
  return { type: name, key };
}

function readMultisig(cursor: Cursor, network: BitcoinNetwork): Descriptor {
  readName(cursor, ['sortedmulti']);
  const at = cursor.position;
  const digits = cursor.takeUntil(',)');
  const keys: DescriptorKey[] = [];
  const seen = new Set<string>();
  while (cursor.skip(',')) {
    const start = cursor.position;
    if (keys.length >= MAX_KEYS) throw cursor.error('key-count');
    const key = readKey(cursor, network, 'wsh');
    const id = key.type === 'single' ? toHex(key.publicKey) : key.text;
    if (seen.has(id)) throw cursor.error('duplicate-key', { at: start });
    seen.add(id);
    keys.push(key);
  }
  const threshold = /^[1-9][0-9]?$/.test(digits) ? Number(digits) : 0;
  if (threshold < 1 || threshold > keys.length) throw cursor.error('threshold', { at });
  cursor.expect(')');
  return { type: 'wsh', threshold, keys };
}

/** Moves into a function that must be one of these. */
function readName<Name extends string>(cursor: Cursor, names: readonly Name[]): Name {
  const at = cursor.position;
  const found = cursor.takeFunction();
  const name = names.find((one) => one === found);
  if (name === undefined) throw refusedFunction(cursor, found ?? '', at);
  return name;
}

function refusedFunction(cursor: Cursor, name: string, at: number): DescriptorError {
  return UNSUPPORTED.has(name)
    ? cursor.error('unsupported-function', { at, subject: `${name}()` })
    : cursor.error('unknown-function', { at });
}

/** All keys move together: the same index, and the same branch (BIP383, BIP389). */
function assertLockstep(keys: readonly DescriptorKey[]): void {
  const ranged = new Set(keys.map((key) => key.type === 'extended' && key.ranged));
  if (ranged.size > 1) throw new DescriptorError('ranged', null);
  const lengths = new Set(keys.flatMap((key) => branchCount(key) ?? []));
  if (lengths.size > 1) throw new DescriptorError('multipath', null);
}
