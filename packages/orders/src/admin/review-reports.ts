import { InputError } from '@rielrails/core';
import type { Reference } from '@rielrails/core';
import { iso, isoOr } from './plain-text.ts';
import type { Desk } from './reports.ts';
import type { PictureName, ReviewDecision, ReviewFile, ReviewLine, Reviews } from './reviews.ts';

/** A verification in a list. No names. */
export interface ReviewLineReport {
  readonly review: Reference;
  readonly state: string;
  readonly level: string;
  readonly opened: string;
  readonly submitted: string | null;
  readonly decided: string | null;
  /** Who proposed something that waits for a second person. */
  readonly proposedBy: string | null;
  /** What a decision is about: it is told with the decision. */
  readonly seen: number;
}

/** A verification with everything that is needed to judge it. Personal data. */
export interface ReviewReport extends ReviewLineReport {
  readonly typed: ReviewFile['statement'];
  readonly documents: readonly PictureName[];
  readonly decidedBy: string | null;
  readonly reasons: readonly string[];
  readonly until: string | null;
  readonly proposal: {
    readonly by: string;
    readonly at: string;
    readonly hash: string;
    readonly decision: string;
    /** What it rests on, by name. */
    readonly says: Readonly<Record<string, string>>;
  } | null;
  readonly possible: readonly ('review approve' | 'review retry' | 'review reject' | 'review revoke')[];
}

/** Verifications in a list. */
export async function readReviews(desk: Desk, filter: 'waiting' | 'decided'): Promise<readonly ReviewLineReport[]> {
  return (await reviewsOf(desk).cases(filter)).map(lineOf);
}

/** One verification, opened for whoever reads it: that they do is written down first. */
export async function readReview(desk: Desk, id: string, by: string): Promise<ReviewReport> {
  const reference = await noteReading(desk, id, 'statement', by);
  const file = await reviewsOf(desk).file(reference, by);
  const { statement, documents, decidedBy, reasons, until, proposal } = file;
  return {
    ...lineOf(file),
    typed: statement,
    documents,
    decidedBy,
    reasons,
    until: isoOr(until),
    proposal: proposal && {
      by: proposal.by,
      at: iso(proposal.at),
      hash: proposal.hash,
      decision: proposal.decision.to,
      says: saysOf(proposal.decision),
    },
    possible:
      file.state === 'submitted'
        ? ['review approve', 'review retry', 'review reject']
        : file.state === 'approved'
          ? ['review revoke']
          : [],
  };
}

/** One picture, opened for whoever looks at it: that they do is written down first. */
export async function readPicture(
  desk: Desk,
  id: string,
  name: PictureName,
  by: string,
): Promise<{ readonly type: string; readonly bytes: Uint8Array }> {
  const reference = await noteReading(desk, id, name, by);
  return reviewsOf(desk).document(reference, name, by);
}

/** @throws InputError `reviews`, `not-here`, where no desk decides about verifications. */
export function reviewsOf({ reviews }: Desk): Reviews {
  if (!reviews) throw new InputError('reviews', 'not-here', 'verifications are decided elsewhere');
  return reviews;
}

async function noteReading(desk: Desk, id: string, what: string, by: string): Promise<Reference> {
  const { reference, person } = await reviewsOf(desk).line(id as Reference);
  await desk.admin.noteReading(person as Reference, [`review ${reference} ${what}`], 'review', by);
  return reference;
}

function lineOf(line: ReviewLine): ReviewLineReport {
  return {
    review: line.reference,
    state: line.state,
    level: line.level,
    opened: iso(line.openedAt),
    submitted: isoOr(line.submittedAt),
    decided: isoOr(line.decidedAt),
    proposedBy: line.proposedBy,
    seen: line.version,
  };
}

function saysOf(decision: ReviewDecision): Readonly<Record<string, string>> {
  switch (decision.to) {
    case 'approved': {
      const { documentExpires, ...identity } = decision.identity;
      return { ...identity, documentExpires: documentExpires ?? 'never' };
    }
    case 'retry':
    case 'rejected':
      return { reasons: decision.reasons.join(', ') };
    case 'revoked':
      return {};
  }
}
