/** How a consonant sounds where a syllable begins and where it ends, and which series its vowel belongs to. */
interface Consonant {
  readonly initial: string;
  readonly final: string;
  readonly series: Series;
}

type Series = 'a' | 'o';

/** Letter, initial, final, series: the sounds of UNGEGN's romanisation, spelled as passports spell them. */
const consonants = new Map<string, Consonant>(
  (
    'កkka ខKka គkko ឃKko ងNNo ចcca ឆCca ជcco ឈCco ញYYo ដdta ឋTta ឌdto ឍTto ណnna តtta ថTta ទtto ធTto នnno ' +
    'បbpa ផPpa ពppo ភPpo មmmo យyyo រrro លllo វvvo ឝssa ឞsso សssa ហhha ឡlla អ__a'
  )
    .split(' ')
    .map((row) => {
      const [letter = '', initial = '', final = '', series] = row;
      return [letter, { initial: spell(initial), final: spell(final), series: series as Series }];
    }),
);

/** A sign after a consonant: its sound in the first series and in the second. */
const vowels: Readonly<Record<string, readonly [string, string]>> = {
  'ា': ['a', 'ea'],
  'ិ': ['e', 'i'],
  'ី': ['ei', 'i'],
  'ឹ': ['e', 'i'],
  'ឺ': ['eu', 'eu'],
  'ុ': ['o', 'u'],
  'ូ': ['ou', 'u'],
  'ួ': ['uo', 'uo'],
  'ើ': ['aeu', 'eu'],
  'ឿ': ['oea', 'oea'],
  'ៀ': ['ie', 'ie'],
  'េ': ['e', 'e'],
  'ែ': ['e', 'e'],
  'ៃ': ['ai', 'ey'],
  'ោ': ['ao', 'o'],
  'ៅ': ['au', 'ov'],
  'ំ': ['am', 'um'],
  'ះ': ['ah', 'eah'],
  'ៈ': ['ak', 'eak'],
  '័': ['a', 'oa'],
  'ុំ': ['om', 'um'],
  'ាំ': ['am', 'oam'],
  'ុះ': ['oh', 'uh'],
  'េះ': ['eh', 'eh'],
  'ោះ': ['aoh', 'oh'],
};

const independentVowels: Readonly<Record<string, string>> = {
  ឥ: 'i',
  ឦ: 'ei',
  ឧ: 'u',
  ឩ: 'ou',
  ឪ: 'ov',
  ឫ: 'rue',
  ឬ: 'rueu',
  ឭ: 'lue',
  ឮ: 'lueu',
  ឯ: 'e',
  ឰ: 'ai',
  ឱ: 'ao',
  ឲ: 'ao',
  ឳ: 'ov',
};

const independent: ReadonlySet<string> = new Set(Object.values(independentVowels));

const TO_FIRST_SERIES = '\u17C9';
const TO_SECOND_SERIES = '\u17CA';
const SHORT = '\u17CB';
const SILENT = '\u17CD';

const CLUSTER =
  /(?<base>[\u1780-\u17A2])(?<subscripts>(?:[\u17C9\u17CA]?\u17D2[\u1780-\u17A2])*)(?<shifter>[\u17C9\u17CA]?)(?<vowel>[\u17B6-\u17C8\u17D0]*)(?<marks>[\u17CB-\u17D1\u17C9\u17CA]*)|(?<alone>[\u17A3-\u17B3])|(?<other>[^\u1780-\u17D3])/gu;

/** Letters that do not decide the series of a cluster when a stronger one stands beside them. */
const WEAK = new Set('ងញណនមយរលវឡ');

/** Foreign sounds, written with a silent ហ before the letter. */
const foreign: Readonly<Record<string, string>> = { វ: 'f', គ: 'g', ស: 'z', ប: 'p', ម: 'm', ន: 'n', ល: 'l', ក: 'g' };

/** Words in names that are not spoken as they are written. */
const irregular: Readonly<Record<string, string>> = {
  រស្មី: 'reaksmei',
  ច័ន្ទ: 'chan',
  ចន្ទ: 'chan',
  ពេជ្រ: 'pich',
};
const IRREGULAR = new RegExp(`(${Object.keys(irregular).join('|')})(?!\u17D2)`, 'u');

/** A consonant with what hangs on it, or a letter that stands alone. */
interface Cluster {
  readonly letters: readonly string[];
  /** The signs that change the series. */
  readonly shifters: string;
  readonly vowel: string;
  /** Shortens the vowel before it. */
  readonly shortens: boolean;
  /** Instead of all that: an independent vowel, or what is no Khmer letter. */
  readonly spoken?: string;
}

/**
 * Khmer script in Latin letters, near to what a Cambodian passport says.
 *
 * Consonants are what it gets right; vowels are a guess where the script does not write them, so a comparison must weigh
 * them little. Letters that are written and not spoken at the end of a word are left out, silenced ones too.
 */
export function khmerToLatin(word: string): string {
  const pieces = word.normalize('NFC').split(IRREGULAR).filter(Boolean);
  return pieces
    .map((piece) => irregular[piece] ?? spellOut(piece))
    .join('')
    .replaceAll(/(ch|kh|nh|ng|ph|th)\1/g, '$1')
    .replaceAll('dth', 'th');
}

function spellOut(word: string): string {
  const clusters = clustersOf(word);
  let latin = '';
  let isOpen = false;
  for (const [at, cluster] of clusters.entries()) {
    if (cluster.spoken !== undefined) {
      latin += cluster.spoken;
      isOpen = cluster.spoken !== '' && independent.has(cluster.spoken);
    } else if (isOpen && endsSyllable(clusters, at)) {
      latin += consonants.get(cluster.letters[0] ?? '')?.final ?? '';
      isOpen = false;
    } else {
      const next = clusters[at + 1];
      latin += initialOf(cluster) + vowelOf(cluster, next);
      isOpen = !/[ះៈ]/u.test(cluster.vowel) && (!cluster.vowel.includes('ំ') || next?.letters[0] === 'ង');
    }
  }
  return latin;
}

function clustersOf(word: string): readonly Cluster[] {
  return [...word.matchAll(CLUSTER)].flatMap(({ groups = {} }): readonly Cluster[] => {
    const { base, subscripts = '', shifter = '', vowel = '', marks = '', alone, other } = groups;
    if (marks.includes(SILENT)) return [];
    const spoken = other ?? (alone === undefined ? undefined : independentVowels[alone]);
    const letters = base === undefined ? [] : [base, ...Array.from(subscripts).filter((one) => consonants.has(one))];
    const cluster = { letters, shifters: shifter + subscripts + marks, vowel, shortens: marks.includes(SHORT) };
    return [spoken === undefined ? cluster : { ...cluster, spoken }];
  });
}

/** Whether a cluster closes the open syllable before it: it has no vowel, and does not carry the last letter. */
function endsSyllable(clusters: readonly Cluster[], at: number): boolean {
  const cluster = clusters[at];
  if (!cluster || cluster.vowel !== '') return false;
  if (at === clusters.length - 1) return true;
  const next = clusters[at + 1];
  const carriesLast = at === clusters.length - 2 && next?.vowel === '' && next.letters.length === 1;
  return cluster.letters.length === 1 && !carriesLast;
}

function initialOf({ letters, shifters }: Cluster): string {
  const [first = '', second] = letters;
  const silent = second === undefined ? undefined : foreign[second];
  if (first === 'ហ' && silent !== undefined) return silent + soundsOf(letters.slice(2));
  const isHard = first === 'ប' && (second !== undefined || shifters.includes(TO_FIRST_SERIES));
  return isHard ? `p${soundsOf(letters.slice(1))}` : soundsOf(letters);
}

function soundsOf(letters: readonly string[]): string {
  return letters.map((letter) => consonants.get(letter)?.initial ?? '').join('');
}

function seriesOf({ letters, shifters }: Cluster): Series {
  if (shifters.includes(TO_FIRST_SERIES)) return 'a';
  if (shifters.includes(TO_SECOND_SERIES)) return 'o';
  const deciding = letters.findLast((letter) => !WEAK.has(letter)) ?? letters[0] ?? '';
  return consonants.get(deciding)?.series ?? 'a';
}

function vowelOf(cluster: Cluster, next: Cluster | undefined): string {
  const column = seriesOf(cluster) === 'a' ? 0 : 1;
  const { vowel } = cluster;
  if (vowel === '') return next?.shortens && column === 0 ? 'a' : 'o';
  if (vowel.endsWith('ំ') && next?.letters[0] === 'ង') return vowels[vowel]?.[column]?.slice(0, -1) ?? 'a';
  return (
    vowels[vowel]?.[column] ??
    Array.from(vowel)
      .map((sign) => vowels[sign]?.[column] ?? '')
      .join('')
  );
}

/** One character for each sound in the table above. */
function spell(sound: string): string {
  const digraphs: Readonly<Record<string, string>> = {
    K: 'kh',
    N: 'ng',
    c: 'ch',
    C: 'chh',
    Y: 'nh',
    T: 'th',
    P: 'ph',
    _: '',
  };
  return digraphs[sound] ?? sound;
}
