import { hmac, toBase64 } from '@rielrails/kit';
import type { Secret } from '@rielrails/kit';

/**
 * The fields that each endpoint signs, in the order in which their values are joined.
 *
 * From the reference pages of the PayWay developer portal ("Purchase", "QR API", "Check transaction", "Get transaction
 * details", "Close transaction", "Exchange rate", "Refund"). The orders differ from the parameter tables of the same
 * pages, and from each other.
 */
export const hashOrders = {
  purchase: [
    'req_time',
    'merchant_id',
    'tran_id',
    'amount',
    'items',
    'shipping',
    'firstname',
    'lastname',
    'email',
    'phone',
    'type',
    'payment_option',
    'return_url',
    'cancel_url',
    'continue_success_url',
    'return_deeplink',
    'currency',
    'custom_fields',
    'return_params',
    'payout',
    'lifetime',
    'additional_params',
    'google_pay_token',
    'skip_success_page',
  ],
  'generate-qr': [
    'req_time',
    'merchant_id',
    'tran_id',
    'amount',
    'items',
    'first_name',
    'last_name',
    'email',
    'phone',
    'purchase_type',
    'payment_option',
    'callback_url',
    'return_deeplink',
    'currency',
    'custom_fields',
    'return_params',
    'payout',
    'lifetime',
    'qr_image_template',
  ],
  'check-transaction': ['req_time', 'merchant_id', 'tran_id'],
  'transaction-detail': ['req_time', 'merchant_id', 'tran_id'],
  'close-transaction': ['req_time', 'merchant_id', 'tran_id'],
  'exchange-rate': ['req_time', 'merchant_id'],
  refund: ['request_time', 'merchant_id', 'merchant_auth'],
} as const;

/** An endpoint that this package calls. */
export type PaywayEndpoint = keyof typeof hashOrders;

/** What is sent: every value is text, because PayWay signs the text that it received (`1` and `1.00` differ). */
export type PaywayFields = Readonly<Record<string, string>>;

/**
 * The `hash` of a request: base64 of the HMAC-SHA512, under the API key, of the values joined without separators.
 *
 * A field that is not sent counts as empty text and keeps its place. Values count exactly as they are sent, so base64
 * fields count encoded.
 */
export function signFields(endpoint: PaywayEndpoint, fields: PaywayFields, apiKey: Secret | string): string {
  const text = hashOrders[endpoint].map((name) => fields[name] ?? '').join('');
  return toBase64(hmac('sha512', apiKey, text));
}
