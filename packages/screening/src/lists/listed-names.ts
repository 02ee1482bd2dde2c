/** What stands in brackets behind a name and is no name. */
const NO_NAME =
  /\d|\b(?:name|identity|identification|nickname|script|third|junior|senior|deceased|variant|spelling|passport)\b/iu;
const MOST_WORDS = 6;

/**
 * The names that a field gives which holds several, or says more about one: `Hasan Gul; Hassan Ghul`, `Name (الاسم)`,
 * `a) One b) Other`, `Name, born 1 Jan. 1953`.
 */
export function namesIn(text: string): readonly string[] {
  const plain = text.replaceAll(/\boriginal script:\s*/giu, '').replace(/,\s*(?:born|d\.?o\.?b\.?)\s.*$/isu, '');
  const inside = [...plain.matchAll(/\(([^()]*)\)/gu)].flatMap((match) => split(match[1] ?? '')).filter(isName);
  return [...new Set([...split(plain.replaceAll(/\([^()]*\)/gu, ' ')), ...inside])];
}

function split(text: string): readonly string[] {
  const names = text.split(/;|(?:^|\s)[a-z]\)\s/u).map((name) => name.replaceAll(/\s+/g, ' ').trim());
  return names.filter((name) => /\p{L}/u.test(name));
}

/** A name of its own: in another script, or of several words. */
function isName(text: string): boolean {
  if (NO_NAME.test(text)) return false;
  const words = text.trim().split(/\s+/);
  const isLatin = /^[\p{Script=Latin}\p{M}\p{P}\s]*$/u.test(text);
  return words.length <= MOST_WORDS && (!isLatin || words.length > 1);
}
