import { InputError } from '@rielrails/core';
import type { Instant } from '@rielrails/core';
import { countryCodes } from './countries.ts';
import { versionOf } from './format.ts';
import type { ListFiles, ListFormat } from './format.ts';
import { namesIn } from './listed-names.ts';
import type { BirthYears, ListEntry, ListSnapshot } from './snapshot.ts';
import { childrenOf, readXml, textIn, textsAt } from './xml.ts';
import type { XmlElement } from './xml.ts';
import { birthYearsIn, distinctYears } from './years.ts';

const FILE = 'consolidated.xml';

/** The consolidated list of the Security Council of the United Nations. */
export const unConsolidated: ListFormat = {
  id: 'un',
  source: 'UN Consolidated',
  files: [{ name: FILE, url: 'https://scsanctions.un.org/resources/xml/en/consolidated.xml' }],
  provenance: 'seen',
  read: readUn,
};

const records = new Set(['INDIVIDUAL', 'ENTITY']);
const nameParts = ['FIRST_NAME', 'SECOND_NAME', 'THIRD_NAME', 'FOURTH_NAME'] as const;

/** United Nations, "Security Council consolidated list", XML. */
function readUn(files: ListFiles, asOf: Instant): ListSnapshot {
  const entries: ListEntry[] = [];
  const seen = new Set<string>();
  const root = readXml(FILE, files[FILE] ?? new Uint8Array(), records, (record, where) => {
    const entry = readEntry(record, where);
    if (seen.size === seen.add(entry.id).size) throw new InputError(where, 'duplicate', 'the entry stands twice');
    entries.push(entry);
  });
  if (root.name !== 'CONSOLIDATED_LIST') throw new InputError(FILE, 'root', 'the file is no consolidated list');
  if (entries.length === 0) throw new InputError(FILE, 'empty', 'the list has no entries');
  const published = Date.parse(root.attributes['dateGenerated'] ?? '');
  return {
    source: unConsolidated.source,
    version: versionOf(files, [FILE]),
    asOf,
    ...(Number.isNaN(published) ? {} : { published: published as Instant }),
    entries,
  };
}

function readEntry(record: XmlElement, where: string): ListEntry {
  const id = textIn(record, 'REFERENCE_NUMBER') || textIn(record, 'DATAID');
  if (id === '') throw new InputError(where, 'number', 'the entry has no number');
  const [name, ...others] = namesIn(nameParts.map((part) => textIn(record, part)).join(' '));
  if (name === undefined) throw new InputError(where, 'name', 'the entry has no name');
  const isPerson = record.name === 'INDIVIDUAL';
  const listed = childrenOf(record, isPerson ? 'INDIVIDUAL_ALIAS' : 'ENTITY_ALIAS');
  const isWeak = (alias: XmlElement) => textIn(alias, 'QUALITY') === 'Low';
  const aliasesOf = (some: readonly XmlElement[]) => some.flatMap((alias) => namesIn(textIn(alias, 'ALIAS_NAME')));
  const native = textsAt(record, 'NAME_ORIGINAL_SCRIPT').flatMap(namesIn);
  return {
    id,
    type: isPerson ? 'person' : 'entity',
    name,
    aliases: [...new Set([...others, ...native, ...aliasesOf(listed.filter((alias) => !isWeak(alias)))])],
    weakAliases: [...new Set(aliasesOf(listed.filter(isWeak)))],
    programs: textsAt(record, 'UN_LIST_TYPE'),
    born: distinctYears(childrenOf(record, 'INDIVIDUAL_DATE_OF_BIRTH').flatMap(bornIn)),
    countries: countryCodes([
      ...textsAt(record, 'NATIONALITY', 'VALUE'),
      ...textsAt(record, 'INDIVIDUAL_ADDRESS', 'COUNTRY'),
      ...textsAt(record, 'ENTITY_ADDRESS', 'COUNTRY'),
      ...textsAt(record, 'INDIVIDUAL_PLACE_OF_BIRTH', 'COUNTRY'),
    ]),
    identifiers: [...new Set(textsAt(record, 'INDIVIDUAL_DOCUMENT', 'NUMBER'))],
    addresses: [],
  };
}

/** `DATE`, `YEAR`, or `FROM_YEAR` and `TO_YEAR`. */
function bornIn(birth: XmlElement): readonly BirthYears[] {
  const text = ['DATE', 'YEAR', 'FROM_YEAR', 'TO_YEAR'].map((part) => textIn(birth, part)).join(' ');
  return birthYearsIn(text, textIn(birth, 'TYPE_OF_DATE') === 'APPROXIMATELY');
}
