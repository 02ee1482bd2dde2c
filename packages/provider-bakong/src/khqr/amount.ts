import { isInputError, KHR, money, USD } from '@rielrails/core';
import type { Money } from '@rielrails/core';
import { formatAmount, parseAmount } from '@rielrails/kit';
import { KhqrError } from './error.ts';
import type { KhqrCurrency } from './khqr.ts';
import { currencyNumbers } from './limits.ts';

const assets = { KHR, USD } as const;

/**
 * Writes tag 54: whole riel; dollars with two decimals, or none where they are whole.
 *
 * @throws KhqrError when the amount is not above zero or has more than 13 characters.
 */
export function writeAmount(amount: Money<KhqrCurrency>): string {
  const { asset, minor } = amount;
  if (asset.scale !== assets[asset.code].scale) throw new KhqrError('54', 'amount', null, 'has another scale');
  if (minor <= 0n) throw new KhqrError('54', 'amount', null, 'must be above zero');
  const text = formatAmount(amount).replace(/\.00$/, '');
  if (text.length > 13) throw new KhqrError('54', 'amount', null, 'has more than 13 characters');
  return text;
}

/** Reads tag 54. Riel may have decimals of zeros, as PayWay writes them. @throws KhqrError for another form. */
export function readAmount(text: string, currency: KhqrCurrency, position: number): Money<KhqrCurrency> {
  try {
    // At most two decimals, whatever the currency: three zeros are nobody's way to write an amount.
    if (!/^[0-9]+(?:\.[0-9]{1,2})?$/.test(text)) throw new KhqrError('54', 'amount', position, 'expected a decimal');
    const { minor } = parseAmount(text, assets[currency]);
    return money<KhqrCurrency>(assets[currency], minor);
  } catch (error) {
    if (error instanceof KhqrError || !isInputError(error)) throw error;
    throw new KhqrError('54', 'amount', position, `expected a decimal amount of ${currency}`);
  }
}

/** Reads tag 53. @throws KhqrError for any other currency. */
export function readCurrency(number: string, position: number): KhqrCurrency {
  if (number === currencyNumbers.KHR) return 'KHR';
  if (number === currencyNumbers.USD) return 'USD';
  throw new KhqrError('53', 'currency', position, 'expected 116 (KHR) or 840 (USD)');
}
