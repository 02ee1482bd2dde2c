import { isArticleBefore, splitCompound } from './arabic.ts';
import { pinyinOf, wadeGilesOf } from './mandarin.ts';
import { romanise } from './romanise.ts';
import type { Romanised } from './romanise.ts';
import { isChineseFamily, isShared } from './shared-names.ts';
import { tokenOf } from './token.ts';
import type { Prepare, Token } from './token.ts';
import { classOf, plainWord, writtenFormPlaces } from './vocabulary.ts';
import type { WordClass } from './vocabulary.ts';
import { isPlain, wordsOf } from './words.ts';
import type { Word } from './words.ts';

/** What a part of a name is. */
export type PartKind = WordClass | 'initial';

/** A part of a name that is compared as one. */
export interface NamePart {
  readonly token: Token;
  readonly kind: PartKind;
  /** Stands in the family name, as far as the spelling tells. */
  readonly family: boolean;
  /** Belongs to a name that is Chinese throughout, and how that is spelled. */
  readonly mandarin: 'pinyin' | 'wade-giles' | null;
  /** Of the first part of a compound: how it is written in one word, and of how many parts it is. */
  readonly compound?: { readonly token: Token; readonly length: number };
  /** A further part of a compound, which is one word. */
  readonly continues: boolean;
}

/** What bears a name, where that is known: people have no legal form, and no word of trade in their names. */
export type NameOf = 'person' | 'thing' | 'unknown';

/** Longer names are compared by their beginning. */
export const LONGEST_NAME = 1000;

/** More words than any name has. */
export const MOST_WORDS = 40;
/** A word may have several parts; what is beyond these is not compared. */
const MOST_PARTS = 2 * MOST_WORDS;

/** Takes a name apart, into Latin letters whatever script it is written in. */
export function readName(text: string, of: NameOf = 'unknown', prepare: Prepare = tokenOf): readonly NamePart[] {
  return readParts(partsOf(text), of, prepare);
}

/** Takes a name apart in both ways in which it may be meant. */
export function readBothWays(
  text: string,
  prepare: Prepare,
): Readonly<Record<'person' | 'thing', readonly NamePart[]>> {
  const parts = partsOf(text);
  return { person: readParts(parts, 'person', prepare), thing: readParts(parts, 'thing', prepare) };
}

function partsOf(text: string): readonly LatinPart[] {
  return wordsOf(text).flatMap(latinParts).slice(0, MOST_PARTS);
}

function readParts(parts: readonly LatinPart[], of: NameOf, prepare: Prepare): readonly NamePart[] {
  const forms = writtenFormPlaces(parts.map((part) => part.text));
  const isThing = of === 'thing' || (of === 'unknown' && parts.some(isOfTrade));
  const mandarin = spellingOfChinese(parts.filter(({ text }) => classOf(text) !== 'title'));
  return parts.flatMap((part, at) => {
    const kind = forms.has(at) ? 'form' : kindOf(part, parts[at + 1], isThing);
    // `H.A.` is `H. A.`
    const letters = kind === 'initial' && !isThing ? Array.from(part.text) : [part.text];
    return letters.map((text) => prepared({ ...part, text }, kind, mandarin, prepare));
  });
}

/** Takes a name apart in its own script; `null` when that is Latin. */
export function readNative(text: string, prepare: Prepare = tokenOf): readonly NamePart[] | null {
  if (isPlain(text)) return null;
  const words = wordsOf(text);
  if (words.every((word) => /^[\p{Script=Latin}\p{M}\p{N}]+$/u.test(word.text))) return null;
  return words.slice(0, MOST_PARTS).map(({ text: word, family }) => ({
    // Signs above letters come and go; those of Khmer are its vowels.
    token: prepare(word.normalize('NFKD').replaceAll(/(?!\p{Script=Khmer})\p{Mn}/gu, ''), 'spelled'),
    kind: 'name',
    family,
    mandarin: null,
    continues: false,
  }));
}

/** A word in Latin letters, and what its spelling told. */
interface LatinPart extends Romanised, Pick<Word, 'dotted' | 'family'> {
  /** Of the first part of a compound: the word as it is written, and of how many parts it is. */
  readonly whole?: { readonly text: string; readonly length: number };
  readonly continues: boolean;
}

function latinParts({ text, dotted, family }: Word): readonly LatinPart[] {
  return romanise(text)
    .filter((latin) => latin.text !== '')
    .flatMap((latin): readonly LatinPart[] => {
      const part = { ...latin, dotted, family, continues: false };
      if (latin.vowels !== 'spelled' || dotted) return [part];
      const pieces = splitCompound(plainWord(latin.text));
      const whole = { text: latin.text, length: pieces.length };
      return pieces.map((piece, at) =>
        at === 0 && pieces.length > 1 ? { ...part, text: piece, whole } : { ...part, text: piece, continues: at > 0 },
      );
    });
}

function prepared(part: LatinPart, kind: PartKind, mandarin: NamePart['mandarin'], prepare: Prepare): NamePart {
  const { text, vowels, sounds, family, whole, continues } = part;
  const name = { token: prepare(text, vowels, sounds), kind, family, mandarin, continues };
  return whole ? { ...name, compound: { token: prepare(whole.text, vowels), length: whole.length } } : name;
}

function kindOf(
  { text, vowels, isParticle, dotted }: LatinPart,
  next: LatinPart | undefined,
  isThing: boolean,
): PartKind {
  if (isParticle || (vowels === 'spelled' && isArticleBefore(text, next?.text))) return 'particle';
  if (vowels !== 'spelled') return 'name';
  const kind = classOf(text);
  if (kind === 'number') return kind;
  // `H.E.` is no Mr. He.
  if (dotted && text === 'he') return 'title';
  if (text.length === 1 || (dotted && kind === 'name' && text.length < 4)) return 'initial';
  // A ship that is called `Queen` has no title.
  if (kind === 'title' && isThing) return 'trade';
  // `Sao` and `Sal` are Cambodians, and companies of Lebanon; nobody is called `Trading`, but `Star` is a name.
  return (kind === 'form' || kind === 'trade') && !dotted && !isThing ? 'name' : kind;
}

/** How a name is spelled of which every word is Chinese, and one a family name. */
function spellingOfChinese(parts: readonly LatinPart[]): NamePart['mandarin'] {
  if (parts.length < 2 || parts.length > 4 || parts.some(({ vowels }) => vowels !== 'spelled')) return null;
  if (!parts.some(({ text }) => isChineseFamily(text))) return null;
  if (parts.every(({ text }) => pinyinOf(text) !== null)) return 'pinyin';
  return parts.every(({ text }) => wadeGilesOf(text) !== null) ? 'wade-giles' : null;
}

/** Words of trade, and forms of companies, that are names of people too. */
const ambiguous: ReadonlySet<string> = new Set(
  'sia sas spa asa ans sal sao too cia est son sons star gold rose prince major king'.split(' '),
);

/** A word that only companies have in their names. */
function isOfTrade({ text }: LatinPart): boolean {
  const kind = classOf(text);
  return (kind === 'trade' || (kind === 'form' && text.length > 2)) && !isShared(text) && !ambiguous.has(text);
}

/** How many words a name has. */
export function countWords(text: string): number {
  return wordsOf(text).length;
}

/** Whether a name is in a script that can be read. */
export function isComparable(text: string): boolean {
  return wordsOf(text).some((word) => latinParts(word).length > 0);
}
