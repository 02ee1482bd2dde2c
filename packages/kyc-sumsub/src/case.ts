import { ProviderError } from '@rielrails/core';
import type { Identity, Instant, KycCase, NonEmpty, Reference } from '@rielrails/core';
import { countryAlpha2, createVocabulary } from '@rielrails/kit';
import type { Log } from '@rielrails/kit';
import type { Applicant } from './wire.ts';

/** What a review has come to. `denied` is final. */
export type Stage = 'pending' | 'approved' | 'retry' | 'denied';

/** Reads how far a review is. An unfamiliar word anywhere means pending, and is logged once. */
export function createStageReader(log: Log): (applicant: Applicant) => Stage {
  const options = { provider: 'sumsub', log };
  const statuses = createVocabulary({
    ...options,
    words: {
      init: 'pending',
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
    // A review that was opened again may still carry its last verdict: only a completed one counts.
    if (!review || statuses.read(review.reviewStatus) !== 'completed') return 'pending';
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
  return { reference: referenceOf(applicant), status: 'approved', until, identity: readIdentity(applicant) };
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

/** Labels about pictures and papers. The others (sanctions, fraud, age lists) are not for the person to read. */
const sayable = new Set([
  'ADDITIONAL_DOCUMENT_REQUIRED',
  'BACK_SIDE_MISSING',
  'BAD_AVATAR',
  'BAD_FACE_MATCHING',
  'BAD_PROOF_OF_ADDRESS',
  'BAD_PROOF_OF_IDENTITY',
  'BAD_SELFIE',
  'DIGITAL_DOCUMENT',
  'DOCUMENT_DAMAGED',
  'DOCUMENT_MISSING',
  'DOCUMENT_PAGE_MISSING',
  'EXPIRATION_DATE',
  'FRONT_SIDE_MISSING',
  'ID_INVALID',
  'INCOMPATIBLE_LANGUAGE',
  'LOW_QUALITY',
  'NOT_ALL_CHECKS_COMPLETED',
  'PROBLEMATIC_APPLICANT_DATA',
  'SCREENSHOTS',
  'SELFIE_MISMATCH',
  'UNSATISFACTORY_PHOTOS',
  'UNSUITABLE_DOCUMENT',
  'UNSUITABLE_ENV',
  'WRONG_ADDRESS',
  'WRONG_USER_REGION',
]);

/**
 * Why a review failed, in words that the person may see: Sumsub's comment for the applicant, else the harmless labels.
 *
 * A match on a sanctions list must not be told to the person (tipping-off), so other labels become `OTHER`.
 */
export function reasonsOf({ review }: Applicant): NonEmpty<string> {
  const comment = review?.reviewResult?.moderationComment?.trim();
  const labels = (review?.reviewResult?.rejectLabels ?? []).filter((label) => sayable.has(label));
  const [first = 'OTHER', ...others] = comment ? [comment.slice(0, 1000)] : labels;
  return [first, ...others];
}
