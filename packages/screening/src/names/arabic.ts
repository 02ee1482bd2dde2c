/** `Abdulrahman`, `Abdel-Rahman`, `Abdurrahman`: a servant of one of the ninety-nine names, with or without the article. */
const SERVANT = /^abd[aeiou]{0,2}(?:l|([bdhjkmnrstz])(?=\1))?(?<name>[a-z]{3,})$/;
const SERVANT_OF_GOD = /^abd[aeiou]{0,2}ll?[aeo]+(?:k?h)?i?$/;
/** `Nasreddin`, `Nur al-Din`, `Shamsuddin`. */
const OF_FAITH = /^(?<name>[a-z]{3,}?)(?:[aeiou]{1,2}d?|[aeiou]l)d(?:in|een|ine|yn|ene)$/;
/** `Nasrallah`, `Saifullah`, `Hizbollah`, `Habibulla`. */
const OF_GOD = /^(?<name>[a-z]{3,}?)(?:[aou]?ll[ao]k?h|oullah|[uo]lla)$/;

const ARTICLES: ReadonlySet<string> = new Set([
  'an',
  'as',
  'ash',
  'ar',
  'at',
  'ad',
  'adh',
  'az',
  'ath',
  'ud',
  'us',
  'un',
]);

/**
 * Splits what Arabic writes as two words and others as one: `Abdulrahman` is `abd`, `rahman`; `Nasreddin` is `nasr`, `din`.
 *
 * Anything else comes back whole.
 */
export function splitCompound(word: string): readonly string[] {
  if (word.length < 6) return [word];
  if (SERVANT_OF_GOD.test(word)) return ['abd', 'allah'];
  const servant = SERVANT.exec(word)?.groups?.['name'];
  if (servant !== undefined) return ['abd', servant];
  const faith = OF_FAITH.exec(word)?.groups?.['name'];
  if (faith !== undefined) return [faith, 'din'];
  const god = OF_GOD.exec(word)?.groups?.['name'];
  return god === undefined ? [word] : [god, 'allah'];
}

/** Whether a word is the article, taken over by the letter after it: `ar-Rahman`, `ud-Din`. */
export function isArticleBefore(word: string, next: string | undefined): boolean {
  return next !== undefined && ARTICLES.has(word) && next.startsWith(word.slice(1)) && next.length > 2;
}

/** Particles in Arabic script. */
const particles: ReadonlySet<string> = new Set(['بن', 'ابن', 'بنت', 'ابو', 'ابي', 'ال', 'ولد', 'ام', 'و']);

/** One part of a word in Arabic script: a particle, or a name. */
export interface ArabicPart {
  readonly text: string;
  readonly isParticle: boolean;
}

/** The parts of a word in Arabic script: the article is a particle, `عبد` and `الله` are words of their own. */
export function splitArabic(word: string): readonly ArabicPart[] {
  const plain = word
    .normalize('NFKD')
    .replaceAll(/\p{M}|ـ/gu, '')
    .replaceAll(/[أإآٱ]/g, 'ا')
    .replaceAll(/[ىیې]/g, 'ي')
    .replaceAll('ک', 'ك')
    .replaceAll(/[ہھەۀ]/g, 'ه');
  if (particles.has(plain)) return [{ text: plain, isParticle: true }];
  const servant = /^(عبد)(?:ال)?(.{2,})$/u.exec(plain);
  if (servant) return [{ text: 'عبد', isParticle: false }, ...splitArabic(servant[2] ?? '')];
  const father = /^(ابو|ابي)(?:ال)?(.{3,})$/u.exec(plain);
  if (father) return [{ text: father[1] ?? '', isParticle: true }, ...splitArabic(father[2] ?? '')];
  const god = /^(.{2,})(الله)$/u.exec(plain);
  if (god)
    return [
      { text: god[1] ?? '', isParticle: false },
      { text: 'الله', isParticle: false },
    ];
  if (/^ال.{2,}$/u.test(plain) && plain !== 'الله') {
    return [
      { text: 'ال', isParticle: true },
      { text: plain.slice(2), isParticle: false },
    ];
  }
  return [{ text: plain, isParticle: false }];
}
