import { describe, expect, test } from 'vitest';
import { decode, encode, encodeCanonically } from './codec.ts';

const samples: readonly unknown[] = [
  0n,
  -1n,
  2n ** 80n,
  [1n, '1', 1, null, true],
  { amount: { asset: { code: 'BTC', scale: 8 }, minor: 1_00000000n } },
  { deep: [[[{ '#': 'a line', more: 1 }]]] },
  'ភាសាខ្មែរ "quoted" \\ \u2028',
];

describe('what is written is read back', () => {
  test('whatever it is', () => {
    for (const sample of samples) {
      expect(decode(encode(sample))).toEqual(sample);
      expect(decode(encodeCanonically(sample))).toEqual(sample);
    }
  });

  test('data that only looks like a number of ours stays data', () => {
    expect(decode(encode({ '#': 'a line' }))).toEqual({ '#': 'a line' });
    expect(decode(encode({ '#': '5', more: 1 }))).toEqual({ '#': '5', more: 1 });
  });
});

describe('the canonical text', () => {
  test('is the same whatever the order of keys, at every depth', () => {
    const one = { b: 1n, a: [{ y: 1, x: { d: null, c: 2n } }] };
    const other = { a: [{ x: { c: 2n, d: null }, y: 1 }], b: 1n };
    expect(encodeCanonically(one)).toBe(encodeCanonically(other));
  });

  test('differs for what differs: order in lists, type, sign, depth', () => {
    const all = [[1, 2], [2, 1], ['1', 2], [1n, 2], [-1n, 2], [[1], 2], { 0: 1, 1: 2 }, [1, 2, null]];
    expect(new Set(all.map(encodeCanonically)).size).toBe(all.length);
  });

  test('leaves out what is undefined, as the stored form does', () => {
    expect(encodeCanonically({ a: undefined, b: 1 })).toBe(encodeCanonically({ b: 1 }));
  });
});
