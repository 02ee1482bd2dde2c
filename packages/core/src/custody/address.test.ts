import { expect, test } from 'vitest';
import { checkAddress } from './address.ts';
import type { AddressRule } from './address.ts';

const rule: AddressRule = {
  network: 'acme',
  read: (text) =>
    /^a[0-9]+$/i.test(text)
      ? { outcome: 'valid', canonical: text.toLowerCase() }
      : { outcome: 'refused', problem: 'malformed' },
};

test('a checked address is the canonical text on the network of its rule', () => {
  expect(checkAddress('A12', rule)).toEqual({ outcome: 'valid', address: { network: 'acme', text: 'a12' } });
});

test('what the rule refuses gives no address', () => {
  expect(checkAddress('b12', rule)).toEqual({ outcome: 'refused', problem: 'malformed' });
});
