import { canonicalAddress } from './addresses.ts';
import { keysOf, withoutCompanyForms, withoutHonorifics, wordsOf } from './names.ts';
import { createNameIndex, explain, percent, THRESHOLD } from '../names/index.ts';
import type { ListedName } from '../names/index.ts';
import type { ListedAddress, ListEntry, ListSnapshot } from './snapshot.ts';

/** An entry whose name resembles the one that was asked about. */
export interface NameHit {
  readonly entry: ListEntry;
  /** The name as the list writes it. */
  readonly listed: string;
  /** How alike they are, 0 to 1. */
  readonly score: number;
  /** Why, for a person to read. */
  readonly explanation: string;
}

/** An entry that owns the address that was asked about. */
export interface AddressHit {
  readonly entry: ListEntry;
  readonly listed: ListedAddress;
}

/** A snapshot, arranged for looking up. */
export interface Matcher {
  readonly snapshot: ListSnapshot;
  /** Entries of which a name resembles this one, each once with its best name, the likeliest first. */
  byName(name: string): readonly NameHit[];
  byAddress(text: string): readonly AddressHit[];
}

/** Arranges a snapshot. Takes a moment for a large list, so do it once a snapshot. */
export function createMatcher(snapshot: ListSnapshot): Matcher {
  const names: (ListedName & { readonly entry: ListEntry })[] = [];
  const equal = new Map<string, Pick<NameHit, 'entry' | 'listed'>[]>();
  const addresses = new Map<string, AddressHit[]>();
  for (const entry of snapshot.entries) {
    for (const text of new Set([entry.name, ...entry.aliases])) {
      names.push({ text, bearer: entry.type, entry });
      for (const key of formsOf(text).flatMap(keysOf)) push(equal, key, { entry, listed: text });
    }
    for (const listed of entry.addresses) push(addresses, canonicalAddress(listed.text), { entry, listed });
  }
  const index = createNameIndex(names);
  return {
    snapshot,
    byName(name) {
      const hits = new Map<string, NameHit>();
      for (const { at, score, alignment, asked, listed } of index.search(name, THRESHOLD)) {
        const found = names[at];
        if (!found || hits.has(found.entry.id)) continue;
        const explanation = `${percent(score)}. ${explain(alignment, asked, listed)}`;
        hits.set(found.entry.id, { entry: found.entry, listed: found.text, score, explanation });
      }
      // However little a name says: one that equals a listed one is never passed over.
      for (const found of formsOf(name)
        .flatMap(keysOf)
        .flatMap((key) => equal.get(key) ?? []))
        if (!hits.has(found.entry.id))
          hits.set(found.entry.id, { ...found, score: 1, explanation: 'The names are equal.' });
      return [...hits.values()];
    },
    byAddress: (text) => addresses.get(canonicalAddress(text)) ?? [],
  };
}

/** A name, and the same without titles or forms of companies. */
function formsOf(name: string): readonly (readonly string[])[] {
  const words = wordsOf(name);
  return [words, withoutHonorifics(words), withoutCompanyForms(words)];
}

function push<T>(groups: Map<string, T[]>, key: string, value: T): void {
  const group = groups.get(key);
  if (group) group.push(value);
  else groups.set(key, [value]);
}
