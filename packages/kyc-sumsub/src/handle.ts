import type { Instant } from '@rielrails/core';

/** What a case is found again by, beside its reference: the applicant, and since when it is known to exist. */
export function handleOf(applicantId: string, at: Instant): string {
  return `${applicantId}@${at}`;
}

/** Since when the applicant of a handle is known to exist. `undefined`: no handle, or none of ours. */
export function knownSince(handle: string | undefined): Instant | undefined {
  const [, at] = /^[0-9a-zA-Z]{1,64}@(\d{1,15})$/.exec(handle ?? '') ?? [];
  return at === undefined ? undefined : (Number(at) as Instant);
}
