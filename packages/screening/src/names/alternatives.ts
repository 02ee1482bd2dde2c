import { isPlain } from './words.ts';

/** What stands between two names of one bearer. */
const ALSO = /[\s,;(]+(?:[afn]\.?k\.?a\.?|also known as|formerly known as|now known as|better known as|alias)[\s:]+/iu;

const LATIN = /[\p{Script=Latin}\p{N}][\p{Script=Latin}\p{M}\p{N}'’.-]*/gu;
const OTHER = /(?![\p{Script=Latin}\p{Script=Common}])\p{L}[^\s,;()/]*/gu;

/** Fewer letters of a script than this are a slip or a disguise, and no name of its own; a Chinese name may have two. */
const FEWEST_LETTERS = 3;
const FEWEST_SYLLABLES = 2;

/**
 * The names that a text gives: itself, and where it gives several, each of them. `Sok Dara a.k.a. Sok Virak` gives three,
 * and so does a name that is written in two scripts.
 */
export function alternativesOf(text: string): readonly string[] {
  const named = text.split(ALSO).slice(0, 4);
  if (named.length === 1 && isPlain(text)) return [text];
  return [...new Set([text, ...named, ...named.flatMap(byScript)])];
}

function byScript(text: string): readonly string[] {
  const forms = [LATIN, OTHER].map((script) => (text.match(script) ?? []).join(' '));
  return forms.every(isName) ? forms : [];
}

function isName(form: string): boolean {
  const fewest = /[\p{Script=Han}\p{Script=Hangul}]/u.test(form) ? FEWEST_SYLLABLES : FEWEST_LETTERS;
  return (form.match(/\p{L}/gu) ?? []).length >= fewest;
}
