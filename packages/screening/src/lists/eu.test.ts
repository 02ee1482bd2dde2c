import type { Instant } from '@rielrails/core';
import { utf8 } from '@rielrails/kit';
import { expect, test } from 'vitest';
import { euConsolidated } from './eu.ts';
import type { ListSnapshot } from './snapshot.ts';

const columns = [
  'fileGenerationDate',
  'Entity_LogicalId',
  'Entity_EU_ReferenceNumber',
  'Entity_SubjectType',
  'Entity_SubjectType_ClassificationCode',
  'Entity_Regulation_Programme',
  'NameAlias_LastName',
  'NameAlias_FirstName',
  'NameAlias_MiddleName',
  'NameAlias_WholeName',
  'NameAlias_Remark',
  'Address_CountryIso2Code',
  'BirthDate_BirthDate',
  'BirthDate_Circa',
  'BirthDate_Year',
  'BirthDate_YearRangeFrom',
  'BirthDate_YearRangeTo',
  'BirthDate_CountryIso2Code',
  'Identification_Number',
  'Identification_LatinNumber',
  'Citizenship_CountryIso2Code',
];

function row(fields: Readonly<Record<string, string>>): string {
  return columns.map((column) => fields[column] ?? '').join(';');
}

const person = { Entity_LogicalId: '13', Entity_SubjectType: 'P', Entity_SubjectType_ClassificationCode: 'person' };
const lines = [
  columns.join(';'),
  row({
    ...person,
    Entity_Regulation_Programme: 'TST',
    NameAlias_WholeName: 'Fulano "Mengano" Inventado'.replaceAll('"', ''),
  }),
  row({ ...person, NameAlias_FirstName: 'Foulano', NameAlias_LastName: 'Inventado' }),
  row({ ...person, NameAlias_WholeName: 'The Invented', NameAlias_Remark: 'low quality alias' }),
  row({ ...person, BirthDate_BirthDate: '1977-03-25', BirthDate_CountryIso2Code: 'KH' }),
  row({ ...person, BirthDate_Circa: 'true', BirthDate_Year: '1979' }),
  row({
    ...person,
    Identification_Number: 'N0123456',
    Citizenship_CountryIso2Code: 'RU',
    Address_CountryIso2Code: '00',
  }),
  row({ Entity_LogicalId: '14', Entity_SubjectType: 'enterprise', NameAlias_WholeName: '"Chimera; Holdings"' }),
];

function read(text: string): ListSnapshot {
  return euConsolidated.read({ 'eu.csv': utf8(text) }, 0 as Instant);
}

test('gathers an entry from its rows', () => {
  const { source, entries } = read(`\uFEFF${lines.join('\r\n')}\r\n`);
  expect(source).toBe('EU Consolidated');
  expect(entries).toEqual([
    {
      id: '13',
      type: 'person',
      name: 'Fulano Mengano Inventado',
      aliases: ['Foulano Inventado'],
      weakAliases: ['The Invented'],
      programs: ['TST'],
      born: [
        { from: 1977, to: 1977 },
        { from: 1977, to: 1981 },
      ],
      countries: ['KH', 'RU'],
      identifiers: ['N0123456'],
      addresses: [],
    },
    expect.objectContaining({ id: '14', type: 'entity', name: 'Chimera; Holdings' }),
  ]);
});

test.each([
  ['without its header', lines.slice(1).join('\n'), 'header'],
  ['of another form', 'a,b,c\n1,2,3', 'header'],
  ['with a row too short', `${lines.join('\n')}\n15;P`, 'columns'],
  ['cut in a quotation', lines.join('\n').slice(0, -25), 'csv'],
  ['with an entry without a number', lines.join('\n').replace('14', 'x'), 'number'],
  ['with an entry without a name', [lines[0], row(person)].join('\n'), 'name'],
  ['without entries', lines[0] ?? '', 'empty'],
  ['empty', '', 'header'],
])('a list %s is refused', (_what, text, rule) => {
  expect(() => read(text)).toThrow(expect.objectContaining({ field: expect.stringContaining('eu.csv'), rule }));
});
