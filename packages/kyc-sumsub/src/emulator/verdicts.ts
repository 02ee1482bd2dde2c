import type { EmulatedRequest } from '@rielrails/kit/emulator';
import type { ReviewResult } from './applicants.ts';
import { listOf, readObject, textOf } from './bodies.ts';

/** Everything is in order. */
export const passed: ReviewResult = { reviewAnswer: 'GREEN' };

/** The papers cannot be read; the person may hand in others. */
export function unreadable(reason = 'Upload the original photo.'): ReviewResult {
  return {
    moderationComment: reason,
    clientComment: 'Screenshot of a document.',
    reviewAnswer: 'RED',
    rejectLabels: ['UNSATISFACTORY_PHOTOS', 'SCREENSHOTS'],
    reviewRejectType: 'RETRY',
  };
}

/** The papers are false; the case is closed. */
export function forged(reason = 'We could not verify your profile.'): ReviewResult {
  return {
    moderationComment: reason,
    clientComment: 'Edited document.',
    reviewAnswer: 'RED',
    rejectLabels: ['FORGERY'],
    reviewRejectType: 'FINAL',
  };
}

const FIELDS = ['reviewAnswer', 'rejectLabels', 'reviewRejectType', 'clientComment', 'moderationComment'];

/** The verdict that a sandbox client asks for; `null` when it is none. */
export function readVerdict(request: EmulatedRequest): ReviewResult | null {
  const body = readObject(request, FIELDS);
  if (!body) return null;
  const labels = listOf(body, 'rejectLabels');
  if (!labels?.every((label) => typeof label === 'string')) return null;
  const reviewAnswer = textOf(body, 'reviewAnswer');
  const reviewRejectType = textOf(body, 'reviewRejectType');
  if (reviewAnswer === 'GREEN') return labels.length === 0 ? passed : null;
  if (reviewAnswer !== 'RED' || (reviewRejectType !== 'RETRY' && reviewRejectType !== 'FINAL')) return null;
  return {
    moderationComment: textOf(body, 'moderationComment'),
    clientComment: textOf(body, 'clientComment'),
    reviewAnswer,
    rejectLabels: labels,
    reviewRejectType,
  };
}
