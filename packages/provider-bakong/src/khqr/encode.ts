import { writeAmount } from './amount.ts';
import { KhqrError } from './error.ts';
import type { EncodedKhqr, KhqrAccount, KhqrAdditional, KhqrAlternate, KhqrDemand, KhqrInput } from './khqr.ts';
import {
  additionalTags,
  alternateTags,
  currencyNumbers,
  individualTags,
  merchantTags,
  tags,
  timeTags,
} from './tags.ts';
import { writeTime } from './time.ts';
import { Writer } from './writer.ts';

/** Writing never waits in between, so that one is enough. */
const writer = new Writer();

/**
 * Writes a KHQR: tags in the order in which the National Bank's own library writes them, checksum last.
 *
 * Pure: the same input gives the same text. Nothing is sent anywhere.
 *
 * @throws KhqrError naming the tag and the rule, with `position` null.
 */
export function encodeKhqr(input: KhqrInput): EncodedKhqr {
  const { demand, unionPayAccount } = input;
  const currency = demand.type === 'static' ? demand.currency : demand.amount.asset.code;
  if (!Object.hasOwn(currencyNumbers, currency))
    throw new KhqrError(tags.currency.path, 'currency', null, 'expected KHR or USD');
  if (unionPayAccount !== undefined && currency === 'USD')
    throw new KhqrError(tags.unionPayAccount.path, 'union-pay-in-dollars', null, 'UnionPay takes no dollars');
  writer.start();
  writer.required(tags.format, '01');
  writer.required(tags.initiation, demand.type === 'static' ? '11' : '12');
  writer.optional(tags.unionPayAccount, unionPayAccount);
  writeAccount(input.account);
  writer.required(tags.merchantCategoryCode, input.merchantCategoryCode ?? '5999');
  writer.required(tags.currency, currencyNumbers[currency]);
  if (demand.type === 'dynamic') writer.required(tags.amount, writeAmount(demand.amount));
  writer.required(tags.country, 'KH');
  writer.required(tags.merchantName, input.merchantName);
  writer.required(tags.merchantCity, input.merchantCity ?? 'Phnom Penh');
  if (input.additional) writeAdditional(input.additional);
  if (input.alternate) writeAlternate(input.alternate);
  if (demand.type === 'dynamic') writeTimes(demand);
  return writer.finish(tags.checksum);
}

function writeAccount(account: KhqrAccount): void {
  const place = writer.open();
  if (account.type === 'individual') {
    writer.required(individualTags.bakongAccount, account.bakongAccount);
    writer.optional(individualTags.information, account.information);
    writer.optional(individualTags.acquiringBank, account.acquiringBank);
    writer.close(tags.individual, place);
  } else {
    writer.required(merchantTags.bakongAccount, account.bakongAccount);
    writer.required(merchantTags.merchantId, account.merchantId);
    writer.required(merchantTags.acquiringBank, account.acquiringBank);
    writer.close(tags.merchant, place);
  }
}

function writeAdditional(additional: KhqrAdditional): void {
  const place = writer.open();
  writer.optional(additionalTags.billNumber, additional.billNumber);
  writer.optional(additionalTags.mobileNumber, additional.mobileNumber);
  writer.optional(additionalTags.storeLabel, additional.storeLabel);
  writer.optional(additionalTags.terminalLabel, additional.terminalLabel);
  writer.optional(additionalTags.purpose, additional.purpose);
  writer.close(tags.additional, place);
}

function writeAlternate(alternate: KhqrAlternate): void {
  const place = writer.open();
  writer.required(alternateTags.language, alternate.language);
  writer.required(alternateTags.merchantName, alternate.merchantName);
  writer.optional(alternateTags.merchantCity, alternate.merchantCity);
  writer.close(tags.alternate, place);
}

function writeTimes({ createdAt, expiresAt }: Extract<KhqrDemand, { type: 'dynamic' }>): void {
  if (expiresAt <= createdAt)
    throw new KhqrError(timeTags.expiresAt.path, 'expiry-order', null, 'ends before it begins');
  const place = writer.open();
  writer.required(timeTags.createdAt, writeTime(timeTags.createdAt, createdAt));
  writer.required(timeTags.expiresAt, writeTime(timeTags.expiresAt, expiresAt));
  writer.close(tags.times, place);
}
