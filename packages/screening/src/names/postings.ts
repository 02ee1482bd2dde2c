/** For each word the rows that hold it. */
export interface Postings {
  /** Where the rows of a word begin; those of the next word begin where they end. */
  readonly starts: Uint32Array;
  readonly rows: Uint32Array;
  countOf(word: number): number;
}

/** Turns words by row into rows by word. */
export function arrangePostings(wordsByRow: readonly (readonly number[])[], words: number): Postings {
  const distinct = wordsByRow.map((one) => [...new Set(one)]);
  const starts = new Uint32Array(words + 1);
  for (const one of distinct) for (const word of one) starts[word + 1] = (starts[word + 1] as number) + 1;
  for (let word = 1; word <= words; word += 1) starts[word] = (starts[word] as number) + (starts[word - 1] as number);
  const next = starts.slice();
  const rows = new Uint32Array(starts[words] as number);
  for (const [row, one] of distinct.entries()) {
    for (const word of one) {
      const place = next[word] as number;
      rows[place] = row;
      next[word] = place + 1;
    }
  }
  return { starts, rows, countOf: (word) => (starts[word + 1] as number) - (starts[word] as number) };
}
