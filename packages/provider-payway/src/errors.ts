import type { ProviderError } from '@rielrails/core';
import { doubt, faultOfCode, JsonNumber, member, tryJson } from '@rielrails/kit';
import type { CodeTable, Json, WireAnswer } from '@rielrails/kit';
import { PAYWAY } from './config.ts';
import type { PaywayEndpoint } from './hash.ts';

const wrongHash = ['config', 'wrong hash: check apiKey and environment'] as const;
const notAllowed = ['config', 'the caller is not on the list of domains and addresses'] as const;
const unknownMerchant = ['config', 'PayWay does not know this merchant'] as const;

/** Codes that mean the same wherever they occur. */
const common: CodeTable = {
  '04': ['invalid', 'the request breaks a rule of the form'],
  '11': ['vague', 'something went wrong at PayWay'],
  '401': ['config', 'not authorised'],
  '429': ['throttled', 'too many requests'],
  '503': ['vague', 'PayWay is under maintenance'],
  PTL171: ['config', 'the key was rotated: this one is stale'],
  PTL175: ['config', 'the key was rotated: wrong encryption'],
};

/**
 * Codes of each endpoint: one number means different things at different endpoints, and `"04"` is not `4`.
 *
 * From "Purchase", "QR API", "Check transaction", "Get transaction details", "Close transaction", "Exchange rate" and
 * "Refund" of the PayWay developer portal. Codes of options that this package never sends are left out: they cannot be
 * ours, and an unexplained code leaves a write unknown.
 */
const codes: Readonly<Record<PaywayEndpoint, CodeTable>> = {
  purchase: {
    '1': wrongHash,
    '2': ['invalid', 'tran_id is not valid'],
    '3': ['invalid', 'amount is not valid'],
    '4': ['duplicate', 'this tran_id was used before'],
    '6': notAllowed,
    '7': ['invalid', 'return_params is not valid'],
    '8': ['vague', 'error while saving'],
    '12': ['config', 'the profile does not settle in this currency'],
    '13': ['invalid', 'items is not valid'],
    '20': ['declined', 'PayWay asks to contact the merchant'],
    '21': ['config', 'end of API lifetime'],
    '23': ['config', 'this payment option is not enabled'],
    '26': unknownMerchant,
    '43': ['config', 'the profile has no merchant number'],
    '44': ['declined', 'above the limit of a transaction'],
    '45': ['invalid', 'amount is zero'],
    '46': ['invalid', 'KHR has no decimals'],
    '47': ['invalid', 'KHR begins at 100'],
    '48': ['invalid', 'a parameter is not valid'],
    '61': ['vague', 'error'],
    '65': ['config', 'the bank does not know the merchant number'],
    '66': ['vague', 'error'],
    '69': ['invalid', 'lifetime is below 3 minutes'],
    '70': ['declined', 'above the limit of a day'],
    '72': ['declined', 'the settlement account is closed'],
    '81': ['config', 'callbackUrl is not on the list'],
    '85': ['declined', 'above the limit of a transaction'],
    '86': ['config', 'purchase mode'],
    '403': ['vague', 'error'],
  },
  'generate-qr': {
    '1': wrongHash,
    '6': notAllowed,
    '8': ['vague', 'error while saving'],
    '12': ['config', 'the profile does not settle in this currency'],
    '21': ['config', 'end of API lifetime'],
    '23': ['config', 'this payment option is not enabled'],
    '32': ['config', 'the QR API is not enabled'],
    '44': ['declined', 'above the limit of a transaction'],
    '47': ['invalid', 'KHR begins at 100'],
    '48': ['invalid', 'a parameter is not valid'],
    '96': unknownMerchant,
    '102': ['config', 'callbackUrl is not on the list'],
    '403': ['duplicate', 'this tran_id was used before'],
  },
  'check-transaction': { '5': wrongHash, '8': unknownMerchant },
  'transaction-detail': { '5': wrongHash, '8': unknownMerchant },
  'close-transaction': {
    '1': wrongHash,
    '2': ['conflict', 'already paid'],
    '5': ['not-found', 'PayWay does not know this transaction'],
    '26': unknownMerchant,
  },
  'exchange-rate': { '1': wrongHash, '26': unknownMerchant },
  refund: {
    PTL02: wrongHash,
    PTL04: ['invalid', 'the request breaks a rule of the form'],
    PTL05: ['invalid', 'wrong format'],
    PTL06: ['config', 'request_time is not accepted: check the clock'],
    PTL36: ['not-found', 'PayWay does not know this transaction'],
    PTL37: ['conflict', 'more than what is left of the payment'],
    PTL57: ['declined', 'PayWay cannot refund this transaction'],
    PTL58: ['vague', 'the refund failed'],
    PTL62: ['config', 'merchant information is not valid'],
    PTL63: ['config', 'refunds are not set up for this merchant'],
    PTL168: ['throttled', 'another request for this transaction is under way'],
    PTL169: ['declined', 'the account is closed'],
    PTL181: ['declined', 'the balance is too low'],
    PTL186: ['invalid', 'the form of the amount'],
    PTL187: ['invalid', 'below the smallest amount'],
  },
};

/** Codes of success. `generate-qr` writes `"0"`, most others `"00"`. */
const success: ReadonlySet<string> = new Set(['0', '00']);

/** Codes that are an answer and no error: at both lookups, 6 says that there is no such transaction. */
const answers: Readonly<Partial<Record<PaywayEndpoint, string>>> = {
  'check-transaction': '6',
  'transaction-detail': '6',
};

/** The code of an answer, as it is written there; `null` where there is none. */
export function codeOf(body: Json): string | null {
  const code = member(body, 'status', 'code');
  return typeof code === 'string' ? code : code instanceof JsonNumber ? code.text : null;
}

/** Whether an answer says yes. */
export function isSuccess(body: Json): boolean {
  return success.has(codeOf(body) ?? '');
}

/** What an answer of an endpoint refuses; `null`: nothing that the documents explain. */
export function explain(endpoint: PaywayEndpoint, answer: WireAnswer): ProviderError | null {
  // A server error may come after the work was done, whatever it says.
  if (answer.status >= 500) return null;
  const body = tryJson(answer);
  const code = body === undefined ? null : codeOf(body);
  if (code === null) return answer.status === 429 ? faultOf(endpoint, '429') : null;
  if (success.has(code) || answers[endpoint] === code) return null;
  return faultOf(endpoint, code, fieldsIn(body));
}

/** What a code inside a redirect of a hosted page refuses. */
export function explainCode(endpoint: PaywayEndpoint, code: string): ProviderError | null {
  return faultOf(endpoint, code);
}

function faultOf(endpoint: PaywayEndpoint, code: string, fields = ''): ProviderError | null {
  return (
    faultOfCode(PAYWAY, endpoint, code, codes[endpoint], fields) ?? faultOfCode(PAYWAY, endpoint, code, common, fields)
  );
}

/** The names of the fields that a "data was invalid" answer lists; never what it says about their values. */
function fieldsIn(body: Json | undefined): string {
  const errors = member(body, 'status', 'errors');
  if (typeof errors !== 'object' || errors === null) return '';
  const names = Object.keys(errors).filter((name) => /^[a-z_]{1,30}$/.test(name));
  return names.length === 0 ? '' : ` (${names.slice(0, 10).join(', ')})`;
}

/** A fault of ours for an answer that contradicts what was asked. */
export function echoMismatch(endpoint: PaywayEndpoint, what: string): ProviderError<'unknown'> {
  return doubt(PAYWAY, 'echo-mismatch', `${PAYWAY} ${endpoint}: ${what} is not what was sent`);
}
