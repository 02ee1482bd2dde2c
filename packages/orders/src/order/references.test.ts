import { parseReference } from '@rielrails/core';
import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import type { EffectKind } from './order.ts';
import { effectReference, orderNumber, requestHash } from './references.ts';

const kinds: readonly EffectKind[] = ['request-payment', 'cancel-payment', 'buy', 'send', 'refund'];
const seed = fc.stringMatching(/^[0-9a-f]{32}$/);

test.prop([seed, fc.constantFrom(...kinds), fc.integer({ min: 1, max: 2000 })])(
  'every derived reference is one that providers take, and the same each time',
  (one, kind, seq) => {
    const reference = effectReference(one, kind, seq);
    expect(parseReference(reference)).toBe(reference);
    expect(effectReference(one, kind, seq)).toBe(reference);
  },
);

test.prop([seed, seed], { numRuns: 20 })('no two writes share a reference, of one order or of two', (one, other) => {
  fc.pre(one !== other);
  const all = [one, other].flatMap((from) =>
    kinds.flatMap((kind) => Array.from({ length: 8 }, (_, index) => effectReference(from, kind, index + 1))),
  );
  expect(new Set(all).size).toBe(all.length);
});

test('the number for people is short, and has no letter that looks like another', () => {
  const number = orderNumber(parseReference('8243'));
  expect(number).toMatch(/^[2-9A-HJKMNP-Z]{7}$/);
  expect(orderNumber(parseReference('8244'))).not.toBe(number);
});

test('equal requests have one hash, others another', () => {
  expect(requestHash('a')).toBe(requestHash('a'));
  expect(requestHash('a')).not.toBe(requestHash('b'));
  expect(requestHash('a')).toMatch(/^[0-9a-f]{32}$/);
});
