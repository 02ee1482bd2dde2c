import { writeAmount } from './amount.ts';
import { checksumText, crc16 } from './crc16.ts';
import { KhqrError } from './error.ts';
import type { EncodedKhqr, KhqrAccount, KhqrAdditional, KhqrAlternate, KhqrDemand, KhqrInput } from './khqr.ts';
import { md5OfKhqr } from './md5.ts';
import {
  additionalTags,
  alternateTags,
  checkValue,
  currencyNumbers,
  individualTags,
  MAX_TEXT,
  MAX_VALUE,
  merchantTags,
  tags,
  timeTags,
} from './tags.ts';
import type { Tag } from './tags.ts';

/**
 * Writes a KHQR: tags in the order in which the National Bank's own library writes them, checksum last.
 *
 * Pure: the same input gives the same text. Nothing is sent anywhere.
 *
 * @throws KhqrError naming the tag and the rule, with `position` null.
 */
export function encodeKhqr(input: KhqrInput): EncodedKhqr {
  const { account, demand, merchantCity = 'Phnom Penh', merchantCategoryCode = '5999', unionPayAccount } = input;
  const currency = demand.type === 'static' ? demand.currency : demand.amount.asset.code;
  if (!Object.hasOwn(currencyNumbers, currency))
    throw new KhqrError(tags.currency.path, 'currency', null, 'expected KHR or USD');
  if (unionPayAccount !== undefined && currency === 'USD')
    throw new KhqrError(tags.unionPayAccount.path, 'union-pay-in-dollars', null, 'UnionPay takes no dollars');
  const body =
    (demand.type === 'static' ? STATIC : DYNAMIC) +
    optional(tags.unionPayAccount, unionPayAccount) +
    writeAccount(account) +
    write(tags.merchantCategoryCode, merchantCategoryCode) +
    currencies[currency] +
    (demand.type === 'static' ? '' : write(tags.amount, writeAmount(demand.amount))) +
    CAMBODIA +
    write(tags.merchantName, input.merchantName) +
    write(tags.merchantCity, merchantCity) +
    writeAdditional(input.additional) +
    writeAlternate(input.alternate) +
    writeTimes(demand) +
    '6304';
  const text = body + checksumText(crc16(body));
  if (text.length > MAX_TEXT) throw new KhqrError('', 'size', null, `holds more than ${MAX_TEXT} characters`);
  return { text, md5: md5OfKhqr(text) };
}

function writeAccount(account: KhqrAccount): string {
  return account.type === 'individual'
    ? template(
        tags.individual,
        write(individualTags.bakongAccount, account.bakongAccount) +
          optional(individualTags.information, account.information) +
          optional(individualTags.acquiringBank, account.acquiringBank),
      )
    : template(
        tags.merchant,
        write(merchantTags.bakongAccount, account.bakongAccount) +
          write(merchantTags.merchantId, account.merchantId) +
          write(merchantTags.acquiringBank, account.acquiringBank),
      );
}

function writeAdditional(additional: KhqrAdditional | undefined): string {
  if (!additional) return '';
  return template(
    tags.additional,
    optional(additionalTags.billNumber, additional.billNumber) +
      optional(additionalTags.mobileNumber, additional.mobileNumber) +
      optional(additionalTags.storeLabel, additional.storeLabel) +
      optional(additionalTags.terminalLabel, additional.terminalLabel) +
      optional(additionalTags.purpose, additional.purpose),
  );
}

function writeAlternate(alternate: KhqrAlternate | undefined): string {
  if (!alternate) return '';
  return template(
    tags.alternate,
    write(alternateTags.language, alternate.language) +
      write(alternateTags.merchantName, alternate.merchantName) +
      optional(alternateTags.merchantCity, alternate.merchantCity),
  );
}

function writeTimes(demand: KhqrDemand): string {
  if (demand.type === 'static') return '';
  const { createdAt, expiresAt } = demand;
  if (expiresAt <= createdAt)
    throw new KhqrError(timeTags.expiresAt.path, 'expiry-order', null, 'ends before it begins');
  return template(
    tags.times,
    write(timeTags.createdAt, String(createdAt)) + write(timeTags.expiresAt, String(expiresAt)),
  );
}

/** A template of nothing is left out. One of more than 99 units would have a length of three digits. */
function template(tag: Tag, content: string): string {
  if (content === '') return '';
  if (content.length > MAX_VALUE)
    throw new KhqrError(tag.path, 'template-too-long', null, `holds more than ${MAX_VALUE} characters`);
  return tag.digits + (lengths[content.length] ?? '') + content;
}

function optional(tag: Tag, value: string | undefined): string {
  return value === undefined ? '' : write(tag, value);
}

/** One tag with its checked value. For callers without a compiler: what must be there is not dropped silently. */
function write(tag: Tag, value: string | undefined): string {
  if (value === undefined) throw new KhqrError(tag.path, 'missing', null, 'is missing');
  if (hasControl(value) || !value.isWellFormed())
    throw new KhqrError(tag.path, 'text', null, 'holds a control character or half of a character');
  return tag.digits + (lengths[value.length] ?? '') + checkValue(tag, value, null);
}

/** A control character would be drawn as nothing, and still be hashed. */
function hasControl(value: string): boolean {
  for (let at = 0; at < value.length; at += 1) {
    const unit = value.charCodeAt(at);
    if (unit < 0x20 || unit === 0x7f) return true;
  }
  return false;
}

const lengths: readonly string[] = Array.from({ length: MAX_VALUE + 1 }, (_one, length) =>
  String(length).padStart(2, '0'),
);

const FORMAT = write(tags.format, '01');
const STATIC = FORMAT + write(tags.initiation, '11');
const DYNAMIC = FORMAT + write(tags.initiation, '12');
const CAMBODIA = write(tags.country, 'KH');
const currencies = {
  KHR: write(tags.currency, currencyNumbers.KHR),
  USD: write(tags.currency, currencyNumbers.USD),
} as const;
