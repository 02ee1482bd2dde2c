type Rule = readonly [RegExp, string];

function rewrite(word: string, rules: readonly Rule[]): string {
  return rules.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), word);
}

const westernRules: readonly Rule[] = [
  [/^abd[aeiou]{0,2}[lr]?$/, 'abd'],
  [/^(?:md|mhd|mohd|muhd|m[ou]h?[ao]mm?[ae][dt])$/, 'mohamed'],
  [/^y(?=e)|^j(?=e[^aeiou])/, ''],
  [/[^a-z0-9]/g, ''],
  [/(?:tsch|tch|tsh)/g, 'ch'],
  [/shch|sch/g, 'sh'],
  [/dzh|dsch|dj|zh/g, 'j'],
  [/kh/g, 'h'],
  [/gh/g, 'g'],
  [/ph/g, 'f'],
  [/th/g, 't'],
  [/dh/g, 'd'],
  [/bh/g, 'b'],
  [/ck|q/g, 'k'],
  [/x/g, 'ks'],
  [/tz/g, 'ts'],
  [/c(?=[eiy])/g, 's'],
  [/c(?!h)/g, 'k'],
  [/w/g, 'v'],
  [/ff?$/, 'v'],
  [/ou|oo/g, 'u'],
  [/ee|ie/g, 'i'],
  [/oe/g, 'o'],
  [/ue/g, 'u'],
  [/j(?=$|[^aeiou])/g, 'i'],
  [/y/g, 'i'],
  [/ei|ai|ae/g, 'e'],
  [/(.)\1+/g, '$1'],
  [/ii?$/, 'i'],
  [/(?<=...)h$/, ''],
  [/(?<=[^aeiou])e$/, ''],
];

/**
 * A word as most of the world would write its sound: `Yevgeniy` and `Evgeny`, `Chekhov` and `Tchekoff`, `Noureddine` and
 * `Nureddin` become one.
 */
export function soundOf(word: string): string {
  return rewrite(word, westernRules) || word;
}

const easternRules: readonly Rule[] = [
  [/[^a-z0-9]/g, ''],
  [/chh|tch|zh|dj|ch|j|ts/g, 'c'],
  [/q/g, 'c'],
  [/x|hs|sh|s/g, 's'],
  [/kh|gh|ck|g(?!$)(?<!ng)/g, 'k'],
  [/ng/g, 'N'],
  [/th|d/g, 't'],
  [/ph|b/g, 'p'],
  [/nh|ny|gn/g, 'n'],
  [/w/g, 'v'],
  [/oeu|aeu|oe/g, 'e'],
  [/eo/g, 'o'],
  [/eu|ou|oo|uo|u/g, 'u'],
  [/ea|ia|ie/g, 'E'],
  [/ei|ey|ay|ai|ee|y/g, 'i'],
  [/au|av|ao|aw|ov|ow/g, 'o'],
  [/(?<=.)[hr]+$/, ''],
  [/(?<=[cktps])h/g, ''],
  [/(.)\1+/g, '$1'],
];

/**
 * A word as Khmer, Chinese and Korean spellings share it: `Chhoun` and `Chhun`, `Sokh` and `Sok`, `Jong` and `Chong`
 * become one. Voice and breath of consonants are lost, so it is a weaker proof than {@link soundOf}.
 */
export function easternSoundOf(word: string): string {
  return rewrite(word, easternRules) || word;
}

const consonantRules: readonly Rule[] = [
  [/tch|sch|sh|ch|c(?=[eiy])/g, 'S'],
  [/x/g, 'KS'],
  [/kh|gh|q|g|c|k/g, 'K'],
  [/dh|th|d|t|z/g, 'T'],
  [/ph|f/g, 'F'],
  [/b|p/g, 'B'],
  [/zh|j/g, 'J'],
  [/s/g, 'S'],
];

/** The consonants of a word by families, without those that scripts and tongues leave out. */
export function consonantsOf(word: string): string {
  return rewrite(word, [...consonantRules, [/[aeiouwyvh]/g, ''], [/(.)\1+/g, '$1']]);
}

/** The consonants of a word that is spelled in Latin letters, by families. */
export function spelledConsonantsOf(word: string): string {
  return rewrite(word, [...consonantRules, [/[vw]/g, 'V'], [/[aeiouyh]/g, ''], [/(.)\1+/g, '$1']]);
}
