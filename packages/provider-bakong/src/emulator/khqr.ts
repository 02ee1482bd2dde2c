import type { Money } from '@rielrails/core';
import { KHR, USD } from '@rielrails/core';
import { digest, parseAmount, toHex, utf8 } from '@rielrails/kit';

/** A KHQR as a bank app reads it. */
export interface ScannedKhqr {
  readonly md5: string;
  /** `name@bank`. */
  readonly account: string;
  readonly currency: 'KHR' | 'USD';
  /** Absent where the payer types it. */
  readonly amount?: Money;
  readonly merchantName: string;
  readonly billNumber?: string;
  readonly purpose?: string;
  /** A static QR: always the same text, whoever scans it. */
  readonly reusable: boolean;
  readonly createdAtMs?: number;
  readonly expiresAtMs?: number;
}

/** Reads one level, or gives `null` for what is no chain of tags. */
function unchain(text: string): Map<string, string> | null {
  const found = new Map<string, string>();
  const chain = /([0-9]{2})([0-9]{2})/y;
  while (chain.lastIndex < text.length) {
    const head = chain.exec(text);
    if (!head) return null;
    const [, name = '', digits = '0'] = head;
    const end = chain.lastIndex + Number(digits);
    if (end > text.length || found.has(name)) return null;
    found.set(name, text.slice(chain.lastIndex, end));
    chain.lastIndex = end;
  }
  return found;
}

const needed: readonly (readonly [string, RegExp])[] = [
  ['00', /^01$/],
  ['52', /^\d{4}$/],
  ['53', /^(?:116|840)$/],
  ['58', /^KH$/],
  ['59', /^.{1,25}$/s],
  ['60', /^.{1,15}$/s],
];

/**
 * Reads a KHQR as a bank's app does before it lets anybody pay.
 *
 * @throws RangeError with the words that the payer reads.
 */
export function scanKhqr(text: string): ScannedKhqr {
  const unreadable = (what: string) => new RangeError(`KHQR is not valid: ${what}`);
  if (text.length > 512 || !/6304[0-9A-Fa-f]{4}$/.test(text)) throw unreadable('checksum');
  if (Number.parseInt(text.slice(-4), 16) !== checksumOf(utf8(text.slice(0, -4)))) throw unreadable('checksum');
  const tags = unchain(text);
  if (!tags) throw unreadable('structure');
  for (const [name, form] of needed) if (!form.test(tags.get(name) ?? '')) throw unreadable(`tag ${name}`);
  const template = (name: string) => {
    const content = tags.get(name);
    const read = content === undefined ? new Map<string, string>() : unchain(content);
    if (!read) throw unreadable(`tag ${name}`);
    return read;
  };
  const person = template('29');
  const merchant = template('30');
  const account = person.get('00') ?? merchant.get('00') ?? '';
  if (tags.has('29') === tags.has('30') || account.length > 32 || account.split('@').length !== 2)
    throw unreadable('account');
  if (tags.has('30') && !(merchant.has('01') && merchant.has('02'))) throw unreadable('merchant');
  const initiation = tags.get('01') ?? '11';
  if (!/^1[12]$/.test(initiation)) throw unreadable('tag 01');
  const currency = tags.get('53') === '116' ? 'KHR' : 'USD';
  const digits = tags.get('54');
  const amount = digits === undefined ? undefined : amountOf(digits, currency);
  if (amount === null || (amount === undefined && initiation === '12')) throw unreadable('amount');
  const times = template('99');
  const timeOf = (name: string) => {
    const told = times.get(name);
    if (told !== undefined && !/^\d{13}$/.test(told)) throw unreadable('time');
    return told === undefined ? undefined : Number(told);
  };
  const createdAtMs = timeOf('00');
  const expiresAtMs = timeOf('01');
  const additional = template('62');
  const billNumber = additional.get('01');
  const purpose = additional.get('08');
  template('64');
  return {
    md5: toHex(digest('md5', text)),
    account,
    currency,
    ...(amount && amount.minor > 0n ? { amount } : {}),
    merchantName: tags.get('59') ?? '',
    ...(billNumber === undefined ? {} : { billNumber }),
    ...(purpose === undefined ? {} : { purpose }),
    reusable: initiation === '11',
    ...(createdAtMs === undefined ? {} : { createdAtMs }),
    ...(expiresAtMs === undefined ? {} : { expiresAtMs }),
  };
}

function amountOf(digits: string, currency: 'KHR' | 'USD'): Money | null {
  if (digits.length > 13) return null;
  try {
    return parseAmount(digits, currency === 'KHR' ? KHR : USD);
  } catch {
    return null;
  }
}

const steps: readonly number[] = Array.from({ length: 256 }, (_one, byte) => {
  let rest = byte << 8;
  for (let bit = 0; bit < 8; bit += 1) rest = ((rest << 1) ^ ((rest >> 15) * 0x1021)) & 0xffff;
  return rest;
});

/** CRC-16 with the polynomial 0x1021 and the start 0xFFFF, as the guideline asks for. */
function checksumOf(bytes: Uint8Array): number {
  return bytes.reduce((sum, byte) => ((sum << 8) & 0xffff) ^ (steps[(sum >> 8) ^ byte] ?? 0), 0xffff);
}
