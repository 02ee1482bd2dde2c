import { isInputError } from '@rielrails/core';
import type { Instant } from '@rielrails/core';
import { fromUtf8, utf8 } from '@rielrails/kit';
import * as fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ofacFileNames, readOfac } from './ofac.ts';
import type { OfacFiles } from './ofac.ts';

const asOf = Date.UTC(2026, 0, 2) as Instant;

const files = Object.fromEntries(
  ofacFileNames.map((name) => [
    name,
    new Uint8Array(readFileSync(new URL(`../../fixtures/ofac/${name}`, import.meta.url))),
  ]),
) as unknown as OfacFiles;

function changed(name: keyof OfacFiles, change: (text: string) => string): OfacFiles {
  return { ...files, [name]: utf8(change(fromUtf8(files[name]))) };
}

test('reads entries with everything that is compared', () => {
  const snapshot = readOfac(files, asOf);
  expect(snapshot).toMatchObject({ source: 'OFAC SDN', asOf, version: expect.stringMatching(/^[0-9a-f]{32}$/) });
  expect(snapshot.entries).toHaveLength(8);
  expect(snapshot.entries[0]).toEqual({
    id: '101',
    type: 'person',
    name: 'INVENTADO QUIMERA, Fulano Mengano',
    aliases: ['QUIMERA, Fulanito'],
    weakAliases: ['The Invented', 'NOBODY, Nemo'],
    programs: ['TESTLIST', 'SAMPLE'],
    countries: [],
    identifiers: [],
    born: [
      { from: 1977, to: 1977 },
      { from: 1977, to: 1981 },
    ],
    addresses: [
      { currency: 'XBT', text: '1Exg3NfTt8ZCjhHRojBE1j24JN1ioCs5se' },
      { currency: 'XBT', text: '36nt4gyuZrmu195WNdaVAUgHei1gRx69Ug' },
      { currency: 'ETH', text: '0x7a07b2eea7a07f9d6b1acdc6a97a6c2ec0e68a8e' },
      { currency: 'XBT', text: 'bc1qzf5hzrthzgmjv2xzahr907kwth0zmyc2djxkn5' },
    ],
  });
  expect(snapshot.entries.map(({ type }) => type)).toEqual([
    'person',
    'person',
    'entity',
    'entity',
    'vessel',
    'aircraft',
    'person',
    'person',
  ]);
  expect(snapshot.entries[1]?.born).toEqual([{ from: 1961, to: 1962 }]);
  expect(snapshot.entries[2]?.aliases).toEqual(['CHIMERA IMPORT "EXPORT" LTDA.']);
  expect(snapshot.entries[2]?.identifiers).toEqual(['000000000']);
  expect(snapshot.entries[4]).toMatchObject({ weakAliases: ['FICTIONAL MOON'], identifiers: ['0000000'] });
});

test('the version follows the bytes', () => {
  const { version } = readOfac(files, asOf);
  expect(readOfac(files, 0 as Instant).version).toBe(version);
  expect(
    readOfac(
      changed('alt.csv', (text) => text.replace('PHANTOM', 'PHANTON')),
      asOf,
    ).version,
  ).not.toBe(version);
});

test('copies with plain line ends, or without the closing 0x1A, read the same', () => {
  const plain = Object.fromEntries(
    ofacFileNames.map((name) => [name, utf8(fromUtf8(files[name]).replaceAll('\r\n', '\n').replace('\u001a', ''))]),
  ) as unknown as OfacFiles;
  expect(readOfac(plain, asOf).entries).toEqual(readOfac(files, asOf).entries);
});

test.each([
  ['sdn.csv', (text: string) => text.replace('"MONONYMUS"', '"MONONYMUS'), 'sdn.csv line 8', 'csv'],
  ['sdn.csv', (text: string) => text.replace('"MONONYMUS"', '"MONO"NYMUS"'), 'sdn.csv line 8', 'csv'],
  ['sdn.csv', (text: string) => text.replace(',"MONONYMUS"', ''), 'sdn.csv line 8', 'columns'],
  ['sdn.csv', (text: string) => text.replace('106,', '105,'), 'sdn.csv line 6', 'duplicate'],
  ['sdn.csv', (text: string) => text.replace('106,', 'ent_num,'), 'sdn.csv line 6', 'number'],
  ['sdn.csv', (text: string) => text.replace('"ZZ-NIL"', '-0- '), 'sdn.csv line 6', 'name'],
  ['sdn.csv', (text: string) => text.replace('XBT bcrt1', 'XBT; bcrt1'), 'sdn.csv line 3', 'address'],
  ['sdn.csv', (text: string) => text.replace('ZZ-NIL', 'Z'.repeat(20_000)), 'sdn.csv line 6', 'csv'],
  ['sdn.csv', () => '', 'sdn.csv', 'empty'],
  ['sdn.csv', () => '\u001a', 'sdn.csv', 'empty'],
  ['sdn.csv', () => '<html><body>Moved</body></html>', 'sdn.csv line 1', 'columns'],
  ['alt.csv', (text: string) => text.replace('107,4', '199,4'), 'alt.csv line 4', 'unknown-entity'],
  ['add.csv', (text: string) => text.replace('104,3', '199,3'), 'add.csv line 3', 'unknown-entity'],
  ['sdn_comments.csv', () => '', 'sdn.csv line 1', 'unfinished'],
  ['sdn_comments.csv', (text: string) => text.replace('101,', '0,'), 'sdn_comments.csv line 1', 'number'],
] as const)('%s is refused by file and line', (name, change, field, rule) => {
  expect(() => readOfac(changed(name, change), asOf)).toThrow(expect.objectContaining({ field, rule }));
});

test('bytes that are no text, and files that are too large, are refused', () => {
  const read = (bytes: Uint8Array) => () => readOfac({ ...files, 'sdn.csv': bytes }, asOf);
  expect(read(new Uint8Array([0xff, 0xfe, 0x00]))).toThrow(
    expect.objectContaining({ field: 'sdn.csv', rule: 'utf-8' }),
  );
  expect(read(new Uint8Array(64 * 1024 * 1024 + 1))).toThrow(expect.objectContaining({ rule: 'too-large' }));
});

test('whatever the bytes are, the answer is a list or a typed error', () => {
  const original = files['sdn.csv'];
  const edit = fc.record({
    at: fc.nat(original.length - 1),
    remove: fc.nat(40),
    insert: fc.uint8Array({ maxLength: 40 }),
  });
  const cut = ({ at, remove, insert }: { readonly at: number; readonly remove: number; readonly insert: Uint8Array }) =>
    new Uint8Array([...original.subarray(0, at), ...insert, ...original.subarray(at + remove)]);
  const bytes = fc.oneof(edit.map(cut), fc.string({ maxLength: 300 }).map(utf8), fc.uint8Array());
  fc.assert(
    fc.property(fc.constantFrom(...ofacFileNames), bytes, (name, content) => {
      try {
        return readOfac({ ...files, [name]: content }, asOf).entries.length > 0;
      } catch (error) {
        return isInputError(error) && /^[a-z_]+\.csv(?: line \d+)?$/.test(error.field);
      }
    }),
    { numRuns: 500 },
  );
});
