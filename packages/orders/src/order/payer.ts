import type { PayerMatch } from './order.ts';

/** The words of a name, folded: case, accents and order do not count. */
function words(name: string): readonly string[] {
  const folded = name
    .normalize('NFKD')
    .replaceAll(/\p{M}(?<!\p{Script=Khmer})/gu, '')
    .toLowerCase();
  return folded
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .filter((word) => word !== '')
    .sort();
}

/** How the name that a bank tells relates to a verified one. Pure; never throws. */
export type CompareNames = (payer: string, verified: string) => PayerMatch;

/**
 * Whether two names have equal words: all that can be told without knowing how names are written.
 *
 * A name that a bank masks is `unknown`.
 */
export const compareWords: CompareNames = (payer, verified) => {
  const told = words(payer).join(' ');
  if (told === '' || payer.includes('*')) return 'unknown';
  return words(verified).join(' ') === told ? 'match' : 'mismatch';
};

/**
 * Whether a payer is whom we verified: of all verified names the one that fits best decides.
 *
 * A bank that omits the name makes it `unknown`. A `mismatch` is for a person to look at.
 */
export function matchPayer(
  payer: string | undefined,
  verified: readonly string[],
  compare: CompareNames = compareWords,
): PayerMatch {
  if (payer === undefined || payer.trim() === '') return 'unknown';
  const grades = verified.map((name) => compare(payer, name));
  return grades.find((grade) => grade === 'match') ?? grades.find((grade) => grade === 'unknown') ?? 'mismatch';
}
