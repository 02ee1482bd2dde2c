import type { KycReason, NonEmpty } from '@rielrails/core';
import { z } from 'zod';
import type { Run } from './wire.ts';

/**
 * What a report looked at, or a whole group of it, that a person may be told. `@onfido/api` 6.2.0, "DocumentBreakdown" and
 * "FacialSimilarityPhotoBreakdown".
 *
 * Whether a document is genuine, stolen or known, and every watchlist, is left out on purpose.
 */
const sayable: ReadonlyMap<string, KycReason> = new Map([
  ['image_integrity.colour_picture', 'document-unreadable'],
  ['image_integrity.conclusive_document_quality', 'document-unreadable'],
  ['image_integrity.image_quality', 'document-unreadable'],
  ['image_integrity.supported_document', 'document-not-accepted'],
  ['image_integrity.face_detected', 'selfie-unreadable'],
  ['face_comparison.face_match', 'face-mismatch'],
  ['data_validation.document_expiration', 'document-expired'],
  ['data_validation.expiry_date', 'document-expired'],
  ['data_comparison', 'data-mismatch'],
  ['age_validation', 'too-young'],
]);

const reportSchema = z.object({
  breakdown: z.record(
    z.string(),
    z
      .object({ breakdown: z.record(z.string(), z.object({ result: z.string().nullish() }).nullish()).nullish() })
      .nullish(),
  ),
});

/** Why a run was declined, as far as the reports among its outputs tell. */
export function reasonsOf({ output }: Run): NonEmpty<KycReason> {
  const [first = 'other', ...others] = new Set(Object.values(output).flatMap(reasonsOfReport));
  return [first, ...others];
}

function reasonsOfReport(value: unknown): readonly KycReason[] {
  const report = reportSchema.safeParse(value);
  if (!report.success) return [];
  return Object.entries(report.data.breakdown).flatMap(([group, part]) =>
    Object.entries(part?.breakdown ?? {}).flatMap(([name, looked]) => {
      const isFine = (looked?.result ?? 'clear') === 'clear';
      return isFine ? [] : (sayable.get(`${group}.${name}`) ?? sayable.get(group) ?? []);
    }),
  );
}
