import { equalInConstantTime, hmac, JsonNumber, parseJson, toBase64 } from '@rielrails/kit';
import type { Json } from '@rielrails/kit';

/** What a signature covers. */
export type SignedKind = 'purchase' | 'generateQr' | 'transaction' | 'exchangeRate' | 'portal';

/** The order of the signed fields, endpoint by endpoint, as the reference pages of the developer portal list them. */
export const signedFields: Readonly<Record<SignedKind, string>> = {
  purchase:
    'req_time merchant_id tran_id amount items shipping firstname lastname email phone type payment_option return_url ' +
    'cancel_url continue_success_url return_deeplink currency custom_fields return_params payout lifetime ' +
    'additional_params google_pay_token skip_success_page',
  generateQr:
    'req_time merchant_id tran_id amount items first_name last_name email phone purchase_type payment_option ' +
    'callback_url return_deeplink currency custom_fields return_params payout lifetime qr_image_template',
  transaction: 'req_time merchant_id tran_id',
  exchangeRate: 'req_time merchant_id',
  portal: 'request_time merchant_id merchant_auth',
};

/** Base64 of the HMAC-SHA512 of what was received, joined in the endpoint's order. */
export function expectedHash(kind: SignedKind, received: ReadonlyMap<string, string>, key: string): string {
  let joined = '';
  for (const name of signedFields[kind].split(' ')) joined += received.get(name) ?? '';
  return toBase64(hmac('sha512', key, joined));
}

/** Whether a request was signed with the merchant's key. */
export function isSigned(kind: SignedKind, received: ReadonlyMap<string, string>, key: string): boolean {
  return equalInConstantTime(expectedHash(kind, received, key), received.get('hash') ?? '');
}

/**
 * The value of `X-PayWay-HMAC-SHA512` for a callback's body: its values in the order of their names, as a PHP program
 * that holds the same values would write them.
 */
export function callbackSignature(body: string, key: string): string {
  const values = parseJson(body);
  if (!isRecord(values)) throw new TypeError('a callback is a JSON object');
  const sorted = Object.entries(values)
    .filter(([name]) => name !== 'hash')
    .toSorted(([left], [right]) => (left < right ? -1 : 1));
  let joined = '';
  for (const [, value] of sorted) joined += asPhpText(value);
  return toBase64(hmac('sha512', key, joined));
}

function asPhpText(value: Json): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'boolean':
      return value ? '1' : '';
    default:
      if (value === null) return '';
      if (value instanceof JsonNumber) return value.text.includes('.') ? value.text.replace(/\.?0+$/, '') : value.text;
      return asPhpJson(value);
  }
}

const named: Readonly<Record<string, string>> = {
  '"': String.raw`\"`,
  '\\': String.raw`\\`,
  '/': String.raw`\/`,
  '\b': String.raw`\b`,
  '\f': String.raw`\f`,
  '\n': String.raw`\n`,
  '\r': String.raw`\r`,
  '\t': String.raw`\t`,
};

/** `json_encode` with no options. */
export function asPhpJson(value: Json): string {
  if (value instanceof JsonNumber) return value.text;
  if (typeof value === 'string') {
    let text = '"';
    for (let index = 0; index < value.length; index += 1) {
      const unit = value.charCodeAt(index);
      const character = value.charAt(index);
      const plain = unit >= 0x20 && unit < 0x80;
      text += named[character] ?? (plain ? character : String.raw`\u` + unit.toString(16).padStart(4, '0'));
    }
    return `${text}"`;
  }
  if (isRecord(value)) {
    return `{${Object.entries(value)
      .map(([name, one]) => `${asPhpJson(name)}:${asPhpJson(one)}`)
      .join(',')}}`;
  }
  if (typeof value === 'boolean' || value === null) return String(value);
  return `[${value.map((one) => asPhpJson(one)).join(',')}]`;
}

function isRecord(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof JsonNumber);
}
