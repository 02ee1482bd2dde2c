import type { OutgoingWebhook } from '@rielrails/kit/emulator';
import { stringifyJson } from '@rielrails/kit';
import { arrivedOf, asNumber, localTime } from './book.ts';
import type { Transaction } from './book.ts';
import { callbackSignature } from './signing.ts';

/**
 * The forms that a callback was documented or seen in: `short` (the "QR API" and "Ecommerce checkout" pages of 2026),
 * `full` (a later page that lists more fields), `unsigned` (the same without the header), `form` (2021 to 2023: a form
 * whose field `response` holds JSON).
 */
export type CallbackDialect = 'short' | 'full' | 'unsigned' | 'form';

/** The callback about a paid transaction. `null`: there is nowhere to send it. */
export function callbackOf(transaction: Transaction, dialect: CallbackDialect, apiKey: string): OutgoingWebhook | null {
  const { callbackUrl: url, payment, tranId } = transaction;
  if (url === null || payment === null) return null;
  if (dialect === 'form') {
    const body = new URLSearchParams({ response: stringifyJson({ tran_id: tranId, status: 0 }) }).toString();
    return { url, headers: { 'content-type': 'application/x-www-form-urlencoded' }, body };
  }
  const short = {
    tran_id: tranId,
    apv: payment.approvalCode,
    status: '0',
    return_params: transaction.returnParams,
    merchant_ref: '',
  };
  const body = stringifyJson(dialect === 'full' ? { ...short, ...more(transaction) } : short);
  const headers = { 'content-type': 'application/json', 'user-agent': 'PayWayApp/3.0' };
  if (dialect === 'unsigned') return { url, headers, body };
  return { url, headers: { ...headers, 'x-payway-hmac-sha512': callbackSignature(body, apiKey) }, body };
}

function more(transaction: Transaction): Readonly<Record<string, unknown>> {
  const { amount, payment } = transaction;
  if (!payment) return {};
  return {
    original_amount: asNumber(amount),
    original_currency: amount.asset.code,
    payment_amount: asNumber(payment.charged),
    payment_currency: payment.charged.asset.code,
    total_amount: asNumber(arrivedOf(transaction)),
    discount_amount: 0,
    transaction_date: localTime(payment.paidAt),
    first_name: '',
    last_name: '',
    email: '',
    phone: '',
    bank_ref: payment.bankReference,
    payment_type: 'ABA Pay',
    payer_account: payment.account,
    bank_name: 'ABA Bank',
    card_source: '',
  };
}
