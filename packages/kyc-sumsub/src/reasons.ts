import type { KycReason, NonEmpty } from '@rielrails/core';
import type { Applicant } from './wire.ts';

/**
 * Labels about pictures, papers and what a person typed. Sumsub documentation, "Rejection labels".
 *
 * Those of lists, fraud and duplicates are left out on purpose: they must not be told. The list of labels is open.
 */
const sayable: ReadonlyMap<string, KycReason> = new Map([
  ['LOW_QUALITY', 'document-unreadable'],
  ['SCREENSHOTS', 'document-unreadable'],
  ['UNSATISFACTORY_PHOTOS', 'document-unreadable'],
  ['BACK_SIDE_MISSING', 'document-incomplete'],
  ['DOCUMENT_PAGE_MISSING', 'document-incomplete'],
  ['FRONT_SIDE_MISSING', 'document-incomplete'],
  ['EXPIRATION_DATE', 'document-expired'],
  ['BAD_PROOF_OF_IDENTITY', 'document-not-accepted'],
  ['DIGITAL_DOCUMENT', 'document-not-accepted'],
  ['DOCUMENT_DAMAGED', 'document-not-accepted'],
  ['ID_INVALID', 'document-not-accepted'],
  ['INCOMPATIBLE_LANGUAGE', 'document-not-accepted'],
  ['UNSUITABLE_DOCUMENT', 'document-not-accepted'],
  ['BAD_AVATAR', 'selfie-unreadable'],
  ['BAD_SELFIE', 'selfie-unreadable'],
  ['UNSUITABLE_ENV', 'selfie-unreadable'],
  ['BAD_FACE_MATCHING', 'face-mismatch'],
  ['SELFIE_MISMATCH', 'face-mismatch'],
  ['PROBLEMATIC_APPLICANT_DATA', 'data-mismatch'],
  ['BAD_PROOF_OF_ADDRESS', 'address-unproven'],
  ['WRONG_ADDRESS', 'address-unproven'],
  ['AGE_REQUIREMENT_MISMATCH', 'too-young'],
  ['WRONG_USER_REGION', 'country-not-served'],
  ['ADDITIONAL_DOCUMENT_REQUIRED', 'unfinished'],
  ['DOCUMENT_MISSING', 'unfinished'],
  ['NOT_ALL_CHECKS_COMPLETED', 'unfinished'],
]);

/** Why a review failed. Its comments are not read: one is not for the person, the other is in one language only. */
export function reasonsOf({ review }: Applicant): NonEmpty<KycReason> {
  const labels = review?.reviewResult?.rejectLabels ?? [];
  const [first = 'other', ...others] = new Set(labels.flatMap((label) => sayable.get(label) ?? []));
  return [first, ...others];
}
