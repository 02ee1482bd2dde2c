import { soundLetter, soundsOf } from './consonantal.ts';
import { lettersIn } from './distance.ts';
import { groupsOf } from './equivalents.ts';
import { pinyinOf, wadeGilesOf } from './mandarin.ts';
import type { Vowels } from './romanise.ts';
import { isShared } from './shared-names.ts';
import { easternSoundOf, soundOf } from './sounds.ts';
import { classOf } from './vocabulary.ts';

/** A word with everything by which it is compared. */
export interface Token {
  readonly text: string;
  readonly vowels: Vowels;
  readonly isNumber: boolean;
  readonly isLatin: boolean;
  /** The sounds of the letters, one character each. */
  readonly sounds: readonly string[];
  readonly sound: string;
  readonly easternSound: string;
  /** Which letters the word and its sound have, as `lettersIn` tells. */
  readonly letters: number;
  readonly soundLetters: number;
  /** Its syllables, if it is made of such as Pinyin has, and how Wade and Giles spell it. */
  readonly pinyin: readonly string[] | null;
  readonly wadeGiles: string | null;
  /** The groups of names that stand for each other to which it belongs. */
  readonly groups: ReadonlySet<number>;
  /** Many bear it, or it is a word of trade: a word of its own, and no misspelling of another. */
  readonly isKnown: boolean;
  readonly isTrade: boolean;
}

/** Makes tokens. Names repeat their words, and to prepare one takes longer than to compare it. */
export type Prepare = (text: string, vowels: Vowels, sounds?: readonly string[]) => Token;

/** Prepares a word for comparison. */
export function tokenOf(text: string, vowels: Vowels, sounds?: readonly string[]): Token {
  const isLatin = /^[a-z0-9]+$/.test(text);
  const isWord = isLatin && vowels === 'spelled';
  const sound = isWord ? soundOf(text) : text;
  const pinyin = isWord ? pinyinOf(text) : null;
  const isTrade = isWord && classOf(text) === 'trade';
  return {
    text,
    vowels,
    isNumber: /^\d+$/.test(text),
    isLatin,
    sounds: sounds?.map(soundLetter) ?? soundsOf(text),
    sound,
    easternSound: isWord ? easternSoundOf(text) : text,
    letters: lettersIn(text),
    soundLetters: lettersIn(sound),
    pinyin,
    wadeGiles: isWord ? wadeGilesOf(text, pinyin) : null,
    groups: groupsOf(text),
    isKnown: isTrade || (isWord && isShared(text, sound)),
    isTrade,
  };
}

/** What tells two tokens of the same letters apart. */
export function tokenKey(text: string, vowels: Vowels, sounds?: readonly string[]): string {
  return vowels === 'spelled' ? text : `${vowels} ${sounds?.join('-') ?? text}`;
}

/** Keeps what it has prepared, up to `most` words; then it begins anew. `known` is asked first. */
export function rememberTokens(most: number, known: (key: string) => Token | undefined = () => undefined): Prepare {
  let kept = new Map<string, Token>();
  return (text, vowels, sounds) => {
    const key = tokenKey(text, vowels, sounds);
    const found = known(key) ?? kept.get(key);
    if (found) return found;
    if (kept.size >= most) kept = new Map();
    const token = tokenOf(text, vowels, sounds);
    kept.set(key, token);
    return token;
  };
}
