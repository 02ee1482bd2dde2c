import { KHR, money, USD } from '@rielrails/core';
import type { Money } from '@rielrails/core';
import { formatAmount } from '@rielrails/kit';
import { KhqrError } from './error.ts';
import { areDigits, numberIn } from './form.ts';
import type { KhqrCurrency } from './khqr.ts';
import { currencyNumbers, tags } from './tags.ts';

const assets = { KHR, USD } as const;
const { path, most } = tags.amount;

/**
 * Writes tag 54: whole riel; dollars with two decimals, or none where they are whole.
 *
 * @throws KhqrError when the amount is not above zero or has more than 13 characters.
 */
export function writeAmount(amount: Money<KhqrCurrency>): string {
  const { asset, minor } = amount;
  if (asset.scale !== assets[asset.code].scale) throw new KhqrError(path, 'amount', null, 'has another scale');
  if (minor <= 0n) throw new KhqrError(path, 'amount', null, 'must be above zero');
  const all = formatAmount(amount);
  const text = all.endsWith('.00') ? all.slice(0, -3) : all;
  if (text.length > most) throw new KhqrError(path, 'amount', null, `has more than ${most} characters`);
  return text;
}

/** Reads tag 54. Riel may have decimals of zeros, as PayWay writes them. @throws KhqrError for another form. */
export function readAmount(text: string, currency: KhqrCurrency, position: number): Money<KhqrCurrency> {
  const point = text.indexOf('.');
  const end = point < 0 ? text.length : point;
  const cents = point < 0 ? 0 : readDecimals(text, point + 1);
  if (!isWhole(text, end) || cents < 0 || (currency === 'KHR' && cents > 0))
    throw new KhqrError(path, 'amount', position, `expected a decimal amount of ${currency}`);
  const whole = BigInt(text.slice(0, end));
  return money<KhqrCurrency>(assets[currency], currency === 'KHR' ? whole : whole * 100n + BigInt(cents));
}

/** A whole number without a needless zero in front. */
function isWhole(text: string, end: number): boolean {
  return end > 0 && (end === 1 || text[0] !== '0') && areDigits(text, 0, end);
}

/** One or two decimals as hundredths, or -1: three zeros are nobody's way to write an amount. */
function readDecimals(text: string, start: number): number {
  const count = text.length - start;
  if (count < 1 || count > 2 || !areDigits(text, start, text.length)) return -1;
  return numberIn(text, start, text.length) * (count === 1 ? 10 : 1);
}

/** Reads tag 53. @throws KhqrError for any other currency. */
export function readCurrency(number: string, position: number): KhqrCurrency {
  if (number === currencyNumbers.KHR) return 'KHR';
  if (number === currencyNumbers.USD) return 'USD';
  throw new KhqrError(tags.currency.path, 'currency', position, 'expected 116 (KHR) or 840 (USD)');
}
