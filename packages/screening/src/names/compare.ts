import { align } from './align.ts';
import { alternativesOf } from './alternatives.ts';
import { explain } from './explain.ts';
import { measureOf } from './measure.ts';
import { LONGEST_NAME, readName, readNative } from './name.ts';
import type { NamePart } from './name.ts';
import { scoreOf } from './score.ts';
import { weighed } from './weight.ts';
import type { WeighedName } from './weight.ts';

/**
 * How two names relate that should be of one person. `unknown`: what is told does not contradict, and is too little to tell,
 * such as initials, one name of several, or what a bank has masked.
 */
export type NameGrade = 'match' | 'unknown' | 'mismatch';

/** What a comparison of two names gave. */
export interface NameComparison {
  readonly grade: NameGrade;
  /** 0 to 1; 0 where nothing could be compared. */
  readonly score: number;
  /** For a person to read; empty where nothing could be compared. Holds words of both names. */
  readonly explanation: string;
}

/** From here on two names are of one person, as far as names can tell. */
const SAME_PERSON = 0.9;
/** More than this, and something is said that the other name does not have. */
const TRIFLE = 0.2;
const LEAST_ALIKE = 0.86;
const MASK = /[*•…]|\.{3}|(?:^|\s)x{2,}(?:\s|$)/iu;

/**
 * Compares two names of people, in any script and order: is the payer whom we have verified?
 *
 * Pure, and the same whichever name comes first. A nickname, a misspelling or another romanisation matches; a name that
 * leaves out a middle name matches when what is left is two words or more; a masked name is `unknown`, or `mismatch` where the
 * letters that it shows begin no word of the other.
 */
export function compareNames(one: string, other: string): NameComparison {
  const [a, b] = [one.slice(0, LONGEST_NAME), other.slice(0, LONGEST_NAME)];
  const masked = [a, b].filter((name) => MASK.test(name));
  if (masked.length === 2) return NOTHING;
  if (masked.length === 1) return compareMasked(masked[0] ?? '', masked[0] === a ? b : a);
  const comparisons = readingsOf(a).flatMap((asked) => readingsOf(b).map((listed) => compareReadings(asked, listed)));
  return comparisons.reduce((best, next) => (rank(next) > rank(best) ? next : best), NOTHING);
}

const NOTHING: NameComparison = { grade: 'unknown', score: 0, explanation: '' };

const ranks: Readonly<Record<NameGrade, number>> = { mismatch: 1, unknown: 2, match: 3 };

/** Of several ways to read two names the kindest counts; nothing at all comes last. */
function rank({ grade, score, explanation }: NameComparison): number {
  return explanation === '' ? 0 : ranks[grade] + score;
}

function readingsOf(text: string): readonly WeighedName[] {
  const readings = alternativesOf(text).flatMap((one) => [readName(one, 'person'), readNative(one) ?? []]);
  return readings.filter((parts) => parts.length > 0).map(weighed);
}

function compareReadings(one: WeighedName, other: WeighedName): NameComparison {
  const [there, back] = [judge(one, other), judge(other, one)];
  return rank(there) >= rank(back) ? there : { ...back, explanation: there.explanation };
}

function judge(asked: WeighedName, listed: WeighedName): NameComparison {
  const alignment = align(asked.parts, listed.parts);
  const score = scoreOf(alignment, asked, listed, 'person');
  const { extraAsked, extraListed, exact, words, known, anchored } = measureOf(alignment, asked, listed);
  const isWhole = Math.max(extraAsked, extraListed) < TRIFLE;
  const hasInitials = alignment.pairs.some(({ how }) => how === 'initial');
  const agrees = known > 0 && alignment.pairs.every(({ similarity }) => similarity >= LEAST_ALIKE);
  const isEnough = !hasInitials && (words > 1 || (isWhole && exact));
  // However rare a middle name is, leaving it out says nothing against somebody.
  const omitsMiddle = exact && words > 1 && anchored && extraAsked < TRIFLE;
  const isSame = isEnough && (score >= SAME_PERSON || omitsMiddle);
  const saysLess = agrees && Math.min(extraAsked, extraListed) < TRIFLE;
  const grade = isSame ? 'match' : saysLess ? 'unknown' : 'mismatch';
  return { grade, score, explanation: explain(alignment, asked, listed) };
}

/** A masked name can only contradict. */
function compareMasked(masked: string, plain: string): NameComparison {
  const begins = readName(masked.replaceAll(/(?<=\S)[*•…x]*[*•…]\S*|\.{3}\S*/giu, ' '), 'person');
  const parts = readName(plain, 'person');
  const fits = (shown: NamePart) => parts.some(({ token }) => token.text.startsWith(shown.token.text));
  return begins.every(fits)
    ? NOTHING
    : { grade: 'mismatch', score: 0, explanation: 'What is shown begins no word of the other name.' };
}
