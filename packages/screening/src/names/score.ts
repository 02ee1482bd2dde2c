import type { Alignment } from './align.ts';
import { distanceOf } from './distance.ts';
import { lettersOf, measureOf } from './measure.ts';
import type { Measure } from './measure.ts';
import type { NamePart } from './name.ts';
import { areOtherMandarin, SAME } from './similarity.ts';
import type { WeighedName } from './weight.ts';

/** What bears a listed name. */
export type Bearer = 'person' | 'entity' | 'vessel' | 'aircraft';

/**
 * From this score on two names may be of one bearer. The one threshold of the engine: everything else is what a score is
 * made of.
 */
export const THRESHOLD = 0.8;

/** What a contradiction takes away, as a share of the score. */
const CONTRADICTION = 1.2;
/** What words that only one of the names has take away, of people and of anything else. */
const ADDITION = { person: 0.3, thing: 0.6 } as const;
/** Less than this, on both sides, is a particle or a legal form: the names say the same. */
const TRIFLE = 0.2;
const TRIFLE_OF_ASKED = 0.1;
/** How much must be known in common when one name says less than the other. */
const ENOUGH_IN_PART = 1;
/** What it counts that the first given name and the family name are both there. */
const ANCHORED = 0.34;
/** What it counts that all that was asked is two words, both there. */
const TWO_WORDS = 0.36;
/** Two words that weigh less than this are borne together by many. */
const COMMON_WORDS = 0.65;
const TWO_COMMON_WORDS = 0.28;
const LETTERS_OF_TWO_WORDS = 8;
/** What is left where nothing of the family name is there, and where all else is. */
const FAMILY_MISSING = { alone: 0.85, besideWords: 0.92 } as const;
/** How many letters two names need that differ somewhere, and one word. */
const ENOUGH_LETTERS = 8;
const ENOUGH_LETTERS_OF_WORD = 6;
/** With so many words the same, there is enough in common. */
const ENOUGH_WORDS = 3;
/** At most this, where one word is common and others are not. */
const ONE_WORD = 0.6;
/** What two names come to at least that differ in one letter, how many letters they need, and how many where none is replaced. */
const ONE_LETTER = 0.82;
const LETTERS_OF_ONE_LETTER = 5;
const LETTERS_OF_ONE_PLACE = 4;
/** A word of four letters, one of them replaced, is another word, unless what stands beside it weighs so much. */
const ENOUGH_BESIDE = 0.5;

/** How much two aligned names speak for one bearer, 0 to 1. */
export function scoreOf(alignment: Alignment, asked: WeighedName, listed: WeighedName, bearer: Bearer): number {
  const measure = measureOf(alignment, asked, listed);
  const slip = isOneLetter(alignment, asked.parts, listed, bearer) ? ONE_LETTER : 0;
  if (measure.words === 0 && !measure.exact) return slip;
  const { known, alike, agreed, extraAsked, extraListed } = measure;
  const extra = extraAsked + extraListed - Math.min(extraAsked, extraListed);
  const score =
    (alike / known) *
    agreement(agreed, extraAsked, extraListed, bearer === 'person') *
    sufficiency(measure, extra < TRIFLE);
  return Math.max(slip, measure.familyMissing ? score * withoutFamily(measure) : score);
}

/** `Salim Hasan Khalifa` is how many a man is known whose papers say where his family is from, too. */
function withoutFamily({ sameWords, familyParticle, extraAsked }: Measure): number {
  const isRest = sameWords >= (familyParticle ? ENOUGH_WORDS - 1 : ENOUGH_WORDS) && extraAsked < TRIFLE;
  return isRest ? FAMILY_MISSING.besideWords : FAMILY_MISSING.alone;
}

/** At least the score of two names of which only weights are known. */
export function upperBound(known: number, extraAsked: number, extraListed: number, isPerson: boolean): number {
  // What resembles too little to be found may still agree a little.
  const isWhole = Math.max(extraAsked, extraListed) < 2 * TRIFLE;
  const enough = isWhole ? 1 : Math.min(1, (known + TWO_WORDS) / ENOUGH_IN_PART);
  return enough * agreement(known, extraAsked, extraListed, isPerson);
}

/** What both names say differently contradicts; what only one of them says is an addition. */
function agreement(agreed: number, extraAsked: number, extraListed: number, isPerson: boolean): number {
  const both = Math.min(extraAsked, extraListed);
  const one = Math.max(extraAsked, extraListed) - both;
  const contradiction = both / (agreed + both);
  const addition = one / (agreed + both + one);
  const share = isPerson ? ADDITION.person : ADDITION.thing;
  return Math.max(0, 1 - CONTRADICTION * contradiction) * (1 - share * addition);
}

/** Whether what agrees is enough to say anything: two common words are borne together by many. */
function sufficiency(measure: Measure, isWhole: boolean): number {
  if (isWhole && !measure.abbreviated) return measure.exact ? 1 : lettersSuffice(measure);
  const isAllAsked = measure.extraAsked < TRIFLE_OF_ASKED;
  const evidence = Math.min(1, (measure.alike + bonusOf(measure, isAllAsked)) / ENOUGH_IN_PART);
  // `Abu al-Masri` is all that was asked, and says more than `Masri`.
  if (measure.extraWords && measure.words < 2 && !(isAllAsked && measure.pairs > 1))
    return Math.min(ONE_WORD, evidence);
  if (measure.sameWords >= ENOUGH_WORDS) return 1;
  return measure.sameWords === 0 ? evidence * lettersSuffice(measure) : evidence;
}

/** The shorter two names are, the less it says that they are alike. */
function lettersSuffice({ words, sparse, lettersAsked, lettersListed }: Measure): number {
  const enough = words < 2 ? ENOUGH_LETTERS_OF_WORD : ENOUGH_LETTERS;
  const letters = sparse ? Math.max(lettersAsked, lettersListed) : Math.min(lettersAsked, lettersListed);
  return Math.min(1, letters / enough);
}

function bonusOf({ anchored, known, sameWords, lettersAsked, mandarin }: Measure, isAllAsked: boolean): number {
  // A Chinese given name that lacks a syllable is another name.
  if (mandarin) return 0;
  if (anchored) return ANCHORED;
  if (sameWords !== 2 || !isAllAsked || lettersAsked < LETTERS_OF_TWO_WORDS) return 0;
  return known < COMMON_WORDS ? TWO_COMMON_WORDS : TWO_WORDS;
}

/** Whether two names are the same but for one letter, and the words that differ are no other names. */
function isOneLetter(
  { pairs, askedOnly, listedOnly }: Alignment,
  asked: readonly NamePart[],
  listed: WeighedName,
  bearer: Bearer,
): boolean {
  const differing = pairs.filter(({ similarity }) => similarity < SAME);
  if (askedOnly.length !== listedOnly.length || differing.length + askedOnly.length !== 1) return false;
  if (differing.some(({ how }) => how !== 'alike')) return false;
  const place = listedOnly[0] ?? differing[0]?.listed[0] ?? -1;
  const [one, other] = [asked[askedOnly[0] ?? differing[0]?.asked[0] ?? -1], listed.parts[place]];
  if (!one || !other || one.token.isNumber || other.token.isNumber) return false;
  if (distanceOf(one.token.text, other.token.text, 1) > 1) return false;
  const letters = lettersOf(listed.parts);
  if (bearer === 'aircraft') return letters >= LETTERS_OF_ONE_PLACE;
  if (areOtherWords(one, other)) return false;
  if (!isReplaced(one, other)) return letters >= LETTERS_OF_ONE_PLACE;
  const beside = Array.from(listed.weights).reduce((sum, weight, at) => (at === place ? sum : sum + weight), 0);
  const isTelling =
    other.token.text.length >= LETTERS_OF_ONE_LETTER || listed.parts.length === 1 || beside >= ENOUGH_BESIDE;
  return isTelling && letters >= LETTERS_OF_ONE_LETTER;
}

/** Whether a letter stands in the place of another: of all slips the one that makes another word. */
function isReplaced({ token: one }: NamePart, { token: other }: NamePart): boolean {
  return one.text.length === other.text.length && one.letters !== other.letters;
}

/** Two names that are known, or two words of Chinese, are two words however alike they are. */
function areOtherWords(a: NamePart, b: NamePart): boolean {
  const [one, other] = [a.token, b.token];
  if (a.mandarin && b.mandarin && areOtherMandarin(one, other)) return true;
  return (one.isKnown && other.isKnown) || (one.pinyin?.length === 1 && other.pinyin?.length === 1);
}
