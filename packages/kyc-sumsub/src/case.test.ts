import type { Reference } from '@rielrails/core';
import { silentLog } from '@rielrails/kit';
import { expect, test } from 'vitest';
import { approvedCase, createStageReader, isAskedLevel, isSameCase } from './case.ts';
import type { Applicant } from './wire.ts';

const DAY_MS = 86_400_000;
const stageOf = createStageReader(silentLog);

const approved: Applicant = {
  id: '65d34febc2b0cd19e02aa9ff',
  externalUserId: '7421905561083',
  info: {
    firstName: 'សុភាព',
    firstNameEn: 'Sopheap',
    lastName: 'ចាន់',
    lastNameEn: ' CHAN ',
    dob: '1985-12-31',
    country: 'KHM',
  },
  review: {
    reviewStatus: 'completed',
    reviewDate: '2026-01-31 08:01:02+0000',
    reviewResult: { reviewAnswer: 'GREEN' },
  },
};

function withReview(review: Applicant['review']): Applicant {
  return { ...approved, review };
}

test.each([
  ['approved', { reviewStatus: 'completed', reviewResult: { reviewAnswer: 'GREEN' } }],
  ['retry', { reviewStatus: 'completed', reviewResult: { reviewAnswer: 'RED', reviewRejectType: 'RETRY' } }],
  ['denied', { reviewStatus: 'completed', reviewResult: { reviewAnswer: 'RED', reviewRejectType: 'FINAL' } }],
  ['pending', { reviewStatus: 'completed', reviewResult: { reviewAnswer: 'RED' } }],
  ['pending', { reviewStatus: 'completed', reviewResult: { reviewAnswer: 'RED', reviewRejectType: 'LATER' } }],
  ['pending', { reviewStatus: 'completed', reviewResult: { reviewAnswer: 'YELLOW' } }],
  ['pending', { reviewStatus: 'completed', reviewResult: null }],
  ['pending', { reviewStatus: 'completed' }],
  ['pending', { reviewStatus: 'awaitingUser', reviewResult: { reviewAnswer: 'GREEN' } }],
  ['pending', { reviewStatus: 'pending', reviewResult: { reviewAnswer: 'RED', reviewRejectType: 'FINAL' } }],
  ['pending', { reviewStatus: 'onHold', reviewResult: { reviewAnswer: 'GREEN' } }],
  ['pending', { reviewStatus: 'COMPLETED', reviewResult: { reviewAnswer: 'GREEN' } }],
  ['begun', { reviewStatus: 'init' }],
  ['begun', { reviewStatus: 'init', reviewResult: { reviewAnswer: 'GREEN' } }],
  ['pending', null],
] as const)('%s is read from %o', (stage, review) => {
  expect(stageOf(withReview(review))).toBe(stage);
});

test('the Latin name is the name, and the name as written is an alias', () => {
  expect(approvedCase(approved, DAY_MS)).toEqual({
    reference: '7421905561083',
    status: 'approved',
    until: Date.UTC(2026, 1, 1, 8, 1, 2),
    identity: { name: 'Sopheap CHAN', aliases: ['សុភាព ចាន់'], born: '1985-12-31', countries: ['KH'] },
  });
});

test.each([
  ['the first that has both', [{ number: '1' }, { country: 'KHM', number: '010203045(7)' }], 'KHM:0102030457'],
  ['however it is spaced', [{ country: 'KHM', number: 'n 0123-4567' }], 'KHM:N01234567'],
  ['none without a number', [{ country: 'KHM' }], undefined],
  ['none without a country', [{ number: '1' }], undefined],
  ['none without a document', null, undefined],
])('the human is told by country and number of a document: %s', (_what, idDocs, subject) => {
  expect(approvedCase({ ...approved, info: { ...approved.info, idDocs } }, DAY_MS)).toMatchObject(
    subject === undefined ? {} : { subject },
  );
  expect('subject' in approvedCase({ ...approved, info: { ...approved.info, idDocs } }, DAY_MS)).toBe(
    subject !== undefined,
  );
});

test('a document that expires first ends the approval', () => {
  const info = { ...approved.info, idDocs: [{ validUntil: '2027-05-01' }, { validUntil: '2026-03-01' }, {}] };
  expect(approvedCase({ ...approved, info }, 365 * DAY_MS)).toMatchObject({ until: Date.UTC(2026, 2, 1, 23, 59, 59) });
});

test.each([
  ['no name', { info: { dob: '1985-12-31' } }],
  ['no info', { info: null }],
  ['no day of review', { review: { reviewStatus: 'completed' } }],
  ['a strange date', { info: { ...approved.info, dob: '31/12/1985' } }],
  ['a strange expiry', { info: { ...approved.info, idDocs: [{ validUntil: 'never' }] } }],
])('an approval with %s is no approval', (_what, change) => {
  expect(() => approvedCase({ ...approved, ...change }, DAY_MS)).toThrow('sumsub: answered with');
});

test('a case is the same for the same person and level, whatever level it was moved to', () => {
  const metadata = [
    { key: 'person', value: 'person-17' },
    { key: 'level', value: 'basic' },
  ];
  const moved = { ...approved, metadata, review: { reviewStatus: 'completed', levelName: 'selfie-only' } };
  const asked = { reference: '1' as Reference, person: 'person-17', level: 'basic', language: 'km' };
  expect(isSameCase(moved, asked)).toBe(true);
  expect(isSameCase(moved, { ...asked, level: 'selfie-only' })).toBe(false);
  expect(isSameCase(moved, { ...asked, person: 'person-18' })).toBe(false);
  expect(isAskedLevel(moved)).toBe(false);
  expect(isAskedLevel({ ...moved, review: { ...moved.review, levelName: 'basic' } })).toBe(true);
});
