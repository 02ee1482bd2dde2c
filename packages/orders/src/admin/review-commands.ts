import { kycReasons } from '@rielrails/core';
import type { KycReason, Reference } from '@rielrails/core';
import type { AdminCommand, CommandAnswer, CommandArgument, CommandInput } from './command-table.ts';
import type { Desk } from './reports.ts';
import { readReview, readReviews, reviewsOf } from './review-reports.ts';
import type { ReviewDecision } from './reviews.ts';

/** Which verifications a list can show. */
export const reviewFilters = ['waiting', 'decided'] as const;

const review: CommandArgument = {
  name: 'review',
  tells: 'the verification, from the list of reviews',
  pattern: /^[1-9][0-9]{0,18}$/,
};
const seen: CommandArgument = {
  name: 'seen',
  tells: 'its “seen”, from its file: what you decide about',
  pattern: /^[1-9][0-9]{0,8}$/,
};
const reason: CommandArgument = {
  name: 'reason',
  tells: `what the person is told: ${kycReasons.join(', ')}`,
  choices: kycReasons,
  pattern: new RegExp(`^(?:${kycReasons.join('|')})$`),
};
const reasons = [reason, { ...reason, name: 'also', tells: 'and a second reason', isOptional: true }] as const;
const day = (name: string, tells: string): CommandArgument => ({ name, tells, pattern: /^\d{4}-\d{2}-\d{2}$/ });

/** What people do about verifications, where their own desk decides. */
export const reviewCommands: readonly AdminCommand[] = [
  {
    type: 'read',
    name: 'reviews',
    tells: 'lists verifications that wait for people, the longest waiting first, or those decided',
    needs: 'compliance',
    arguments: [
      {
        name: 'filter',
        tells: `which; without it the waiting ones: ${reviewFilters.join(', ')}`,
        choices: reviewFilters,
        pattern: /^(?:waiting|decided)$/,
        isOptional: true,
      },
    ],
    run: (desk, { filter = 'waiting' }) => readReviews(desk, filter as (typeof reviewFilters)[number]),
  },
  {
    type: 'read',
    name: 'review',
    tells: 'opens one verification; its pictures are on the page only. That you read it is written down',
    needs: 'compliance',
    arguments: [review],
    run: (desk, { review: id = '' }, by) => readReview(desk, id, by),
  },
  {
    type: 'change',
    name: 'review approve',
    tells: 'says who it is, as you read it off the document; the rule says whether a second person confirms',
    needs: 'compliance',
    arguments: [
      review,
      seen,
      {
        name: 'name',
        tells: 'as the document has it, in Latin letters',
        pattern: /^[\p{Script=Latin}\p{M} .'’-]{1,100}$/u,
      },
      day('born', 'the day of birth, such as 1990-04-17'),
      { name: 'country', tells: 'which country made the document, in two letters: KH', pattern: /^[A-Z]{2}$/ },
      { name: 'documentNumber', tells: 'its number, letters and digits', pattern: /^[A-Za-z0-9 .()/-]{4,30}$/ },
      { ...day('documentExpires', 'its last day; nothing where it has none'), isOptional: true },
    ],
    run: (desk, { name = '', born = '', country = '', documentNumber = '', documentExpires, ...input }, by) => {
      const identity = { name, born, country, documentNumber, documentExpires: documentExpires ?? null };
      return decide(desk, input, { to: 'approved', identity }, by);
    },
  },
  {
    type: 'change',
    name: 'review retry',
    tells: 'asks the person to hand in again, and tells them why; the link stays',
    needs: 'compliance',
    arguments: [review, seen, ...reasons],
    run: (desk, input, by) => decide(desk, input, { to: 'retry', reasons: reasonsIn(input) }, by),
  },
  {
    type: 'change',
    name: 'review reject',
    tells: 'ends it: this person is not verified, and may not try again',
    needs: 'compliance',
    arguments: [review, seen, ...reasons],
    run: (desk, input, by) => decide(desk, input, { to: 'rejected', reasons: reasonsIn(input) }, by),
  },
  {
    type: 'change',
    name: 'review revoke',
    tells: 'takes an approval back; orders under way are stopped',
    needs: 'compliance',
    arguments: [review, seen],
    run: (desk, input, by) => decide(desk, input, { to: 'revoked' }, by),
  },
  {
    type: 'change',
    name: 'review confirm',
    tells: 'carries out what another person proposed about a verification, if nothing about it has changed',
    needs: 'compliance',
    arguments: [
      review,
      { name: 'hash', tells: 'the proposal’s 16-digit hash, from its file', pattern: /^[0-9a-f]{16}$/ },
    ],
    run: async (desk, { review: id = '', hash = '' }, by) => {
      await reviewsOf(desk).confirm(id as Reference, hash, by);
      return { outcome: 'done', tells: `Confirmed and carried out: verification ${id}.` };
    },
  },
];

const told: Readonly<Record<ReviewDecision['to'], string>> = {
  approved: 'is approved',
  retry: 'is to be handed in again',
  rejected: 'is rejected',
  revoked: 'is taken back',
};

async function decide(
  desk: Desk,
  { review: id = '', seen: version = '' }: CommandInput,
  decision: ReviewDecision,
  by: string,
): Promise<CommandAnswer> {
  const result = await reviewsOf(desk).decide(id as Reference, Number(version), decision, by);
  if (result.outcome === 'done') return { outcome: 'done', tells: `Verification ${id} ${told[decision.to]}.` };
  return {
    outcome: 'proposed',
    tells: 'Proposed. Nothing has changed yet: another person looks at the same documents, and confirms.',
    review: id as Reference,
    hash: result.proposal.hash,
  };
}

function reasonsIn({ reason: first, also }: CommandInput): readonly [KycReason, ...KycReason[]] {
  const more = also === undefined || also === first ? [] : [also as KycReason];
  return [first as KycReason, ...more];
}
