/** Ways in which a listed name comes back changed, of which the first `family` words stood before a comma; `null` where it cannot be. */
export const changes = {
  /** One letter of the longest word is missing, doubled, or another one. */
  typo(words, below) {
    const at = words.reduce((best, word, index) => (word.length > (words[best]?.length ?? 0) ? index : best), 0);
    const word = words[at] ?? '';
    if (word.length < 5) return null;
    const letter = 1 + below(word.length - 2);
    const kinds = [
      word.slice(0, letter) + word.slice(letter + 1),
      word.slice(0, letter) + (word[letter] ?? '') + word.slice(letter),
      `${word.slice(0, letter)}${'aeiorst'[below(7)] ?? 'e'}${word.slice(letter + 1)}`,
    ];
    return words.with(at, kinds[below(kinds.length)] ?? word);
  },
  swap: (words) => (words.length < 2 ? null : [...words.slice(1), words[0] ?? '']),
  /** The middle name: the second given one of `LAST, First Middle`, the second word of three where no comma tells. */
  dropped(words, _below, family) {
    const at = family + 1;
    return at < words.length - (family === 0 ? 1 : 0) ? words.toSpliced(at, 1) : null;
  },
  /** The second word as listed, which after a comma is the first given name: what is left is often somebody else. */
  secondWordDropped: (words) => (words.length < 3 ? null : words.toSpliced(1, 1)),
  /** All but the first and the last word become letters. */
  initials: (words) =>
    words.length < 3 ? null : words.map((word, at) => (at === 0 || at === words.length - 1 ? word : word.slice(0, 1))),
} as const satisfies Readonly<
  Record<string, (words: readonly string[], below: (end: number) => number, family: number) => readonly string[] | null>
>;

/** The name of a change. */
export type Change = keyof typeof changes;
