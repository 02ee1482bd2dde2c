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

/**
 * Whether a payer's name is the verified name, as far as equal words can tell.
 *
 * A bank that masks or omits the name makes it `unknown`. Anything else that differs is a `mismatch`, for a person to
 * look at.
 */
export function matchPayer(payer: string | undefined, verified: readonly string[]): PayerMatch {
  if (payer === undefined || payer.trim() === '' || payer.includes('*')) return 'unknown';
  const told = words(payer).join(' ');
  if (told === '') return 'unknown';
  return verified.some((name) => words(name).join(' ') === told) ? 'match' : 'mismatch';
}
