import { InputError, kycReasons } from '@rielrails/core';
import type { Identity, Instant, KycReason, NonEmpty } from '@rielrails/core';
import type { ManualState } from './manual-case.ts';

/** What people can make of a case. `retry`: the person may hand in again, on the same link. `rejected`: not any more. */
export const reviewDecisions = ['approved', 'retry', 'rejected', 'revoked'] as const;

/** One of {@link reviewDecisions}. */
export type ReviewDecision = (typeof reviewDecisions)[number];

/** What an operator read off the documents. */
export interface ReviewedIdentity {
  /** As the document has it, in Latin letters. */
  readonly name: string;
  /** `YYYY-MM-DD` */
  readonly born: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  /** Letters and digits, as on the document. It tells that two chats are one human; nobody is ever shown it. */
  readonly documentNumber: string;
  /** `YYYY-MM-DD`; `null` where the document has no end. */
  readonly documentExpires: string | null;
}

/** A decision with everything that belongs to it. */
export type Decision =
  | { readonly to: 'approved'; readonly identity: ReviewedIdentity }
  | { readonly to: 'retry' | 'rejected'; readonly reasons: NonEmpty<KycReason> }
  /** Takes an approval back. */
  | { readonly to: 'revoked' };

const NAME = /^[\p{Script=Latin}\p{M} .'’-]{1,100}$/u;
const NUMBER = /^[A-Z0-9]{4,20}$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** The state in which a case can be decided so. */
export function stateBefore({ to }: Decision): ManualState {
  return to === 'revoked' ? 'approved' : 'submitted';
}

/**
 * Reads a decision.
 *
 * @throws InputError for `name`, `born`, `country`, `documentNumber`, `documentExpires` or `reasons`.
 */
export function readDecision(decision: Decision, now: Instant): Decision {
  switch (decision.to) {
    case 'approved':
      return { to: 'approved', identity: readIdentity(decision.identity, now) };
    case 'retry':
    case 'rejected':
      if (decision.reasons.length === 0 || decision.reasons.some((one) => !kycReasons.includes(one)))
        throw new InputError('reasons', 'unknown', `expected one or more of ${kycReasons.join(', ')}`);
      return { to: decision.to, reasons: decision.reasons };
    case 'revoked':
      return { to: 'revoked' };
    default:
      throw new InputError('decision', 'unknown', `expected one of ${reviewDecisions.join(', ')}`);
  }
}

/** The identity as the contract tells it. */
export function identityOf({ name, born, country }: ReviewedIdentity): Identity {
  return { name, born, countries: [country] };
}

/** The same for this human each time this document is read. */
export function subjectOf({ country, documentNumber }: ReviewedIdentity): string {
  return `${country}/${documentNumber}`;
}

/** The last moment of a document; endless where it has no end. */
export function lastMomentOf({ documentExpires }: ReviewedIdentity): number {
  return documentExpires === null ? Number.POSITIVE_INFINITY : Date.parse(`${documentExpires}T23:59:59Z`);
}

function readIdentity(identity: ReviewedIdentity, now: Instant): ReviewedIdentity {
  const { born, country, documentExpires } = identity;
  const name = identity.name.normalize('NFC').trim().replaceAll(/\s+/g, ' ');
  if (!NAME.test(name)) throw new InputError('name', 'malformed', 'expected the name in Latin letters');
  if (!isDay(born) || Date.parse(born) > now)
    throw new InputError('born', 'malformed', 'expected a day such as 1990-04-17');
  if (!/^[A-Z]{2}$/.test(country)) throw new InputError('country', 'malformed', 'expected two letters such as KH');
  const documentNumber = identity.documentNumber.replaceAll(/[ .()/-]/g, '').toUpperCase();
  if (!NUMBER.test(documentNumber))
    throw new InputError('documentNumber', 'malformed', 'expected 4 to 20 letters and digits');
  if (documentExpires !== null && !isDay(documentExpires))
    throw new InputError('documentExpires', 'malformed', 'expected a day such as 2031-12-31');
  if (lastMomentOf(identity) <= now)
    throw new InputError('documentExpires', 'expired', 'the document has expired; ask for another');
  return { name, born, country, documentNumber, documentExpires };
}

function isDay(text: string): boolean {
  const at = DAY.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return !Number.isNaN(at) && new Date(at).toISOString().slice(0, 10) === text;
}
