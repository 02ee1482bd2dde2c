/** Letters that are no accented form of a plain letter, and how passports write them. */
const letters: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ł: 'l',
  ı: 'i',
  ħ: 'h',
};

const honorifics = new Set('mr mrs ms miss dr prof sir madam lok oknha samdech excellency'.split(' '));

const companyForms = new Set(
  (
    'co company corp corporation inc incorporated ltd limited llc llp lp plc gmbh ag kg sa sas sarl srl spa bv nv ' +
    'pte pty bhd sdn oao ooo zao pao ojsc pjsc jsc cjsc ltda eirl doo'
  ).split(' '),
);

const companyPhrases = / (?:sa de cv|s de rl de cv|sdn bhd)$/;

/** The words of a name: without case, accents and punctuation. `S.A.` is one word, `Al-Amin` two. */
export function wordsOf(name: string): readonly string[] {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[\u0300-\u036f]/g, '')
    .replaceAll(/[ßæœøđðþłıħ]/g, (letter) => letters[letter] ?? letter)
    .replaceAll(/[.'’‘ʼ`´]/g, '')
    .replaceAll('&', ' and ')
    .replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
    .trim();
  return plain === '' ? [] : plain.split(' ');
}

/** The words without titles; all of them where nothing else is left. */
export function withoutHonorifics(words: readonly string[]): readonly string[] {
  return orAll(
    words.filter((word) => !honorifics.has(word)),
    words,
  );
}

/** The words without forms of companies; all of them where nothing else is left. */
export function withoutCompanyForms(words: readonly string[]): readonly string[] {
  const rest = words.join(' ').replace(companyPhrases, '').split(' ');
  return orAll(
    rest.filter((word) => !companyForms.has(word)),
    words,
  );
}

/** What two names have in common that differ in word order only, or in where words are joined. */
export function keysOf(words: readonly string[]): readonly string[] {
  return [[...new Set(words)].sort().join(' '), `=${words.join('')}`];
}

/** Whether every letter is Latin: only then can a list in Latin letters say anything about the name. */
export function isLatin(words: readonly string[]): boolean {
  return words.length > 0 && /^[\p{Script=Latin}\p{M}\p{N} ]+$/u.test(words.join(' '));
}

function orAll(some: readonly string[], all: readonly string[]): readonly string[] {
  return some.length > 0 ? some : all;
}
