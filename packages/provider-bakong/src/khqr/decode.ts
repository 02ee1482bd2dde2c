import { readAmount, readCurrency } from './amount.ts';
import { bytes, fillBytes } from './bytes.ts';
import { crc16 } from './crc16.ts';
import { KhqrError } from './error.ts';
import { fourHexadecimal } from './form.ts';
import type { Khqr, KhqrAccount, KhqrAdditional, KhqrAlternate } from './khqr.ts';
import { Level } from './level.ts';
import { MAX_TEXT } from './limits.ts';
import {
  additionalTags,
  additionalTemplate,
  alternateTags,
  alternateTemplate,
  individualTags,
  individualTemplate,
  merchantTags,
  merchantTemplate,
  tags,
  timesTemplate,
  timeTags,
  topLevel,
} from './tags.ts';

/** Reading never waits in between, so that one of each is enough. */
const levels = {
  top: new Level(topLevel),
  individual: new Level(individualTemplate),
  merchant: new Level(merchantTemplate),
  additional: new Level(additionalTemplate),
  alternate: new Level(alternateTemplate),
  times: new Level(timesTemplate),
} as const;

/** What is filled in as it is found. */
type Draft<T> = { -readonly [K in keyof T]: T[K] };

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
  if (!text.isWellFormed()) throw new KhqrError('', 'text', text.search(/\p{Cs}/u), 'half of a character');
  const top = levels.top.read(text, 0, text.length);
  checkChecksum(text, top);
  top.require(tags.format);
  const initiation = top.optional(tags.initiation);
  const unionPayAccount = top.optional(tags.unionPayAccount);
  const individual = top.template(tags.individual, levels.individual);
  const merchant = top.template(tags.merchant, levels.merchant);
  const account = readAccount(top, individual, merchant);
  const merchantCategoryCode = top.required(tags.merchantCategoryCode);
  const currency = readCurrency(top.required(tags.currency), top.startOf(tags.currency));
  const digits = top.optional(tags.amount);
  const country = top.required(tags.country);
  const merchantName = top.required(tags.merchantName);
  const merchantCity = top.required(tags.merchantCity);
  const additional = top.template(tags.additional, levels.additional);
  const alternate = top.template(tags.alternate, levels.alternate);
  const times = top.template(tags.times, levels.times);
  const khqr: Draft<Khqr> = {
    account,
    currency,
    merchantName,
    merchantCity,
    merchantCategoryCode,
    country,
    additional: readAdditional(additional),
    others: othersOf(top, individual, merchant, additional, alternate, times),
  };
  // Always in this order: it keeps the number of different shapes small, and writing to them fast.
  if (initiation !== undefined) khqr.initiation = initiation === '11' ? 'static' : 'dynamic';
  if (digits !== undefined) {
    const position = top.startOf(tags.amount);
    const amount = readAmount(digits, currency, position);
    if (amount.minor > 0n) khqr.amount = amount;
    // A static QR may say 0 for "the payer types it".
    else if (initiation === '12') throw new KhqrError(tags.amount.path, 'amount', position, 'must be above zero');
  }
  const createdAt = times?.time(timeTags.createdAt);
  if (createdAt !== undefined) khqr.createdAt = createdAt;
  const expiresAt = times?.time(timeTags.expiresAt);
  if (expiresAt !== undefined) khqr.expiresAt = expiresAt;
  if (unionPayAccount !== undefined) khqr.unionPayAccount = unionPayAccount;
  if (alternate) khqr.alternate = readAlternate(alternate);
  return khqr;
}

const nothing: ReadonlyMap<string, string> = new Map();

/** Every tag that this package does not know. */
function othersOf(...levels: readonly (Level | undefined)[]): ReadonlyMap<string, string> {
  let others: Map<string, string> | undefined;
  for (const level of levels) if (level?.others) others = new Map([...(others ?? []), ...level.others]);
  return others ?? nothing;
}

/** Tag 63 is the last one and covers everything before its value. Lower case is read as well. */
function checkChecksum(text: string, top: Level): void {
  const { path } = tags.checksum;
  top.require(tags.checksum);
  const position = top.startOf(tags.checksum);
  const told = fourHexadecimal(text, position);
  if (position + 4 !== top.end || told < 0)
    throw new KhqrError(path, 'checksum-place', position, 'expected four hexadecimal digits at the end');
  if (crc16(bytes, fillBytes(text) - 4) !== told)
    throw new KhqrError(path, 'checksum', position, 'does not fit the text');
}

function readAccount(top: Level, individual: Level | undefined, merchant: Level | undefined): KhqrAccount {
  if (merchant) {
    if (individual)
      throw new KhqrError(
        tags.merchant.path,
        'account',
        top.startOf(tags.merchant),
        `stands beside tag ${tags.individual.path}`,
      );
    return {
      type: 'merchant',
      bakongAccount: merchant.required(merchantTags.bakongAccount),
      merchantId: merchant.required(merchantTags.merchantId),
      acquiringBank: merchant.required(merchantTags.acquiringBank),
    };
  }
  if (!individual) throw new KhqrError(tags.individual.path, 'account', top.end, 'neither tag 29 nor tag 30 is there');
  const account: Draft<Extract<KhqrAccount, { type: 'individual' }>> = {
    type: 'individual',
    bakongAccount: individual.required(individualTags.bakongAccount),
  };
  const information = individual.optional(individualTags.information);
  if (information !== undefined) account.information = information;
  const acquiringBank = individual.optional(individualTags.acquiringBank);
  if (acquiringBank !== undefined) account.acquiringBank = acquiringBank;
  return account;
}

function readAdditional(level: Level | undefined): KhqrAdditional {
  const additional: Draft<KhqrAdditional> = {};
  if (!level) return additional;
  const billNumber = level.optional(additionalTags.billNumber);
  if (billNumber !== undefined) additional.billNumber = billNumber;
  const mobileNumber = level.optional(additionalTags.mobileNumber);
  if (mobileNumber !== undefined) additional.mobileNumber = mobileNumber;
  const storeLabel = level.optional(additionalTags.storeLabel);
  if (storeLabel !== undefined) additional.storeLabel = storeLabel;
  const terminalLabel = level.optional(additionalTags.terminalLabel);
  if (terminalLabel !== undefined) additional.terminalLabel = terminalLabel;
  const purpose = level.optional(additionalTags.purpose);
  if (purpose !== undefined) additional.purpose = purpose;
  return additional;
}

function readAlternate(level: Level): KhqrAlternate {
  const language = level.required(alternateTags.language);
  const alternate: Draft<KhqrAlternate> = { language, merchantName: level.required(alternateTags.merchantName) };
  const merchantCity = level.optional(alternateTags.merchantCity);
  if (merchantCity !== undefined) alternate.merchantCity = merchantCity;
  return alternate;
}
