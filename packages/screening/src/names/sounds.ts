import { lettersIn } from './distance.ts';

/** What is replaced, by what, and the letters of which a word must have one for that; to look for these is quicker. */
type Rule = readonly [pattern: RegExp, replacement: string, letters?: string];

interface PreparedRule {
  readonly pattern: RegExp;
  readonly replacement: string;
  readonly letters: number;
}

function prepareRules(rules: readonly Rule[]): readonly PreparedRule[] {
  return rules.map(([pattern, replacement, letters]) => ({
    pattern,
    replacement,
    letters: letters === undefined ? -1 : lettersIn(letters),
  }));
}

function rewrite(word: string, rules: readonly PreparedRule[]): string {
  let text = word;
  let present = lettersIn(word);
  for (const { pattern, replacement, letters } of rules) {
    if ((letters & present) === 0) continue;
    const changed = text.replace(pattern, replacement);
    if (changed === text) continue;
    text = changed;
    present = lettersIn(text);
  }
  return text;
}

const westernRules = prepareRules([
  [/^abd[aeiou]{0,2}[lr]?$/, 'abd', 'b'],
  [/^(?:md|mhd|mohd|muhd|m[ou]h?[ao]mm?[ae][dt])$/, 'mohamed', 'm'],
  [/^y(?=e)|^j(?=e[^aeiou])/, '', 'yj'],
  [/[^a-z0-9]/g, ''],
  [/(?:tsch|tch|tsh)/g, 'ch', 't'],
  [/shch|sch/g, 'sh', 's'],
  [/dzh|dsch|dj|zh/g, 'j', 'dz'],
  [/kh/g, 'h', 'k'],
  [/gh/g, 'g', 'g'],
  [/ph/g, 'f', 'p'],
  [/th/g, 't', 't'],
  [/dh/g, 'd', 'd'],
  [/bh/g, 'b', 'b'],
  [/ck|q/g, 'k', 'cq'],
  [/x/g, 'ks', 'x'],
  [/tz/g, 'ts', 'z'],
  [/c(?=[eiy])/g, 's', 'c'],
  [/c(?!h)/g, 'k', 'c'],
  [/w/g, 'v', 'w'],
  [/ff?$/, 'v', 'f'],
  [/ou|oo/g, 'u', 'o'],
  [/ee|ie/g, 'i', 'e'],
  [/oe/g, 'o', 'o'],
  [/ue/g, 'u', 'u'],
  [/j(?=$|[^aeiou])/g, 'i', 'j'],
  [/y/g, 'i', 'y'],
  [/ei|ai|ae/g, 'e', 'ea'],
  [/(.)\1+/g, '$1'],
  [/ii?$/, 'i', 'i'],
  [/(?<=...)h$/, '', 'h'],
  [/(?<=[^aeiou])e$/, '', 'e'],
]);

/**
 * A word as most of the world would write its sound: `Yevgeniy` and `Evgeny`, `Chekhov` and `Tchekoff`, `Noureddine` and
 * `Nureddin` become one.
 */
export function soundOf(word: string): string {
  return rewrite(word, westernRules) || word;
}

const easternRules = prepareRules([
  [/[^a-z0-9]/g, ''],
  [/chh|tch|zh|dj|ch|j|ts/g, 'c', 'czjt'],
  [/q/g, 'c', 'q'],
  [/x|hs|sh|s/g, 's', 'xs'],
  [/kh|gh|ck|g(?!$)(?<!ng)/g, 'k', 'kg'],
  [/ng/g, 'N', 'g'],
  [/th|d/g, 't', 'td'],
  [/ph|b/g, 'p', 'pb'],
  [/nh|ny|gn/g, 'n', 'n'],
  [/w/g, 'v', 'w'],
  [/oeu|aeu|oe/g, 'e', 'e'],
  [/eo/g, 'o', 'e'],
  [/eu|ou|oo|uo|u/g, 'u', 'uo'],
  [/ea|ia|ie/g, 'E', 'ei'],
  [/ei|ey|ay|ai|ee|y/g, 'i', 'iye'],
  [/au|av|ao|aw|ov|ow/g, 'o', 'ao'],
  [/(?<=.)[hr]+$/, '', 'hr'],
  [/(?<=[cktps])h/g, '', 'h'],
  [/(.)\1+/g, '$1'],
]);

/**
 * A word as Khmer, Chinese and Korean spellings share it: `Chhoun` and `Chhun`, `Sokh` and `Sok`, `Jong` and `Chong`
 * become one. Voice and breath of consonants are lost, so it is a weaker proof than {@link soundOf}.
 */
export function easternSoundOf(word: string): string {
  return rewrite(word, easternRules) || word;
}

const consonantRules: readonly Rule[] = [
  [/tch|sch|sh|ch|c(?=[eiy])/g, 'S', 'cs'],
  [/x/g, 'KS', 'x'],
  [/kh|gh|q|g|c|k/g, 'K', 'kgqc'],
  [/dh|th|d|t|z/g, 'T', 'dtz'],
  [/ph|f/g, 'F', 'pf'],
  [/b|p/g, 'B', 'bp'],
  [/zh|j/g, 'J', 'zj'],
  [/s/g, 'S', 's'],
];

const consonantsOnly = prepareRules([...consonantRules, [/[aeiouwyvh]/g, ''], [/(.)\1+/g, '$1']]);
const consonantsWithV = prepareRules([...consonantRules, [/[vw]/g, 'V', 'vw'], [/[aeiouyh]/g, ''], [/(.)\1+/g, '$1']]);

/** The consonants of a word by families, without those that scripts and tongues leave out. */
export function consonantsOf(word: string): string {
  return rewrite(word, consonantsOnly);
}

/** The consonants of a word that is spelled in Latin letters, by families. */
export function spelledConsonantsOf(word: string): string {
  return rewrite(word, consonantsWithV);
}
