import type { KycProvider } from '@rielrails/core';

/** No document says how soon a new run is listed. Five minutes is our caution. */
export const NOT_FOUND_IS_FINAL_AFTER_MS = 300_000;

/**
 * The terms of Onfido. Onfido has no key of ours: a second start finds the workflow runs that carry our tag, and gives the
 * open one again.
 */
export const manifest: KycProvider['manifest'] = {
  start: { repeat: 'replays' },
  get: {
    by: 'reference',
    covers: 'all',
    notFoundIsFinalAfterMs: NOT_FOUND_IS_FINAL_AFTER_MS,
    // 400 requests a minute in production, and a lookup is four: two pages, a run, an applicant.
    budget: { calls: 100, perMs: 60_000 },
  },
};
