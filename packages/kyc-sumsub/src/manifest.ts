import type { KycProvider } from '@rielrails/core';

/** No document says how soon a new applicant can be read. Five minutes is our caution. */
export const NOT_FOUND_IS_FINAL_AFTER_MS = 300_000;

/**
 * The terms of Sumsub. Our reference is the applicant's `externalUserId`, of which Sumsub keeps one only: a second start
 * finds the first applicant and gives another link to it.
 */
export const manifest: KycProvider['manifest'] = {
  start: { repeat: 'replays' },
  get: {
    by: 'reference',
    covers: 'all',
    notFoundIsFinalAfterMs: NOT_FOUND_IS_FINAL_AFTER_MS,
    // "Rate limits": 300 GET requests in 5 seconds. A lookup is two at most.
    budget: { calls: 150, perMs: 5000 },
  },
};
