import { ProviderError } from '@rielrails/core';
import type { Identity, Instant, KycCase, Reference, StartKyc } from '@rielrails/core';
import { countryAlpha2, createVocabulary } from '@rielrails/kit';
import type { Log } from '@rielrails/kit';
import type { Applicant } from './wire.ts';

/** What a review has come to. `begun`: nothing was handed in, or all of it was thrown away. `denied` is final. */
export type Stage = 'begun' | 'pending' | 'approved' | 'retry' | 'denied';

/** Reads how far a review is. An unfamiliar word anywhere means pending, and is logged once. */
export function createStageReader(log: Log): (applicant: Applicant) => Stage {
  const options = { provider: 'sumsub', log };
  const statuses = createVocabulary<'begun' | 'pending' | 'completed'>({
    ...options,
    words: {
      init: 'begun',
      pending: 'pending',
      prechecked: 'pending',
      queued: 'pending',
      awaitingService: 'pending',
      awaitingUser: 'pending',
      onHold: 'pending',
      completed: 'completed',
    },
    otherwise: 'pending',
  });
  const answers = createVocabulary({ ...options, words: { GREEN: 'green', RED: 'red' }, otherwise: 'neither' });
  const rejections = createVocabulary<Stage>({
    ...options,
    words: { RETRY: 'retry', FINAL: 'denied' },
    otherwise: 'pending',
  });
  return ({ review }) => {
    if (!review) return 'pending';
    // A review that was opened again may still carry its last verdict: only a completed one counts.
    const status = statuses.read(review.reviewStatus);
    if (status !== 'completed') return status;
    const answer = answers.read(review.reviewResult?.reviewAnswer ?? '');
    if (answer === 'green') return 'approved';
    return answer === 'red' ? rejections.read(review.reviewResult?.reviewRejectType ?? '') : 'pending';
  };
}

/**
 * An approval with the identity that was verified.
 *
 * @throws ProviderError `unavailable` when the answer lacks the name or the day of the review: that is no approval.
 */
export function approvedCase(applicant: Applicant, approvalValidForMs: number): KycCase {
  const { info, review } = applicant;
  const reviewedAt = readMoment(review?.reviewDate ?? '');
  const expiries = (info?.idDocs ?? []).flatMap(({ validUntil }) => (validUntil ? [readMoment(validUntil)] : []));
  const until = Math.min(reviewedAt + approvalValidForMs, ...expiries) as Instant;
  const subject = subjectOf(applicant);
  return {
    reference: referenceOf(applicant),
    status: 'approved',
    until,
    identity: readIdentity(applicant),
    ...(subject === undefined ? {} : { subject }),
  };
}

/** Country and number of the document. Somebody who verifies with another document is not recognised by it. */
function subjectOf({ info }: Applicant): string | undefined {
  const document = (info?.idDocs ?? []).find(({ number, country }) => number && country);
  const number = (document?.number ?? '').toUpperCase().replaceAll(/[^A-Z0-9]/g, '');
  return number === '' ? undefined : `${document?.country}:${number}`;
}

/** Whether an applicant was made for this person and level. */
export function isSameCase(applicant: Applicant, { person, level }: StartKyc): boolean {
  return kept(applicant, 'person') === person && levelOf(applicant) === level;
}

/**
 * Whether the verdict is about the level that was asked for. Somebody at the dashboard can move an applicant to another
 * one, and what was asked for is then no longer what was answered.
 */
export function isAskedLevel(applicant: Applicant): boolean {
  const told = applicant.review?.levelName ?? undefined;
  return told === undefined || told === levelOf(applicant);
}

/** An applicant that a hosted page made carries no metadata: then the level is the one it has. */
function levelOf(applicant: Applicant): string | null | undefined {
  return kept(applicant, 'level') ?? applicant.review?.levelName;
}

function kept({ metadata }: Applicant, name: string): string | null | undefined {
  return metadata?.find(({ key }) => key === name)?.value;
}

/** The reference under which the applicant was made, as Sumsub tells it. */
export function referenceOf({ externalUserId }: Applicant): Reference {
  return externalUserId as Reference;
}

function readIdentity({ info }: Applicant): Identity {
  const written = fullName(info?.firstName, info?.middleName, info?.lastName);
  const latin = fullName(info?.firstNameEn, info?.middleNameEn, info?.lastNameEn);
  const name = latin || written;
  if (!name) throw drift('an approval without a name');
  const born = info?.dob ?? undefined;
  if (born !== undefined && !/^\d{4}(?:-\d{2}(?:-\d{2})?)?$/.test(born)) throw drift('an unreadable day of birth');
  const countries = [...new Set([info?.nationality, info?.country].flatMap((code) => countryAlpha2(code ?? '') ?? []))];
  return {
    name,
    ...(written && written !== name ? { aliases: [written] } : {}),
    ...(born === undefined ? {} : { born }),
    ...(countries.length > 0 ? { countries } : {}),
  };
}

function fullName(...parts: readonly (string | null | undefined)[]): string {
  return parts
    .flatMap((part) => part?.trim() || [])
    .join(' ')
    .replaceAll(/\s+/g, ' ');
}

/** `2026-01-31 08:01:02+0000`, or a day, which ends when it ends. */
function readMoment(text: string): number {
  const match = /^(\d{4}-\d{2}-\d{2})(?: (\d{2}:\d{2}:\d{2})\+0000)?$/.exec(text);
  const at = match ? Date.parse(`${match[1]}T${match[2] ?? '23:59:59'}Z`) : NaN;
  if (Number.isNaN(at)) throw drift('a date in an unfamiliar form');
  return at;
}

function drift(what: string): ProviderError {
  return new ProviderError({ kind: 'unavailable', provider: 'sumsub', message: `sumsub: answered with ${what}` });
}
