import type { Clue } from './clues.ts';
import type { ListedNames } from './listed-names.ts';

/** Which rows a reading of the question is compared with. */
export type Among = 'people' | 'things' | 'all';

/** Adds up, row by row, what the clues of one question say. One question at a time. */
export interface Tally {
  /** Forgets the last question, and names the rows that the next one is about. */
  begin(among: Among): void;
  /** Adds a clue; `fresh` also to rows to which no other clue has pointed. */
  follow(clue: Clue, fresh: boolean): void;
  /** The rows to which clues have pointed. */
  readonly touched: readonly number[];
  /** The weight of what a row has in common with the question, and of what was asked that it covers. */
  knownOf(row: number): number;
  coveredOf(row: number): number;
}

/** Makes a tally over all rows. */
export function createTally({ rows, people, wordWeights, postings }: ListedNames): Tally {
  const touchedBy = new Uint32Array(rows.length);
  const known = new Float32Array(rows.length);
  const covered = new Float32Array(rows.length);
  const lastClue = new Uint32Array(rows.length);
  const lastGain = new Float32Array(rows.length);
  const touched: number[] = [];
  let [question, clues] = [0, 0];
  /** What `people` has for rows that the question is not about. */
  let left: number | null = null;

  function touch(row: number): void {
    touchedBy[row] = question;
    known[row] = 0;
    covered[row] = 0;
    lastClue[row] = 0;
    touched.push(row);
  }

  /** Of several words of a row that resemble one that was asked, the best counts. */
  function add(row: number, gain: number, asked: number): void {
    const before = lastClue[row] === clues ? (lastGain[row] as number) : 0;
    if (gain <= before) return;
    if (before === 0) covered[row] = (covered[row] as number) + asked;
    lastClue[row] = clues;
    lastGain[row] = gain;
    known[row] = (known[row] as number) + gain - before;
  }

  return {
    touched,
    begin(among) {
      left = among === 'all' ? null : among === 'people' ? 0 : 1;
      question += 1;
      touched.length = 0;
    },
    follow({ resemblances, asked }, fresh) {
      clues += 1;
      for (const { word, similarity } of resemblances) {
        const gain = (wordWeights[word] as number) * similarity;
        const end = postings.starts[word + 1] as number;
        for (let place = postings.starts[word] as number; place < end; place += 1) {
          const row = postings.rows[place] as number;
          if (people[row] === left) continue;
          if (touchedBy[row] !== question) {
            if (!fresh) continue;
            touch(row);
          }
          add(row, gain, asked);
        }
      }
    },
    knownOf: (row) => known[row] as number,
    coveredOf: (row) => covered[row] as number,
  };
}
