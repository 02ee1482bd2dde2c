import type { ProviderError } from '@rielrails/core';
import { parseJson } from '@rielrails/kit';
import { faultOf } from '../meanings.ts';
import type { Meaning, Meanings } from '../meanings.ts';

const doubtful: Meaning = { means: 'unknown', say: 'something went wrong; what happened is not known' };
const badRequest: Meaning = { means: 'invalid', say: 'the request breaks a rule of the venue' };
const badKey: Meaning = {
  means: 'config',
  say: 'the key is refused: check key, secret, permissions and listed addresses',
};
const closed: Meaning = { means: 'declined', say: 'the market is closed', reason: 'market-closed' };
const rejected: Meaning = { means: 'declined', say: 'the order was rejected', reason: 'order-rejected' };
const tooFew: Meaning = { means: 'declined', say: 'the account holds too little', reason: 'insufficient-balance' };
const notNow: Meaning = {
  means: 'declined',
  say: 'the venue does not let this account withdraw now',
  reason: 'withdrawals-suspended',
};

/**
 * What each error code means ("Error codes for Binance", and of the wallet "Error Code"). A code that is not listed stays
 * unexplained.
 */
const byCode: Meanings = {
  '-1000': doubtful,
  '-1001': doubtful,
  '-1002': badKey,
  '-1003': { means: 'throttled', say: 'too many requests' },
  '-1006': doubtful,
  '-1007': doubtful,
  '-1008': { means: 'throttled', say: 'the venue is overloaded and took nothing' },
  '-1010': rejected,
  '-1013': badRequest,
  '-1014': badRequest,
  '-1015': { means: 'throttled', say: 'too many orders' },
  '-1016': { means: 'config', say: 'this service of the venue no longer exists' },
  '-1020': badRequest,
  '-1021': { means: 'not-taken', say: 'the request came too late or our clock is wrong (-1021); check it' },
  '-1022': badKey,
  '-2010': rejected,
  '-2013': { means: 'not-found', say: 'the order does not exist' },
  '-2014': badKey,
  '-2015': badKey,
  '-2016': closed,
  // Of the wallet. A failed "tranId" (-4027) and a locked deposit (-4060) do not say what became of the withdrawal.
  '-4001': badRequest,
  '-4004': badKey,
  '-4005': { means: 'throttled', say: 'too many withdrawals' },
  '-4006': { means: 'config', say: 'only a main account may do this' },
  '-4007': { means: 'invalid', say: 'the address is refused' },
  '-4008': { means: 'invalid', say: 'the memo is refused' },
  '-4010': { means: 'config', say: 'the list of allowed addresses is not confirmed' },
  '-4012': { means: 'config', say: 'the list of allowed addresses is not open' },
  '-4013': { means: 'config', say: 'the account has no second factor' },
  '-4014': notNow,
  '-4015': notNow,
  '-4016': notNow,
  '-4017': notNow,
  '-4018': badRequest,
  '-4019': notNow,
  '-4021': badRequest,
  '-4022': { means: 'invalid', say: 'the amount is below what the venue sends' },
  '-4023': { means: 'declined', say: 'the limit of a day is reached', reason: 'daily-limit' },
  '-4024': tooFew,
  '-4025': tooFew,
  '-4026': tooFew,
  '-4027': doubtful,
  '-4028': { means: 'invalid', say: 'the amount does not exceed the fee' },
  '-4033': { means: 'invalid', say: 'the address is refused' },
  '-4034': { means: 'declined', say: 'the address is suspected', reason: 'address-suspected' },
  '-4035': { means: 'declined', say: 'the address is not on the list of allowed ones', reason: 'address-not-listed' },
  '-4036': { means: 'declined', say: 'the address is on the list for too short a time', reason: 'address-too-new' },
  '-4044': { means: 'config', say: 'the venue does not serve this country' },
  '-4047': badRequest,
  '-4106': { means: 'invalid', say: 'the network takes no memo' },
  '-5002': tooFew,
};

/** Messages that say more than their code ("Messages for -1010, -2010 and -2011"). */
const byMessage: Meanings = {
  'Account has insufficient balance for requested action.': tooFew,
  'Market is closed.': closed,
  'This action is disabled on this account.': { means: 'config', say: 'the account may not do this' },
  'This account may not place or cancel orders.': { means: 'config', say: 'the account may not trade' },
  'This symbol is not permitted for this account.': { means: 'config', say: 'the account may not trade this pair' },
  'This symbol is restricted for this account.': { means: 'config', say: 'the account may not trade this pair' },
  'Rest API trading is not enabled.': { means: 'config', say: 'this host takes no orders' },
};

/** What an HTTP status alone means ("HTTP Return Codes"). */
const byStatus: Meanings = {
  '403': { means: 'config', say: 'the firewall of the venue refuses our address' },
  '418': { means: 'throttled', say: 'our address is banned for a while' },
  '429': { means: 'throttled', say: 'too many requests' },
  '451': { means: 'config', say: 'the venue does not serve this country' },
};

const saidWithCode: ReadonlySet<string> = new Set(['-1010', '-1013', '-2010']);

/** What an answer means, by HTTP status first and error code second. */
export function explainBinance(status: number, body: string): ProviderError | null {
  if (status < 400 || status >= 500) return null;
  const ofStatus = entry(byStatus, String(status));
  if (ofStatus) return faultOf('binance', String(status), ofStatus);
  const refusal = readRefusal(body);
  if (!refusal) return null;
  const { code, message } = refusal;
  const meaning =
    (saidWithCode.has(code) ? ofMessage(message) : undefined) ??
    entry(byCode, code) ??
    (/^-11\d\d$/.test(code) ? badRequest : undefined);
  return meaning ? faultOf('binance', code, meaning) : null;
}

/** However it is worded: an order that exists is never taken for one that was refused. */
function ofMessage(message: string): Meaning | undefined {
  if (/duplicate/i.test(message)) return { means: 'duplicate', say: 'an open order has this reference' };
  return entry(byMessage, message);
}

function entry(meanings: Meanings, key: string): Meaning | undefined {
  return Object.hasOwn(meanings, key) ? meanings[key] : undefined;
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
