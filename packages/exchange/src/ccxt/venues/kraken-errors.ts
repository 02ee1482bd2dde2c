import type { ProviderError } from '@rielrails/core';
import { member, tryJson } from '@rielrails/kit';
import type { WireAnswer } from '@rielrails/kit';
import { faultOf } from '../meanings.ts';
import type { Meaning, Meanings } from '../meanings.ts';

const MINUTE_MS = 60_000;

const doubtful: Meaning = { means: 'unknown', say: 'something went wrong; what happened is not known' };
const badKey: Meaning = { means: 'config', say: 'the key is refused: check key, secret and permissions' };
const badRequest: Meaning = { means: 'invalid', say: 'the request breaks a rule of the venue' };
const closed: Meaning = { means: 'declined', say: 'the market is closed', reason: 'market-closed' };
const tooFew: Meaning = { means: 'declined', say: 'the account holds too little', reason: 'insufficient-balance' };
const limits: Meaning = {
  means: 'declined',
  say: 'the account has too many orders or positions',
  reason: 'order-limit',
};
const notPermitted: Meaning = { means: 'config', say: 'the account may not do this' };
const tooOften: Meaning = { means: 'throttled', say: 'too many calls', retryAfterMs: 15_000 };
const badAddress: Meaning = {
  means: 'declined',
  say: 'the address is not registered under this key at the venue',
  reason: 'address-not-registered',
};

/**
 * What the words of an error mean ("API error messages"; of orders and funding also the specification of the REST API).
 * Words that are not listed stay unexplained.
 */
const byWords: Meanings = {
  'EGeneral:Permission denied': badKey,
  'EGeneral:Invalid arguments': badRequest,
  'EGeneral:Unknown method': badRequest,
  'EGeneral:Internal error': doubtful,
  'EGeneral:Temporary lockout': {
    means: 'throttled',
    say: 'we are locked out for a while',
    retryAfterMs: 15 * MINUTE_MS,
  },
  'EGeneral:Too many requests': tooOften,
  'EAPI:Invalid key': badKey,
  'EAPI:Invalid signature': badKey,
  'EAPI:Invalid nonce': {
    means: 'not-taken',
    say: 'the number of the request was used (EAPI:Invalid nonce): another process has this key',
  },
  'EAPI:Rate limit exceeded': tooOften,
  'EAPI:Feature disabled': notPermitted,
  'EAuth:Account temporary disabled': notPermitted,
  'EAuth:Account unconfirmed': notPermitted,
  'EAuth:Rate limit exceeded': tooOften,
  'EAuth:Too many requests': tooOften,
  'EDatabase:Internal error': doubtful,
  'EQuery:Unknown asset': badRequest,
  'EQuery:Unknown asset pair': badRequest,
  'EQuery:Invalid asset pair': badRequest,
  'EOrder:Cannot open position': notPermitted,
  'EOrder:Trading agreement required': notPermitted,
  'EOrder:Cost minimum not met': badRequest,
  'EOrder:Order minimum not met': badRequest,
  'EOrder:Invalid price': badRequest,
  'EOrder:Tick size check failed': badRequest,
  'EOrder:Insufficient funds': tooFew,
  'EOrder:Orders limit exceeded': limits,
  'EOrder:Positions limit exceeded': limits,
  'EOrder:Rate limit exceeded': tooOften,
  'EOrder:Domain rate limit exceeded': tooOften,
  'EOrder:Invalid order': { means: 'not-found', say: 'the order does not exist' },
  'EOrder:Unknown order': { means: 'not-found', say: 'the order does not exist' },
  'EService:Unavailable': { means: 'unknown', say: 'the venue is down; what happened is not known' },
  'EService:Busy': doubtful,
  'EService:Throttled': tooOften,
  'EService:Deadline elapsed': { means: 'not-taken', say: 'the order came too late, and was thrown away' },
  'EService:Market in cancel_only mode': closed,
  'EService:Market in post_only mode': closed,
  'EService:Market in limit_only mode': closed,
  'ESession:Invalid session': badKey,
  'ETrade:User Locked': notPermitted,
  'EFunding:Unknown asset': badRequest,
  'EFunding:Unknown withdraw key': badAddress,
  'EFunding:Invalid withdrawal address': badAddress,
  'EFunding:Max fee exceeded': { means: 'declined', say: 'the fee rose in the meantime', reason: 'fee-rose' },
  // The venue says the same of an amount that the account does not hold.
  'EFunding:Invalid amount': { means: 'declined', say: 'the amount cannot be withdrawn', reason: 'amount-refused' },
  'EFunding:Insufficient funds': tooFew,
};

/** Words that say: everything is down for maintenance. */
export const maintenanceCodes: readonly string[] = ['EService:Unavailable'];

const byStatus: Meanings = {
  '403': { means: 'config', say: 'the firewall of the venue refuses our address' },
  '429': tooOften,
  '451': { means: 'config', say: 'the venue does not serve this country' },
};

/**
 * What an answer means. The venue says no with status 200 and a list of errors: `E`, a category, words, and sometimes a
 * detail. Of several a doubt outweighs any refusal; otherwise the first that is listed explains them.
 */
export function explainKraken(status: number, _body: string, answer: WireAnswer): ProviderError | null {
  if (status >= 500) return null;
  const errors = errorsOf(answer);
  if (errors.length === 0) {
    const meaning = Object.hasOwn(byStatus, String(status)) ? byStatus[String(status)] : undefined;
    return meaning ? faultOf('kraken', String(status), meaning) : null;
  }
  const known = errors.map(meaningOf).filter(({ meaning }) => meaning !== undefined);
  const first = known.find(({ meaning }) => meaning && doubts.has(meaning.means)) ?? known[0];
  return first?.meaning ? faultOf('kraken', first.words, first.meaning) : null;
}

const doubts: ReadonlySet<Meaning['means']> = new Set(['unknown', 'duplicate']);

function errorsOf(answer: WireAnswer): readonly string[] {
  const errors = member(tryJson(answer), 'error');
  return Array.isArray(errors) ? errors.filter((error) => typeof error === 'string') : [];
}

/** The listed words with which an error begins, and what they mean. */
function meaningOf(error: string): { readonly words: string; readonly meaning: Meaning | undefined } {
  const [category = '', text = ''] = error.split(':');
  const words = `${category}:${text.trim()}`;
  // Not in the documents, but seen: a client order id that an open order has.
  if (/not unique|duplicate|already in use/i.test(error))
    return { words, meaning: { means: 'duplicate', say: 'an open order has this reference' } };
  return { words, meaning: Object.hasOwn(byWords, words) ? byWords[words] : undefined };
}
