import { InputError } from '@rielrails/core';
import type { Instant } from '@rielrails/core';
import { countryCodes } from './countries.ts';
import { versionOf } from './format.ts';
import type { ListFiles, ListFormat } from './format.ts';
import { readRemarks } from './remarks.ts';
import { readRows } from './rows.ts';
import type { Row } from './rows.ts';
import type { ListEntry, ListSnapshot } from './snapshot.ts';

/** The files of OFAC's SDN list that belong together, by the names under which they are kept. */
export const ofacFileNames = ['sdn.csv', 'alt.csv', 'add.csv', 'sdn_comments.csv'] as const;

/** The bytes of those files, all of one publication. */
export type OfacFiles = Readonly<Record<(typeof ofacFileNames)[number], Uint8Array>>;

const EXPORTS = 'https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports';

/** The Specially Designated Nationals of the US Treasury. */
export const ofacSdn: ListFormat = {
  id: 'ofac-sdn',
  source: 'OFAC SDN',
  files: ofacFileNames.map((name) => ({ name, url: `${EXPORTS}/${name.toUpperCase()}` })),
  provenance: 'seen',
  read: (files, asOf) => readCsv(files, asOf, 'OFAC SDN', ofacFileNames),
};

const consolidatedNames = ['cons_prim.csv', 'cons_alt.csv', 'cons_add.csv', 'cons_comments.csv'] as const;

/** The other lists of the US Treasury, in one: the same form, and no real file of it was read. */
export const ofacConsolidated: ListFormat = {
  id: 'ofac-consolidated',
  source: 'OFAC Consolidated',
  files: consolidatedNames.map((name) => ({ name, url: `${EXPORTS}/${name.toUpperCase()}` })),
  provenance: 'unverified',
  read: (files, asOf) => readCsv(files, asOf, 'OFAC Consolidated', consolidatedNames),
};

const types: Readonly<Record<string, ListEntry['type']>> = {
  individual: 'person',
  vessel: 'vessel',
  aircraft: 'aircraft',
};

/**
 * Reads the SDN list of the US Treasury. OFAC, "SDN data specification", CSV form.
 *
 * All or nothing: a row that is malformed, stands twice, or belongs to no entry refuses the whole set, because half a
 * list would clear people.
 *
 * @throws InputError naming file and line.
 */
export function readOfac(files: OfacFiles, asOf: Instant): ListSnapshot {
  return ofacSdn.read(files, asOf);
}

/** The files of a set: entries, aliases, addresses, and where remarks go on. */
type FileNames = readonly [main: string, aliases: string, places: string, comments: string];

function readCsv(files: ListFiles, asOf: Instant, source: string, names: FileNames): ListSnapshot {
  const [main, aliasFile, placeFile, commentFile] = names;
  const rowsOf = (name: string, columns: number) => readRows(name, files[name] ?? new Uint8Array(), columns);
  const entities = rowsOf(main, 12);
  const aliases = rowsOf(aliasFile, 5);
  const places = rowsOf(placeFile, 6);
  const overflows = rowsOf(commentFile, 2);
  if (entities.length === 0) throw new InputError(main, 'empty', 'the list has no entries');

  const byId = new Map(entities.map((row) => [idOf(row), row]));
  if (byId.size !== entities.length) throw duplicate(main, entities);
  const aliasesOf = groupByEntity(aliases, byId, main);
  const overflowsOf = groupByEntity(overflows, byId, main);
  const placesOf = groupByEntity(places, byId, main);

  const entries = entities.map((row): ListEntry => {
    const [id = '', name = '', type = '', programs = '', , , , , , , , remark = ''] = row.fields;
    if (name === '') throw new InputError(row.where, 'name', 'the entry has no name');
    const overflow = fieldOf(overflowsOf.get(id), 1).join('');
    const { problem, countries, ...remarks } = readRemarks(remark + overflow);
    if (problem === 'unfinished') throw new InputError(row.where, 'unfinished', 'the remark does not end');
    if (problem) throw new InputError(row.where, problem, 'a digital currency address cannot be read');
    return {
      id,
      type: types[type] ?? 'entity',
      name,
      aliases: [...new Set(fieldOf(aliasesOf.get(id), 3))].filter(Boolean),
      programs: programs.split('] [').filter(Boolean),
      countries: countryCodes([...countries, ...fieldOf(placesOf.get(id), 4)]),
      ...remarks,
    };
  });
  return { source, version: versionOf(files, names), asOf, entries };
}

function fieldOf(rows: readonly Row[] | undefined, at: number): readonly string[] {
  return (rows ?? []).map(({ fields }) => fields[at] ?? '');
}

function idOf({ fields: [id = ''], where }: Row): string {
  if (!/^[1-9]\d{0,9}$/.test(id)) throw new InputError(where, 'number', 'the first column is no entity number');
  return id;
}

function groupByEntity(
  rows: readonly Row[],
  entities: ReadonlyMap<string, Row>,
  main: string,
): ReadonlyMap<string, readonly Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const id = idOf(row);
    if (!entities.has(id)) throw new InputError(row.where, 'unknown-entity', `the entity is not in ${main}`);
    const group = groups.get(id);
    if (group) group.push(row);
    else groups.set(id, [row]);
  }
  return groups;
}

function duplicate(main: string, rows: readonly Row[]): InputError {
  const seen = new Set<string>();
  const second = rows.find((row) => seen.size === seen.add(idOf(row)).size);
  return new InputError(second?.where ?? main, 'duplicate', 'the entity number stands twice');
}
