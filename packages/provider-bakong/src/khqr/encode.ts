import { digest, toHex } from '@rielrails/kit';
import { writeAmount } from './amount.ts';
import { crc16 } from './crc16.ts';
import { KhqrError } from './error.ts';
import type { EncodedKhqr, KhqrAccount, KhqrAdditional, KhqrAlternate, KhqrDemand, KhqrInput } from './khqr.ts';
import { checkValue, currencyNumbers, MAX_TEXT } from './limits.ts';
import { writeTag } from './tlv.ts';

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
  if (!Object.hasOwn(currencyNumbers, currency)) throw new KhqrError('53', 'currency', null, 'expected KHR or USD');
  if (unionPayAccount !== undefined && currency === 'USD')
    throw new KhqrError('15', 'union-pay-in-dollars', null, 'UnionPay takes no dollars');
  const body =
    tag('00', '01') +
    tag('01', demand.type === 'static' ? '11' : '12') +
    tag('15', unionPayAccount) +
    writeAccount(account) +
    tag('52', merchantCategoryCode) +
    tag('53', currencyNumbers[currency]) +
    tag('54', demand.type === 'static' ? undefined : writeAmount(demand.amount)) +
    tag('58', 'KH') +
    required('59', input.merchantName) +
    tag('60', merchantCity) +
    writeAdditional(input.additional) +
    writeAlternate(input.alternate) +
    writeTimes(demand) +
    '6304';
  const text = body + crc16(body);
  if (text.length > MAX_TEXT) throw new KhqrError('', 'size', null, `holds more than ${MAX_TEXT} characters`);
  return { text, md5: md5Of(text) };
}

/** The key by which the Open API knows a KHQR: lower-case hexadecimal MD5 of its UTF-8 bytes. */
export function md5Of(text: string): string {
  return toHex(digest('md5', text));
}

function writeAccount(account: KhqrAccount): string {
  return account.type === 'individual'
    ? template(
        '29',
        required('29.00', account.bakongAccount) +
          tag('29.01', account.information) +
          tag('29.02', account.acquiringBank),
      )
    : template(
        '30',
        required('30.00', account.bakongAccount) +
          required('30.01', account.merchantId) +
          required('30.02', account.acquiringBank),
      );
}

function writeAdditional(additional: KhqrAdditional = {}): string {
  return template(
    '62',
    tag('62.01', additional.billNumber) +
      tag('62.02', additional.mobileNumber) +
      tag('62.03', additional.storeLabel) +
      tag('62.07', additional.terminalLabel) +
      tag('62.08', additional.purpose),
  );
}

function writeAlternate(alternate: KhqrAlternate | undefined): string {
  if (!alternate) return '';
  return template(
    '64',
    required('64.00', alternate.language) +
      required('64.01', alternate.merchantName) +
      tag('64.02', alternate.merchantCity),
  );
}

function writeTimes(demand: KhqrDemand): string {
  if (demand.type === 'static') return '';
  const { createdAt, expiresAt } = demand;
  if (expiresAt <= createdAt) throw new KhqrError('99.01', 'expiry-order', null, 'ends before it begins');
  return template('99', required('99.00', String(createdAt)) + required('99.01', String(expiresAt)));
}

function template(name: string, content: string): string {
  return content === '' ? '' : writeTag(name, content);
}

/** One tag with its checked value; nothing for an absent one. */
function tag(name: string, value: string | undefined): string {
  if (value === undefined) return '';
  // oxlint-disable-next-line no-control-regex -- a control character would be drawn as nothing, and still be hashed
  if (!value.isWellFormed() || /[\u0000-\u001f\u007f]/.test(value))
    throw new KhqrError(name, 'text', null, 'holds a control character or half of a character');
  return writeTag(name, checkValue(name, value, null));
}

/** For callers without a compiler: what must be there is not dropped silently. */
function required(name: string, value: string | undefined): string {
  if (value === undefined) throw new KhqrError(name, 'missing', null, 'is missing');
  return tag(name, value);
}
