import type { Identity } from '@rielrails/core';
import { createMatcher } from './matcher.ts';
import type { ListEntry, ListSnapshot } from './snapshot.ts';

/** What is different between two versions of one list. */
export interface ListChange {
  readonly source: string;
  /** `null` where there was none before. */
  readonly from: string | null;
  readonly to: string;
  readonly added: readonly ListEntry[];
  /** As they are now. */
  readonly changed: readonly ListEntry[];
  /** The list's own numbers of entries that are gone. */
  readonly removed: readonly string[];
}

/** Compares two versions of one list, entry by entry. Without a former one everything is new. */
export function changesBetween(before: ListSnapshot | null, after: ListSnapshot): ListChange {
  const former = new Map((before?.entries ?? []).map((entry) => [entry.id, JSON.stringify(entry)]));
  const present = new Set(after.entries.map(({ id }) => id));
  return {
    source: after.source,
    from: before?.version ?? null,
    to: after.version,
    added: after.entries.filter(({ id }) => !former.has(id)),
    changed: after.entries.filter((entry) => former.has(entry.id) && former.get(entry.id) !== JSON.stringify(entry)),
    removed: [...former.keys()].filter((id) => !present.has(id)),
  };
}

/** Tells of somebody whether a change may be about them. */
export type Concerns = (identity: Identity) => boolean;

/**
 * Makes a test of known customers against what is new or different: only whom it concerns must be screened again. Quick, as
 * it knows nothing of the rest of the list.
 */
export async function whomItConcerns(changes: readonly ListChange[]): Promise<Concerns> {
  const snapshots = changes.map(({ source, to, added, changed }) => ({
    source,
    version: to,
    asOf: 0 as ListSnapshot['asOf'],
    entries: [...added, ...changed],
  }));
  const matcher = await createMatcher(snapshots, () => Promise.resolve());
  return (identity) => matcher.byIdentity(identity).length > 0;
}
