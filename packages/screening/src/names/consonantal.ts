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

/** Letters of Arabic script that each tongue speaks in its own way, the usual one first: Persians say `z` for `ض`, Egyptians `g` for `ج`. */
const spoken: Readonly<Record<string, readonly string[]>> = {
  ض: ['d', 'z', 'D', 'Z'],
  ظ: ['D', 'z', 'd', 'Z'],
  ذ: ['D', 'z', 'd'],
  ث: ['T', 's', 't'],
  ق: ['q', 'k', 'g', 'G', 'K', 'c'],
  ج: ['j', 'g', 'y'],
  ة: ['h', 't'],
};
/** Silent in most words. */
const SILENT = 'ة';

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
const SPOKEN = 0.05;
/** Khmer does not tell voice as Latin letters do, and writes some vowels as two. */
const VOICE = 0.15;
const FURTHER_VOWEL = 0.05;
const voicePairs: ReadonlySet<string> = new Set([
  'bp',
  'pb',
  'dt',
  'td',
  'gk',
  'kg',
  'Tt',
  'tT',
  'Td',
  'dT',
  'Kk',
  'kK',
]);
/** What a vowel costs that only one word has, and one in the place of another. */
const vowelCosts = { missing: [0.06, 0.12], guessed: [0.3, 0.15] } as const;

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

/** The sound of a letter of Arabic script that has several. */
export function spokenLetter(letter: string): string | undefined {
  return Object.hasOwn(spoken, letter) ? letter : undefined;
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
  const isGuessed = vowels === 'guessed';
  const omission = (sounds: readonly string[], at: number) => {
    const sound = sounds[at] ?? '';
    if (!VOWELS.has(sound)) return omissionOf(sound, vowels);
    return isGuessed && VOWELS.has(sounds[at - 1] ?? '') ? FURTHER_VOWEL : omittedVowel;
  };
  const change = (one: string, other: string) => {
    if (one !== other && VOWELS.has(one) && VOWELS.has(other)) return otherVowel;
    return isGuessed && voicePairs.has(one + other) ? VOICE : changeOf(one, other);
  };
  const omissionsOfB = b.map((_sound, at) => omission(b, at));
  let last = [0];
  for (const cost of omissionsOfB) last.push((last.at(-1) ?? 0) + cost);
  for (const [place, sound] of a.entries()) {
    const omitted = omission(a, place);
    const row = [(last[0] ?? 0) + omitted];
    for (const [at, against] of b.entries()) {
      row.push(
        Math.min(
          (last[at] ?? 0) + change(sound, against),
          (last[at + 1] ?? 0) + omitted,
          (row[at] ?? 0) + (omissionsOfB[at] ?? 0),
        ),
      );
    }
    last = row;
  }
  const consonants = Math.max(countConsonants(a), countConsonants(b), 1);
  return Math.max(0, 1 - (last.at(-1) ?? Infinity) / (consonants + 0.5));
}

function omissionOf(sound: string, vowels: 'guessed' | 'missing'): number {
  if (sound === SILENT) return SPOKEN;
  if (sound === 'h') return WEAK;
  return sound in semivowels && vowels === 'missing' ? WEAK : CONSONANT;
}

function changeOf(a: string, b: string): number {
  if (a === b) return 0;
  if (semivowels[a]?.has(b) || semivowels[b]?.has(a)) return 0.02;
  if (spoken[a]?.includes(b) || spoken[b]?.includes(a)) return SPOKEN;
  if ((a === 'S' && b === 'C') || (a === 'C' && b === 'S')) return NEIGHBOUR;
  const [one, other] = [spoken[a]?.[0] ?? a, spoken[b]?.[0] ?? b];
  return families.some((family) => family.has(one) && family.has(other)) ? FAMILY : CONSONANT;
}

function countConsonants(sounds: readonly string[]): number {
  return sounds.filter((sound) => !VOWELS.has(sound) && sound !== SILENT && !(sound in semivowels)).length;
}
