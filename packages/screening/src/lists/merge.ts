import { InputError } from '@rielrails/core';
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

/** The entries of a list while its rows are read. */
export interface Drafts {
  /** The one to which a row belongs. */
  of(id: string, type: ListEntry['type']): EntryDraft;
  /**
   * All of them, or nothing. `called` is what the list calls them.
   *
   * @throws InputError naming the file: `name`, `empty`.
   */
  entries(file: string, called: string): readonly ListEntry[];
}

/** Gathers rows by the entry to which they belong. */
export function createDrafts(): Drafts {
  const drafts = new Map<string, EntryDraft>();
  return {
    of(id, type) {
      const known = drafts.get(id);
      if (known) return known;
      const draft = { id, type, names: [], weakNames: [], programs: [], born: [], countries: [], identifiers: [] };
      drafts.set(id, draft);
      return draft;
    },
    entries(file, called) {
      if (drafts.size === 0) throw new InputError(file, 'empty', 'the list has no entries');
      return [...drafts.values()].map((draft) => {
        const entry = entryOf(draft);
        if (!entry) throw new InputError(file, 'name', `the ${called} ${draft.id} has no name`);
        return entry;
      });
    },
  };
}

/** The entry of a draft; `null` where it has no name at all. The first name is its name, and a weak one only if there is no other. */
function entryOf(draft: EntryDraft): ListEntry | null {
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
