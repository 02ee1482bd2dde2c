import { expect, test } from 'vitest';
import { entryVersion } from './entry-version.ts';
import type { ListEntry } from './snapshot.ts';

const entry: ListEntry = {
  id: '4711',
  type: 'person',
  name: 'INVENTADO, Fulano',
  aliases: ['FULANITO', 'ZUTANO'],
  programs: ['TESTLIST'],
  born: [{ from: 1970, to: 1971 }],
  addresses: [],
};

test('the order in which a list says something changes nothing', () => {
  expect(entryVersion({ ...entry, aliases: ['ZUTANO', 'FULANITO'] })).toBe(entryVersion(entry));
  expect(entryVersion({ ...entry, weakAliases: [], countries: [], identifiers: [] })).toBe(entryVersion(entry));
});

test.each<Partial<ListEntry>>([
  { id: '4712' },
  { type: 'entity' },
  { name: 'INVENTADO, Mengano' },
  { aliases: ['FULANITO'] },
  { weakAliases: ['PEPE'] },
  { programs: ['TESTLIST', 'ANOTHER'] },
  { born: [{ from: 1970, to: 1972 }] },
  { countries: ['KH'] },
  { identifiers: ['N1234567'] },
  { addresses: [{ currency: 'XBT', text: '1abc' }] },
])('another version: %j', (change) => {
  expect(entryVersion({ ...entry, ...change })).not.toBe(entryVersion(entry));
});
