import type { Money } from '@rielrails/core';
import { formatAmount } from '@rielrails/kit';
import type { Language } from '@rielrails/orders';

/**
 * An amount as people read it: `41,000 ៛` or `41,000 KHR`, `$10.00`, `0.00050000 BTC (50,000 sats)`, else digits and
 * code.
 */
export function showMoney(amount: Money, language: Language): string {
  const digits = withSeparators(formatAmount(amount));
  switch (amount.asset.code) {
    case 'KHR':
      return language === 'km' ? `${digits} ៛` : `${digits} KHR`;
    case 'USD':
      return `$${digits}`;
    case 'BTC':
      return `${digits} BTC (${withSeparators(amount.minor.toString())} sats)`;
    default:
      return `${digits} ${amount.asset.code}`;
  }
}

/** The same in few characters, for buttons: bitcoin in satoshi. */
export function showMoneyShort(amount: Money, language: Language): string {
  return amount.asset.code === 'BTC' ? `${withSeparators(amount.minor.toString())} sats` : showMoney(amount, language);
}

function withSeparators(digits: string): string {
  const [whole = '', fraction] = digits.split('.');
  const grouped = whole.replaceAll(/\B(?=(?:[0-9]{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}
