import type { Instant } from '@rielrails/core';
import { utf8 } from '@rielrails/kit';
import { expect, test } from 'vitest';
import type { ListSnapshot } from './snapshot.ts';
import { ukSanctions } from './uk.ts';

const columns = [
  'Last Updated',
  'Unique ID',
  'Name 6',
  'Name 1',
  'Name 2',
  'Name type',
  'Alias strength',
  'Name non-latin script',
  'Regime Name',
  'Designation Type',
  'Address Country',
  'D.O.B',
  'Nationality(/ies)',
  'National Identifier number',
  'Passport number',
  'Country of birth',
  'IMO number',
];

function row(fields: Readonly<Record<string, string>>): string {
  return columns.map((column) => `"${(fields[column] ?? '').replaceAll('"', '""')}"`).join(',');
}

const person = { 'Unique ID': 'TST0001', 'Designation Type': 'Individual', 'Regime Name': 'Test' };
const lines = [
  'Report Date: 24-Jun-2026',
  columns.join(','),
  row({
    ...person,
    'Name 6': 'INVENTADO',
    'Name 1': 'Fulano',
    'Name 2': 'Mengano',
    'Name type': 'Primary Name',
    'Name non-latin script': 'Фулано Инвентадо',
    'D.O.B': 'dd/mm/1962',
    'Nationality(/ies)': '(1) Russia (2) Cambodia',
    'Passport number': '(1) N0123456',
  }),
  row({ ...person, 'Name 6': 'NOBODY', 'Name 1': 'Nemo', 'Name type': 'Alias', 'Alias strength': 'Good quality' }),
  row({ ...person, 'Name 6': 'The Invented', 'Name type': 'Alias', 'Alias strength': 'Low quality' }),
  row({ 'Unique ID': 'TST0002', 'Designation Type': 'Ship', 'Name 6': 'IMAGINARY STAR', 'IMO number': '0000000' }),
];

function read(text: string): ListSnapshot {
  return ukSanctions.read({ 'uk.csv': utf8(text) }, 0 as Instant);
}

test.each([
  ['with the date of the report', lines],
  ['without it', lines.slice(1)],
])('gathers an entry from its rows, %s', (_what, text) => {
  const { source, entries } = read(`${text.join('\r\n')}\r\n`);
  expect(source).toBe('UK Sanctions List');
  expect(entries).toEqual([
    {
      id: 'TST0001',
      type: 'person',
      name: 'INVENTADO, Fulano Mengano',
      aliases: ['Фулано Инвентадо', 'NOBODY, Nemo'],
      weakAliases: ['The Invented'],
      programs: ['Test'],
      born: [{ from: 1962, to: 1962 }],
      countries: ['RU', 'KH'],
      identifiers: ['N0123456'],
      addresses: [],
    },
    expect.objectContaining({ id: 'TST0002', type: 'vessel', name: 'IMAGINARY STAR', identifiers: ['0000000'] }),
  ]);
});

test('older files have the type under another name', () => {
  const older = lines.join('\n').replace('Designation Type', '"Individual, Entity, Ship"');
  expect(read(older).entries.map(({ type }) => type)).toEqual(['person', 'vessel']);
});

test.each([
  ['without its header', lines.slice(2).join('\n'), 'header'],
  ['with a row too short', `${lines.join('\n')}\n1,2`, 'columns'],
  ['cut in a quotation', lines.join('\n').slice(0, -1), 'csv'],
  ['with an entry without a number', lines.join('\n').replace('TST0002', '?'), 'number'],
  ['with an entry without a name', [...lines, row({ 'Unique ID': 'TST0003' })].join('\n'), 'name'],
  ['without entries', lines.slice(0, 2).join('\n'), 'empty'],
])('a list %s is refused', (_what, text, rule) => {
  expect(() => read(text)).toThrow(expect.objectContaining({ field: expect.stringContaining('uk.csv'), rule }));
});
