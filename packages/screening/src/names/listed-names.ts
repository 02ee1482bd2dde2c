import { alternativesOf } from './alternatives.ts';
import { lettersIn } from './distance.ts';
import { createKeyTable } from './key-table.ts';
import type { KeyTable } from './key-table.ts';
import { keysOfListed } from './keys.ts';
import { readName, readNative } from './name.ts';
import type { NamePart } from './name.ts';
import { arrangePostings } from './postings.ts';
import type { Postings } from './postings.ts';
import type { Bearer } from './score.ts';
import { tokenKey, tokenOf } from './token.ts';
import type { Prepare, Token } from './token.ts';
import { rarityAmong, weightOf } from './weight.ts';
import type { WeighedName } from './weight.ts';

/** A name on a list. */
export interface ListedName {
  readonly text: string;
  readonly bearer: Bearer;
}

/** A listed name in one script. */
export interface Row extends WeighedName {
  /** Which of the listed names it is, by its place. */
  readonly at: number;
  readonly bearer: Bearer;
}

/** Listed names, taken apart and arranged for looking up. */
export interface ListedNames {
  readonly rows: readonly Row[];
  /** By row: what its parts weigh together, the letters with which they begin, and 1 for people. */
  readonly totals: Float32Array;
  readonly firstLetters: Int32Array;
  readonly people: Uint8Array;
  /** By row: 1 where a word is in a script of which the vowels are not sure. */
  readonly unsure: Uint8Array;
  /** Every word of every name once; by word its weight, and the rows that hold it. */
  readonly words: readonly Token[];
  readonly wordWeights: Float32Array;
  readonly postings: Postings;
  readonly table: KeyTable;
  /** The number of a word, by the key of its token. */
  readonly numbers: ReadonlyMap<string, number>;
  /** What a part weighs in view of how many of these names have it. */
  weigh(part: Pick<NamePart, 'token' | 'kind'>): number;
}

/** Names that are read in one step. A step takes some milliseconds. */
const STEP = 200;

/** Arranges names in steps, between which others may run. */
export function* arrangeNames(names: readonly ListedName[]): Generator<void, ListedNames> {
  const words: Token[] = [];
  const numbers = new Map<string, number>();
  const prepare: Prepare = (text, vowels, sounds) => {
    const key = tokenKey(text, vowels, sounds);
    const known = words[numbers.get(key) ?? -1];
    if (known) return known;
    const token = tokenOf(text, vowels, sounds);
    numbers.set(key, words.push(token) - 1);
    return token;
  };
  const numberOf = new Map<Token, number>();
  const read: { readonly at: number; readonly parts: readonly NamePart[] }[] = [];
  for (const [at, name] of names.entries()) {
    if (at % STEP === 0) yield;
    for (const parts of readingsOf(name, prepare)) if (parts.length > 0) read.push({ at, parts });
  }
  for (const [number, token] of words.entries()) numberOf.set(token, number);
  const weigh = weigher(read.map(({ parts }) => parts));
  const rows = read.map(({ at, parts }): Row => {
    const weights = Float32Array.from(parts, weigh);
    return { at, parts, weights, bearer: names[at]?.bearer ?? 'entity' };
  });
  yield;
  const postings = arrangePostings(
    rows.map(({ parts }) => tokensOf(parts).map((token) => numberOf.get(token) ?? 0)),
    words.length,
  );
  yield;
  const keys: (readonly number[])[] = [];
  for (const token of words) {
    if (keys.length % STEP === 0) yield;
    keys.push(keysOfListed(token));
  }
  return {
    rows,
    totals: Float32Array.from(rows, ({ parts }, row) => sumOf(rows[row]?.weights ?? [], parts.length)),
    firstLetters: Int32Array.from(rows, ({ parts }) => firstLettersOf(parts)),
    people: Uint8Array.from(rows, ({ bearer }) => (bearer === 'person' ? 1 : 0)),
    unsure: Uint8Array.from(rows, ({ parts }) => (parts.some(({ token }) => token.vowels !== 'spelled') ? 1 : 0)),
    words,
    wordWeights: Float32Array.from(words, (token) => weigh({ token, kind: 'name' })),
    postings,
    table: createKeyTable(keys),
    numbers,
    weigh,
  };
}

function* readingsOf({ text, bearer }: ListedName, prepare: Prepare): Iterable<readonly NamePart[]> {
  const of = bearer === 'person' ? 'person' : 'thing';
  for (const one of alternativesOf(text)) {
    yield readName(one, of, prepare);
    yield readNative(one, prepare) ?? [];
  }
}

/** The words under which a name is found: a compound is found by its parts, and misspelt as a whole. */
function tokensOf(parts: readonly NamePart[]): readonly Token[] {
  return parts.flatMap(({ token, compound }) => (compound ? [token, compound.token] : [token]));
}

/** Weighs parts by what they are and by how many of the names have them, whichever way they are spelled. */
function weigher(names: readonly (readonly NamePart[])[]): ListedNames['weigh'] {
  const bearers = new Map<string, number>();
  for (const parts of names) {
    for (const sound of new Set(parts.map(({ token }) => token.sound)))
      bearers.set(sound, (bearers.get(sound) ?? 0) + 1);
  }
  return (part) =>
    part.kind === 'name' ? Math.min(weightOf(part), rarityAmong(bearers.get(part.token.sound) ?? 0)) : weightOf(part);
}

function firstLettersOf(parts: readonly NamePart[]): number {
  return parts.reduce((letters, { token }) => letters | lettersIn(token.text.slice(0, 1)), 0);
}

function sumOf(weights: ArrayLike<number>, length: number): number {
  let sum = 0;
  for (let at = 0; at < length; at += 1) sum += weights[at] ?? 0;
  return sum;
}
