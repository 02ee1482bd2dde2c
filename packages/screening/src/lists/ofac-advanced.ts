import { InputError } from '@rielrails/core';
import type { Instant } from '@rielrails/core';
import { countryCodes } from './countries.ts';
import { versionOf } from './format.ts';
import type { ListFiles, ListFormat } from './format.ts';
import type { BirthYears, ListedAddress, ListEntry, ListSnapshot } from './snapshot.ts';
import { childrenOf, readXml, textIn } from './xml.ts';
import type { XmlElement } from './xml.ts';
import { birthYearsIn, distinctYears } from './years.ts';

const FILE = 'sdn_advanced.xml';
const MAX_BYTES = 256 * 1024 * 1024;

/** The same list of the US Treasury in its newer form. Built from documents: no real file of it was read. */
export const ofacAdvanced: ListFormat = {
  id: 'ofac-sdn-advanced',
  source: 'OFAC SDN (advanced XML)',
  files: [
    {
      name: FILE,
      url: 'https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/SDN_ADVANCED.XML',
      maxBytes: MAX_BYTES,
    },
  ],
  provenance: 'unverified',
  read: readAdvanced,
};

const referenceValues = ['AliasType', 'Country', 'FeatureType', 'NamePartType', 'PartySubType', 'Script'] as const;
const records = new Set<string>([...referenceValues, 'Location', 'IDRegDocument', 'DistinctParty', 'SanctionsEntry']);

/** What the file says before and after its parties, to which these refer by number. */
interface References {
  /** By kind and number: the text of a reference value. */
  readonly values: Map<string, string>;
  /** Countries of a location, and documents of an identity, and programs of a profile, by number. */
  readonly locations: Map<string, readonly string[]>;
  readonly documents: Map<string, string[]>;
  readonly programs: Map<string, string[]>;
  readonly parties: { readonly element: XmlElement; readonly where: string }[];
}

/** OFAC, "Advanced Sanctions Data Model", XML. */
function readAdvanced(files: ListFiles, asOf: Instant): ListSnapshot {
  const references: References = {
    values: new Map(),
    locations: new Map(),
    documents: new Map(),
    programs: new Map(),
    parties: [],
  };
  const bytes = files[FILE] ?? new Uint8Array();
  const root = readXml(FILE, bytes, records, (record, where) => gather(references, record, where), MAX_BYTES);
  if (root.name !== 'Sanctions') throw new InputError(FILE, 'root', 'the file is no list of sanctions');
  const entries = references.parties.map(({ element, where }) => readParty(element, where, references));
  if (entries.length === 0) throw new InputError(FILE, 'empty', 'the list has no entries');
  if (new Set(entries.map(({ id }) => id)).size !== entries.length)
    throw new InputError(FILE, 'duplicate', 'an entry stands twice');
  return { source: ofacAdvanced.source, version: versionOf(files, [FILE]), asOf, entries };
}

function gather(references: References, record: XmlElement, where: string): void {
  const { attributes, name, text } = record;
  switch (name) {
    case 'DistinctParty':
      references.parties.push({ element: record, where });
      break;
    case 'Location': {
      const countries = childrenOf(record, 'LocationCountry').map((country) => country.attributes['CountryID'] ?? '');
      references.locations.set(attributes['ID'] ?? '', countries);
      break;
    }
    case 'IDRegDocument':
      push(references.documents, attributes['IdentityID'], textIn(record, 'IDRegistrationNo'));
      break;
    case 'SanctionsEntry':
      for (const measure of childrenOf(record, 'SanctionsMeasure'))
        push(references.programs, attributes['ProfileID'], textIn(measure, 'Comment'));
      break;
    default:
      references.values.set(`${name} ${attributes['ID'] ?? ''}`, attributes['ISO2'] ?? text);
      if (name === 'PartySubType')
        references.values.set(`PartyType ${attributes['ID'] ?? ''}`, attributes['PartyTypeID'] ?? '');
  }
}

function readParty(party: XmlElement, where: string, references: References): ListEntry {
  const id = party.attributes['FixedRef'] ?? '';
  if (!/^\d{1,12}$/.test(id)) throw new InputError(where, 'number', 'the party has no number');
  const profile = childrenOf(party, 'Profile')[0];
  if (!profile) throw new InputError(where, 'profile', 'the party has no profile');
  const type = typeOf(profile, references);
  const identities = childrenOf(profile, 'Identity');
  const listed = identities.flatMap((identity) => namesOf(identity, type === 'person', references));
  const strong = listed.filter(({ isWeak }) => !isWeak).sort((a, b) => Number(b.isPrimary) - Number(a.isPrimary));
  const [name, ...aliases] = [...new Set((strong.length > 0 ? strong : listed).map(({ text }) => text))];
  if (name === undefined) throw new InputError(where, 'name', 'the party has no name');
  const features = childrenOf(profile, 'Feature').map((feature) => readFeature(feature, references));
  return {
    id,
    type,
    name,
    aliases,
    weakAliases: [...new Set(listed.filter(({ isWeak }) => isWeak).map(({ text }) => text))].filter(
      (text) => text !== name,
    ),
    programs: [...new Set(references.programs.get(profile.attributes['ID'] ?? '') ?? [])],
    born: distinctYears(features.flatMap(({ born }) => born)),
    countries: countryCodes(features.flatMap(({ countries }) => countries)),
    identifiers: identities.flatMap(({ attributes }) => references.documents.get(attributes['ID'] ?? '') ?? []),
    addresses: features.flatMap(({ addresses }) => addresses),
  };
}

/** The party's subtype says vessel or aircraft; its type, person or entity. */
function typeOf({ attributes }: XmlElement, { values }: References): ListEntry['type'] {
  const subType = attributes['PartySubTypeID'] ?? '';
  const word = (values.get(`PartySubType ${subType}`) ?? '').toLowerCase();
  if (word.includes('vessel')) return 'vessel';
  if (word.includes('aircraft')) return 'aircraft';
  return values.get(`PartyType ${subType}`) === '1' ? 'person' : 'entity';
}

interface AdvancedName {
  readonly text: string;
  readonly isWeak: boolean;
  readonly isPrimary: boolean;
}

function namesOf(identity: XmlElement, isPerson: boolean, { values }: References): readonly AdvancedName[] {
  const kindOfGroup = new Map(
    childrenOf(identity, 'NamePartGroups')
      .flatMap((groups) => childrenOf(groups, 'MasterNamePartGroup'))
      .flatMap((master) => childrenOf(master, 'NamePartGroup'))
      .map(({ attributes }) => [
        attributes['ID'] ?? '',
        values.get(`NamePartType ${attributes['NamePartTypeID'] ?? ''}`) ?? '',
      ]),
  );
  return childrenOf(identity, 'Alias').flatMap((alias) => {
    const isWeak = alias.attributes['LowQuality'] === 'true';
    const isPrimary = alias.attributes['Primary'] === 'true';
    return childrenOf(alias, 'DocumentedName')
      .map((documented) => writtenName(documented, isPerson, kindOfGroup))
      .filter((text) => text !== '')
      .map((text) => ({ text, isWeak, isPrimary }));
  });
}

/** `LAST, First Middle` for a person whose family name is told, else the parts in their order. */
function writtenName(documented: XmlElement, isPerson: boolean, kindOfGroup: ReadonlyMap<string, string>): string {
  const parts = childrenOf(documented, 'DocumentedNamePart')
    .flatMap((part) => childrenOf(part, 'NamePartValue'))
    .map(({ text, attributes }) => ({ text, kind: kindOfGroup.get(attributes['NamePartGroupID'] ?? '') ?? '' }));
  const isFamily = ({ kind }: (typeof parts)[number]) => kind === 'Last Name';
  const join = (some: typeof parts) => some.map(({ text }) => text).join(' ');
  const [family, given] = [parts.filter(isFamily), parts.filter((part) => !isFamily(part))];
  return isPerson && family.length > 0 && given.length > 0 ? `${join(family)}, ${join(given)}` : join(parts);
}

interface Feature {
  readonly born: readonly BirthYears[];
  readonly countries: readonly string[];
  readonly addresses: readonly ListedAddress[];
}

const NOTHING: Feature = { born: [], countries: [], addresses: [] };

function readFeature(feature: XmlElement, { values, locations }: References): Feature {
  const kind = values.get(`FeatureType ${feature.attributes['FeatureTypeID'] ?? ''}`) ?? '';
  const versions = childrenOf(feature, 'FeatureVersion');
  if (kind === 'Birthdate') return { ...NOTHING, born: versions.flatMap(bornIn) };
  const currency = /^Digital Currency Address - ([A-Z0-9]{1,12})$/.exec(kind)?.[1];
  if (currency !== undefined) {
    const texts = versions.map((version) => textIn(version, 'VersionDetail')).filter(Boolean);
    return { ...NOTHING, addresses: texts.map((text) => ({ currency, text })) };
  }
  if (!/Nationality|Citizenship|Location|Place of Birth/.test(kind)) return NOTHING;
  const places = versions.flatMap((version) => childrenOf(version, 'VersionLocation'));
  const countries = places.flatMap(({ attributes }) => locations.get(attributes['LocationID'] ?? '') ?? []);
  return { ...NOTHING, countries: countries.map((country) => values.get(`Country ${country}`) ?? '') };
}

/** Years stand in `Start/From/Year` and `End/To/Year`, each as a range of its own. */
function bornIn(version: XmlElement): readonly BirthYears[] {
  const periods = childrenOf(version, 'DatePeriod');
  const years = (element: XmlElement): readonly string[] =>
    element.name === 'Year' ? [element.text] : element.children.flatMap(years);
  return periods.flatMap((period) =>
    birthYearsIn(
      years(period).join(' '),
      childrenOf(period, 'Start').some(({ attributes }) => attributes['Approximate'] === 'true'),
    ),
  );
}

function push(groups: Map<string, string[]>, key: string | undefined, value: string): void {
  if (key === undefined || value === '') return;
  const group = groups.get(key);
  if (group) group.push(value);
  else groups.set(key, [value]);
}
