import { kycReasons } from '@rielrails/core';
import { fc, test as property } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { reasonsOf } from './reasons.ts';
import { readApplicant } from './wire.ts';

function refused(reviewResult: object) {
  const review = { reviewStatus: 'completed', reviewResult: { reviewAnswer: 'RED', ...reviewResult } };
  return readApplicant({ id: '65d34febc2b0cd19e02aa9ff', externalUserId: '1', review });
}

test.each([
  [['SCREENSHOTS'], ['document-unreadable']],
  [['UNSATISFACTORY_PHOTOS', 'SCREENSHOTS'], ['document-unreadable']],
  [
    ['BACK_SIDE_MISSING', 'BAD_SELFIE', 'EXPIRATION_DATE'],
    ['document-incomplete', 'selfie-unreadable', 'document-expired'],
  ],
  [['SANCTIONS', 'PEP'], ['other']],
  [['SANCTIONS', 'BAD_SELFIE'], ['selfie-unreadable']],
  [['FORGERY', 'toString', '__proto__'], ['other']],
  [[], ['other']],
])('%o is told as %o', (rejectLabels, reasons) => {
  expect(reasonsOf(refused({ rejectLabels }))).toEqual(reasons);
});

test('what a reviewer wrote goes nowhere', () => {
  const comments = { moderationComment: 'Call me.', clientComment: 'On a list.' };
  const applicant = refused({ ...comments, rejectLabels: null });
  expect(reasonsOf(applicant)).toEqual(['other']);
  expect(JSON.stringify(applicant)).not.toMatch(/Call me|On a list/);
});

property.prop([fc.array(fc.string({ maxLength: 40 }), { maxLength: 100 })], { seed: 7 })(
  'whatever the labels, reasons are of the closed list',
  (rejectLabels) => {
    const reasons = reasonsOf(refused({ rejectLabels }));
    expect(reasons.length).toBeGreaterThan(0);
    expect(reasons.every((reason) => kycReasons.includes(reason))).toBe(true);
  },
);
