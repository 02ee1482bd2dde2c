import { fc, test } from '@fast-check/vitest';
import { Transaction } from 'bitcoinjs-lib';
import { describe, expect } from 'vitest';
import { createChain } from './chain.ts';
import { createMempool, Rejection } from './mempool.ts';
import { RpcError } from './rpc-error.ts';
import { parseTransaction } from './transaction.ts';

/** A P2WPKH spend with one input and one output. */
const WHOLE = (() => {
  const transaction = new Transaction();
  transaction.version = 2;
  transaction.addInput(new Uint8Array(32).fill(7), 1);
  transaction.addOutput(Uint8Array.from([0, 20, ...new Uint8Array(20).fill(9)]), 12_345n);
  transaction.setWitness(0, [new Uint8Array(71).fill(1), new Uint8Array(33).fill(2)]);
  return transaction.toHex();
})();

/** Either a transaction or the one documented refusal. */
function read(hex: string): Transaction | null {
  try {
    return parseTransaction(hex);
  } catch (error) {
    expect(error).toBeInstanceOf(RpcError);
    expect((error as RpcError).code).toBe(-22);
    return null;
  }
}

describe('a transaction in hexadecimal', () => {
  test('is read to its last byte', () => {
    expect(read(WHOLE)?.toHex()).toBe(WHOLE);
    expect(read(`${WHOLE}00`)).toBeNull();
    expect(read(WHOLE.slice(0, -2))).toBeNull();
  });

  test('is refused when it is too long, odd, or claims more than it has', () => {
    expect(read('00'.repeat(400_001))).toBeNull();
    expect(read(WHOLE.slice(0, -1))).toBeNull();
    for (const count of ['fdffff', 'feffffffff', 'ffffffffffffffff7f']) {
      expect(read(`02000000${count}${'00'.repeat(200)}`)).toBeNull();
      expect(read(WHOLE.replace(/^020000000001(01)/, `020000000001${count}`))).toBeNull();
    }
  });

  test.prop([fc.uint8Array({ maxLength: 300 })], { numRuns: 500 })(
    'never ends otherwise, whatever the bytes',
    (bytes) => {
      const found = read(Buffer.from(bytes).toString('hex'));
      if (found) expect(found.ins.length).toBeGreaterThan(0);
    },
  );

  test.prop([fc.nat(WHOLE.length / 2 - 1), fc.integer({ min: 1, max: 255 })], { numRuns: 500 })(
    'with one byte changed is read exactly or refused, and never taken without its coin',
    (at, mask) => {
      const bytes = Buffer.from(WHOLE, 'hex');
      bytes[at] = (bytes[at] ?? 0) ^ mask;
      const found = read(bytes.toString('hex'));
      if (!found) return;
      expect(found.toHex()).toBe(bytes.toString('hex'));
      expect(() => createMempool(createChain()).judge(found)).toThrow(Rejection);
    },
  );
});
