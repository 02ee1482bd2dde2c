import type { Alignment, Pair } from './align.ts';
import type { NamePart } from './name.ts';
import { SAME } from './similarity.ts';
import type { WeighedName } from './weight.ts';

/**
 * Why two names came to their score, for a person to read: what is the same, what is alike and how much, and what only one
 * of them says. Words are told in Latin letters, as they were compared.
 */
export function explain({ pairs, askedOnly, listedOnly }: Alignment, asked: WeighedName, listed: WeighedName): string {
  const wordsOf = (places: readonly number[], { parts }: WeighedName) =>
    places.map((at) => wordOf(parts[at])).join(' ');
  const isSame = (pair: Pair) => pair.how === 'alike' && pair.similarity === 1;
  const same = pairs.filter(isSame).map((pair) => wordsOf(pair.listed, listed));
  const alike = pairs
    .filter((pair) => (pair.how === 'alike' || pair.how === 'joined') && !isSame(pair))
    .map((pair) => `${wordsOf(pair.asked, asked)} ${relation(pair)} ${wordsOf(pair.listed, listed)}`);
  const initials = pairs
    .filter(({ how }) => how === 'initial')
    .map((pair) => `${wordsOf(pair.asked, asked)} may stand for ${wordsOf(pair.listed, listed)}`);
  return [
    told('The same', same),
    told('Alike', [...alike, ...initials]),
    told(
      'Only asked',
      askedOnly.map((at) => wordOf(asked.parts[at])),
    ),
    told(
      'Only listed',
      listedOnly.map((at) => wordOf(listed.parts[at])),
    ),
  ]
    .filter((sentence) => sentence !== '')
    .join(' ');
}

function relation({ similarity }: Pair): string {
  return similarity >= SAME ? 'reads as' : `reads like (${percent(similarity)})`;
}

/** A score as people read it: `87 of 100`. */
export function percent(score: number): string {
  return `${Math.round(score * 100)} of 100`;
}

function told(what: string, words: readonly string[]): string {
  return words.length === 0 ? '' : `${what}: ${words.join(', ')}.`;
}

function wordOf(part: NamePart | undefined): string {
  return part?.token.text ?? '';
}
