import { ProviderError } from '@rielrails/core';
import type { FaultKind } from '@rielrails/core';
import { doubt, neverSent, parseJson, unavailable } from '@rielrails/kit';

/** The name under which faults and spans speak of this venue. */
export const PROVIDER = 'binance';

type Meaning = (code: string) => ProviderError;

const fault =
  (kind: Extract<FaultKind, 'config' | 'invalid' | 'not-found' | 'throttled'>, message: string): Meaning =>
  (providerCode) =>
    new ProviderError({ kind, provider: PROVIDER, providerCode, message: `binance: ${message}` });

const declined =
  (reason: string, message: string): Meaning =>
  (providerCode) =>
    new ProviderError({ kind: 'declined', provider: PROVIDER, providerCode, reason, message: `binance: ${message}` });

/** May have been executed. A read is repeated; a write becomes `unknown`, because kit takes no `unavailable` for a proof. */
const inDoubt: Meaning = (code) => unavailable(PROVIDER, `binance: answered ${code}; what happened is not known`);

const badRequest = fault('invalid', 'the request breaks a rule of the venue');
const badKey = fault('config', 'the key is refused: check key, secret, permissions and listed addresses');
const closed = declined('market-closed', 'the market is closed');

/**
 * What each error code means for money ("Error codes for Binance"). A code that is not listed stays unexplained, so that
 * a write which met it is `unknown`.
 */
const byCode: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ['-1000', inDoubt],
  ['-1001', inDoubt],
  ['-1002', badKey],
  ['-1003', fault('throttled', 'too many requests')],
  ['-1006', inDoubt],
  ['-1007', inDoubt],
  ['-1008', fault('throttled', 'the venue is overloaded and took nothing')],
  ['-1013', badRequest],
  ['-1014', badRequest],
  ['-1015', fault('throttled', 'too many orders')],
  ['-1016', fault('config', 'this service of the venue no longer exists')],
  ['-1020', badRequest],
  ['-1021', (code) => neverSent(PROVIDER, `binance: ${code}, the order came too late or our clock is wrong; check it`)],
  ['-1022', badKey],
  ['-1010', declined('order-rejected', 'the order was rejected')],
  ['-2010', declined('order-rejected', 'the order was rejected')],
  ['-2013', fault('not-found', 'the order does not exist')],
  ['-2014', badKey],
  ['-2015', badKey],
  ['-2016', closed],
]);

/** Messages that say more than their code ("Messages for -1010, -2010 and -2011"). */
const byMessage: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  [
    'Duplicate order sent.',
    (code) => doubt(PROVIDER, 'duplicate', `binance: ${code}, an open order has this reference; look it up`),
  ],
  [
    'Account has insufficient balance for requested action.',
    declined('insufficient-balance', 'the account holds too little'),
  ],
  ['Market is closed.', closed],
  ['This action is disabled on this account.', fault('config', 'the account may not do this')],
  ['This account may not place or cancel orders.', fault('config', 'the account may not trade')],
  ['This symbol is not permitted for this account.', fault('config', 'the account may not trade this pair')],
  ['This symbol is restricted for this account.', fault('config', 'the account may not trade this pair')],
  ['Rest API trading is not enabled.', fault('config', 'this host takes no orders')],
]);

const saidWithCode = new Set(['-1010', '-1013', '-2010']);

/**
 * What an answer means, by HTTP status first and error code second ("HTTP Return Codes"). `null`: a success, or an
 * answer that the documents do not explain.
 *
 * The classes that ccxt throws are never asked: they call a revoked key a denial-of-service protection once one private
 * call has succeeded, and a duplicate order an invalid one.
 */
export function explain(status: number, body: string): ProviderError | null {
  if (status < 400 || status >= 500) return null;
  if (status === 429 || status === 418)
    return fault('throttled', status === 418 ? 'our address is banned for a while' : 'too many requests')(`${status}`);
  if (status === 403) return fault('config', 'the firewall of the venue refuses our address')('403');
  if (status === 451) return fault('config', 'the venue does not serve this country')('451');
  const refusal = readRefusal(body);
  if (!refusal) return null;
  const { code, message } = refusal;
  const meaning =
    (saidWithCode.has(code) ? byMessage.get(message) : undefined) ??
    byCode.get(code) ??
    (/^-11\d\d$/.test(code) ? badRequest : undefined);
  return meaning?.(code) ?? null;
}

function readRefusal(body: string): { readonly code: string; readonly message: string } | null {
  try {
    const json = parseJson(body, { maxLength: 10_000 });
    if (typeof json !== 'object' || json === null || !('code' in json)) return null;
    const { code, msg } = json as { readonly code: unknown; readonly msg?: unknown };
    return { code: String(code), message: typeof msg === 'string' ? msg : '' };
  } catch {
    return null;
  }
}
