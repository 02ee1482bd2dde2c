import { distanceOf, leastDistance } from './distance.ts';
import type { NamePart } from './name.ts';
import {
  areOtherMandarin,
  LEAST_SIMILARITY,
  mandarinSimilarity,
  OTHER_NAME,
  SAME,
  similarityOf,
} from './similarity.ts';
import { rememberTokens } from './token.ts';

/** How two runs of parts were found to belong together. */
export type PairedBy = 'alike' | 'joined' | 'initial' | 'repeated';

/** Parts of two names that stand for each other, by their places. */
export interface Pair {
  readonly asked: readonly number[];
  readonly listed: readonly number[];
  readonly similarity: number;
  readonly how: PairedBy;
}

/** Which parts of two names belong together, and which stand alone. */
export interface Alignment {
  readonly pairs: readonly Pair[];
  readonly askedOnly: readonly number[];
  readonly listedOnly: readonly number[];
}

const LEAST_ALIKE = 0.8;
const LEAST_JOINED = 0.88;
/** A compound in one word is one word, and need not be more alike than any other. */
const LEAST_COMPOUND = 0.72;
const MOST_JOINED = 4;
/** With nothing else in common, a joined word must be longer than two short ones. */
const SHORTEST_JOINED = { alone: 5, beside: 3 } as const;
const LONG_JOINED = 7;
/** How many letters a joined word may have more or fewer. */
const OTHER_LENGTH = { spelled: 2, guessed: 2, missing: 6 } as const;
/** Joined words that are further apart do not even sound the same. */
const FAR_APART = 1.5;
const INITIAL = 0.9;
const SMALL_WORD = 0.6;
const LONGEST_SMALL_WORD = 4;

const KEPT_WORDS = 2000;

/** What is joined for one comparison is joined for the next ones too. */
const joinedToken = rememberTokens(KEPT_WORDS);

/** The parts of one name, and which of them still stand alone. */
interface Side {
  readonly parts: readonly NamePart[];
  readonly free: Set<number>;
}

/** One part that stands for several neighbours of the other name. */
interface Found {
  readonly one: number;
  readonly several: readonly number[];
  readonly similarity: number;
}

/** Finds for each part of one name the part of the other that it stands for, whatever their order. */
export function align(askedParts: readonly NamePart[], listedParts: readonly NamePart[]): Alignment {
  const asked: Side = { parts: askedParts, free: new Set(askedParts.keys()) };
  const listed: Side = { parts: listedParts, free: new Set(listedParts.keys()) };
  const pairs: Pair[] = [];
  const take = (pair: Pair) => {
    for (const at of pair.asked) asked.free.delete(at);
    for (const at of pair.listed) listed.free.delete(at);
    pairs.push(pair);
  };
  const possible = possiblePairs(askedParts, listedParts);
  const takeAlike = (least: number) => {
    for (const { i, j, similarity } of possible) {
      if (similarity >= least && asked.free.has(i) && listed.free.has(j))
        take({ asked: [i], listed: [j], similarity, how: 'alike' });
    }
  };
  const takeBothWays = (how: PairedBy, find: (ones: Side, others: Side) => Iterable<Found>) => {
    if (asked.free.size === 0 || listed.free.size === 0) return;
    for (const { one, several, similarity } of find(asked, listed))
      take({ asked: [one], listed: several, similarity, how });
    for (const { one, several, similarity } of find(listed, asked))
      take({ asked: several, listed: [one], similarity, how });
  };
  // What is joined goes before what is only somewhat alike: `Sreyneang` is `Srey Neang`, not a misspelt `Neang`.
  takeAlike(1);
  takeBothWays('joined', findWritten);
  takeAlike(LEAST_ALIKE);
  const isAlone = !pairs.some((pair) => pair.listed.some((at) => listedParts[at]?.kind === 'name'));
  takeBothWays('joined', (ones, others) => findJoined(ones, others, isAlone));
  takeAlike(LEAST_SIMILARITY);
  for (const { one, several, similarity } of findSmallWords(listed, asked))
    take({ asked: several, listed: [one], similarity, how: 'alike' });
  takeBothWays('initial', findInitials);
  for (const at of findRepeated(asked, listed)) take({ asked: [at], listed: [], similarity: 1, how: 'repeated' });
  for (const at of findRepeated(listed, asked)) take({ asked: [], listed: [at], similarity: 1, how: 'repeated' });
  return { pairs, askedOnly: [...asked.free], listedOnly: [...listed.free] };
}

/** Whether a part may be the first letters of others. */
export function standsForInitials({ kind, token }: NamePart): boolean {
  if (kind !== 'name') return kind === 'initial';
  return token.isLatin && token.vowels === 'spelled' && /^[^aeiouy0-9]{2,3}$/.test(token.text);
}

/** How alike two parts are: initials only where they are the same. */
function partSimilarity(a: NamePart, b: NamePart): number {
  if (a.kind === 'initial' || b.kind === 'initial') return a.token.text === b.token.text ? 1 : 0;
  if (a.mandarin && b.mandarin) return mandarinSimilarity(a.token, b.token, a.mandarin === b.mandarin);
  const similarity = similarityOf(a.token, b.token);
  // What is a name here and a particle there must be the same word.
  return a.kind === b.kind || similarity >= LEAST_ALIKE || !(isSmall(a) || isSmall(b)) ? similarity : 0;
}

function isSmall({ kind }: NamePart): boolean {
  return kind === 'particle' || kind === 'form';
}

interface PossiblePair {
  readonly i: number;
  readonly j: number;
  readonly similarity: number;
}

/** Every pair that may stand for each other, the likeliest first. */
function possiblePairs(asked: readonly NamePart[], listed: readonly NamePart[]): readonly PossiblePair[] {
  const possible: PossiblePair[] = [];
  const isShort = listed.filter(({ kind, continues }) => kind === 'name' && !continues).length < 3;
  for (const [i, one] of asked.entries()) {
    for (const [j, other] of listed.entries()) {
      const similarity = partSimilarity(one, other);
      // Of two words, one that is another name is no slip.
      if (similarity < LEAST_SIMILARITY || (similarity === OTHER_NAME && isShort)) continue;
      possible.push({ i, j, similarity });
    }
  }
  // Of equal ones, those in the same place: a name may hold a word twice.
  const rank = ({ i, j, similarity }: PossiblePair) => similarity - Math.abs(i - j) * 0.001;
  return possible.sort((a, b) => rank(b) - rank(a));
}

/** One part that is several neighbours, letter for letter: `Chhivho` for `Chhiv Ho`. */
function* findWritten(ones: Side, others: Side): Iterable<Found> {
  for (const one of ones.free) {
    const { text } = ones.parts[one]?.token ?? { text: '' };
    if (text.length < SHORTEST_JOINED.alone) continue;
    const several = [...others.free].map((start) => runWritten(text, others, start)).find((run) => run !== null);
    if (several) yield { one, several, similarity: 1 };
  }
}

function runWritten(text: string, { parts, free }: Side, start: number): readonly number[] | null {
  let length = 0;
  for (let end = start; end < start + MOST_JOINED && free.has(end); end += 1) {
    const piece = parts[end]?.token.text ?? '';
    if (!text.startsWith(piece, length)) return null;
    length += piece.length;
    if (length === text.length) return end > start ? run(start, end + 1) : null;
  }
  return null;
}

/** One part that stands for several neighbours: `Jongun` for `Jong-un`. With nothing else in common, letter for letter. */
function* findJoined(ones: Side, others: Side, isAlone: boolean): Iterable<Found> {
  const shortest = isAlone ? SHORTEST_JOINED.alone : SHORTEST_JOINED.beside;
  for (const one of ones.free) {
    const part = ones.parts[one];
    if (!part || part.kind === 'initial' || part.token.text.length < shortest) continue;
    const least = isAlone ? leastAlone(part, others) : LEAST_JOINED;
    let best: Found | null = null;
    for (const start of others.free) {
      for (const found of [compoundAt(part, one, others, start), runFrom(part, one, others, start, least)]) {
        if (found && found.similarity > (best?.similarity ?? 0)) best = found;
      }
    }
    if (best) yield best;
  }
}

/** `He Yan` is not `Hayan`; of a longer word, spellings of one sound will do. */
function leastAlone({ token }: NamePart, { parts }: Side): number {
  if (parts.some((part) => part.token.vowels !== token.vowels)) return LEAST_JOINED;
  return token.text.length < LONG_JOINED ? 1 : SAME;
}

function compoundAt({ token }: NamePart, one: number, others: Side, start: number): Found | null {
  const compound = others.parts[start]?.compound;
  if (!compound) return null;
  const several = run(start, start + compound.length);
  const similarity = similarityOf(token, compound.token);
  return similarity > LEAST_COMPOUND && several.every((at) => others.free.has(at))
    ? { one, several, similarity }
    : null;
}

function runFrom(part: NamePart, one: number, others: Side, start: number, least: number): Found | null {
  const { token } = part;
  const begins = others.parts[start];
  if (!begins) return null;
  const first = begins.token;
  let best: Found | null = null;
  let [rest, letters] = ['', first.letters];
  for (let end = start + 1; end < start + MOST_JOINED && others.free.has(end); end += 1) {
    const next = others.parts[end]?.token;
    rest += next?.text ?? '';
    letters |= next?.letters ?? 0;
    if (Math.abs(first.text.length + rest.length - token.text.length) > OTHER_LENGTH[token.vowels]) continue;
    if (token.vowels === 'spelled' && leastDistance(token.letters, letters) > FAR_APART) continue;
    // The family name may stand first here and last there.
    for (const text of [first.text + rest, rest + first.text]) {
      const joined = joinedToken(text, first.vowels);
      if (part.mandarin && begins.mandarin && areOtherMandarin(token, joined)) continue;
      const similarity = similarityOf(token, joined);
      if (similarity >= Math.max(least, best?.similarity ?? 0))
        best = { one, several: run(start, end + 1), similarity };
    }
  }
  return best;
}

/** A particle or a legal form without a counterpart, of which one letter differs: `ap` for `al`, `S.Q.` for `S.A.`. */
function* findSmallWords(ones: Side, others: Side): Iterable<Found> {
  for (const one of ones.free) {
    const part = ones.parts[one];
    if (!part || !isSmall(part) || part.token.text.length > LONGEST_SMALL_WORD) continue;
    const { text } = part.token;
    const other = [...others.free].find(
      (at) => mayBeSmall(others.parts[at]) && distanceOf(others.parts[at]?.token.text ?? '', text, 1) <= 1,
    );
    if (other !== undefined) yield { one, several: [other], similarity: SMALL_WORD };
  }
}

/** `Sam` is a name, whatever it resembles. */
function mayBeSmall(part: NamePart | undefined): boolean {
  return part !== undefined && (part.kind !== 'name' || part.token.text.length < 3);
}

/** `J.` for `Jean`, `A.Q.` for `Abdul Qadeer`. */
function* findInitials(ones: Side, others: Side): Iterable<Found> {
  for (const one of ones.free) {
    const part = ones.parts[one];
    if (!part || !standsForInitials(part)) continue;
    const several = begunBy(part.token.text, others);
    if (several) yield { one, several, similarity: INITIAL };
  }
}

/** The parts that begin with the letters, one after the other; `null` when one of them begins nothing. */
function begunBy(letters: string, { parts, free }: Side): readonly number[] | null {
  const several: number[] = [];
  for (const letter of letters) {
    const next = [...free].find((at) => at > (several.at(-1) ?? -1) && beginsWith(parts[at], letter));
    if (next === undefined) return null;
    // The letter of a compound stands for all of it, and that of an article for the word behind it.
    const length = parts[next]?.kind === 'particle' ? 2 : (parts[next]?.compound?.length ?? 1);
    several.push(...run(next, next + length).filter((at) => free.has(at)));
  }
  return several;
}

function beginsWith(part: NamePart | undefined, letter: string): boolean {
  return part !== undefined && part.kind !== 'initial' && part.kind !== 'number' && part.token.text.startsWith(letter);
}

/** Words that their own name has said already, where the other name has nothing left to say. */
function findRepeated({ parts, free }: Side, other: Side): readonly number[] {
  if (other.free.size > 0) return [];
  const isSaid = (text: string | undefined) => parts.some(({ token }, at) => !free.has(at) && token.text === text);
  return [...free].filter((at) => isSaid(parts[at]?.token.text));
}

function run(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from }, (_, at) => from + at);
}
