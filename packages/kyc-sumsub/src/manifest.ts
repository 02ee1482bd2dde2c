import type { KycProvider } from '@rielrails/core';

/**
 * The terms of Sumsub. Our reference is the applicant's `externalUserId`, of which Sumsub keeps one only: a second start
 * finds the first applicant and gives another link to it.
 */
export const manifest: KycProvider['manifest'] = {
  start: { repeat: 'replays' },
  get: {
    by: 'reference',
    covers: 'all',
    // No document says how soon a new applicant can be read. Five minutes is our caution.
    notFoundIsFinalAfterMs: 300_000,
    // "Rate limits": 300 GET requests in 5 seconds.
    budget: { calls: 300, perMs: 5000 },
  },
};
