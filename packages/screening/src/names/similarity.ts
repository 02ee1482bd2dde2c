import { consonantalSimilarity } from './consonantal.ts';
import { distanceOf, leastDistance, lettersIn } from './distance.ts';
import type { Token } from './token.ts';

/** Below this, two words have nothing to do with each other; longer ones need more. */
export const LEAST_SIMILARITY = 0.55;
const LEAST_OF_LONG = 0.68;
const LEAST_OF_SCRIPTS = { missing: 0.55, guessed: 0.72 } as const;

/** From here on two words count as the same. */
export const SAME = 0.95;
/** The similarity of two known names a letter apart. */
export const OTHER_NAME = 0.58;

const SAME_SOUND = 0.96;
const SAME_ROUGH_SOUND = 0.8;
const SAME_GROUP = 0.88;
const SAME_SHORT_GROUP = 0.86;
const SAME_EASTERN_SOUND = 0.9;
const SAME_ROUGH_EASTERN_SOUND = 0.8;
const SAME_WADE_GILES = 0.88;
const PLURAL = 0.9;
const NEAR_SYLLABLE = 0.65;
/** What is known as two words is a misspelling of one only where they are so alike. */
const ALMOST_SAME = 0.92;
const ONE_LETTER = 0.67;
/** The most that words in different scripts come to, and words that are only alike in sound. */
const AT_A_REMOVE = 0.97;
/** What every step after the first costs beside. */
const FURTHER_STEP = 0.1;

/** How alike two words are, 0 to 1. */
export function similarityOf(a: Token, b: Token): number {
  if (a.text === b.text) return a.vowels === b.vowels ? 1 : AT_A_REMOVE;
  if (a.isNumber || b.isNumber) return haveGroup(a, b) ? SAME_GROUP : 0;
  if (a.isLatin !== b.isLatin) return 0;
  if (a.vowels !== 'spelled' || b.vowels !== 'spelled') return scriptSimilarity(a, b);
  if (!a.isLatin) return spelledSimilarity(a, b);
  if (haveGroup(a, b)) return Math.max(soundSimilarity(a, b), a.text.length > 4 ? SAME_GROUP : SAME_SHORT_GROUP);
  if (a.pinyin?.length === 1 && b.pinyin?.length === 1) return syllableSimilarity(a, b);
  const sounds = soundSimilarity(a, b);
  if (sounds > 0) return sounds;
  if (isPlural(a.text, b.text) || isPlural(b.text, a.text)) return PLURAL;
  const spelled = spelledSimilarity(a, b);
  return a.isKnown && b.isKnown && spelled < ALMOST_SAME ? otherWord(a, b, spelled) : spelled;
}

/**
 * How alike two words of Chinese names are, syllable by syllable: a syllable that differs is another word, however few its
 * letters. Where one is Pinyin and the other is Wade's and Giles's spelling, both are read as the latter.
 */
export function mandarinSimilarity(a: Token, b: Token, isSameSpelling: boolean): number {
  if (a.text === b.text) return 1;
  if (!isSameSpelling) return a.wadeGiles === b.wadeGiles ? SAME_WADE_GILES : similarityOf(a, b);
  if (haveGroup(a, b)) return SAME_SHORT_GROUP;
  const [ones, others] = [a.pinyin ?? [], b.pinyin ?? []];
  if (ones.length !== others.length) return 0;
  const differing = [...ones.keys()].filter((at) => ones[at] !== others[at]);
  if (differing.length !== 1) return differing.length === 0 ? 1 : 0;
  const [one, other] = [ones[differing[0] ?? 0] ?? '', others[differing[0] ?? 0] ?? ''];
  if (plainSyllable(one) === plainSyllable(other)) return NEAR_SYLLABLE;
  return ones.length > 1 && distanceOf(one, other, 1) <= 1 ? OTHER_NAME : 0;
}

/** Whether two words of Chinese names are two words, and neither is the other misspelt or as the south speaks it. */
export function areOtherMandarin({ pinyin: ones, text: one }: Token, { pinyin: others, text: other }: Token): boolean {
  if (!ones || !others) return false;
  if (ones.length !== others.length) return Math.abs(one.length - other.length) > 1;
  return ones.some((syllable, at) => plainSyllable(syllable) !== plainSyllable(others[at] ?? ''));
}

function scriptSimilarity(a: Token, b: Token): number {
  const vowels = a.vowels === 'missing' || b.vowels === 'missing' ? 'missing' : 'guessed';
  const similarity = consonantalSimilarity(a.sounds, b.sounds, vowels) * AT_A_REMOVE;
  return similarity >= LEAST_OF_SCRIPTS[vowels] ? similarity : 0;
}

function haveGroup(a: Token, b: Token): boolean {
  if (a.groups.size === 0 || b.groups.size === 0) return false;
  for (const group of a.groups) if (b.groups.has(group)) return true;
  return false;
}

/** Two names that are known, a letter apart, may be a misspelling where all else agrees; two words of trade are not. */
function otherWord(a: Token, b: Token, spelled: number): number {
  return spelled >= ONE_LETTER && !a.isTrade && !b.isTrade ? OTHER_NAME : 0;
}

/** `Services` for `Service`, and what Latvian puts behind names. */
function isPlural(one: string, other: string): boolean {
  return one.length > 4 && one === `${other}s`;
}

function syllableSimilarity(a: Token, b: Token): number {
  if (a.wadeGiles === b.wadeGiles || plainSyllable(a.text) === plainSyllable(b.text)) return NEAR_SYLLABLE;
  return spellingSimilarity(a.text, b.text) >= ONE_LETTER ? OTHER_NAME : 0;
}

/** A syllable without what southern tongues do not tell apart. */
function plainSyllable(text: string): string {
  return text
    .replace(/^(?:zh|j)/, 'z')
    .replace(/^(?:ch|q)/, 'c')
    .replace(/^(?:sh|x)/, 's')
    .replace(/ng$/, 'n');
}

function soundSimilarity(a: Token, b: Token): number {
  const shortest = Math.min(a.text.length, b.text.length);
  // Sounds leave much out: what is spelled quite differently is less sure.
  if (a.sound === b.sound && shortest > 2)
    return spellingSimilarity(a.text, b.text) > 0 ? SAME_SOUND : SAME_ROUGH_SOUND;
  if (a.easternSound === b.easternSound && shortest > 1) {
    // `Taylor` is no `Dyilo`.
    const isEastern = a.pinyin !== null || b.pinyin !== null || spellingSimilarity(a.text, b.text) > 0;
    return shortest > 3 && isEastern ? SAME_EASTERN_SOUND : SAME_ROUGH_EASTERN_SOUND;
  }
  return a.wadeGiles !== null && a.wadeGiles === b.wadeGiles ? SAME_WADE_GILES : 0;
}

/** The similarity of two words by their spelling, or by the spelling of their sound if that is greater. */
function spelledSimilarity(a: Token, b: Token): number {
  const spelling = spellingSimilarity(a.text, b.text, a.letters, b.letters);
  if (spelling > AT_A_REMOVE || (a.sound === a.text && b.sound === b.text)) return spelling;
  return Math.max(spelling, spellingSimilarity(a.sound, b.sound, a.soundLetters, b.soundLetters) * AT_A_REMOVE);
}

/** The similarity of two spellings: what a step means depends on how long the words are. */
function spellingSimilarity(a: string, b: string, lettersOfA = lettersIn(a), lettersOfB = lettersIn(b)): number {
  const length = Math.max(a.length, b.length);
  const limit = furthest(length);
  if (leastDistance(lettersOfA, lettersOfB) > limit) return 0;
  const distance = distanceOf(a, b, limit);
  if (distance === Infinity) return 0;
  const similarity = 1 - distance / length - FURTHER_STEP * Math.max(0, distance - 1);
  return similarity >= leastOf(length) ? Math.min(similarity, mostOf(length)) : 0;
}

/** The distance at which words of such a length are no longer alike. */
function furthest(length: number): number {
  const apart = 1 - leastOf(length);
  return Math.max(Math.min(1, apart * length), (apart + FURTHER_STEP) / (1 / length + FURTHER_STEP));
}

function leastOf(length: number): number {
  return length > 4 ? LEAST_OF_LONG : LEAST_SIMILARITY;
}

/** Short words that differ are seldom the same word, whatever differs. */
function mostOf(length: number): number {
  return length <= 2 ? 0.6 : length === 3 ? 0.7 : length === 4 ? 0.8 : 1;
}
