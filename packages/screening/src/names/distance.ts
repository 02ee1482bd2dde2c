/** Longest words that are compared letter by letter; what is beyond counts as missing. */
const LONGEST = 40;

/** One whole step. The table below counts in twentieths, because whole numbers are quicker. */
const STEP = 20;
const VOWEL = 10;
const NEAR = 12;
const REPEATED = 7;
const SWAPPED = 17;

/** Letters that sound or look alike. */
const nearPairs =
  'bp bv dt gk ck kq cs sz vf vw uw uv ij iy jy gj cg mn lr xs xk oq o0 l1 i1 il s5 b8 g9 z2 nh rn uh ao eo';

const CODES = 128;
const changes = new Int32Array(CODES * CODES).fill(STEP);
const omissions = new Int32Array(CODES).fill(STEP);

for (const one of 'aeiou') {
  for (const other of 'aeiouy') setBoth(one, other, VOWEL);
  omissions[one.charCodeAt(0)] = NEAR;
}
for (const pair of nearPairs.split(' ')) setBoth(pair[0] ?? '', pair[1] ?? '', NEAR);
for (const letter of 'hy') omissions[letter.charCodeAt(0)] = NEAR;
for (let code = 0; code < CODES; code += 1) changes[code * CODES + code] = 0;

function setBoth(one: string, other: string, cost: number): void {
  const a = one.charCodeAt(0);
  const b = other.charCodeAt(0);
  if (a === b) return;
  changes[a * CODES + b] = cost;
  changes[b * CODES + a] = cost;
}

/** Which letters a word has, one bit each; letters of other alphabets share bits. */
export function lettersIn(word: string): number {
  let letters = 0;
  for (let at = 0; at < word.length; at += 1) letters |= 1 << (word.charCodeAt(at) % 31);
  return letters;
}

/** Less than this two words cannot be apart, by the letters that only one of them has. Quick, and often enough to know. */
export function leastDistance(lettersOfOne: number, lettersOfOther: number): number {
  const missing = Math.max(countBits(lettersOfOne & ~lettersOfOther), countBits(lettersOfOther & ~lettersOfOne));
  return (missing * VOWEL) / STEP;
}

function countBits(bits: number): number {
  let count = bits - ((bits >>> 1) & 0x55555555);
  count = (count & 0x33333333) + ((count >>> 2) & 0x33333333);
  return Math.imul((count + (count >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

const WIDTH = LONGEST + 1;
/** One comparison at a time; every cell is written before it is read. */
const table = new Int32Array(WIDTH * WIDTH);
const codesOfOther = new Int32Array(WIDTH);
const omissionsOfOther = new Int32Array(WIDTH);

/**
 * How far two words are apart: letters put in, left out, replaced, or swapped with their neighbour. A full step costs 1;
 * vowels, letters that sound or look alike, and doubled letters cost less.
 *
 * Gives up with Infinity once the way is longer than `limit`.
 */
export function distanceOf(one: string, other: string, limit: number): number {
  const m = Math.min(one.length, LONGEST);
  const n = Math.min(other.length, LONGEST);
  const most = Math.floor(limit * STEP + 1e-6);
  if (Math.abs(m - n) * REPEATED > most) return Infinity;
  readOther(other, n);
  let leastBefore = 0;
  for (let i = 1; i <= m; i += 1) {
    const least = fillRow(one, i, n);
    // A swap reaches back two rows.
    if (least > most && leastBefore > most) return Infinity;
    leastBefore = least;
  }
  const distance = table[m * WIDTH + n] as number;
  return distance > most ? Infinity : distance / STEP;
}

function readOther(other: string, n: number): void {
  table[0] = 0;
  for (let j = 1; j <= n; j += 1) {
    const code = other.charCodeAt(j - 1);
    const omission = j > 1 && code === codesOfOther[j - 1] ? REPEATED : omissionOf(code);
    codesOfOther[j] = code;
    omissionsOfOther[j] = omission;
    table[j] = (table[j - 1] as number) + omission;
  }
}

/** Fills one row, and tells the least of its costs. */
function fillRow(one: string, i: number, n: number): number {
  const row = i * WIDTH;
  const above = row - WIDTH;
  const a = one.charCodeAt(i - 1);
  const before = i > 1 ? one.charCodeAt(i - 2) : -1;
  const omission = a === before ? REPEATED : omissionOf(a);
  let least = (table[row] = (table[above] as number) + omission);
  for (let j = 1; j <= n; j += 1) {
    const b = codesOfOther[j] as number;
    let cost = (table[above + j - 1] as number) + (a === b ? 0 : changeOf(a, b));
    const left = (table[row + j - 1] as number) + (omissionsOfOther[j] as number);
    if (left < cost) cost = left;
    const up = (table[above + j] as number) + omission;
    if (up < cost) cost = up;
    if (before === b && j > 1 && a === codesOfOther[j - 1]) {
      const swap = (table[above - WIDTH + j - 2] as number) + SWAPPED;
      if (swap < cost) cost = swap;
    }
    table[row + j] = cost;
    if (cost < least) least = cost;
  }
  return least;
}

function changeOf(a: number, b: number): number {
  return a < CODES && b < CODES ? (changes[a * CODES + b] as number) : STEP;
}

function omissionOf(code: number): number {
  return code < CODES ? (omissions[code] as number) : STEP;
}
