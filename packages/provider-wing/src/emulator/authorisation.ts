import type { EmulatedRequest, Route } from '@rielrails/kit/emulator';
import { jsonResponse } from '@rielrails/kit/emulator';
import { equalInConstantTime, fromUtf8, toBase64, utf8 } from '@rielrails/kit';
import { expectedHash, openPayload } from './cipher.ts';
import { isWebAddress, readAmount } from './house.ts';
import type { House } from './house.ts';

/** How far a `timestamp` may be from Wing's clock: guessed. */
const TIMESTAMP_TOLERANCE_MS = 15 * 60_000;

/** What a field of the payload has to look like. */
const forms: Readonly<Record<string, RegExp>> = {
  amount: /^.{1,20}$/,
  bill_till_rbtn: /^[01]$/,
  bill_till_number: /^[0-9]{1,20}$/,
  order_reference_no: /^[A-Za-z0-9-]{1,50}$/,
  return_url: /^.{1,500}$/,
  cancel_url: /^.{1,500}$/,
  rand_str: /^[0-9a-f]{16}$/,
  timestamp: /^[0-9]{10}$/,
  wing_account: /^[0-9]{0,12}$/,
  merchant_name: /^.{0,100}$/,
  is_inquiry: /^[01]$/,
};

/** The endpoint that hands out the token of a payment page. */
export function authorisationRoute(house: House): Route {
  return {
    name: 'authorise',
    method: 'POST',
    path: '/wingonlinesdk/v2/online/payment/authorization',
    cites:
      'Wing Online Payment integration specification 2.0.3: fields, order of the hash, Referer, answer. ' +
      'Its codes other than 200, and HTTP 200 for refusals, are invented',
    provenance: 'seen',
    handle: (request) => authorise(house, request),
  };
}

function authorise(house: House, { headers, body }: EmulatedRequest): Response {
  const { merchant, book, clock, asset } = house;
  if (!headers.get('content-type')?.toLowerCase().startsWith('application/json')) return refused('415', 'JSON only');
  if (headers.get('referer') !== toBase64(utf8(merchant.domain))) return refused('403', 'Domain is not registered');
  const asked = readTexts(body);
  if (!asked) return refused('400', 'Bad request');
  const { username = '', rest_api_key: key = '', payload = '', hash = '', sandbox } = asked;
  if (sandbox !== '1') return refused('400', 'Bad request');
  if (username !== merchant.username || !equalInConstantTime(key, merchant.restApiKey))
    return refused('401', 'Invalid credential');
  const fields = readPayload(payload, merchant.password);
  if (!fields) return refused('402', 'Payload cannot be read');
  const texts = ['bill_till_number', 'amount', 'order_reference_no', 'rand_str', 'timestamp'].map(
    (name) => fields[name] ?? '',
  );
  const randomText = fields['rand_str'] ?? '';
  if (!/^[0-9a-f]{16}$/.test(randomText)) return refused('400', 'Bad request');
  const expected = expectedHash([username, key, ...texts], merchant.password, randomText);
  if (!equalInConstantTime(hash, expected)) return refused('405', 'Hash does not match');
  for (const [name, form] of Object.entries(forms))
    if (!form.test(fields[name] ?? '\n')) return refused('400', 'Bad request');
  const { return_url: returnUrl = '', cancel_url: cancelUrl = '', item_name: purpose = '' } = fields;
  if (!isWebAddress(returnUrl) || !isWebAddress(cancelUrl) || purpose.length > 255)
    return refused('400', 'Bad request');
  if (Math.abs(Number(fields['timestamp']) * 1000 - clock.now()) > TIMESTAMP_TOLERANCE_MS)
    return refused('408', 'Request is too old');
  const isTill = merchant.account.type === 'till';
  if (fields['bill_till_number'] !== merchant.account.number || fields['bill_till_rbtn'] !== (isTill ? '1' : '0'))
    return refused('406', 'Unknown biller');
  const amount = readAmount(fields['amount'] ?? '', asset);
  if (!amount) return refused('407', 'Invalid amount');
  const reference = fields['order_reference_no'] ?? '';
  const callsBack = fields['is_inquiry'] === '0';
  const { token } = book.open({ version: 'v2', reference, amount, purpose, returnUrl, cancelUrl, callsBack });
  return jsonResponse({ errorCode: '200', errorText: 'Success', token });
}

function refused(errorCode: string, errorText: string): Response {
  return jsonResponse({ errorCode, errorText });
}

function readPayload(payload: string, password: string): Readonly<Record<string, string>> | null {
  try {
    return readTexts(utf8(openPayload(payload, password)));
  } catch {
    return null;
  }
}

/** A flat JSON object of texts. */
function readTexts(body: Uint8Array): Readonly<Record<string, string>> | null {
  try {
    const value: unknown = JSON.parse(fromUtf8(body));
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
    const entries = Object.entries(value);
    return entries.every(([, one]) => typeof one === 'string') ? Object.fromEntries(entries) : null;
  } catch {
    return null;
  }
}
