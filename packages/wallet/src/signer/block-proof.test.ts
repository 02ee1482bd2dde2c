import { toHex } from '@rielrails/kit';
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { headerOf, mineBlock, mineOn, proofOf } from '../../test/blocks.ts';
import { hashOfTxid, txidOfHash } from '../txid.ts';
import { proveInBlock } from './block-proof.ts';

fc.configureGlobal({ seed: 20_261_121 });

const hashes = (count: number) => Array.from({ length: count }, (_, index) => new Uint8Array(32).fill(index + 1));
const rule = { depth: 3, minimumDifficulty: 0n };

describe('proveInBlock', () => {
  const block = mineBlock(hashes(5));
  const above = mineOn(block, 2).map(({ header }) => toHex(header));
  const txid = txidOfHash(block.hashes[3] ?? new Uint8Array());
  const proof = proofOf(block, [3]);

  it('names the block that holds the transaction, under enough others', () => {
    expect(proveInBlock(txid, proof, above, rule)).toBe(block.hash);
    expect(proveInBlock(txid, proofOf(block, [0, 3]), above, rule)).toBe(block.hash);
  });

  test.prop([fc.integer({ min: 1, max: 40 }), fc.nat()])('finds any leaf of any tree', (count, place) => {
    const some = mineBlock(hashes(count));
    const index = place % count;
    const found = proveInBlock(txidOfHash(some.hashes[index] ?? new Uint8Array()), proofOf(some, [index]), [], {
      ...rule,
      depth: 1,
    });
    expect(found).toBe(some.hash);
  });

  it.each([
    ['too few blocks', txid, proof, above.slice(1)],
    ['another transaction', txidOfHash(new Uint8Array(32).fill(9)), proof, above],
    ['a transaction that is there but not shown', txidOfHash(block.hashes[0] ?? new Uint8Array()), proof, above],
    ['blocks in the wrong order', txid, proof, above.toReversed()],
    ['the same block twice', txid, proof, [above[0] ?? '', above[0] ?? '']],
    ['a header that is too short', txid, proof, [above[0] ?? '', (above[1] ?? '').slice(2)]],
    ['a header that is no hexadecimal', txid, proof, [above[0] ?? '', 'zz'.repeat(80)]],
    ['a proof that ends early', txid, proof.slice(0, -2), above],
    ['a proof with something behind it', txid, `${proof}00`, above],
    ['an empty proof', txid, '', above],
    ['the proof of another block', txid, proofOf(mineBlock(hashes(4)), [3]), above],
    ['a flipped hash', txid, flipped(proof, 90), above],
    ['a flipped root', txid, flipped(proof, 40), above],
    ['a tree of no transactions', txid, `${proof.slice(0, 160)}00000000${proof.slice(168)}`, above],
    ['a tree of too many', txid, `${proof.slice(0, 160)}ffffffff${proof.slice(168)}`, above],
  ])('refuses %s', (_what, of, merkleBlock, headers) => {
    expect(proveInBlock(of, merkleBlock, headers, rule)).toBeNull();
  });

  it('refuses two equal branches, which let one list stand for another (CVE-2012-2459)', () => {
    const doubled = mineBlock([...hashes(3), new Uint8Array(32).fill(3)]);
    const last = txidOfHash(new Uint8Array(32).fill(3));
    expect(proveInBlock(last, proofOf(doubled, [3]), [], { ...rule, depth: 1 })).toBeNull();
  });

  it('asks for work: block 100,000 of the main network had difficulty 14,484', () => {
    const list = [
      '8c14f0db3df150123e6f3dbbf30f8b955a8249b62ac1d1ff16284aefa3d06d87',
      'fff2525b8931402dd09222c50775608f75787bd2b87e56995a7bdd30f79702c4',
      '6359f0868171b1d194cbee1af2f16ea598ae8fad666d9b012c8ed2b79a236ec4',
      'e9a66845e05d5abc0ad04ec80f774a7e585c6e8db975962d069a522137b80c1d',
    ];
    const header = headerOf({
      version: 1,
      previous: hashOfTxid('000000000002d01c1fccc21636b607dfd930d31d01c3a62104612a1719011250'),
      root: hashOfTxid('f3e94742aca4b5ef85488dc37c06c3282295ffec960994b2c0d5ac2a25a95766'),
      time: 1_293_623_863,
      bits: 0x1b04_864c,
      nonce: 274_148_111,
    });
    const real = proofOf({ header, hashes: list.map(hashOfTxid) }, [2]);
    const prove = (minimumDifficulty: bigint, merkleBlock = real) =>
      proveInBlock(list[2] ?? '', merkleBlock, [], { depth: 1, minimumDifficulty });
    expect(prove(14_484n)).toBe('000000000003ba27aa200b1cecaad478d2b00432346c3f1f3986da1afd33e506');
    expect(prove(14_485n)).toBeNull();
    // The same block claiming less work than its hash shows is still below the bar; claiming more, it lies.
    expect(prove(0n, flipped(real, 72, 0x40))).toBeNull();
    expect(prove(1n, proof)).toBeNull();
  });

  test.prop([fc.uint8Array({ maxLength: 300 })])('reads any bytes without harm', (bytes) => {
    expect(proveInBlock(txid, toHex(bytes), above, rule)).toBeNull();
  });
});

function flipped(hex: string, byte: number, mask = 1): string {
  const value = Number.parseInt(hex.slice(byte * 2, byte * 2 + 2), 16) ^ mask;
  return hex.slice(0, byte * 2) + value.toString(16).padStart(2, '0') + hex.slice(byte * 2 + 2);
}
