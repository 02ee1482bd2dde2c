import type { Identity } from '@rielrails/core';
import { expect, test } from 'vitest';
import { canonicalIdentifier, compareFacts, withFacts } from './facts.ts';
import type { ListEntry } from './snapshot.ts';

const entry: ListEntry = {
  id: '1',
  type: 'person',
  name: 'Nemo Nobody',
  aliases: [],
  programs: [],
  born: [{ from: 1960, to: 1962 }],
  countries: ['KH'],
  addresses: [],
};

function factsOf(identity: Omit<Identity, 'name'>) {
  return compareFacts({ name: 'Nemo Nobody', ...identity }, entry, null);
}

test.each([
  ['1961', 'agrees'],
  ['1960-12-31', 'agrees'],
  ['1963', null],
  ['1990', 'differs'],
  ['soon', null],
  ['', null],
  [undefined, null],
])('born %s: %s', (born, birth) => {
  expect(factsOf(born === undefined ? {} : { born }).birth).toBe(birth);
});

test.each([
  [['KH', 'US'], 'agrees'],
  [['kh'], 'agrees'],
  [['US'], 'differs'],
  [[], null],
] as const)('of %j: %s', (countries, country) => {
  expect(factsOf({ countries }).country).toBe(country);
});

test('what a list does not say counts neither way', () => {
  const silent = { ...entry, born: [], countries: [] };
  expect(compareFacts({ name: 'Nemo', born: '1961', countries: ['KH'] }, silent, null)).toMatchObject({
    birth: null,
    country: null,
  });
});

test('facts move a score, but not that of a name that is the same, and a number is proof', () => {
  expect(withFacts(0.78, factsOf({ born: '1961' }))).toBeCloseTo(0.83);
  expect(withFacts(0.85, factsOf({ born: '1990' }))).toBeCloseTo(0.73);
  expect(withFacts(0.85, factsOf({ born: '1961', countries: ['US'] }))).toBeCloseTo(0.85);
  expect(withFacts(0.97, factsOf({ born: '1990', countries: ['US'] }))).toBe(0.97);
  expect(withFacts(0.3, { birth: 'differs', country: 'differs', identifier: 'N0123456' })).toBe(1);
});

test.each([
  ['n 0123-456', 'N0123456'],
  ['Ｎ０１２３４５６', 'N0123456'],
  ['12345', null],
  ['PASSPORT', null],
])('%s is compared as %s', (text, canonical) => {
  expect(canonicalIdentifier(text)).toBe(canonical);
});
