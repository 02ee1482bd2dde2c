/** Families of consonants that scripts and tongues exchange. A sound may belong to several. */
const families = [
  'k q g G K c C',
  's S z Z T c x',
  't d T D z',
  'h K H',
  'b p v f',
  'j g Z C y S',
  'n N m',
  'l r',
  'f P p',
].map((family) => new Set(family.split(' ')));

const digraphs: Readonly<Record<string, string>> = {
  kh: 'K',
  gh: 'G',
  sh: 'S',
  th: 'T',
  dh: 'D',
  ch: 'C',
  zh: 'Z',
  ph: 'f',
  ng: 'N',
  dj: 'j',
};

const VOWELS = new Set('aeiou');
/** Letters that stand for a vowel or a consonant, and the vowels that they may stand for. */
const semivowels: Readonly<Record<string, ReadonlySet<string>>> = {
  w: new Set('ouvw'),
  v: new Set('ouvw'),
  y: new Set('eiyja'),
};

const CONSONANT = 1;
const FAMILY = 0.4;
/** `sh` as France writes it. */
const NEIGHBOUR = 0.15;
const WEAK = 0.3;
/** What a vowel costs that only one word has, and one in the place of another. */
const vowelCosts = { missing: [0.06, 0.12], guessed: [0.3, 0.2] } as const;

/** The sounds of a word that is spelled in Latin letters: what is written with two of them is one, and so are doubled ones. */
export function soundsOf(word: string): readonly string[] {
  const sounds: string[] = [];
  for (let at = 0; at < word.length; at += 1) {
    const digraph = digraphs[word.slice(at, at + 2)];
    if (digraph) at += 1;
    // `tth` is one sound, written twice.
    if (digraph && sounds.at(-1) === word[at - 1]) sounds.pop();
    const sound = digraph ?? word[at] ?? '';
    if (sounds.at(-1) !== sound) sounds.push(sound);
  }
  return sounds;
}

/** One letter for a sound that Latin writes with two. */
export function soundLetter(spelling: string): string {
  return digraphs[spelling] ?? spelling;
}

/**
 * How alike two words are when one of them comes from a script that leaves vowels out, or of which only the consonants are
 * sure: 0 to 1.
 */
export function consonantalSimilarity(
  a: readonly string[],
  b: readonly string[],
  vowels: 'guessed' | 'missing',
): number {
  const [omittedVowel, otherVowel] = vowelCosts[vowels];
  const omission = (sound: string) => (VOWELS.has(sound) ? omittedVowel : omissionOf(sound, vowels));
  const change = (a: string, b: string) => (a !== b && VOWELS.has(a) && VOWELS.has(b) ? otherVowel : changeOf(a, b));
  let last = [0];
  for (const sound of b) last.push((last.at(-1) ?? 0) + omission(sound));
  for (const sound of a) {
    const row = [(last[0] ?? 0) + omission(sound)];
    for (const [at, against] of b.entries()) {
      row.push(
        Math.min(
          (last[at] ?? 0) + change(sound, against),
          (last[at + 1] ?? 0) + omission(sound),
          (row[at] ?? 0) + omission(against),
        ),
      );
    }
    last = row;
  }
  const consonants = Math.max(countConsonants(a), countConsonants(b), 1);
  return Math.max(0, 1 - (last.at(-1) ?? Infinity) / (consonants + 0.5));
}

function omissionOf(sound: string, vowels: 'guessed' | 'missing'): number {
  if (sound === 'h') return WEAK;
  return sound in semivowels && vowels === 'missing' ? WEAK : CONSONANT;
}

function changeOf(a: string, b: string): number {
  if (a === b) return 0;
  if (semivowels[a]?.has(b) || semivowels[b]?.has(a)) return 0.02;
  if ((a === 'S' && b === 'C') || (a === 'C' && b === 'S')) return NEIGHBOUR;
  return families.some((family) => family.has(a) && family.has(b)) ? FAMILY : CONSONANT;
}

function countConsonants(sounds: readonly string[]): number {
  return sounds.filter((sound) => !VOWELS.has(sound) && !(sound in semivowels)).length;
}
