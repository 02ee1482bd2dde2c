import { KHR, money, USD } from '@rielrails/core';
import type { Money } from '@rielrails/core';
import { formatAmount } from '@rielrails/kit';
import { KhqrError } from './error.ts';
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

/** At most two decimals, whatever the currency: three zeros are nobody's way to write an amount. */
const FORM = /^(?:0|[1-9][0-9]*)(?:\.[0-9]{1,2})?$/;

/** Reads tag 54. Riel may have decimals of zeros, as PayWay writes them. @throws KhqrError for another form. */
export function readAmount(text: string, currency: KhqrCurrency, position: number): Money<KhqrCurrency> {
  const point = text.indexOf('.');
  const whole = point < 0 ? text : text.slice(0, point);
  const decimals = point < 0 ? '' : text.slice(point + 1);
  if (!FORM.test(text) || (currency === 'KHR' && Number(decimals) > 0))
    throw new KhqrError(path, 'amount', position, `expected a decimal amount of ${currency}`);
  const minor = BigInt(currency === 'KHR' ? whole : whole + decimals.padEnd(2, '0'));
  return money<KhqrCurrency>(assets[currency], minor);
}

/** Reads tag 53. @throws KhqrError for any other currency. */
export function readCurrency(number: string, position: number): KhqrCurrency {
  if (number === currencyNumbers.KHR) return 'KHR';
  if (number === currencyNumbers.USD) return 'USD';
  throw new KhqrError(tags.currency.path, 'currency', position, 'expected 116 (KHR) or 840 (USD)');
}
