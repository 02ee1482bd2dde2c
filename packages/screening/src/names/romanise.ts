import anyAscii from 'any-ascii';
import { splitArabic } from './arabic.ts';
import { spokenLetter } from './consonantal.ts';
import { khmerToLatin } from './khmer.ts';

/** What is known of the vowels of a word: they are spelled, a guess, or missing. */
export type Vowels = 'spelled' | 'guessed' | 'missing';

/** A part of a word in Latin letters. */
export interface Romanised {
  readonly text: string;
  readonly vowels: Vowels;
  /** Where letters are known to stand for one sound each: the sounds, `kh` being one. */
  readonly sounds?: readonly string[];
  readonly isParticle: boolean;
}

/** Scripts of which a letter-by-letter reading has the consonants right and the vowels not. */
const WITHOUT_VOWELS =
  /[\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Thai}\p{Script=Lao}\p{Script=Myanmar}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gurmukhi}\p{Script=Gujarati}\p{Script=Oriya}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}\p{Script=Tibetan}]/u;

/** Thai and Lao write some vowels before the consonant after which they are spoken. */
const LEADING_VOWEL = /([\u0E40-\u0E44\u0EC0-\u0EC4])([\u0E01-\u0E2E\u0E81-\u0EAE])/gu;

/** Family names of two characters. */
const DOUBLE_FAMILY_NAME =
  /^(?:欧阳|歐陽|司马|司馬|诸葛|諸葛|上官|司徒|东方|東方|夏侯|皇甫|尉迟|公孙|公孫|慕容|令狐|轩辕|宇文|长孙|端木|南宫|独孤)/u;

/** A word of any script in Latin letters: one part, or several where the script joins what Latin letters separate. */
export function romanise(word: string): readonly Romanised[] {
  if (/^[a-z0-9]+$/.test(word)) return [part(word)];
  if (/\p{Script=Khmer}/u.test(word)) return [part(latinOf(khmerToLatin(word)), 'guessed')];
  if (/\p{Script=Arabic}/u.test(word)) {
    return splitArabic(word).map(({ text, isParticle }) => {
      // `الله` has two, spoken as one; other doubled letters have a vowel between them.
      const letters = Array.from(text.replace('لل', 'ل')).filter((letter) => latinOf(letter) !== '');
      const sounds = letters.map((letter) => spokenLetter(letter) ?? latinOf(letter));
      return { ...part(letters.map(latinOf).join(''), 'missing', isParticle), sounds };
    });
  }
  if (/^\p{Script=Han}+$/u.test(word)) return splitHan(word).map((chars) => part(latinOf(chars)));
  if (/^\p{Script=Hangul}{2,4}$/u.test(word)) return splitHangul(word);
  return [part(latinOf(word.replaceAll(LEADING_VOWEL, '$2$1')), WITHOUT_VOWELS.test(word) ? 'missing' : 'spelled')];
}

function part(text: string, vowels: Vowels = 'spelled', isParticle = false): Romanised {
  return { text, vowels, isParticle };
}

function latinOf(text: string): string {
  return anyAscii(text)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '');
}

/** Family name and given name of two to four characters; longer names, which are of companies, two by two. */
function splitHan(word: string): readonly string[] {
  const chars = Array.from(word);
  if (chars.length === 1) return [word];
  if (chars.length > 4) return word.match(/..?/gu) ?? [word];
  const family = DOUBLE_FAMILY_NAME.test(word) && chars.length > 2 ? 2 : 1;
  return [chars.slice(0, family).join(''), chars.slice(family).join('')];
}

/** Korean family names as their bearers spell them. */
const hangulFamilies: Readonly<Record<string, string>> = Object.fromEntries(
  (
    '김kim 이lee 리ri 박park 최choi 정jung 강kang 조cho 윤yoon 장jang 임lim 림rim 한han 오oh 서seo 신shin 권kwon 황hwang 안ahn ' +
    '송song 류ryu 유yoo 전jeon 홍hong 고ko 문moon 양yang 손son 배bae 백baek 허heo 남nam 심sim 노noh 로ro 하ha 곽kwak 성sung 차cha ' +
    '주joo 우woo 구koo 민min 진jin 나na 라ra 지ji 엄um 채chae 원won 천chun 방bang 공kong 현hyun 함ham 변byun 염yum 여yeo 추choo 도do'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 1), entry.slice(1)]),
);

function splitHangul(word: string): readonly Romanised[] {
  const [family = '', ...given] = word;
  return [part(hangulFamilies[family] ?? latinOf(family)), ...given.map((syllable) => part(latinOf(syllable)))];
}
