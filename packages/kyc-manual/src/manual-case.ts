import type { Instant, KycCase, KycReason, NonEmpty, Reference } from '@rielrails/core';
import { identityOf, subjectOf } from './decision.ts';
import type { ReviewedIdentity } from './decision.ts';

/** How far a case came. `open`: nothing was handed in yet, or not since a retry. */
export type ManualState = 'open' | 'submitted' | 'approved' | 'retry' | 'rejected' | 'revoked';

/** A decision that waits for a second person: sealed, because it says who somebody is. */
export interface ProposedDecision {
  readonly by: string;
  readonly at: Instant;
  readonly sealed: Uint8Array;
}

/** A case as it is kept. What tells who somebody is, is sealed. */
export interface ManualCase {
  readonly reference: Reference;
  /** The engine's pseudonym of the person. */
  readonly person: string;
  readonly level: string;
  readonly language: string;
  /** Counts changes: what was decided about an older one is refused. */
  readonly version: number;
  readonly state: ManualState;
  readonly openedAt: Instant;
  readonly submittedAt: Instant | null;
  readonly decidedAt: Instant | null;
  readonly decidedBy: string | null;
  readonly reasons: readonly KycReason[];
  /** Until when an approval counts. */
  readonly until: Instant | null;
  /** What the person typed, and later what an operator read off the documents: sealed. */
  readonly statement: Uint8Array | null;
  readonly identity: Uint8Array | null;
  /** Void with the first change of anything else. */
  readonly proposal: ProposedDecision | null;
}

/** What a person hands in. */
export const documentNames = ['front', 'back', 'selfie'] as const;

/** One of {@link documentNames}. */
export type DocumentName = (typeof documentNames)[number];

/** What the person typed beside the pictures. */
export interface Statement {
  /** As the document has it, in Latin letters. */
  readonly name: string;
  /** In Khmer letters, where there is one. */
  readonly khmerName: string | null;
  /** `YYYY-MM-DD` */
  readonly born: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly document: 'national-id' | 'passport' | 'driving-licence';
}

/** The case as the contract tells it. */
export function tellCase(one: ManualCase, identity: ReviewedIdentity | null, now: Instant): KycCase {
  const { reference, state, reasons, until } = one;
  switch (state) {
    case 'open':
    case 'submitted':
      return { reference, status: 'pending' };
    case 'approved':
      // An approval that has run out is none, and nobody took it back: the engine opens another case.
      return identity && until !== null && until > now
        ? { reference, status: 'approved', until, identity: identityOf(identity), subject: subjectOf(identity) }
        : { reference, status: 'pending' };
    case 'retry':
    case 'rejected':
      return { reference, status: state, reasons: reasonsOf(reasons) };
    case 'revoked':
      return { reference, status: 'revoked' };
  }
}

function reasonsOf([first = 'other', ...rest]: readonly KycReason[]): NonEmpty<KycReason> {
  return [first, ...rest];
}
