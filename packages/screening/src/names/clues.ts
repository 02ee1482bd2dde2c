import { wadeGilesOf } from './mandarin.ts';
import type { ListedNames } from './listed-names.ts';
import type { NamePart } from './name.ts';
import type { Resemblance, Resembling } from './resemblances.ts';
import { tokenKey } from './token.ts';
import type { Prepare, Token } from './token.ts';
import type { WeighedName } from './weight.ts';

/** What a part of the question, or several together, point at. */
export interface Clue {
  readonly resemblances: readonly Resemblance[];
  /** The most that it may add. */
  readonly gain: number;
  /** How many rows it touches. */
  readonly reach: number;
  /** The weight of what was asked that it covers. */
  readonly asked: number;
}

const LEAST_ALIKE = 0.8;
/** Words that are split: how long they are, how long a piece is, and of how many pieces. */
const SHORTEST_SPLIT = 5;
const SHORTEST_NATIVE_SPLIT = 4;
const LONGEST_SPLIT = 40;
const SHORTEST_PIECE = 2;
const LONGEST_PIECE = 16;
const MOST_PIECES = 4;

/** A clue of some resemblances. */
export function clueOf(
  resemblances: readonly Resemblance[],
  asked: number,
  { wordWeights, postings }: ListedNames,
): Clue {
  let [gain, reach] = [0, 0];
  for (const { word, similarity } of resemblances) {
    gain = Math.max(gain, (wordWeights[word] as number) * similarity);
    reach += postings.countOf(word);
  }
  return { resemblances, gain, reach, asked };
}

/** `Srey Neang` where a list has `Sreyneang`. */
export function joinedClues(
  { parts, weights }: WeighedName,
  listed: ListedNames,
  resembling: Resembling,
  prepare: Prepare,
): readonly Clue[] {
  return joinedRuns(parts).flatMap((run) => {
    const texts = run.map((at) => parts[at]?.token.text ?? '');
    const joined = [texts.join('')];
    // The family name may stand first here and last there.
    if (parts.length === 2) joined.push(texts.toReversed().join(''));
    const vowels = parts[run[0] ?? 0]?.token.vowels ?? 'spelled';
    const close = joined
      .flatMap((text) => resembling(prepare(text, vowels)))
      .filter(({ similarity }) => similarity >= LEAST_ALIKE);
    const asked = run.reduce((sum, at) => sum + (weights[at] as number), 0);
    return close.length > 0 ? [clueOf(close, asked, listed)] : [];
  });
}

/** Two neighbours, and three where the first is a particle: `van der Meer`. */
function joinedRuns(parts: readonly NamePart[]): readonly (readonly number[])[] {
  const runs = [...parts.keys()].flatMap((at) => [
    [at, at + 1],
    ...(parts[at]?.kind === 'particle' ? [[at, at + 1, at + 2]] : []),
  ]);
  return runs.filter((run) => run.every((at) => isJoinable(parts[run[0] ?? 0], parts[at], at > (run[0] ?? 0))));
}

function isJoinable(first: NamePart | undefined, part: NamePart | undefined, isFurther: boolean): boolean {
  if (!first || !part || part.kind === 'initial' || part.token.isNumber) return false;
  return part.token.isLatin === first.token.isLatin && !(isFurther && part.continues);
}

/** `Qadiri` where the question has `Elkadiri`. */
export function articleClues(
  { parts, weights }: WeighedName,
  listed: ListedNames,
  resembling: Resembling,
  prepare: Prepare,
): readonly Clue[] {
  return parts.flatMap(({ token }, at) => {
    const name = token.vowels === 'spelled' ? /^(?:al|el|ul)([a-z]{4,})$/.exec(token.text)?.[1] : undefined;
    if (name === undefined) return [];
    const close = resembling(prepare(name, 'spelled')).filter(({ similarity }) => similarity >= LEAST_ALIKE);
    return close.length > 0 ? [clueOf(close, weights[at] as number, listed)] : [];
  });
}

/** Finds the listed words of which a word is made. */
export type Splitting = (token: Token) => readonly number[];

/** Makes a finder that keeps what it found as long as there is the word. */
export function createSplitting(numbers: ReadonlyMap<string, number>): Splitting {
  const kept = new WeakMap<Token, readonly number[]>();
  return (token) => {
    const known = kept.get(token);
    if (known) return known;
    const words = [...new Set([...splitWord(token, numbers), ...syllables(token, numbers)])];
    kept.set(token, words);
    return words;
  };
}

/** `Sreyneang` where a list has `Srey Neang`, `Jianhua` where it has `Chien-hua`. */
export function splitClues({ parts, weights }: WeighedName, listed: ListedNames, split: Splitting): readonly Clue[] {
  return parts.flatMap(({ token }, at) => {
    const words = split(token);
    return words.map((word) => clueOf([{ word, similarity: 1 }], (weights[at] as number) / words.length, listed));
  });
}

function syllables({ pinyin }: Token, numbers: ReadonlyMap<string, number>): readonly number[] {
  if (!pinyin || pinyin.length < 2) return [];
  return pinyin.flatMap((one) => [one, wadeGilesOf(one) ?? one]).flatMap((one) => numbers.get(one) ?? []);
}

/** The fewest listed words that make a word. */
function splitWord({ text, isLatin, vowels }: Token, numbers: ReadonlyMap<string, number>): readonly number[] {
  if (text.length < (isLatin ? SHORTEST_SPLIT : SHORTEST_NATIVE_SPLIT) || text.length > LONGEST_SPLIT) return [];
  const numberOf = (piece: string) => numbers.get(tokenKey(piece, vowels)) ?? numbers.get(piece);
  const best: (readonly number[] | null)[] = [[]];
  for (let end = 1; end <= text.length; end += 1) {
    let choice: readonly number[] | null = null;
    // The word itself is no split.
    for (let start = Math.max(0, end - LONGEST_PIECE); start <= end - SHORTEST_PIECE; start += 1) {
      const before = best[start];
      if (!before || before.length >= MOST_PIECES || end - start === text.length) continue;
      if (choice && before.length + 1 >= choice.length) continue;
      const word = numberOf(text.slice(start, end));
      if (word !== undefined) choice = [...before, word];
    }
    best.push(choice);
  }
  return best[text.length] ?? [];
}
