import type { Instant } from '@rielrails/core';
import { cpSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { describeOfac } from './description.ts';
import { ofacDirectory } from './directory.ts';
import { ofacFileNames } from './ofac.ts';
import type { OfacFiles } from './ofac.ts';

const fixtures = fileURLToPath(new URL('../../fixtures/ofac', import.meta.url));
let directory = '';

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'rielrails-lists-'));
  cpSync(fixtures, directory, { recursive: true });
});

afterEach(() => rmSync(directory, { recursive: true }));

function files(): OfacFiles {
  const read = (name: string) => [name, new Uint8Array(readFileSync(join(directory, name)))] as const;
  return Object.fromEntries(ofacFileNames.map(read)) as unknown as OfacFiles;
}

test('reads what was described', async () => {
  const asOf = Date.UTC(2026, 4, 6) as Instant;
  writeFileSync(join(directory, 'list.json'), describeOfac(files(), asOf));
  expect(await ofacDirectory(directory)()).toMatchObject({ asOf, entries: { length: 8 } });
});

test('the description of the fixtures is what describeOfac writes', () => {
  const text = readFileSync(join(fixtures, 'list.json'), 'utf8');
  expect(describeOfac(files(), Date.UTC(2026, 0, 2) as Instant)).toBe(text);
});

test('gives the same snapshot until the description changes', async () => {
  const source = ofacDirectory(directory);
  const first = await source();
  expect(await source()).toBe(first);
  writeFileSync(join(directory, 'list.json'), describeOfac(files(), Date.UTC(2026, 4, 6) as Instant));
  expect(await source()).not.toBe(first);
});

test.each([
  ['a truncated file', () => truncateSync(join(directory, 'alt.csv'), 60), 'alt.csv', 'hash'],
  ['a missing file', () => rmSync(join(directory, 'add.csv')), 'add.csv', 'missing'],
  ['no description', () => rmSync(join(directory, 'list.json')), 'list.json', 'missing'],
  ['a broken description', () => writeFileSync(join(directory, 'list.json'), '{'), 'list.json', 'json'],
  ['no date', () => writeFileSync(join(directory, 'list.json'), '{}'), 'list.json asOf', 'description'],
  [
    'a huge description',
    () => writeFileSync(join(directory, 'list.json'), ' '.repeat(70_000)),
    'list.json',
    'too-large',
  ],
] as const)('%s is refused', async (_what, spoil, field, rule) => {
  spoil();
  await expect(ofacDirectory(directory)()).rejects.toMatchObject({ field, rule });
});

test('a set that cannot be read is not described', () => {
  writeFileSync(join(directory, 'sdn.csv'), 'nothing');
  expect(() => describeOfac(files(), 0 as Instant)).toThrow('sdn.csv line 1');
});
