import { align, standsForInitials } from './align.ts';
import type { Alignment } from './align.ts';
import { alternativesOf } from './alternatives.ts';
import { articleClues, clueOf, createSplitting, joinedClues, splitClues } from './clues.ts';
import { closeKeysOfAsked, keysOfAsked, keysOfAskedOverScripts } from './keys.ts';
import { arrangeNames } from './listed-names.ts';
import type { ListedName, ListedNames, Row } from './listed-names.ts';
import { LONGEST_NAME, readBothWays, readNative } from './name.ts';
import type { NamePart } from './name.ts';
import { createResembling } from './resemblances.ts';
import type { Resemblance } from './resemblances.ts';
import { scoreOf, upperBound } from './score.ts';
import { createTally } from './tally.ts';
import type { Among } from './tally.ts';
import { rememberTokens } from './token.ts';
import type { WeighedName } from './weight.ts';

/** A listed name that resembles the one that was asked about. */
export interface NameMatch {
  /** Which of the listed names, by its place. */
  readonly at: number;
  /** 0 to 1. */
  readonly score: number;
  readonly alignment: Alignment;
  readonly asked: WeighedName;
  readonly listed: WeighedName;
}

/** Listed names, arranged so that a question touches few of them. */
export interface NameIndex {
  /** The names that score at least so much, the best first, each once. A name longer than 1,000 characters is read so far. */
  search(text: string, least: number): readonly NameMatch[];
}

/** What the quick estimate may fall short of the score, and where a script leaves more open. */
const SLACK = 0.1;
const SLACK_OVER_SCRIPTS = 0.25;
/** Rows that are compared word by word for one question; of more, the least likely are left out. */
const MOST_ALIGNED = 64;
/** Where initials stand for words, or vowels are missing, more rows are likely. */
const MOST_ALIGNED_LOOSELY = 256;
/** What an initial may add. */
const INITIAL = 0.3;
/** A row needs so much in common to come to anything, or all that was asked but so much. */
const LEAST_KNOWN = 0.75;
const LEAST_MISSING = 0.2;
/** From here on a misspelt word weighs what the listed one does. */
const LEAST_MISSPELT = 0.7;
const KEPT_WORDS = 5000;

/** Arranges names. With tens of thousands this takes about a second, in which nothing else runs. */
export function createNameIndex(names: readonly ListedName[]): NameIndex {
  const steps = arrangeNames(names);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return indexOf(value);
  }
}

/** Arranges names in steps of some milliseconds, after each of which it waits for `pause`. */
export async function buildNameIndex(names: readonly ListedName[], pause: () => Promise<void>): Promise<NameIndex> {
  const steps = arrangeNames(names);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return indexOf(value);
    await pause();
  }
}

function indexOf(listed: ListedNames): NameIndex {
  const { rows, totals, firstLetters, people, unsure, words, numbers, wordWeights, weigh } = listed;
  const prepare = rememberTokens(KEPT_WORDS, (key) => words[numbers.get(key) ?? -1]);
  const isLatin = words.every(({ vowels }) => vowels === 'spelled');
  const resembling = createResembling(listed, isLatin ? keysOfAsked : keysOfAskedOverScripts, KEPT_WORDS);
  const resemblingClosely = createResembling(listed, closeKeysOfAsked, KEPT_WORDS);
  const split = createSplitting(numbers);
  const tally = createTally(listed);
  const promise = new Float32Array(rows.length);

  /** Every way in which the question may be meant. */
  function* readingsOf(text: string): Iterable<readonly [readonly NamePart[], Among]> {
    for (const one of alternativesOf(text)) {
      const { person, thing } = readBothWays(one, prepare);
      if (person.every(({ kind }, at) => kind === thing[at]?.kind)) yield [person, 'all'];
      else {
        yield [person, 'people'];
        yield [thing, 'things'];
      }
      const native = readNative(one, prepare);
      if (native) yield [native, 'all'];
    }
  }

  /** A word that is misspelt weighs what the word weighs for which it stands. */
  function weightOfAsked(part: NamePart, resemblances: readonly Resemblance[]): number {
    const own = weigh(part);
    if (part.kind !== 'name') return own;
    let [weight, best] = [own, LEAST_MISSPELT];
    for (const { word, similarity } of resemblances) {
      if (similarity < best) continue;
      weight = Math.min(own, wordWeights[word] as number, similarity > best ? own : weight);
      best = similarity;
    }
    return weight;
  }

  function searchAmong(parts: readonly NamePart[], among: Among, least: number): readonly NameMatch[] {
    const resemblances = parts.map((part) => (part.kind === 'initial' ? [] : resembling(part.token)));
    const weights = Float32Array.from(parts, (part, at) => weightOfAsked(part, resemblances[at] ?? []));
    const asked: WeighedName = { parts, weights };
    tally.begin(among);
    followClues(asked, resemblances);
    const candidates = likely(asked, least);
    const isLoose = parts.some((part) => standsForInitials(part) || part.token.vowels !== 'spelled');
    const most = isLoose ? MOST_ALIGNED_LOOSELY : MOST_ALIGNED;
    if (candidates.length > most) candidates.sort((a, b) => (promise[b] as number) - (promise[a] as number));
    return candidates.slice(0, most).flatMap((row) => {
      const { at, bearer, ...name } = rows[row] as Row;
      const alignment = align(parts, name.parts);
      const score = scoreOf(alignment, asked, name, bearer);
      return score >= least ? [{ at, score, alignment, asked, listed: name }] : [];
    });
  }

  /** What points at few rows goes first: behind it, what points at many need not begin anything new. */
  function followClues(asked: WeighedName, resemblances: readonly (readonly Resemblance[])[]): void {
    const clues = resemblances
      .flatMap((one, at) => (one.length > 0 ? [clueOf(one, asked.weights[at] as number, listed)] : []))
      .sort((a, b) => a.reach - b.reach);
    const needed =
      Math.min(LEAST_KNOWN, sumOf(asked) - LEAST_MISSING) - INITIAL * asked.parts.filter(standsForInitials).length;
    for (const clue of [
      ...joinedClues(asked, listed, resemblingClosely, prepare),
      ...articleClues(asked, listed, resemblingClosely, prepare),
      ...splitClues(asked, listed, split),
    ])
      tally.follow(clue, true);
    let rest = clues.reduce((sum, { gain }) => sum + gain, 0);
    for (const clue of clues) {
      tally.follow(clue, rest >= needed);
      rest -= clue.gain;
    }
  }

  /** The touched rows that may score enough, each with what it promises. */
  function likely(asked: WeighedName, least: number): number[] {
    const total = sumOf(asked);
    const initials = asked.parts.filter(standsForInitials).map(({ token }) => token.letters);
    const isUnsure = asked.parts.some(({ token }) => token.vowels !== 'spelled');
    const found: number[] = [];
    for (const row of tally.touched) {
      const isPerson = people[row] === 1;
      const begun = INITIAL * countWithin(initials, firstLetters[row] as number);
      const listedTotal = totals[row] as number;
      const known = Math.min(tally.knownOf(row) + begun, listedTotal);
      const covered = tally.coveredOf(row);
      const bound = upperBound(known, Math.max(0, total - covered - begun), listedTotal - known, isPerson);
      if (bound < least - (isUnsure || unsure[row] === 1 ? SLACK_OVER_SCRIPTS : SLACK)) continue;
      // Of those that may come to as much, first what has the larger share in common.
      promise[row] =
        (Math.min(known, total) / (total + listedTotal)) * (known / listedTotal) * Math.min(total, covered);
      found.push(row);
    }
    return found;
  }

  return {
    search(text, least) {
      const best = new Map<number, NameMatch>();
      for (const [parts, among] of readingsOf(text.slice(0, LONGEST_NAME))) {
        if (parts.length === 0) continue;
        for (const match of searchAmong(parts, among, least)) {
          if (match.score > (best.get(match.at)?.score ?? 0)) best.set(match.at, match);
        }
      }
      return [...best.values()].sort((a, b) => b.score - a.score || a.at - b.at);
    },
  };
}

function sumOf({ weights }: WeighedName): number {
  let sum = 0;
  for (let at = 0; at < weights.length; at += 1) sum += weights[at] as number;
  return sum;
}

/** How many of the sets of letters lie within another. */
function countWithin(sets: readonly number[], all: number): number {
  let count = 0;
  for (const one of sets) if ((one & ~all) === 0) count += 1;
  return count;
}
