/** One word of a name, lower-case and without punctuation, in its own script. */
export interface Word {
  readonly text: string;
  /** Written as letters with full stops: `J.`, `A.Q.`. */
  readonly dotted: boolean;
  /** Stands before the comma of a name that is written family name first: `LAST, First`. */
  readonly family: boolean;
}

const APOSTROPHES = /['’‘‛ʼʻʹʽʾʿ`´ˊˋ′＇]/gu;
/** What is never seen: formatting, joiners, direction marks, variation selectors, soft hyphens. */
const INVISIBLE = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;
const CHUNK = /[\p{L}\p{M}\p{N}.]+/gu;

/**
 * The words of a name, in the order in which they are written.
 *
 * Case, punctuation and invisible characters are gone; apostrophes join (`Qa'ida`), hyphens separate, letters with full
 * stops are one word (`S.A.`). Letters keep their script and their accents.
 */
export function wordsOf(name: string): readonly Word[] {
  const plain = name
    .normalize('NFKC')
    .replaceAll(INVISIBLE, '')
    .replaceAll(APOSTROPHES, '')
    .replaceAll('&', ' and ')
    .toLowerCase();
  const comma = /[,،，]/u.exec(plain)?.index ?? -1;
  const words: Word[] = [];
  for (const { 0: chunk, index } of plain.matchAll(CHUNK)) {
    for (const { text, dotted } of splitAtStops(chunk)) words.push({ text, dotted, family: index < comma });
  }
  return words;
}

/** Whether a text has plain Latin letters only, as most have. */
export function isPlain(text: string): boolean {
  return /^[ -~]*$/.test(text);
}

/** `s.a.` is one word, `st.john` two, `a.h.smith` two. */
function splitAtStops(chunk: string): readonly Pick<Word, 'text' | 'dotted'>[] {
  if (!chunk.includes('.')) return [{ text: chunk, dotted: false }];
  const words: { text: string; dotted: boolean }[] = [];
  for (const part of chunk.split('.')) {
    if (part === '') continue;
    const isLetter = /^\p{L}\p{M}*$/u.test(part);
    const last = words.at(-1);
    if (isLetter && last?.dotted) last.text += part;
    else words.push({ text: part, dotted: isLetter });
  }
  return words;
}
