import { InputError } from '@rielrails/core';
import type { Instant } from '@rielrails/core';
import { digest, toHex } from '@rielrails/kit';
import { readRemarks } from './remarks.ts';
import { readRows } from './rows.ts';
import type { Row } from './rows.ts';
import type { ListEntry, ListSnapshot } from './snapshot.ts';

/** The files of OFAC's SDN list that belong together, by the names under which they are kept. */
export const ofacFileNames = ['sdn.csv', 'alt.csv', 'add.csv', 'sdn_comments.csv'] as const;

/** The bytes of those files, all of one publication. */
export type OfacFiles = Readonly<Record<(typeof ofacFileNames)[number], Uint8Array>>;

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
  const entities = readRows('sdn.csv', files['sdn.csv'], 12);
  const aliases = readRows('alt.csv', files['alt.csv'], 5);
  const places = readRows('add.csv', files['add.csv'], 6);
  const overflows = readRows('sdn_comments.csv', files['sdn_comments.csv'], 2);
  if (entities.length === 0) throw new InputError('sdn.csv', 'empty', 'the list has no entries');

  const byId = new Map(entities.map((row) => [idOf(row), row]));
  if (byId.size !== entities.length) throw duplicate(entities);
  const aliasesOf = groupByEntity(aliases, byId);
  const overflowsOf = groupByEntity(overflows, byId);
  // Streets are not compared; that each belongs to an entry shows that the files are of one publication.
  groupByEntity(places, byId);

  const entries = entities.map((row): ListEntry => {
    const [id = '', name = '', type = '', programs = '', , , , , , , , remark = ''] = row.fields;
    if (name === '') throw new InputError(row.where, 'name', 'the entry has no name');
    const overflow = (overflowsOf.get(id) ?? []).map(({ fields }) => fields[1] ?? '').join('');
    const remarks = readRemarks(remark + overflow);
    if (remarks.problem === 'unfinished') throw new InputError(row.where, 'unfinished', 'the remark does not end');
    if (remarks.problem) throw new InputError(row.where, remarks.problem, 'a digital currency address cannot be read');
    const listed = (aliasesOf.get(id) ?? []).map(({ fields }) => fields[3] ?? '');
    return {
      id,
      type: types[type] ?? 'entity',
      name,
      aliases: [...new Set([...listed, ...remarks.aliases])].filter(Boolean),
      programs: programs.split('] [').filter(Boolean),
      born: remarks.born,
      addresses: remarks.addresses,
    };
  });
  return { source: 'OFAC SDN', version: versionOf(files), asOf, entries };
}

/** The hash of a file, as a directory's description keeps it. */
export function hashOf(bytes: Uint8Array): string {
  return toHex(digest('sha256', bytes));
}

function versionOf(files: OfacFiles): string {
  return toHex(digest('sha256', ofacFileNames.map((name) => hashOf(files[name])).join(':'))).slice(0, 32);
}

function idOf({ fields: [id = ''], where }: Row): string {
  if (!/^[1-9]\d{0,9}$/.test(id)) throw new InputError(where, 'number', 'the first column is no entity number');
  return id;
}

function groupByEntity(rows: readonly Row[], entities: ReadonlyMap<string, Row>): ReadonlyMap<string, readonly Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const id = idOf(row);
    if (!entities.has(id)) throw new InputError(row.where, 'unknown-entity', 'the entity is not in sdn.csv');
    const group = groups.get(id);
    if (group) group.push(row);
    else groups.set(id, [row]);
  }
  return groups;
}

function duplicate(rows: readonly Row[]): InputError {
  const seen = new Set<string>();
  const second = rows.find((row) => seen.size === seen.add(idOf(row)).size);
  return new InputError(second?.where ?? 'sdn.csv', 'duplicate', 'the entity number stands twice');
}
