import { InputError } from '@rielrails/core';
import type { Instant } from '@rielrails/core';
import { countryCodes } from './countries.ts';
import { versionOf } from './format.ts';
import type { ListFiles, ListFormat } from './format.ts';
import { createDrafts } from './merge.ts';
import type { EntryDraft } from './merge.ts';
import { readHeadedRows } from './rows.ts';
import type { HeadedRow } from './rows.ts';
import type { ListSnapshot } from './snapshot.ts';
import { birthYearsIn } from './years.ts';

const FILE = 'eu.csv';

/** The consolidated list of the European Union. Built from documents: no real file of it was read. */
export const euConsolidated: ListFormat = {
  id: 'eu',
  source: 'EU Consolidated',
  // A token of one's own must be added, which the publisher gives: `?token=…`.
  files: [{ name: FILE, url: 'https://webgate.ec.europa.eu/fsd/fsf/public/files/csvFullSanctionsList_1_1/content' }],
  provenance: 'unverified',
  read: readEu,
};

const required = ['Entity_LogicalId', 'Entity_SubjectType', 'NameAlias_WholeName'] as const;

/** European Commission, "Consolidated financial sanctions list", CSV 1.1: a row for each name, birth, document and place. */
function readEu(files: ListFiles, asOf: Instant): ListSnapshot {
  const rows = readHeadedRows(FILE, files[FILE] ?? new Uint8Array(), { delimiter: ';', required });
  const drafts = createDrafts();
  for (const row of rows) {
    const id = row.of('Entity_LogicalId');
    if (!/^\d{1,12}$/.test(id)) throw new InputError(row.where, 'number', 'the entity has no number');
    addRow(drafts.of(id, isPerson(row) ? 'person' : 'entity'), row);
  }
  return {
    source: euConsolidated.source,
    version: versionOf(files, [FILE]),
    asOf,
    entries: drafts.entries(FILE, 'entity'),
  };
}

/** `P` and `person`, `E` and `enterprise`: the files say it in one column or in two. */
function isPerson(row: HeadedRow): boolean {
  return [row.of('Entity_SubjectType'), row.of('Entity_SubjectType_ClassificationCode')].some((type) =>
    /^(?:P|person)$/i.test(type),
  );
}

function addRow(draft: EntryDraft, row: HeadedRow): void {
  const parts = ['NameAlias_FirstName', 'NameAlias_MiddleName', 'NameAlias_LastName'].map((column) => row.of(column));
  const name = row.of('NameAlias_WholeName') || parts.filter(Boolean).join(' ');
  // The list marks what may be too broad in words.
  const isWeak = /low quality|weak/i.test(row.of('NameAlias_Remark'));
  (isWeak ? draft.weakNames : draft.names).push(name);
  draft.programs.push(row.of('Entity_Regulation_Programme'));
  draft.born.push(...bornIn(row));
  draft.countries.push(
    ...countryCodes([
      row.of('Address_CountryIso2Code'),
      row.of('BirthDate_CountryIso2Code'),
      row.of('Citizenship_CountryIso2Code'),
    ]),
  );
  draft.identifiers.push(row.of('Identification_Number'), row.of('Identification_LatinNumber'));
}

function bornIn(row: HeadedRow): EntryDraft['born'] {
  const dates = ['BirthDate_BirthDate', 'BirthDate_Year', 'BirthDate_YearRangeFrom', 'BirthDate_YearRangeTo'];
  return [...birthYearsIn(dates.map((column) => row.of(column)).join(' '), row.of('BirthDate_Circa') === 'true')];
}
