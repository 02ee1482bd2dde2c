import { canonicalAddress } from './addresses.ts';
import { keysOf, withoutCompanyForms, withoutHonorifics, wordsOf } from './names.ts';
import type { ListedAddress, ListEntry, ListSnapshot } from './snapshot.ts';

/** An entry that bears the name that was asked about. */
export interface NameHit {
  readonly entry: ListEntry;
  /** The name as the list writes it. */
  readonly listed: string;
}

/** An entry that owns the address that was asked about. */
export interface AddressHit {
  readonly entry: ListEntry;
  readonly listed: ListedAddress;
}

/** A snapshot, arranged for looking up. */
export interface Matcher {
  readonly snapshot: ListSnapshot;
  /** Entries of which a name equals this one, each once. */
  byName(name: string): readonly NameHit[];
  byAddress(text: string): readonly AddressHit[];
}

/** Arranges a snapshot. Takes a moment for a large list, so do it once a snapshot. */
export function createMatcher(snapshot: ListSnapshot): Matcher {
  const names = new Map<string, NameHit[]>();
  const addresses = new Map<string, AddressHit[]>();
  for (const entry of snapshot.entries) {
    for (const listed of [entry.name, ...entry.aliases]) {
      const words = wordsOf(listed);
      const shorter = entry.type === 'person' ? withoutHonorifics(words) : withoutCompanyForms(words);
      for (const key of new Set([...keysOf(words), ...keysOf(shorter)])) push(names, key, { entry, listed });
    }
    for (const listed of entry.addresses) push(addresses, canonicalAddress(listed.text), { entry, listed });
  }
  return {
    snapshot,
    byName(name) {
      const words = wordsOf(name);
      const forms = [words, withoutHonorifics(words), withoutCompanyForms(words)];
      const hits = forms.flatMap(keysOf).flatMap((key) => names.get(key) ?? []);
      return [...new Map(hits.map((hit) => [hit.entry.id, hit])).values()];
    },
    byAddress: (text) => addresses.get(canonicalAddress(text)) ?? [],
  };
}

function push<T>(groups: Map<string, T[]>, key: string, value: T): void {
  const group = groups.get(key);
  if (group) group.push(value);
  else groups.set(key, [value]);
}
