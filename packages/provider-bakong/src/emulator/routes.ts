import { KHR, money, USD } from '@rielrails/core';
import { fromUtf8, JsonNumber, parseAmount, parseJson, toHex } from '@rielrails/kit';
import type { Clock, Json, Random } from '@rielrails/kit';
import type { EmulatedRequest, Route } from '@rielrails/kit/emulator';
import { failure, forbiddenPage, success } from './answers.ts';
import { record } from './book.ts';
import type { Book, Transaction } from './book.ts';
import { scanKhqr } from './khqr.ts';
import type { BakongEmulator, BakongEmulatorOptions } from './options.ts';
import type { TokenDesk } from './token.ts';

const DAY_MS = 86_400_000;
const LIST_MAX = 50;
const FOUND = 'Getting transaction successfully.';

/** What the endpoints work with. */
export interface Counter {
  readonly clock: Clock;
  readonly random: Random;
  readonly book: Book;
  readonly desk: TokenDesk;
  readonly options: BakongEmulatorOptions;
  readonly switches: BakongEmulator['switches'];
  readonly accounts: ReadonlySet<string>;
  readonly emails: ReadonlySet<string>;
  see(qr: string): void;
}

/** A body that was read; a list stands under `list`. */
type Fields = Readonly<Record<string, Json>>;

/** The endpoints under `/v1`. */
export function bakongRoutes(counter: Counter): readonly Route[] {
  const { clock, random, book, desk, options, switches } = counter;
  const { callsPerDay = 100, quotaStatus = 200, javaNumbers = false, listItems = 'data' } = options;
  const calls = new Map<string, number>();

  /** A token, a call left for today, a body of JSON: in this order. */
  function guarded(handle: (fields: Fields, request: EmulatedRequest) => Response, open = false): Route['handle'] {
    return (request) => {
      if (!switches.callerInCambodia) return forbiddenPage();
      if (!open) {
        const token = /^Bearer (\S+)$/.exec(request.headers.get('authorization') ?? '')?.[1];
        const holder = token === undefined ? null : desk.read(token);
        if (holder === null) return failure(6, 401);
        const today = `${holder} ${Math.floor(clock.now() / DAY_MS)}`;
        const count = (calls.get(today) ?? 0) + 1;
        calls.set(today, count);
        if (count > callsPerDay) return failure(17, quotaStatus);
      }
      const fields = readBody(request);
      return fields ? handle(fields, request) : failure(5, 400);
    };
  }

  function told(transaction: Transaction, { fault }: EmulatedRequest): Readonly<Record<string, unknown>> {
    const { asset, minor } = transaction.amount;
    const amount = fault === 'wrong-amount' ? money(asset, minor + 1n) : transaction.amount;
    const trackingStatus = fault === 'unknown-status-word' ? 'LEFT_AT_THE_BORDER' : transaction.trackingStatus;
    return record(transaction, { amount, trackingStatus }, javaNumbers);
  }

  const answer = (transaction: Transaction | undefined, request: EmulatedRequest) =>
    transaction ? success(FOUND, told(transaction, request)) : failure(1);

  function byMd5({ md5 }: Fields, request: EmulatedRequest): Response {
    if (!isText(md5, 255)) return failure(5, 400);
    if (switches.failed.has(md5)) return failure(3);
    if (book.isStatic(md5) && (options.staticQr ?? 'code-2') === 'code-2') return failure(2);
    return answer(book.byMd5(md5), request);
  }

  function byHash({ hash }: Fields, request: EmulatedRequest): Response {
    if (!isText(hash, 64)) return failure(5, 400);
    return answer(
      book.find((one) => one.hash === hash),
      request,
    );
  }

  function byShortHash({ hash, amount, currency }: Fields, request: EmulatedRequest): Response {
    if (!isText(hash, 8) || hash.length !== 8 || !(amount instanceof JsonNumber) || !isText(currency, 3))
      return failure(5, 400);
    if (currency !== 'KHR' && currency !== 'USD') return failure(5, 400);
    const { minor } = parseAmount(amount.text, currency === 'KHR' ? KHR : USD, { rounding: 'down' });
    const fits = (one: Transaction) =>
      one.hash.startsWith(hash) && one.amount.asset.code === currency && one.amount.minor === minor;
    return answer(book.find(fits), request);
  }

  const byReference =
    (field: 'instructionRef' | 'externalRef', key: 'instructionReference' | 'externalReference') =>
    (fields: Fields, request: EmulatedRequest): Response => {
      const wanted = fields[field];
      if (!isText(wanted, 255)) return failure(5, 400);
      return answer(
        book.find((one) => one[key] === wanted),
        request,
      );
    };

  function byList(
    key: 'md5' | 'hash',
    find: (name: string) => Transaction | undefined,
  ): (fields: Fields, request: EmulatedRequest) => Response {
    return ({ list }, request) => {
      if (key === 'md5' && !switches.listsAllowed) return forbiddenPage();
      if (!Array.isArray(list) || list.length === 0 || list.length > LIST_MAX) return failure(5, 400);
      if (!list.every((one) => isText(one, 255))) return failure(5, 400);
      const items = (list as readonly string[]).map((name) => {
        if (key === 'md5' && switches.failed.has(name)) return item(key, name, 'FAILED', 'Transaction failed.');
        if (key === 'md5' && book.isStatic(name)) return item(key, name, 'STATIC_QR', 'Static QR is not supported.');
        const transaction = find(name);
        if (!transaction) return item(key, name, 'NOT_FOUND', 'Transaction could not be found.');
        const status = request.fault === 'unknown-status-word' ? 'PONDERING' : 'SUCCESS';
        return item(key, name, status, FOUND, told(transaction, request));
      });
      return success(FOUND, items);
    };
  }

  function item(key: string, name: string, status: string, message: string, data?: unknown): unknown {
    const base = { [key]: name, status, message };
    if (data === undefined) return { ...base, data: null };
    if (listItems === 'inline') return { ...base, ...(data as object) };
    return { ...base, [listItems]: data };
  }

  function account({ accountId }: Fields): Response {
    if (!isText(accountId, 32)) return failure(5, 400);
    if (accountId.split('@').length !== 2) return failure(12);
    return counter.accounts.has(accountId) ? success('Account ID exists', null) : failure(11);
  }

  function deepLink({ qr, sourceInfo }: Fields): Response {
    if (!isText(qr, 512)) return failure(5, 400);
    if (sourceInfo !== undefined && !isSource(sourceInfo)) return failure(5, 400);
    try {
      if (scanKhqr(qr).reusable) return failure(2);
    } catch {
      return failure(5, 400);
    }
    if (!switches.linkMaker) return failure(4);
    counter.see(qr);
    const shortLink = `https://bakongsit.page.link/${toHex(random.bytes(8))}`;
    return success('Getting deep link successfully', { shortLink });
  }

  function renew({ email }: Fields): Response {
    if (!isText(email, 30)) return failure(5, 400);
    return counter.emails.has(email) ? success('Token has been issued', { token: desk.issue() }) : failure(10);
  }

  const document = '"Bakong Open API" document';
  const route = (name: string, handle: Route['handle'], cites: string, provenance: Route['provenance']): Route => ({
    name: name.replaceAll('_', '-'),
    method: 'POST',
    path: `/v1/${name}`,
    cites: `${document}, ${cites}`,
    provenance,
    handle,
  });
  const measured = '; "not found" with HTTP 200 as measured';
  return [
    route('check_transaction_by_md5', guarded(byMd5), `"Check Transaction by MD5"${measured}`, 'documented'),
    route('check_transaction_by_hash', guarded(byHash), `"Check Transaction by Hash"${measured}`, 'documented'),
    route('check_transaction_by_short_hash', guarded(byShortHash), '"Check Transaction by Short Hash"', 'documented'),
    route(
      'check_transaction_by_instruction_ref',
      guarded(byReference('instructionRef', 'instructionReference')),
      '"Check Transaction by Instruction Reference"',
      'documented',
    ),
    route(
      'check_transaction_by_external_ref',
      guarded(byReference('externalRef', 'externalReference')),
      '"Check Transaction by External Reference"',
      'documented',
    ),
    route(
      'check_transaction_by_md5_list',
      guarded(byList('md5', (name) => book.byMd5(name))),
      '"Check Transactions by MD5 List"; a bare array, as four implementations send it',
      'seen',
    ),
    route(
      'check_transaction_by_hash_list',
      guarded(byList('hash', (name) => book.find((one) => one.hash === name))),
      '"Check Transactions by Hash List"; a bare array, as four implementations send it',
      'seen',
    ),
    route('check_bakong_account', guarded(account), '"Check Bakong Account"', 'documented'),
    route('generate_deeplink_by_qr', guarded(deepLink, true), '"Generate Deeplink by QR"', 'documented'),
    route('renew_token', guarded(renew, true), '"Renew Token"', 'documented'),
  ];
}

function readBody({ headers, body }: EmulatedRequest): Fields | null {
  if (!/^application\/json\b/i.test(headers.get('content-type') ?? '')) return null;
  try {
    const json = parseJson(fromUtf8(body));
    if (Array.isArray(json)) return { list: json };
    return typeof json === 'object' && json !== null && !(json instanceof JsonNumber) ? (json as Fields) : null;
  } catch {
    return null;
  }
}

function isText(value: Json | undefined, most: number): value is string {
  return typeof value === 'string' && value !== '' && value.length <= most;
}

/** Optional as a whole; who sends it sends all three. */
function isSource(value: Json): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const fields = value as Fields;
  return ['appIconUrl', 'appName', 'appDeepLinkCallback'].every((name) => isText(fields[name], 2048));
}
