/**
 * Names in the script of their bearers beside Latin letters, from sources that the engine does not know: names as Cambodians
 * and Chinese write them, noted by hand, and the rules of BGN/PCGN (1947) for Russian, read backwards.
 */

/** One name, written in two scripts. */
export interface WrittenName {
  readonly native: string;
  /** Family name first, with a comma, as lists write it. */
  readonly latin: string;
}

const khmer = {
  family:
    'សុខ Sok,ចាន់ Chan,ហេង Heng,គឹម Kim,លី Ly,មាស Meas,ញឹម Nhem,អ៊ុក Ouk,ពេជ្រ Pich,ប្រាក់ Prak,រស់ Ros,សំ Sam,សេង Seng,ទេព Tep,ទូច Touch,យឹម Yim,ជា Chea,' +
    'ឈឹម Chhim,ហ៊ុន Hun,កែវ Keo,ខៀវ Khiev,ឡុង Long,ម៉ៅ Mao,ឈុន Chhun,នួន Nuon,ព្រំ Prom,តាំង Tang,លឹម Lim,ឃុន Khun,ផាន់ Phan',
  given:
    'តារា Dara,ដារ៉ា Dara,សុភា Sophea,វិជ្ជា Vichea,បុប្ផា Bopha,ស្រីនាង Sreyneang,រតនា Ratana,រដ្ឋា Ratha,សុខា Sokha,ចាន់ណារី Channary,ពិសី Pisey,' +
    'សំណាង Samnang,សុធា Sothea,វាសនា Veasna,កុសល Kosal,ចិន្តា Chenda,ម៉ាលី Maly,ណារិទ្ធ Narith,ផល្លា Phalla,សម្បត្តិ Sambath,ធារី Theary,វិសាល Visal,បូរី Borey,' +
    'ដាវី Davy,គន្ធា Kunthea,សុវណ្ណ Sovann,មករា Makara,ពិសិដ្ឋ Piseth,វុទ្ធី Vuthy,សុភ័ក្រ Sopheak,បញ្ញា Panha,ច័ន្ទថា Chantha,សុវណ្ណារ៉ា Sovannara,រស្មី Raksmey,ចាន់ធូ Chanthou,ប៊ុនធឿន Bunthoeun',
};

const chinese = {
  family:
    '王 Wang,李 Li,张 Zhang,刘 Liu,陈 Chen,杨 Yang,黄 Huang,赵 Zhao,吴 Wu,周 Zhou,徐 Xu,孙 Sun,马 Ma,朱 Zhu,胡 Hu,郭 Guo,何 He,林 Lin,高 Gao,罗 Luo,許 Xu,陳 Chen,張 Zhang,劉 Liu',
  given:
    '建国 Jianguo,卫东 Weidong,志强 Zhiqiang,晓明 Xiaoming,海燕 Haiyan,淑华 Shuhua,文杰 Wenjie,国华 Guohua,丽华 Lihua,桂英 Guiying,玉兰 Yulan,美玲 Meiling,小红 Xiaohong,俊杰 Junjie,志刚 Zhigang,振东 Zhendong,德明 Deming,國強 Guoqiang,偉 Wei,静 Jing,芳 Fang,涛 Tao',
};

/** Every family name with every given name. */
function combined({ family, given }: typeof khmer, gap: string): readonly WrittenName[] {
  const read = (list: string) => list.split(',').map((entry) => entry.split(' '));
  return read(family).flatMap(([nativeFamily = '', latinFamily = '']) =>
    read(given).map(([nativeGiven = '', latinGiven = '']) => ({
      native: `${nativeFamily}${gap}${nativeGiven}`,
      latin: `${latinFamily.toUpperCase()}, ${latinGiven}`,
    })),
  );
}

/** Names that nobody in particular bears. */
export const writtenNames: Readonly<Record<'khmer' | 'chinese', readonly WrittenName[]>> = {
  khmer: combined(khmer, ' '),
  chinese: combined(chinese, ''),
};

const russian: readonly (readonly [RegExp, string])[] = [
  [/shch/g, 'щ'],
  [/zh/g, 'ж'],
  [/kh/g, 'х'],
  [/ts/g, 'ц'],
  [/ch/g, 'ч'],
  [/sh/g, 'ш'],
  [/yu/g, 'ю'],
  [/ya/g, 'я'],
  [/yë|yo/g, 'ё'],
  [/(?<=^|[aeiouyъь])ye/g, 'е'],
  [/(?<=^)e/g, 'э'],
  [/(?:iy|ii)$/g, 'ий'],
  [/(?:yy|y)$/g, 'ый'],
  [/(?<=[aeouаеиоуэюя])[yi]/g, 'й'],
  [/['’]/g, 'ь'],
];
const russianLetters: Readonly<Record<string, string>> = Object.fromEntries(
  Array.from('abvgdezijklmnoprstufy').map((letter, at) => [letter, 'абвгдезийклмнопрстуфы'.charAt(at)]),
);

/** A Russian name in Cyrillic letters; `null` where it has a letter that Russian is not romanised with. */
export function inCyrillic(name: string): string | null {
  const words = name
    .replaceAll(/[,.]/g, ' ')
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const written = words.map((word) =>
    Array.from(russian.reduce((text, [pattern, letter]) => text.replace(pattern, letter), word))
      .map((letter) => russianLetters[letter] ?? letter)
      .join(''),
  );
  return written.every((word) => /^\p{Script=Cyrillic}+$/u.test(word)) ? written.join(' ') : null;
}

/** A Russian is known by the name of the father. */
export function isRussian(name: string): boolean {
  return /(?:ovich|evich|ovna|evna)\b/i.test(name);
}

/** Whether a text is in Latin letters throughout. */
export function isLatin(text: string): boolean {
  return !/(?![\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}])\p{L}/u.test(text);
}
