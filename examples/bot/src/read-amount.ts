import { BTC, InputError, KHR, USD, USDT } from '@rielrails/core';
import type { Asset, Money } from '@rielrails/core';
import { parseAmount } from '@rielrails/kit';

/** The longest text that is read as an amount, in UTF-16 units. */
const MAX_LENGTH = 40;
const KHMER_ZERO = 0x17e0;

/** How a currency may be written, before or after the number. */
const CURRENCIES: readonly { readonly asset: Asset; readonly places: number; readonly words: RegExp }[] = [
  { asset: KHR, places: 0, words: /^(?:khr|riels?|r|៛|រៀល)$/i },
  { asset: USD, places: 2, words: /^(?:usd|dollars?|us\$|\$|ដុល្លារ)$/i },
  { asset: USDT, places: 2, words: /^(?:usdt|tether)$/i },
  { asset: { code: 'INR', scale: 2 }, places: 2, words: /^(?:inr|₹)$/i },
  { asset: { code: 'BDT', scale: 2 }, places: 2, words: /^(?:bdt|৳)$/i },
  { asset: { code: 'PKR', scale: 2 }, places: 2, words: /^pkr$/i },
  { asset: { code: 'MMK', scale: 2 }, places: 2, words: /^(?:mmk|kyats?)$/i },
  { asset: BTC, places: 8, words: /^(?:btc|bitcoins?|₿|ប៊ីតខញ)$/i },
];
const SATS = /^(?:sats?|satoshis?)$/i;

/** Three digits after every comma (or space), as people write thousands. */
const NUMBER = /^(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,3}(?: [0-9]{3})+|[0-9]+)(?:\.[0-9]+)?$/;

/**
 * Reads what a person typed as an amount: `41000`, `41,000`, `៤១០០០`, `10 usd`, `$10`, `0.0005 btc`, `50000 sats`.
 *
 * Without a currency it is riel.
 *
 * @throws InputError on `amount`: `format`, `digits`, `exponent`, `sign`, `too-long`, `whole-riel`, `whole-cents`,
 *   `whole-sats`, `positive`.
 */
export function readAmount(text: string): Money {
  if (text.length > MAX_LENGTH) throw refused('too-long', `longer than ${MAX_LENGTH} characters`);
  const { number, currency } = takeApart(withAsciiDigits(text.trim().replaceAll(/[\u00a0\u202f\s]+/g, ' ')));
  if (/[\p{Nd}]/u.test(number.replaceAll(/[0-9]/g, ''))) throw refused('digits', 'expected 0-9 or Khmer digits');
  if (/^[+\-−]/.test(number)) throw refused('sign', 'expected no sign');
  if (/^[0-9.,]+e[+-]?[0-9]*$/i.test(number)) throw refused('exponent', 'expected no exponent');
  if (!NUMBER.test(number)) throw refused('format', 'expected a number');
  const plain = number.replaceAll(/[, ]/g, '');
  const amount = SATS.test(currency) ? readSats(plain) : read(plain, currency);
  if (amount.minor === 0n) throw refused('positive', 'expected more than zero');
  return amount;
}

function read(plain: string, currency: string): Money {
  const known = CURRENCIES.find(({ words }) => words.test(currency === '' ? 'khr' : currency));
  if (!known) throw refused('format', 'unknown currency');
  const { asset, places } = known;
  const [, fraction = ''] = plain.split('.');
  // A riel with a point is no riel, be it ".0": somebody may mean thousands.
  if (fraction.length > places || (places === 0 && plain.includes('.'))) {
    const rule = asset.code === 'KHR' ? 'whole-riel' : asset.code === 'BTC' ? 'whole-sats' : 'whole-cents';
    throw refused(rule, `${asset.code} has ${places} decimal places`);
  }
  return readPlain(plain, asset);
}

function readSats(plain: string): Money {
  if (plain.includes('.')) throw refused('whole-sats', 'a satoshi is not divided');
  return { asset: BTC, minor: readPlain(plain, { code: 'sat', scale: 0 }).minor };
}

function readPlain<C extends string>(plain: string, asset: Asset<C>): Money<C> {
  try {
    return parseAmount(plain, asset);
  } catch (error) {
    throw new InputError('amount', 'format', 'expected a number such as 41000', { cause: error });
  }
}

/** The currency may stand on either side of the number, not on both. */
function takeApart(text: string): { readonly number: string; readonly currency: string } {
  const after = /^(.*?[0-9.,]) ?([^0-9.,\s+−-]+)$/.exec(text);
  if (after?.[1] !== undefined && after[2] !== undefined) return { number: after[1], currency: after[2] };
  const before = /^([^0-9.,\s+−-]+) ?([0-9].*)$/.exec(text);
  if (before?.[1] !== undefined && before[2] !== undefined) return { number: before[2], currency: before[1] };
  return { number: text, currency: '' };
}

function withAsciiDigits(text: string): string {
  return text.replaceAll(/[០-៩]/g, (digit) => String(digit.charCodeAt(0) - KHMER_ZERO));
}

function refused(rule: string, message: string): InputError {
  return new InputError('amount', rule, message);
}
