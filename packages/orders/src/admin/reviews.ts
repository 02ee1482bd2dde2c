import type { KycReason, NonEmpty, Reference } from '@rielrails/core';

/** A verification in a list: nothing that tells who it is. */
export interface ReviewLine {
  readonly reference: Reference;
  /** The engine's id of the person. */
  readonly person: string;
  /** What a decision names, so that it is about what was seen. */
  readonly version: number;
  readonly state: string;
  readonly level: string;
  readonly openedAt: number;
  readonly submittedAt: number | null;
  readonly decidedAt: number | null;
  /** Who proposed something that waits for a second person. */
  readonly proposedBy: string | null;
}

/** What an operator read off the documents. Days are `YYYY-MM-DD`, the country ISO 3166-1 alpha-2. */
export interface ReadIdentity {
  readonly name: string;
  readonly born: string;
  readonly country: string;
  readonly documentNumber: string;
  readonly documentExpires: string | null;
}

/** What people make of a verification. */
export type ReviewDecision =
  | { readonly to: 'approved'; readonly identity: ReadIdentity }
  | { readonly to: 'retry' | 'rejected'; readonly reasons: NonEmpty<KycReason> }
  | { readonly to: 'revoked' };

/** A decision that waits for its second person. */
export interface ReviewProposal {
  readonly by: string;
  readonly at: number;
  readonly decision: ReviewDecision;
  readonly hash: string;
}

/** A verification with everything that is needed to judge it. Personal data. */
export interface ReviewFile extends ReviewLine {
  readonly decidedBy: string | null;
  readonly reasons: readonly KycReason[];
  readonly until: number | null;
  /** What the person typed. */
  readonly statement: {
    readonly name: string;
    readonly khmerName: string | null;
    readonly born: string;
    readonly country: string;
    readonly document: string;
  } | null;
  readonly documents: readonly PictureName[];
  readonly proposal: ReviewProposal | null;
}

/** A picture that somebody may hand in. */
export type PictureName = 'front' | 'back' | 'selfie';

/**
 * Verifications of which the operator's own people decide: the `desk` of `@rielrails/kyc-manual` is one.
 *
 * Whether a decision needs two people is its rule, and so is that whoever proposed is refused as the second, and that whatever changes
 * voids what was proposed.
 *
 * @throws InputError naming field and rule; nothing has then changed.
 */
export interface Reviews {
  /** What waits for people, the longest waiting first; or what is decided, the newest first. */
  cases(filter?: 'waiting' | 'decided'): Promise<readonly ReviewLine[]>;
  line(reference: Reference): Promise<ReviewLine>;
  file(reference: Reference, by: string): Promise<ReviewFile>;
  document(
    reference: Reference,
    name: PictureName,
    by: string,
  ): Promise<{ readonly type: string; readonly bytes: Uint8Array }>;
  decide(
    reference: Reference,
    version: number,
    decision: ReviewDecision,
    by: string,
  ): Promise<{ readonly outcome: 'done' } | { readonly outcome: 'proposed'; readonly proposal: ReviewProposal }>;
  confirm(reference: Reference, hash: string, by: string): Promise<void>;
}
