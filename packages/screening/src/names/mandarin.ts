const finals: Readonly<Record<string, string>> = {
  '': 'a o e ai ei ao ou an en ang er',
  b: 'a o ai ei ao an en ang eng i ie iao ian in ing u',
  p: 'a o ai ei ao ou an en ang eng i ie iao ian in ing u',
  m: 'a o e ai ei ao ou an en ang eng i ie iao iu ian in ing u',
  f: 'a o ei ou an en ang eng u',
  d: 'a e ai ei ao ou an en ang eng ong i ie iao iu ian ing u uo ui uan un',
  t: 'a e ai ao ou an ang eng ong i ie iao ian ing u uo ui uan un',
  n: 'a e ai ei ao ou an en ang eng ong i ie iao iu ian in iang ing u uo uan ue',
  l: 'a e ai ei ao ou an ang eng ong i ia ie iao iu ian in iang ing u uo uan un ue',
  g: 'a e ai ei ao ou an en ang eng ong u ua uo uai ui uan un uang',
  k: 'a e ai ei ao ou an en ang eng ong u ua uo uai ui uan un uang',
  h: 'a e ai ei ao ou an en ang eng ong u ua uo uai ui uan un uang',
  j: 'i ia ie iao iu ian in iang ing iong u ue uan un',
  q: 'i ia ie iao iu ian in iang ing iong u ue uan un',
  x: 'i ia ie iao iu ian in iang ing iong u ue uan un',
  zh: 'a e ai ei ao ou an en ang eng ong i u ua uo uai ui uan un uang',
  ch: 'a e ai ao ou an en ang eng ong i u ua uo uai ui uan un uang',
  sh: 'a e ai ei ao ou an en ang eng i u ua uo uai ui uan un uang',
  r: 'e ao ou an en ang eng ong i u uo ui uan un',
  z: 'a e ai ei ao ou an en ang eng ong i u uo ui uan un',
  c: 'a e ai ao ou an en ang eng ong i u uo ui uan un',
  s: 'a e ai ao ou an en ang eng ong i u uo ui uan un',
  y: 'a o e ao ou an ang i in ing ong u ue uan un',
  w: 'a o ai ei an en ang eng u',
};

const initialsOfWade: Readonly<Record<string, string>> = {
  b: 'p',
  d: 't',
  g: 'k',
  j: 'ch',
  q: 'ch',
  x: 'hs',
  zh: 'ch',
  r: 'j',
  z: 'ts',
  c: 'ts',
};

const wholeSyllables: Readonly<Record<string, string>> = {
  zhi: 'chih',
  chi: 'chih',
  shi: 'shih',
  ri: 'jih',
  zi: 'tzu',
  ci: 'tzu',
  si: 'ssu',
  yi: 'i',
  you: 'yu',
  ye: 'yeh',
  yan: 'yen',
  yong: 'yung',
  er: 'erh',
  e: 'o',
  ge: 'ko',
  ke: 'ko',
  he: 'ho',
  gui: 'kuei',
  kui: 'kuei',
  yue: 'yueh',
};

/** Each syllable of Pinyin, and how Wade and Giles spell it without apostrophes and dots. */
const wadeBySyllable = new Map<string, string>();
for (const [initial, list] of Object.entries(finals)) {
  for (const final of list.split(' ')) wadeBySyllable.set(initial + final, wadeOf(initial, final));
}

const wadeSyllables: ReadonlySet<string> = new Set(wadeBySyllable.values());

function wadeOf(initial: string, final: string): string {
  const whole = wholeSyllables[initial + final];
  if (whole !== undefined) return whole;
  const changed = final
    .replace(/ong$/, 'ung')
    .replace(/ian$/, 'ien')
    .replace(/(i|u)e$/, '$1eh')
    .replace(/^uo$/, /^(?:[gkh]|sh)$/.test(initial) ? 'uo' : 'o');
  return (initialsOfWade[initial] ?? initial) + changed;
}

/** The syllables of Pinyin that make a word; `null` when it is no such word. */
export function pinyinOf(word: string): readonly string[] | null {
  return /^[a-z]{1,24}$/.test(word) ? splitSyllables(word, (part) => wadeBySyllable.has(part)) : null;
}

/**
 * A Mandarin word as Wade and Giles spell it, whichever of the two spellings it has: `zedong` and `tsetung` both give
 * `tsetung`. `null` when it is no Mandarin word.
 */
export function wadeGilesOf(word: string, pinyin: readonly string[] | null = pinyinOf(word)): string | null {
  if (pinyin) return pinyin.map((syllable) => wadeBySyllable.get(syllable) ?? '').join('');
  if (!/^[a-z]{1,24}$/.test(word)) return null;
  return splitSyllables(word, (part) => wadeSyllables.has(part)) ? word : null;
}

/** The fewest syllables that make the word; `null` when there are none. */
function splitSyllables(word: string, isKnown: (part: string) => boolean): readonly string[] | null {
  const best: (readonly string[] | null)[] = [[]];
  for (let end = 1; end <= word.length; end += 1) {
    let found: readonly string[] | null = null;
    for (let start = Math.max(0, end - 6); start < end; start += 1) {
      const before = best[start];
      if (!before || (found && before.length + 1 >= found.length)) continue;
      const part = word.slice(start, end);
      if (isKnown(part)) found = [...before, part];
    }
    best.push(found);
  }
  return best[word.length] ?? null;
}
