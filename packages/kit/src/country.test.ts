import { expect, test } from 'vitest';
import { countryAlpha2, countryAlpha3 } from './country.ts';

test('countries translate both ways', () => {
  expect(countryAlpha2('KHM')).toBe('KH');
  expect(countryAlpha3('kh')).toBe('KHM');
  expect(countryAlpha2('XXX')).toBeUndefined();
  expect(countryAlpha3('ZZ')).toBeUndefined();
});

test('all 249 codes of the standard are there, each once, each a region that ICU knows', () => {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'.split('');
  const pairs = letters.flatMap((first) => letters.map((second) => first + second));
  const known = pairs.filter((pair) => countryAlpha3(pair) !== undefined);
  const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
  expect(known).toHaveLength(249);
  expect(known.filter((pair) => names.of(pair) === undefined)).toEqual([]);
  expect(known.map((pair) => countryAlpha2(countryAlpha3(pair) ?? ''))).toEqual(known);
});
