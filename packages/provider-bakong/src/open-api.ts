import { InputError, ProviderError } from '@rielrails/core';
import type { CallContext, Instant, Money } from '@rielrails/core';
import { formatAmount, fromBase64, fromUtf8, JsonNumber, parseJson, Secret } from '@rielrails/kit';
import { z } from 'zod';
import { BAKONG } from './config.ts';
import { transactionSchema } from './transaction.ts';
import type { BakongAnswer } from './transaction.ts';
import type { BakongWire, Envelope } from './wire.ts';

/** The most that one list may hold. */
export const LIST_MAX = 50;

/** What the Bakong app shows when it was opened by a link: all three or nothing. */
export interface BakongSource {
  readonly appName: string;
  readonly appIconUrl: string;
  readonly appDeepLinkCallback: string;
}

/** A token that was just issued. Keep it: nobody can ask for it again. */
export interface IssuedToken {
  readonly token: Secret;
  /** `null` where the token does not say. */
  readonly expiresAt: Instant | null;
}

/**
 * The Bakong Open API, call by call.
 *
 * Every call that carries the token counts against its calls of the day. What cannot be answered throws a
 * `ProviderError`; it never looks like "not found". Reads are safe to repeat.
 */
export interface BakongOpenApi {
  /** By the md5 of a dynamic KHQR's whole text. */
  byMd5(md5: string, context?: CallContext): Promise<BakongAnswer>;
  /** At most 50 at once, for one call. What Bakong left out, or could not say, is `null`. */
  byMd5List(md5s: readonly string[], context?: CallContext): Promise<ReadonlyMap<string, BakongAnswer | null>>;
  /** By a transaction's whole hash, 64 hexadecimal digits. */
  byHash(hash: string, context?: CallContext): Promise<BakongAnswer>;
  byHashList(hashes: readonly string[], context?: CallContext): Promise<ReadonlyMap<string, BakongAnswer | null>>;
  /** By the eight digits that a payer's receipt shows, with the amount that makes them unique enough. */
  byShortHash(hash: string, amount: Money, context?: CallContext): Promise<BakongAnswer>;
  byInstructionReference(reference: string, context?: CallContext): Promise<BakongAnswer>;
  /** By the reference of the payer's bank (`100FT…`). Not by a bill number of ours. */
  byExternalReference(reference: string, context?: CallContext): Promise<BakongAnswer>;
  /** Whether an account exists. Says nothing about whose it is. */
  accountExists(bakongAccount: string, context?: CallContext): Promise<boolean>;
  /** A link that opens the Bakong app with a KHQR. Each call makes another link; none of them expires by itself. */
  deepLink(khqr: string, source?: BakongSource, context?: CallContext): Promise<string>;
  /**
   * Issues a new token to a registered address and uses it from then on.
   *
   * @throws ProviderError: `not-found` for an address that is not registered; `unknown` when no answer came.
   */
  renewToken(email: string, context?: CallContext): Promise<IssuedToken>;
}

/** Opens the calls. `replaceToken` is called with each new token. */
export function createOpenApi(wire: BakongWire, replaceToken: (token: Secret) => void): BakongOpenApi {
  const lookUp = (endpoint: string, body: unknown, context?: CallContext) =>
    wire.read({ endpoint, body, authorized: true, parse: readAnswer }, context);

  const lookUpList = (endpoint: string, key: 'md5' | 'hash', list: readonly string[], context?: CallContext) =>
    wire.read({ endpoint, body: list, authorized: true, parse: (told) => readList(told, key, list) }, context);

  return {
    byMd5: async (md5, context) => lookUp('check_transaction_by_md5', { md5: checkHex('md5', md5, 32) }, context),
    byMd5List: async (md5s, context) =>
      lookUpList('check_transaction_by_md5_list', 'md5', checkList('md5s', md5s, 32), context),
    byHash: async (hash, context) => lookUp('check_transaction_by_hash', { hash: checkHex('hash', hash, 64) }, context),
    byHashList: async (hashes, context) =>
      lookUpList('check_transaction_by_hash_list', 'hash', checkList('hashes', hashes, 64), context),
    byShortHash: async (hash, amount, context) => {
      const body = {
        hash: checkHex('hash', hash, 8),
        amount: new JsonNumber(formatAmount(amount)),
        currency: amount.asset.code,
      };
      return lookUp('check_transaction_by_short_hash', body, context);
    },
    byInstructionReference: async (reference, context) =>
      lookUp('check_transaction_by_instruction_ref', { instructionRef: checkText('reference', reference) }, context),
    byExternalReference: async (reference, context) =>
      lookUp('check_transaction_by_external_ref', { externalRef: checkText('reference', reference) }, context),
    accountExists: async (bakongAccount, context) => {
      if (!/^[^@\s]+@[^@\s]+$/.test(bakongAccount) || bakongAccount.length > 32)
        throw new InputError('bakongAccount', 'form', 'expected name@bank, at most 32 characters');
      const body = { accountId: bakongAccount };
      return wire.read({ endpoint: 'check_bakong_account', body, authorized: true, parse: readAccount }, context);
    },
    deepLink: (khqr, source, context) => {
      const body = { qr: khqr, ...(source ? { sourceInfo: source } : {}) };
      return wire.read({ endpoint: 'generate_deeplink_by_qr', body, authorized: false, parse: readLink }, context);
    },
    renewToken: async (email, context) => {
      if (!/^[^@\s]+@[^@\s]+$/.test(email) || email.length > 30)
        throw new InputError('email', 'form', 'expected an address of at most 30 characters');
      const call = { endpoint: 'renew_token', body: { email }, authorized: false, parse: readToken } as const;
      const token = new Secret(await wire.write(call, context));
      replaceToken(token);
      return { token, expiresAt: tokenExpiry(token) };
    },
  };
}

/** When a token runs out, as its own payload says; `null` for one that is no JWT. Nothing is verified. */
export function tokenExpiry(token: Secret): Instant | null {
  try {
    const payload = token.reveal().split('.')[1] ?? '';
    const base64 = payload.replaceAll('-', '+').replaceAll('_', '/');
    const claims = parseJson(fromUtf8(fromBase64(base64.padEnd(Math.ceil(base64.length / 4) * 4, '='))));
    const { exp } = z.object({ exp: z.instanceof(JsonNumber) }).parse(claims);
    const seconds = Number(exp.text);
    return Number.isSafeInteger(seconds) ? ((seconds * 1000) as Instant) : null;
  } catch {
    return null;
  }
}

function readAnswer(told: Envelope): BakongAnswer {
  if (told.ok) return { type: 'found', transaction: transactionSchema.parse(told.data) };
  // The codes of the "Bakong Open API" document.
  if (told.errorCode === '1') return { type: 'not-found' };
  if (told.errorCode === '2') return { type: 'static-qr' };
  if (told.errorCode === '3') return { type: 'failed' };
  throw unexplained(told);
}

/** A transaction stands under `data`, or in the item itself. */
function readList(
  told: Envelope,
  key: 'md5' | 'hash',
  asked: readonly string[],
): ReadonlyMap<string, BakongAnswer | null> {
  if (!told.ok) throw unexplained(told);
  const items = z.array(z.looseObject({ status: z.string() })).parse(told.data);
  const answers = new Map<string, BakongAnswer | null>(asked.map((one) => [one, null]));
  for (const item of items) {
    const name = item[key];
    if (typeof name !== 'string' || !answers.has(name)) continue;
    answers.set(name, readItem(item.status, item['data'] ?? item['transaction'] ?? item));
  }
  return answers;
}

function readItem(status: string, data: unknown): BakongAnswer | null {
  switch (status) {
    case 'SUCCESS': {
      const read = transactionSchema.safeParse(data);
      return read.success ? { type: 'found', transaction: read.data } : null;
    }
    case 'NOT_FOUND':
      return { type: 'not-found' };
    case 'STATIC_QR':
      return { type: 'static-qr' };
    case 'FAILED':
      return { type: 'failed' };
    default:
      // SERVICE_FAILED, and words that nobody has seen: no answer.
      return null;
  }
}

function readAccount(told: Envelope): boolean {
  if (told.ok) return true;
  if (told.errorCode === '11') return false;
  if (told.errorCode === '12') throw refusal('invalid', 'the account is not of a form that Bakong knows', '12');
  throw unexplained(told);
}

function readLink(told: Envelope): string {
  if (told.ok) {
    const { shortLink } = z.object({ shortLink: z.string() }).parse(told.data);
    if (new URL(shortLink).protocol !== 'https:') throw new Error('no https link');
    return shortLink;
  }
  if (told.errorCode === '2') throw refusal('invalid', 'a static QR has no link', '2');
  if (told.errorCode === '5') throw refusal('invalid', 'a field is missing', '5');
  if (told.errorCode === '4') throw refusal('unavailable', 'the maker of links failed', '4');
  throw unexplained(told);
}

function readToken(told: Envelope): string {
  if (told.ok) return z.object({ token: z.string().min(16) }).parse(told.data).token;
  if (told.errorCode === '10') throw refusal('not-found', 'this address is not registered', '10');
  throw unexplained(told);
}

function unexplained(told: Envelope): Error {
  return new Error(`code ${told.errorCode ?? 'none'} is not explained`);
}

function refusal(kind: 'invalid' | 'not-found' | 'unavailable', message: string, providerCode: string): ProviderError {
  return new ProviderError({ kind, provider: BAKONG, message: `${BAKONG}: ${message}`, providerCode });
}

function checkHex(field: string, text: string, length: number): string {
  if (text.length !== length || !/^[0-9a-fA-F]+$/.test(text))
    throw new InputError(field, 'form', `expected ${length} hexadecimal digits`);
  return text.toLowerCase();
}

function checkList(field: string, list: readonly string[], length: number): readonly string[] {
  if (list.length === 0 || list.length > LIST_MAX)
    throw new InputError(field, 'size', `expected 1 to ${LIST_MAX} entries`);
  return list.map((one, index) => checkHex(`${field}[${index}]`, one, length));
}

function checkText(field: string, text: string): string {
  if (text === '' || text.length > 255) throw new InputError(field, 'size', 'expected 1 to 255 characters');
  return text;
}
