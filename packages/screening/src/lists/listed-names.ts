/** What stands in brackets behind a name and is no name. */
const NO_NAME =
  /\d|\b(?:name|identity|identification|nickname|script|third|junior|senior|deceased|variant|spelling|passport)\b/iu;
const MOST_WORDS = 6;

/**
 * The names that a field gives which holds several, or says more about one: `Hasan Gul; Hassan Ghul`, `Name (الاسم)`,
 * `a) One b) Other`, `Name, born 1 Jan. 1953`.
 */
export function namesIn(text: string): readonly string[] {
  const names = text
    .replaceAll(/\boriginal script:\s*/giu, '')
    .replace(/,\s*(?:born|d\.?o\.?b\.?)\s.*$/isu, '')
    .split(/;|(?:^|\s)[a-z]\)\s/u)
    .flatMap(withoutBrackets);
  return [...new Set(names.map((name) => name.replaceAll(/\s+/g, ' ').trim()).filter((name) => /\p{L}/u.test(name)))];
}

function withoutBrackets(text: string): readonly string[] {
  const inside = [...text.matchAll(/\(([^()]*)\)/gu)].map((match) => match[1] ?? '');
  return [text.replaceAll(/\([^()]*\)/gu, ' '), ...inside.filter(isName)];
}

/** A name of its own: in another script, or of several words. */
function isName(text: string): boolean {
  if (NO_NAME.test(text)) return false;
  const words = text.trim().split(/\s+/);
  const isLatin = /^[\p{Script=Latin}\p{M}\p{P}\s]*$/u.test(text);
  return words.length <= MOST_WORDS && (!isLatin || words.length > 1);
}
