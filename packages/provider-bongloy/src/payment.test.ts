import { KHR, money, parseReference, USD } from '@rielrails/core';
import type { Instant } from '@rielrails/core';
import { assert as holds, bigInt, constantFrom, integer, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { describe, formatHandle, readHandle, referenceOf } from './payment.ts';

test('a handle gives back what went in', () => {
  holds(
    property(
      constantFrom(USD, KHR),
      bigInt({ min: 1n, max: 99_999_999n }),
      integer({ min: 1, max: 4_000_000_000_000 }),
      string({ minLength: 1, maxLength: 200, unit: 'binary' }),
      (asset, minor, at, purpose) => {
        const asked = {
          amount: money<string>(asset, minor),
          createdAt: at as Instant,
          expiresAt: (at + 1) as Instant,
          purpose,
        };
        expect(readHandle(formatHandle(asked))).toEqual(asked);
      },
    ),
    { seed: 1 },
  );
});

test('any other text is no handle, and no charge of ours', () => {
  holds(
    property(string(), (text) => {
      expect(readHandle(text)).toBeNull();
      expect(referenceOf({ description: text, metadata: { reference: `${text}x` } })).toBeNull();
    }),
    { seed: 2 },
  );
});

test('a reference is read back from a description, and metadata goes first', () => {
  const reference = parseReference('7000000000000000001');
  holds(
    property(string({ maxLength: 200 }), (purpose) => {
      expect(referenceOf({ description: describe(purpose, reference) })).toBe(reference);
    }),
    { seed: 3 },
  );
  expect(referenceOf({ description: describe('Bitcoin (ref 42)', reference), metadata: {} })).toBe(reference);
  expect(referenceOf({ description: describe('Bitcoin', reference), metadata: { reference: '42' } })).toBe('42');
  for (const description of ['(ref 42)', ' (ref 042)', ' (ref 42) ', ' (ref 9223372036854775808)', null, 42])
    expect(referenceOf({ description })).toBeNull();
});
