/**
 * Why a verification did not succeed, as far as the person may be told; a front end has a sentence for each.
 *
 * Only what the person can see or mend has a code. Lists, suspicions and everything unfamiliar are `other`: saying more
 * would tip somebody off.
 */
export const kycReasons = [
  /** Blurred, cut off, too dark, a screenshot or a copy. */
  'document-unreadable',
  /** A side or a page is missing. */
  'document-incomplete',
  'document-expired',
  /** Not of a kind, or from a place, that is taken. */
  'document-not-accepted',
  /** No face, or none that can be compared. */
  'selfie-unreadable',
  /** The face is not the one of the document. */
  'face-mismatch',
  /** What was typed is not what the document says. */
  'data-mismatch',
  'address-unproven',
  'too-young',
  'country-not-served',
  /** Some of it was never done, or not in time. */
  'unfinished',
  'other',
] as const;

/** One of {@link kycReasons}. */
export type KycReason = (typeof kycReasons)[number];
