import { digest, fromHex, toHex } from '@rielrails/kit/offline';
import { createByteReader } from '../byte-reader.ts';
import type { ByteReader } from '../byte-reader.ts';
import { hashOfTxid, txidOfHash } from '../txid.ts';

/** What a run of block headers must show. */
export interface WorkRule {
  /** How many blocks, the one that holds the transaction included. */
  readonly depth: number;
  /** The least difficulty of each block, as a whole number; 0 only where blocks cost nothing (regtest). */
  readonly minimumDifficulty: bigint;
}

const HEADER_BYTES = 80;
/** No block holds more: 4,000,000 weight units, 60 bytes for the smallest transaction. */
const MAX_TRANSACTIONS = 16_666;
/** The target of difficulty 1. */
const DIFFICULTY_ONE = 0xffffn << 208n;

/**
 * Proves that a transaction is in a block, and that blocks with work stand on it.
 *
 * What it proves: somebody did the work of `depth` blocks of at least `minimumDifficulty` on top of a block that holds
 * the transaction. What it does not prove: that theirs is the best chain. That the people who approve must see for
 * themselves; the proof guards against a mistake, and makes a lie as dear as the blocks.
 *
 * `merkleBlock` is a header and a partial tree as BIP37 has it (`gettxoutproof` of Bitcoin Core); `headers` follow
 * upwards. Gives the hash of the block; `null` when anything does not fit.
 */
export function proveInBlock(
  txid: string,
  merkleBlock: string,
  headers: readonly string[],
  rule: WorkRule,
): string | null {
  try {
    const reader = createByteReader(bytesOf(merkleBlock));
    const header = reader.take(HEADER_BYTES);
    if (!holds(reader, header.subarray(36, 68), txid)) return null;
    const chain = [header, ...headers.map(bytesOf)];
    return chain.length >= rule.depth && isChain(chain, rule.minimumDifficulty) ? txidOfHash(hashOf(header)) : null;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function bytesOf(hex: string): Uint8Array {
  if (!/^(?:[0-9a-f]{2})+$/.test(hex)) throw new RangeError('proof: is not hexadecimal');
  return fromHex(hex);
}

/** Whether each header stands on the one before and was paid for with work. */
function isChain(headers: readonly Uint8Array[], minimumDifficulty: bigint): boolean {
  return headers.every((header, index) => {
    const below = headers[index - 1];
    const isNext = below === undefined || toHex(header.subarray(4, 36)) === toHex(hashOf(below));
    return header.length === HEADER_BYTES && isNext && hasWork(header, minimumDifficulty);
  });
}

function hasWork(header: Uint8Array, minimumDifficulty: bigint): boolean {
  const bits = createByteReader(header.subarray(72, 76)).uint32();
  const exponent = bits >>> 24;
  const mantissa = bits & 0x7f_ffff;
  if (exponent < 3 || exponent > 32 || (bits & 0x80_0000) !== 0) return false;
  const target = BigInt(mantissa) << BigInt(8 * (exponent - 3));
  const enough = minimumDifficulty === 0n || target <= DIFFICULTY_ONE / minimumDifficulty;
  return target > 0n && enough && BigInt(`0x${txidOfHash(hashOf(header))}`) <= target;
}

/** Walks the partial tree: whether it ends in this root, and shows this transaction as one of its leaves. */
function holds(reader: ByteReader, root: Uint8Array, txid: string): boolean {
  const count = reader.uint32();
  if (count === 0 || count > MAX_TRANSACTIONS) return false;
  const hashes = Array.from({ length: atMost(reader.compact(), count) }, () => reader.take(32));
  const flags = reader.take(atMost(reader.compact(), MAX_TRANSACTIONS));
  if (!reader.atEnd()) return false;
  let usedHashes = 0;
  let usedFlags = 0;
  const found: string[] = [];
  const widthAt = (height: number) => Math.ceil(count / 2 ** height);
  const nextHash = () => {
    const hash = hashes[usedHashes];
    usedHashes += 1;
    if (!hash) throw new RangeError('proof: a hash is missing');
    return hash;
  };
  const nextFlag = () => {
    const byte = flags[usedFlags >> 3];
    if (byte === undefined) throw new RangeError('proof: a flag is missing');
    const flag = (byte >> (usedFlags & 7)) & 1;
    usedFlags += 1;
    return flag === 1;
  };
  const walk = (height: number, place: number): Uint8Array => {
    const isParent = nextFlag();
    if (height === 0 || !isParent) {
      const hash = nextHash();
      if (height === 0 && isParent) found.push(toHex(hash));
      return hash;
    }
    const left = walk(height - 1, place * 2);
    const hasRight = place * 2 + 1 < widthAt(height - 1);
    const right = hasRight ? walk(height - 1, place * 2 + 1) : left;
    // Two equal branches would let one list of transactions stand for another (CVE-2012-2459).
    if (hasRight && toHex(left) === toHex(right)) throw new RangeError('proof: a branch occurs twice');
    return doubleHash(Uint8Array.from([...left, ...right]));
  };
  let height = 0;
  while (widthAt(height) > 1) height += 1;
  const computed = walk(height, 0);
  const isUsedUp = usedHashes === hashes.length && (usedFlags + 7) >> 3 === flags.length;
  while (isUsedUp && usedFlags < flags.length * 8) if (nextFlag()) return false;
  return isUsedUp && toHex(computed) === toHex(root) && found.includes(toHex(hashOfTxid(txid)));
}

function atMost(value: number, most: number): number {
  if (value > most) throw new RangeError('proof: is too large');
  return value;
}

function hashOf(header: Uint8Array): Uint8Array {
  return doubleHash(header);
}

function doubleHash(bytes: Uint8Array): Uint8Array {
  return digest('sha256', digest('sha256', bytes));
}
