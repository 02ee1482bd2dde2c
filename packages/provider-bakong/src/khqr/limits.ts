import { KhqrError } from './error.ts';

/** ISO 4217 numbers. */
export const currencyNumbers = { KHR: '116', USD: '840' } as const;

/** The longest text that EMVCo's QR specification allows. */
export const MAX_TEXT = 512;

/** The most characters of each value, by its path. */
const longest: Readonly<Record<string, number>> = {
  '15': 99,
  '29.00': 32,
  '29.01': 32,
  '29.02': 32,
  '30.00': 32,
  '30.01': 32,
  '30.02': 32,
  '54': 13,
  '58': 3,
  '59': 25,
  '60': 15,
  '62.01': 25,
  '62.02': 25,
  '62.03': 25,
  '62.07': 25,
  '62.08': 25,
  '64.00': 2,
  '64.01': 25,
  '64.02': 15,
};

/** What a value has to look like, by its path. */
const forms: Readonly<Record<string, readonly [RegExp, string]>> = {
  '00': [/^01$/, 'expected 01'],
  '01': [/^1[12]$/, 'expected 11 or 12'],
  '29.00': [/^[^@\s]+@[^@\s]+$/, 'expected name@bank'],
  '30.00': [/^[^@\s]+@[^@\s]+$/, 'expected name@bank'],
  '52': [/^[0-9]{4}$/, 'expected four digits'],
  '58': [/^[A-Z]{2,3}$/, 'expected a country code'],
  '64.00': [/^[A-Za-z]{2}$/, 'expected a language code of two letters'],
  '99.00': [/^[0-9]{13}$/, 'expected milliseconds in 13 digits'],
  '99.01': [/^[0-9]{13}$/, 'expected milliseconds in 13 digits'],
};

/**
 * Checks length and form of a value.
 *
 * @throws KhqrError of rule `too-long` or `form`.
 */
export function checkValue(tag: string, value: string, position: number | null): string {
  const most = longest[tag] ?? 99;
  if (value === '' || value.length > most)
    throw new KhqrError(tag, 'too-long', position, `expected 1 to ${most} characters`);
  const [form, expected] = forms[tag] ?? [];
  if (form && !form.test(value)) throw new KhqrError(tag, 'form', position, expected ?? 'wrong form');
  return value;
}
