import type { Brand, NonEmpty } from '../brand.ts';
import type { KycCaseIn } from '../kyc/kyc.ts';
import type { Instant, Reference } from '../reference.ts';
import type { Evidence, Identity, Verdict } from './screening.ts';

/**
 * What two people decided: that somebody verified is not whom an entry of a list means.
 *
 * It counts for this verification, this identity and this entry as it then read, and for no address.
 */
export interface SomebodyElse {
  readonly id: string;
  readonly source: string;
  readonly entry: string;
  /** {@link Evidence.version} of what was decided about. */
  readonly version: string;
  readonly kyc: Reference;
  readonly identity: Identity;
  readonly decidedBy: readonly [string, string];
  readonly validUntil: Instant;
}

/** A name that resembles entries of lists, each of which was decided to be somebody else. Only {@link tellApart} makes one. */
export type ToldApart = Brand<
  { readonly verdict: Verdict<Identity, 'review'>; readonly decisions: NonEmpty<SomebodyElse> },
  'ToldApart'
>;

/** A name that resembles this many entries or more is told apart from none: a service may tell of the likeliest only. */
export const MOST_TOLD_APART = 20;

/**
 * Takes from a verdict what people have decided about. `null` where anything is left: an entry without a decision that is still
 * valid, one that has changed since, or whose version its service does not tell; an identity that is not the one decided about.
 */
export function tellApart(
  verdict: Verdict<Identity>,
  kyc: KycCaseIn<'approved'>,
  decisions: readonly SomebodyElse[],
  now: Instant,
): ToldApart | null {
  const { outcome, of, evidence } = verdict;
  if (outcome !== 'review' || evidence.length >= MOST_TOLD_APART || !isSameIdentity(of, kyc.identity)) return null;
  const valid = decisions.filter((decision) => isValid(decision, kyc, now));
  const used = evidence.map((one) => valid.find((decision) => isAbout(decision, one)));
  const [first, ...rest] = used;
  if (!first || rest.includes(undefined)) return null;
  const found = [first, ...rest.filter((decision) => decision !== undefined)] as const;
  return { verdict, decisions: found } as unknown as ToldApart;
}

/** Whether two identities say the same, word for word. */
export function isSameIdentity(one: Identity, other: Identity): boolean {
  const plain = ({ name, aliases = [], born = '', countries = [], identifiers = [] }: Identity) =>
    JSON.stringify([name, aliases, born, countries, identifiers]);
  return plain(one) === plain(other);
}

function isValid(decision: SomebodyElse, kyc: KycCaseIn<'approved'>, now: Instant): boolean {
  const [one, other] = decision.decidedBy;
  const isByTwo = one !== '' && other !== '' && one !== other;
  const isAboutThem = decision.kyc === kyc.reference && isSameIdentity(decision.identity, kyc.identity);
  return isByTwo && isAboutThem && decision.validUntil > now;
}

function isAbout({ source, entry, version }: SomebodyElse, evidence: Evidence): boolean {
  return source === evidence.source && entry === evidence.entry && version === evidence.version;
}
