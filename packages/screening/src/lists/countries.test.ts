import { expect, test } from 'vitest';
import { countryCode, countryCodes } from './countries.ts';

test.each([
  ['Cambodia', 'KH'],
  ['KH', 'KH'],
  ['Korea, North', 'KP'],
  ["Democratic People's Republic of Korea", 'KP'],
  ['Iran (Islamic Republic of)', 'IR'],
  ['Congo, Democratic Republic of the', 'CD'],
  ['Burma', 'MM'],
  ['Russian Federation', 'RU'],
  ["Cote d'Ivoire", 'CI'],
  ['Türkiye', 'TR'],
  ['The Gambia', 'GM'],
  ['Atlantis', undefined],
  ['', undefined],
])('%s is %s', (name, code) => {
  expect(countryCode(name)).toBe(code);
});

test('codes stand once, and without what is not known', () => {
  expect(countryCodes(['Russia', 'Nowhere', 'Russian Federation', 'Cuba'])).toEqual(['RU', 'CU']);
});
