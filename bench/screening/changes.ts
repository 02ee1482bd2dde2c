/** Ways in which a listed name comes back changed; `null` where a name cannot be changed so. */
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
  dropped: (words) => (words.length < 3 ? null : [words[0] ?? '', ...words.slice(2)]),
  /** All but the first and the last word become letters. */
  initials: (words) =>
    words.length < 3 ? null : words.map((word, at) => (at === 0 || at === words.length - 1 ? word : word.slice(0, 1))),
} as const satisfies Readonly<
  Record<string, (words: readonly string[], below: (end: number) => number) => readonly string[] | null>
>;

/** The name of a change. */
export type Change = keyof typeof changes;
