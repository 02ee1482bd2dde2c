import type { Identity } from '@rielrails/core';
import { buildNameIndex, SAME, THRESHOLD } from '../names/index.ts';
import type { ListedName, NameMatch } from '../names/index.ts';
import { canonicalAddress } from './addresses.ts';
import { canonicalIdentifier, compareFacts, MOST_BY_FACTS, withFacts } from './facts.ts';
import type { Facts } from './facts.ts';
import type { ListedAddress, ListEntry, ListSnapshot } from './snapshot.ts';

/** An entry that may be who was asked about. */
export interface NameHit {
  readonly source: string;
  readonly entry: ListEntry;
  /** 0 to 1. */
  readonly score: number;
  readonly facts: Facts;
  /** The name as the list writes it, and how it compares; `null` where only a number of a document is the same. */
  readonly listed: string;
  readonly match: NameMatch | null;
}

/** An entry that owns the address that was asked about. */
export interface AddressHit {
  readonly source: string;
  readonly entry: ListEntry;
  readonly listed: ListedAddress;
}

/** Snapshots, arranged for looking up. */
export interface Matcher {
  /** Entries that may be this person or company, the likeliest first, each once. */
  byIdentity(identity: Identity): readonly NameHit[];
  byAddress(text: string): readonly AddressHit[];
}

/** Whose name a listed name is. */
interface Owner {
  readonly source: string;
  readonly entry: ListEntry;
  readonly isWeak: boolean;
}

/** Arranges snapshots, in steps of some milliseconds with a pause after each. Do it once for a set of snapshots. */
export async function createMatcher(snapshots: readonly ListSnapshot[], pause: () => Promise<void>): Promise<Matcher> {
  const names: ListedName[] = [];
  const owners: Owner[][] = [];
  const places = new Map<string, number>();
  const addresses = new Map<string, AddressHit[]>();
  const identifiers = new Map<string, { readonly source: string; readonly entry: ListEntry }[]>();
  const addName = (text: string, owner: Owner) => {
    const key = `${owner.entry.type} ${text}`;
    const place = places.get(key) ?? names.push({ text, bearer: owner.entry.type }) - 1;
    places.set(key, place);
    (owners[place] ??= []).push(owner);
  };
  for (const { source, entries } of snapshots) {
    for (const entry of entries) {
      for (const text of [entry.name, ...entry.aliases]) addName(text, { source, entry, isWeak: false });
      for (const text of entry.weakAliases ?? []) addName(text, { source, entry, isWeak: true });
      for (const listed of entry.addresses) push(addresses, canonicalAddress(listed.text), { source, entry, listed });
      for (const text of entry.identifiers ?? []) push(identifiers, canonicalIdentifier(text), { source, entry });
    }
  }
  const index = await buildNameIndex(names, pause);

  function* hitsOf(identity: Identity): Iterable<NameHit> {
    const numbers = identity.identifiers ?? [];
    const same = new Map(
      numbers.flatMap((number) =>
        (identifiers.get(canonicalIdentifier(number) ?? '') ?? []).map(({ source, entry }) => [
          entry,
          { source, number },
        ]),
      ),
    );
    const least = identity.born === undefined && !identity.countries?.length ? THRESHOLD : THRESHOLD - MOST_BY_FACTS;
    for (const name of [identity.name, ...(identity.aliases ?? [])]) {
      for (const match of index.search(name, least)) {
        const listed = names[match.at]?.text ?? '';
        for (const { source, entry, isWeak } of owners[match.at] ?? []) {
          const facts = compareFacts(identity, entry, same.get(entry)?.number ?? null);
          const score = withFacts(match.score, facts);
          if (score >= THRESHOLD && (!isWeak || match.score >= SAME))
            yield { source, entry, score, facts, listed, match };
        }
      }
    }
    for (const [entry, { source, number }] of same) {
      yield { source, entry, score: 1, facts: compareFacts(identity, entry, number), listed: entry.name, match: null };
    }
  }

  return {
    byIdentity(identity) {
      const best = new Map<ListEntry, NameHit>();
      for (const hit of hitsOf(identity)) {
        const known = best.get(hit.entry);
        if (!known || hit.score > known.score) best.set(hit.entry, hit);
      }
      return [...best.values()].sort((a, b) => b.score - a.score);
    },
    byAddress: (text) => addresses.get(canonicalAddress(text)) ?? [],
  };
}

function push<T>(groups: Map<string, T[]>, key: string | null, value: T): void {
  if (key === null) return;
  const group = groups.get(key);
  if (group) group.push(value);
  else groups.set(key, [value]);
}
