import type { keysOfAsked } from './keys.ts';
import type { ListedNames } from './listed-names.ts';
import { LEAST_SIMILARITY, similarityOf } from './similarity.ts';
import type { Token } from './token.ts';

/** A listed word that resembles one that was asked. */
export interface Resemblance {
  readonly word: number;
  readonly similarity: number;
}

/** Finds the listed words that resemble one. */
export type Resembling = (token: Token) => readonly Resemblance[];

/** Makes a finder that keeps what it found, for up to `most` words. */
export function createResembling({ words, table }: ListedNames, keysOf: typeof keysOfAsked, most: number): Resembling {
  const seen = new Uint32Array(words.length);
  let look = 0;
  let kept = new Map<Token, readonly Resemblance[]>();
  return (token) => {
    const known = kept.get(token);
    if (known) return known;
    look += 1;
    const found: Resemblance[] = [];
    const compare = (word: number) => {
      if (seen[word] === look) return;
      seen[word] = look;
      const similarity = similarityOf(token, words[word] as Token);
      if (similarity >= LEAST_SIMILARITY) found.push({ word, similarity });
    };
    for (const key of keysOf(token)) table.find(key, compare);
    if (kept.size >= most) kept = new Map();
    kept.set(token, found);
    return found;
  };
}
