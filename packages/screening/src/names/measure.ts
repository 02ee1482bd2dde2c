import type { Alignment, Pair } from './align.ts';
import type { NamePart, PartKind } from './name.ts';
import { SAME } from './similarity.ts';
import type { WeighedName } from './weight.ts';

/** What two aligned names have in common, and what only one of them says. */
export interface Measure {
  /** Weight of the parts that stand for each other. */
  readonly known: number;
  /** The same, times their similarity. */
  readonly alike: number;
  /** What the same parts would take away if they contradicted. */
  readonly agreed: number;
  /** Parts that stand for each other; of these the words of a name; of these the same words. */
  readonly pairs: number;
  readonly words: number;
  readonly sameWords: number;
  /** Whether all of them are the same, or sound the same. */
  readonly exact: boolean;
  /** Whether some are initials, or written without their vowels; and whether it is the list itself that has only initials. */
  readonly sparse: boolean;
  readonly abbreviated: boolean;
  /** Whether first given name and family name are among them. */
  readonly anchored: boolean;
  /** Whether the list tells which is the family name, and nothing of it is among them. */
  readonly familyMissing: boolean;
  /** Whether a particle of the family name is among them: the `al` of `al-Kawari`. */
  readonly familyParticle: boolean;
  /** What only one of the names says, and whether a word of a name is in that. */
  readonly extraAsked: number;
  readonly extraListed: number;
  readonly extraWords: boolean;
  /** Whether both names are Chinese throughout. */
  readonly mandarin: boolean;
  readonly lettersAsked: number;
  readonly lettersListed: number;
}

/** What a part takes away at least that the other name does not have. */
const leastContradiction: Readonly<Record<PartKind, number>> = {
  name: 0.7,
  trade: 0.5,
  number: 1.2,
  initial: 0.4,
  particle: 0.03,
  title: 0.04,
  form: 0.05,
};

/** Two names are as good as one by two words only when these have so many letters. */
const LETTERS_OF_ANCHORS = 8;

/** Measures what an alignment of two names says. */
export function measureOf(
  { pairs, askedOnly, listedOnly }: Alignment,
  asked: WeighedName,
  listed: WeighedName,
): Measure {
  const isNamed = listed.parts.some(({ kind }) => kind === 'name');
  let [known, alike, agreed, words, sameWords] = [0, 0, 0, 0, 0];
  let [exact, abbreviated] = [true, false];
  for (const pair of pairs) {
    if (pair.how === 'repeated') continue;
    const weight = weightOfPair(pair, asked, listed);
    known += weight;
    alike += weight * pair.similarity;
    agreed += Math.max(weight, contradictionOf(listed, pair.listed));
    if (pair.similarity < SAME) exact = false;
    const wordsHere = pair.listed.filter((at) => isWord(listed.parts[at], isNamed)).length;
    if (pair.how === 'initial') abbreviated ||= pair.listed.some((at) => listed.parts[at]?.kind === 'initial');
    else if (wordsHere > 0) {
      words += Math.min(2, wordsHere);
      if (pair.similarity >= SAME) sameWords += 1;
    }
  }
  return {
    known,
    alike,
    agreed,
    pairs: pairs.length,
    words,
    sameWords,
    exact: exact && known > 0,
    sparse: pairs.some(({ how }) => how === 'initial') || !isSpelled(asked) || !isSpelled(listed),
    abbreviated,
    anchored: isAnchored(pairs, listed.parts),
    familyMissing: isFamilyMissing(pairs, listed.parts),
    familyParticle: pairs.some((pair) => pair.listed.some((at) => isFamilyParticle(listed.parts[at]))),
    extraAsked: contradictionOf(asked, askedOnly),
    extraListed: contradictionOf(listed, listedOnly),
    extraWords: hasWord(asked, askedOnly) || hasWord(listed, listedOnly),
    mandarin: isMandarin(asked) && isMandarin(listed),
    lettersAsked: lettersOf(asked.parts),
    lettersListed: lettersOf(listed.parts),
  };
}

function isSpelled({ parts }: WeighedName): boolean {
  return parts.every(({ token }) => token.vowels === 'spelled');
}

function isMandarin({ parts }: WeighedName): boolean {
  return parts.length > 0 && parts.every(({ mandarin }) => mandarin !== null);
}

/** The letters of some parts. */
export function lettersOf(parts: readonly (NamePart | undefined)[]): number {
  return parts.reduce((total, part) => total + (part?.token.text.length ?? 0), 0);
}

function weightOfPair({ asked, listed, how }: Pair, askedName: WeighedName, listedName: WeighedName): number {
  const inList = sum(listed, listedName.weights);
  const isLoose =
    how === 'initial' ||
    asked.some((at) => askedName.parts[at]?.token.vowels !== 'spelled') ||
    listed.some((at) => listedName.parts[at]?.token.vowels !== 'spelled');
  return isLoose ? Math.min(inList, sum(asked, askedName.weights)) : inList;
}

function contradictionOf({ parts, weights }: WeighedName, places: readonly number[]): number {
  let total = 0;
  let form = 0;
  for (const at of places) {
    const kind = parts[at]?.kind ?? 'name';
    const weight = Math.max(weights[at] ?? 0, leastContradiction[kind]);
    // However many words a legal form has, it is one form.
    if (kind === 'form') form = Math.max(form, weight);
    else total += weight;
  }
  return total + form;
}

/** Whether the parts that agree hold the first given name and the family name, in letters enough to be two words. */
function isAnchored(pairs: readonly Pair[], listed: readonly NamePart[]): boolean {
  const [given, family] = anchorsOf(listed);
  if (given === undefined || family === undefined || given === family) return false;
  const isThere = (at: number) =>
    pairs.some((pair) => pair.how === 'alike' && pair.similarity >= SAME && pair.listed.includes(at));
  return isThere(given) && isThere(family) && lettersOf([listed[given], listed[family]]) >= LETTERS_OF_ANCHORS;
}

function isFamilyMissing(pairs: readonly Pair[], listed: readonly NamePart[]): boolean {
  const isFamily = (part: NamePart | undefined) => part?.family === true && part.kind === 'name';
  return listed.some(isFamily) && !pairs.some((pair) => pair.listed.some((at) => isFamily(listed[at])));
}

function isFamilyParticle(part: NamePart | undefined): boolean {
  return part?.family === true && part.kind === 'particle';
}

/** Places of the first given name and of the family name; without a comma, of the first and the last word. */
function anchorsOf(parts: readonly NamePart[]): readonly [number | undefined, number | undefined] {
  const words = [...parts.keys()].filter((at) => parts[at]?.kind === 'name');
  const family = words.find((at) => parts[at]?.family);
  return family === undefined ? [words[0], words.at(-1)] : [words.find((at) => !parts[at]?.family), family];
}

/** Whether a part is a word of the name; where the name has none, any part is. A compound is one word. */
function isWord(part: NamePart | undefined, isNamed: boolean): boolean {
  return part !== undefined && !part.continues && (!isNamed || part.kind === 'name');
}

function hasWord({ parts }: WeighedName, places: readonly number[]): boolean {
  return places.some((at) => parts[at]?.kind === 'name');
}

function sum(places: readonly number[], weights: ArrayLike<number>): number {
  let total = 0;
  for (const at of places) total += weights[at] ?? 0;
  return total;
}
