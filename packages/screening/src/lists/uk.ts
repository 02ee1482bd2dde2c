import { InputError } from '@rielrails/core';
import type { Instant } from '@rielrails/core';
import { countryCodes } from './countries.ts';
import { versionOf } from './format.ts';
import type { ListFiles, ListFormat } from './format.ts';
import { namesIn } from './listed-names.ts';
import { createDrafts } from './merge.ts';
import type { EntryDraft } from './merge.ts';
import { readHeadedRows } from './rows.ts';
import type { HeadedRow } from './rows.ts';
import type { ListEntry, ListSnapshot } from './snapshot.ts';
import { birthYearsIn } from './years.ts';

const FILE = 'uk.csv';

/** The sanctions list of the United Kingdom. Built from documents: no real file of it was read. */
export const ukSanctions: ListFormat = {
  id: 'uk',
  source: 'UK Sanctions List',
  files: [{ name: FILE, url: 'https://sanctionslist.fcdo.gov.uk/docs/UK-Sanctions-List.csv' }],
  provenance: 'unverified',
  read: readUk,
};

const required = ['Unique ID', 'Name 6', 'Name type', 'Regime Name'] as const;
const givenNames = ['Name 1', 'Name 2', 'Name 3', 'Name 4', 'Name 5'] as const;

const types: Readonly<Record<string, ListEntry['type']>> = {
  individual: 'person',
  entity: 'entity',
  ship: 'vessel',
};

/** FCDO, "The UK Sanctions List", CSV: a line with the date of the report, a header, and a row for each name and address. */
function readUk(files: ListFiles, asOf: Instant): ListSnapshot {
  const rows = readHeadedRows(FILE, files[FILE] ?? new Uint8Array(), {
    delimiter: ',',
    required,
    preface: 'Report Date',
  });
  const drafts = createDrafts();
  for (const row of rows) {
    const id = row.of('Unique ID');
    if (!/^[A-Z0-9]{3,20}$/i.test(id)) throw new InputError(row.where, 'number', 'the designation has no number');
    addRow(drafts.of(id, typeOf(row)), row);
  }
  return {
    source: ukSanctions.source,
    version: versionOf(files, [FILE]),
    asOf,
    entries: drafts.entries(FILE, 'designation'),
  };
}

/** Older files have the column under another name. A type that is not known is compared as a thing. */
function typeOf(row: HeadedRow): ListEntry['type'] {
  const type = row.of('Designation Type') || row.of('Individual, Entity, Ship');
  return types[type.toLowerCase()] ?? 'entity';
}

function addRow(draft: EntryDraft, row: HeadedRow): void {
  const given = givenNames
    .map((column) => row.of(column))
    .filter(Boolean)
    .join(' ');
  const last = row.of('Name 6');
  // With a comma it is known which is the family name.
  const name = draft.type === 'person' && given !== '' && last !== '' ? `${last}, ${given}` : `${given} ${last}`;
  const isWeak = /weak|low/i.test(row.of('Alias strength'));
  (isWeak ? draft.weakNames : draft.names).push(name, ...namesIn(row.of('Name non-latin script')));
  draft.programs.push(row.of('Regime Name'));
  draft.born.push(...birthYearsIn(row.of('D.O.B')));
  draft.countries.push(
    ...countryCodes(
      ['Address Country', 'Nationality(/ies)', 'Country of birth'].flatMap((column) => splitList(row.of(column))),
    ),
  );
  const numbers = ['National Identifier number', 'Passport number', 'Business registration number (s)', 'IMO number'];
  draft.identifiers.push(...numbers.flatMap((column) => splitList(row.of(column))));
}

/** `(1) Russia (2) Ukraine`, `Russia; Ukraine`. */
function splitList(text: string): readonly string[] {
  return text.split(/\(\d+\)|;/).map((one) => one.trim());
}
