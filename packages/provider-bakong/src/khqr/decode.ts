import type { Instant } from '@rielrails/core';
import { readAmount, readCurrency } from './amount.ts';
import { crc16 } from './crc16.ts';
import { md5Of } from './encode.ts';
import { KhqrError } from './error.ts';
import type { Khqr, KhqrAccount, KhqrAdditional, KhqrAlternate } from './khqr.ts';
import { checkValue, MAX_TEXT } from './limits.ts';
import { splitTags } from './tlv.ts';
import type { Field, Fields } from './tlv.ts';

/**
 * Reads a KHQR of any bank: tags in any order, unknown ones kept.
 *
 * Strict about what it does read: lengths, forms, the checksum, mandatory tags, no tag twice. Says nothing about whether
 * it can still be paid: see `verifyKhqr`. Takes linear time and ends for every text.
 *
 * @throws KhqrError naming the tag, the place and the rule.
 */
export function decodeKhqr(text: string): Khqr {
  if (text === '' || text.length > MAX_TEXT) throw new KhqrError('', 'size', 0, `expected 1 to ${MAX_TEXT} characters`);
  const fields = splitTags(text);
  checkChecksum(text, fields);
  const at = new Reader(fields);
  at.required('00');
  const initiation = at.optional('01');
  const account = readAccount(at);
  const currencyField = at.field('53');
  const currency = readCurrency(currencyField.value, currencyField.position);
  const amountField = at.find('54');
  const amount =
    amountField &&
    readAmount(checkValue('54', amountField.value, amountField.position), currency, amountField.position);
  // A static QR may say 0 for "the payer types it".
  const asked = amount && (amount.minor > 0n || initiation === '12') ? amount : undefined;
  if (asked?.minor === 0n) throw new KhqrError('54', 'amount', amountField?.position ?? 0, 'must be above zero');
  const unionPayAccount = at.optional('15');
  const merchantCategoryCode = at.required('52');
  const country = at.required('58');
  const merchantName = at.required('59');
  const merchantCity = at.required('60');
  const additional = readAdditional(at.template('62'));
  const alternate = readAlternate(at.template('64'));
  const times = at.template('99');
  const createdAt = instantOf(times?.optional('00'));
  const expiresAt = instantOf(times?.optional('01'));
  at.required('63');
  return {
    account,
    ...(initiation === undefined ? {} : { initiation: initiation === '11' ? 'static' : 'dynamic' }),
    currency,
    ...(asked ? { amount: asked } : {}),
    merchantName,
    merchantCity,
    merchantCategoryCode,
    country,
    ...(unionPayAccount === undefined ? {} : { unionPayAccount }),
    additional,
    ...(alternate ? { alternate } : {}),
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    others: at.rest(),
    md5: md5Of(text),
  };
}

/** Tag 63 is the last one and covers everything before its value. Lower case is read as well. */
function checkChecksum(text: string, fields: Fields): void {
  const last = [...fields.values()].at(-1);
  const checksum = fields.get('63');
  if (!checksum) throw new KhqrError('63', 'missing', text.length, 'is missing');
  const { value, position } = checksum;
  if (last !== checksum || !/^[0-9A-Fa-f]{4}$/.test(value))
    throw new KhqrError('63', 'checksum-place', position, 'expected four hexadecimal digits at the end');
  if (crc16(text.slice(0, position)) !== value.toUpperCase())
    throw new KhqrError('63', 'checksum', position, 'does not fit the text');
}

function readAccount(at: Reader): KhqrAccount {
  const individual = at.template('29');
  const merchant = at.template('30');
  if (individual && merchant) throw new KhqrError('30', 'account', at.field('30').position, 'stands beside tag 29');
  if (merchant) {
    const bakongAccount = merchant.required('00');
    return {
      type: 'merchant',
      bakongAccount,
      merchantId: merchant.required('01'),
      acquiringBank: merchant.required('02'),
    };
  }
  if (!individual) throw new KhqrError('29', 'account', at.end, 'neither tag 29 nor tag 30 is there');
  const bakongAccount = individual.required('00');
  const information = individual.optional('01');
  const acquiringBank = individual.optional('02');
  return {
    type: 'individual',
    bakongAccount,
    ...(information === undefined ? {} : { information }),
    ...(acquiringBank === undefined ? {} : { acquiringBank }),
  };
}

function readAdditional(at: Reader | undefined): KhqrAdditional {
  const billNumber = at?.optional('01');
  const mobileNumber = at?.optional('02');
  const storeLabel = at?.optional('03');
  const terminalLabel = at?.optional('07');
  const purpose = at?.optional('08');
  return {
    ...(billNumber === undefined ? {} : { billNumber }),
    ...(mobileNumber === undefined ? {} : { mobileNumber }),
    ...(storeLabel === undefined ? {} : { storeLabel }),
    ...(terminalLabel === undefined ? {} : { terminalLabel }),
    ...(purpose === undefined ? {} : { purpose }),
  };
}

function readAlternate(at: Reader | undefined): KhqrAlternate | undefined {
  if (!at) return undefined;
  const language = at.required('00');
  const merchantName = at.required('01');
  const merchantCity = at.optional('02');
  return { language, merchantName, ...(merchantCity === undefined ? {} : { merchantCity }) };
}

function instantOf(text: string | undefined): Instant | undefined {
  return text === undefined ? undefined : (Number(text) as Instant);
}

/** The tags of one level, and which of them were asked for. */
class Reader {
  readonly #fields: Fields;
  readonly #path: string;
  readonly #asked = new Set<string>();
  readonly #templates: Reader[] = [];
  /** Where a missing tag would have stood at the latest. */
  readonly end: number;

  constructor(fields: Fields, path = '', start = 0) {
    this.#fields = fields;
    this.#path = path;
    const last = [...fields.values()].at(-1);
    this.end = last ? last.position + last.value.length : start;
  }

  find(name: string): Field | undefined {
    const tag = this.#path === '' ? name : `${this.#path}.${name}`;
    this.#asked.add(tag);
    return this.#fields.get(tag);
  }

  field(name: string): Field {
    const found = this.find(name);
    if (found) return found;
    throw new KhqrError(this.#path === '' ? name : `${this.#path}.${name}`, 'missing', this.end, 'is missing');
  }

  required(name: string): string {
    const { tag, value, position } = this.field(name);
    return checkValue(tag, value, position);
  }

  optional(name: string): string | undefined {
    return this.find(name) && this.required(name);
  }

  /** A tag whose value is a chain of tags itself. */
  template(name: string): Reader | undefined {
    const found = this.find(name);
    if (!found) return undefined;
    const { tag, value, position } = found;
    const reader = new Reader(splitTags(value, { path: tag, start: position }), tag, position);
    this.#templates.push(reader);
    return reader;
  }

  /** Everything that nobody asked for, as it stood there. */
  rest(): ReadonlyMap<string, string> {
    const mine = [...this.#fields.values()].filter(({ tag }) => !this.#asked.has(tag));
    return new Map([
      ...mine.map(({ tag, value }) => [tag, value] as const),
      ...this.#templates.flatMap((template) => [...template.rest()]),
    ]);
  }
}
