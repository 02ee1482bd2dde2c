import type { Reference } from '@rielrails/core';
import { asReference } from '@rielrails/kit';

const PREFIX = 'kyc-';

/** The tag that marks a workflow run as one of this case. A list of runs can be filtered by it. */
export function tagOf(reference: Reference): string {
  return PREFIX + reference;
}

/** The reference among the tags of a run; `null` where a run is none of ours. */
export function referenceOf(tags: readonly string[]): Reference | null {
  const ours = tags.flatMap((tag) => (tag.startsWith(PREFIX) ? (asReference(tag.slice(PREFIX.length)) ?? []) : []));
  return ours[0] ?? null;
}
