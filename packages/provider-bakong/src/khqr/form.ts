/** What a value may have to look like, and how its error says so. */
export const expectations = {
  format: 'expected 01',
  initiation: 'expected 11 or 12',
  account: 'expected name@bank',
  category: 'expected four digits',
  country: 'expected a country code',
  language: 'expected a language code of two letters',
} as const;

export type Form = keyof typeof expectations;

/**
 * Whether a part of a text is of a form.
 *
 * One character after the other: for values this short, cutting them out and asking regular expressions would be half
 * of what reading a KHQR costs.
 */
export function fits(form: Form, text: string, start: number, end: number): boolean {
  const length = end - start;
  switch (form) {
    case 'format':
      return length === 2 && twoDigits(text, start, end) === 1;
    case 'initiation':
      return length === 2 && (twoDigits(text, start, end) === 11 || twoDigits(text, start, end) === 12);
    case 'account':
      return isAccount(text, start, end);
    case 'category':
      return length === 4 && areBetween(text, start, end, ZERO, NINE);
    case 'country':
      return (length === 2 || length === 3) && areBetween(text, start, end, CAPITAL_A, CAPITAL_Z);
    case 'language':
      return length === 2 && isLetter(text.charCodeAt(start)) && isLetter(text.charCodeAt(start + 1));
  }
}

const ZERO = 0x30;
const NINE = 0x39;
const AT_SIGN = 0x40;
const CAPITAL_A = 0x41;
const CAPITAL_Z = 0x5a;

/** One `@`, something on both sides of it, and no white space. */
function isAccount(text: string, start: number, end: number): boolean {
  let at = -1;
  for (let place = start; place < end; place += 1) {
    const unit = text.charCodeAt(place);
    // Elsewhere than among ASCII's visible characters, white space is a long list.
    if (unit <= 0x20 || unit >= 0x7f) return /^[^@\s]+@[^@\s]+$/.test(text.slice(start, end));
    if (unit !== AT_SIGN) continue;
    if (at >= 0) return false;
    at = place;
  }
  return at > start && at < end - 1;
}

function isLetter(unit: number): boolean {
  const small = unit | 0x20;
  return small >= 0x61 && small <= 0x7a;
}

function areBetween(text: string, start: number, end: number, first: number, last: number): boolean {
  for (let at = start; at < end; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit < first || unit > last) return false;
  }
  return true;
}

/** Whether there are ASCII digits only. */
export function areDigits(text: string, start: number, end: number): boolean {
  return areBetween(text, start, end, ZERO, NINE);
}

/** The whole number that digits make. */
export function numberIn(text: string, start: number, end: number): number {
  let number = 0;
  for (let at = start; at < end; at += 1) number = number * 10 + text.charCodeAt(at) - ZERO;
  return number;
}

/** Two ASCII digits, or -1. */
export function twoDigits(text: string, at: number, end: number): number {
  if (at + 2 > end) return -1;
  const tens = text.charCodeAt(at) - ZERO;
  const ones = text.charCodeAt(at + 1) - ZERO;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1;
}

/** What four hexadecimal digits of either case make, or -1. */
export function fourHexadecimal(text: string, start: number): number {
  let number = 0;
  for (let at = start; at < start + 4; at += 1) {
    const digit = hexadecimalDigit(text.charCodeAt(at));
    if (digit < 0) return -1;
    number = number * 16 + digit;
  }
  return number;
}

function hexadecimalDigit(unit: number): number {
  if (unit >= ZERO && unit <= NINE) return unit - ZERO;
  const letter = unit | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
