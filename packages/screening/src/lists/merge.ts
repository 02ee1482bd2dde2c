import type { BirthYears, ListEntry } from './snapshot.ts';
import { distinctYears } from './years.ts';

/** An entry while it is gathered from several rows. */
export interface EntryDraft {
  readonly id: string;
  type: ListEntry['type'];
  readonly names: string[];
  readonly weakNames: string[];
  readonly programs: string[];
  readonly born: BirthYears[];
  readonly countries: string[];
  readonly identifiers: string[];
}

/** Gathers rows by the entry to which they belong. */
export function createDrafts(): { of(id: string, type: ListEntry['type']): EntryDraft; all(): readonly EntryDraft[] } {
  const drafts = new Map<string, EntryDraft>();
  return {
    of(id, type) {
      const known = drafts.get(id);
      if (known) return known;
      const draft = { id, type, names: [], weakNames: [], programs: [], born: [], countries: [], identifiers: [] };
      drafts.set(id, draft);
      return draft;
    },
    all: () => [...drafts.values()],
  };
}

/** The entry of a draft; `null` where it has no name at all. The first name is its name, and a weak one only if there is no other. */
export function entryOf(draft: EntryDraft): ListEntry | null {
  const [name, ...aliases] = distinct([...draft.names, ...(draft.names.length === 0 ? draft.weakNames : [])]);
  if (name === undefined) return null;
  return {
    id: draft.id,
    type: draft.type,
    name,
    aliases,
    weakAliases: distinct(draft.weakNames).filter((weak) => weak !== name && !aliases.includes(weak)),
    programs: distinct(draft.programs),
    born: distinctYears(draft.born),
    countries: distinct(draft.countries),
    identifiers: distinct(draft.identifiers),
    addresses: [],
  };
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts.map((text) => text.trim()).filter(Boolean))];
}
