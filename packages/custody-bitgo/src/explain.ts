import type { ProviderError } from '@rielrails/core';
import { faultOfCode, member, tryJson } from '@rielrails/kit';
import type { CodeTable, Json, WireAnswer } from '@rielrails/kit';
import { BITGO } from './config.ts';

/**
 * Codes of the platform, of Express, and of the SDK inside Express, by what documents or sources say of them.
 *
 * "Build a transaction": InvalidAddress, InvalidWalletId. "Send transaction": AddressError, DuplicateSequenceId,
 * InvalidWalletId. Express, typed routes: ValidationError, before anything is done. Seen in public issues:
 * InsufficientBalance, Unauthorized.
 */
const codes: CodeTable = {
  DuplicateSequenceId: ['duplicate', 'this reference was used before'],
  InvalidAddress: ['invalid', 'BitGo does not know such an address'],
  AddressError: ['declined', 'BitGo lets nothing be sent to this address'],
  InsufficientBalance: ['declined', 'the wallet has not enough coins'],
  InvalidWalletId: ['config', 'there is no such wallet, or not for this access token'],
  Unauthorized: ['config', 'the access token is not accepted'],
  ValidationError: ['invalid', 'the request breaks a rule'],
};

/** What the SDK says by a sentence alone, before it sends anything: `Wallet.getUserPrv` of `@bitgo/sdk-core`. */
const sentences: CodeTable = {
  'unable to decrypt keychain with the given wallet passphrase': ['config', 'walletPassphrase does not open the key'],
};

/**
 * Statuses, "Error codes". A 400 is in no list: Express answers it to whatever went wrong in a withdrawal, a time-out
 * after sending included.
 */
const statuses: CodeTable = {
  '401': ['config', 'the access token is not accepted, or is locked'],
  '403': ['config', 'the access token may not do this'],
  '404': ['not-found', 'there is no such object'],
  '429': ['throttled', 'too many requests'],
};

/**
 * What a "no" of BitGo means. `null` for anything else: a page of something in front of it, a code that nobody documents,
 * every 5xx. After a withdrawal such an answer proves nothing.
 */
export function explain(status: number, _text: string, answer: WireAnswer): ProviderError | null {
  if (status < 400 || status >= 500) return null;
  const body = tryJson(answer) ?? null;
  // Newer releases of Express put the SDK's class into `name`, and what the platform said elsewhere.
  const named = [member(body, 'name'), member(body, 'errorName'), member(body, 'context', 'errorName')];
  const said = [member(body, 'error'), member(body, 'message')];
  const isTheirs = said.some((one) => typeof one === 'string') || status === 429;
  const candidates: readonly (readonly [Json | undefined, CodeTable])[] = [
    ...named.map((word) => [word, codes] as const),
    ...said.map((word) => [word, sentences] as const),
    ...(isTheirs ? [[String(status), statuses] as const] : []),
  ];
  for (const [word, table] of candidates) {
    const fault = typeof word === 'string' ? faultOfCode(BITGO, 'api', word, table) : null;
    if (fault) return fault;
  }
  return null;
}
