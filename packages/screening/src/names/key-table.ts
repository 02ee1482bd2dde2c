/** Which words have a key. */
export interface KeyTable {
  /** Calls `visit` for every word that has the key, and may call it for one twice. */
  find(key: number, visit: (word: number) => void): void;
}

/** Arranges the keys of words, each a list of whole numbers of 32 bits by the word's number, for looking up. */
export function createKeyTable(keysByWord: readonly (readonly number[])[]): KeyTable {
  const size = keysByWord.reduce((total, keys) => total + keys.length, 0);
  const shift = 32 - Math.max(4, Math.ceil(Math.log2(size + 1)));
  const bucketOf = (key: number) => Math.imul(key, 0x9e3779b1) >>> shift;
  const starts = new Uint32Array(2 ** (32 - shift) + 1);
  for (const keys of keysByWord) for (const key of keys) add(starts, bucketOf(key) + 1, 1);
  for (let at = 1; at < starts.length; at += 1) add(starts, at, starts[at - 1] as number);
  const next = starts.slice();
  const keysAt = new Uint32Array(size);
  const wordsAt = new Uint32Array(size);
  for (const [word, keys] of keysByWord.entries()) {
    for (const key of keys) {
      const place = add(next, bucketOf(key), 1) - 1;
      keysAt[place] = key;
      wordsAt[place] = word;
    }
  }
  return {
    find(key, visit) {
      const bucket = bucketOf(key);
      const end = starts[bucket + 1] as number;
      for (let place = starts[bucket] as number; place < end; place += 1) {
        if (keysAt[place] === key) visit(wordsAt[place] as number);
      }
    },
  };
}

function add(counts: Uint32Array, at: number, by: number): number {
  const sum = (counts[at] as number) + by;
  counts[at] = sum;
  return sum;
}
