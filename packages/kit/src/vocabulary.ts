import type { Log } from './log.ts';

/** A provider's status words and what each means to us. */
export interface Vocabulary<Meaning extends string> {
  /** The meaning of a word; an unfamiliar one means `otherwise` and is logged once. */
  read(word: string): Meaning;
}

/**
 * Builds a vocabulary. `otherwise` is for words that nobody listed: choose what is neither success nor failure.
 */
export function createVocabulary<Meaning extends string>(options: {
  readonly provider: string;
  readonly words: Readonly<Record<string, Meaning>>;
  readonly otherwise: Meaning;
  readonly log: Log;
}): Vocabulary<Meaning> {
  const known = new Map(Object.entries(options.words));
  const reported = new Set<string>();
  return {
    read(word) {
      const meaning = known.get(word);
      if (meaning !== undefined) return meaning;
      if (reported.size < 100 && !reported.has(word)) {
        reported.add(word);
        options.log.warn('unfamiliar-word', { provider: options.provider, word });
      }
      return options.otherwise;
    },
  };
}
