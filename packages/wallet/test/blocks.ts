import { digest, toHex } from '@rielrails/kit';
import { txidOfHash } from '../src/txid.ts';

/** What a block costs on the regression test chain: a hash in two will do. */
const REGTEST_BITS = 0x207f_ffff;

/** A block that was mined for a test. */
export interface MinedBlock {
  readonly header: Uint8Array;
  readonly hash: string;
  readonly hashes: readonly Uint8Array[];
}

function doubleHash(bytes: Uint8Array): Uint8Array {
  return digest('sha256', digest('sha256', bytes));
}

function pairs(hashes: readonly Uint8Array[]): readonly Uint8Array[] {
  return Array.from({ length: Math.ceil(hashes.length / 2) }, (_, index) => {
    const left = hashes[index * 2] ?? new Uint8Array();
    return doubleHash(Uint8Array.from([...left, ...(hashes[index * 2 + 1] ?? left)]));
  });
}

/** The root of a merkle tree. */
function rootOf(hashes: readonly Uint8Array[]): Uint8Array {
  return hashes.length > 1 ? rootOf(pairs(hashes)) : (hashes[0] ?? new Uint8Array(32));
}

/** A header of 80 bytes. */
export function headerOf(parts: {
  readonly version: number;
  readonly previous: Uint8Array;
  readonly root: Uint8Array;
  readonly time: number;
  readonly bits: number;
  readonly nonce: number;
}): Uint8Array {
  const bytes = new Uint8Array(80);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, parts.version, true);
  bytes.set(parts.previous, 4);
  bytes.set(parts.root, 36);
  view.setUint32(68, parts.time, true);
  view.setUint32(72, parts.bits, true);
  view.setUint32(76, parts.nonce, true);
  return bytes;
}

/** Mines a block of these transactions, given by their hashes, on the one before. */
export function mineBlock(hashes: readonly Uint8Array[], previous?: MinedBlock): MinedBlock {
  for (let nonce = 0; ; nonce += 1) {
    const header = headerOf({
      version: 0x2000_0000,
      previous: previous ? doubleHash(previous.header) : new Uint8Array(32),
      root: rootOf(hashes),
      time: 1_700_000_000,
      bits: REGTEST_BITS,
      nonce,
    });
    const hash = txidOfHash(doubleHash(header));
    if (hash < '7fffff') return { header, hash, hashes };
  }
}

/** Blocks on top of one. */
export function mineOn(block: MinedBlock, count: number): readonly MinedBlock[] {
  const blocks: MinedBlock[] = [];
  for (let mined = 0; mined < count; mined += 1) {
    blocks.push(mineBlock([new Uint8Array(32).fill(mined + 1)], blocks.at(-1) ?? block));
  }
  return blocks;
}

/** The merkle block (BIP37) that shows some of a block's transactions, in hexadecimal. */
export function proofOf({ header, hashes }: Pick<MinedBlock, 'header' | 'hashes'>, shown: readonly number[]): string {
  const levels: (readonly Uint8Array[])[] = [hashes];
  while ((levels.at(-1)?.length ?? 1) > 1) levels.push(pairs(levels.at(-1) ?? []));
  const flags: boolean[] = [];
  const kept: Uint8Array[] = [];
  const visit = (height: number, place: number): void => {
    const from = place * 2 ** height;
    const matches = shown.some((index) => index >= from && index < from + 2 ** height);
    flags.push(matches);
    if (height === 0 || !matches) {
      kept.push(levels[height]?.[place] ?? new Uint8Array());
      return;
    }
    visit(height - 1, place * 2);
    if (place * 2 + 1 < (levels[height - 1]?.length ?? 0)) visit(height - 1, place * 2 + 1);
  };
  visit(levels.length - 1, 0);
  const bytes = Array.from({ length: Math.ceil(flags.length / 8) }, (_, index) =>
    flags.slice(index * 8, index * 8 + 8).reduce((byte, flag, bit) => byte | (flag ? 1 << bit : 0), 0),
  );
  const count = new Uint8Array(4);
  new DataView(count.buffer).setUint32(0, hashes.length, true);
  const parts = [...header, ...count, kept.length, ...kept.flatMap((hash) => [...hash]), bytes.length, ...bytes];
  return toHex(Uint8Array.from(parts));
}
