import { parseReference } from '@rielrails/core';
import { assert as holds, bigInt, property } from 'fast-check';
import { expect, test } from 'vitest';
import { idempotencyKey, nameBasedUuid } from './idempotency-key.ts';

test('a name-based UUID: RFC 9562, A.4', () => {
  const dns = '6ba7b810-9dad-11d1-80b4-00c04fd430c8';
  expect(nameBasedUuid(dns, 'www.example.com')).toBe('2ed6657d-e927-568b-95e1-2665a8aea6a2');
});

// Made once with another library. A change here would pay every open withdrawal a second time.
test.each([
  ['1', '0ddc1e75-f1ba-51cb-9860-9007ee2e0c9d'],
  ['42', 'a591d9b1-ab61-5cd2-8ea2-4fc101cce954'],
  ['9223372036854775807', '67a29334-de90-56e9-807d-f951f958a7da'],
])('the key of %s is %s, for ever', (reference, key) => {
  expect(idempotencyKey(parseReference(reference))).toBe(key);
});

test('every reference has a key of its own, and always the same', () => {
  const references = bigInt({ min: 1n, max: 2n ** 63n - 2n });
  const check = property(references, (number) => {
    const [one, next] = [number, number + 1n].map((each) => idempotencyKey(parseReference(String(each))));
    expect(one).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(one).toBe(idempotencyKey(parseReference(String(number))));
    expect(one).not.toBe(next);
  });
  holds(check, { numRuns: 200, seed: 1 });
});
