import { createHash } from 'node:crypto';
import type { OutgoingWebhook } from '@rielrails/kit/emulator';
import type { Order } from './book.ts';
import type { ApayEmulatorConfig } from './options.ts';

/** Signs a list of transactions: SHA-1 of both keys and the MD5 of the list ("Postback"). */
export function signTransactions(transactions: string, accessKey: string, privateKey: string): string {
  const md5 = createHash('md5').update(transactions, 'utf8').digest('hex');
  return createHash('sha1').update(`${accessKey}${privateKey}${md5}`, 'utf8').digest('hex');
}

/** The postback about some orders. */
export function postbackOf(
  orders: readonly Order[],
  url: string,
  { accessKey, privateKey }: ApayEmulatorConfig,
  writing: 'escaped' | 'plain',
): OutgoingWebhook {
  const transactions = orders.map((order) => ({
    order_id: order.orderId,
    status: order.status,
    amount: Number(order.amount),
    currency: 'KHR',
    payment_system: order.method,
    ...(order.customTransactionId === null ? {} : { custom_transaction_id: order.customTransactionId }),
    custom_user_id: order.customUserId,
    created_at: order.createdAt,
    ...(order.activatedAt === null ? {} : { activated_at: order.activatedAt }),
  }));
  const signature = signTransactions(phpUnescaped(transactions), accessKey, privateKey);
  const body = JSON.stringify({ access_key: accessKey, signature, transactions });
  return {
    url,
    headers: { 'content-type': 'application/json' },
    body: writing === 'plain' ? body : phpEscaped(body),
  };
}

/** `json_encode` with slashes and Unicode left alone; two line ends are escaped all the same. */
function phpUnescaped(value: unknown): string {
  return JSON.stringify(value).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}

/** `json_encode` as it is by default: slashes and everything beyond ASCII escaped. */
function phpEscaped(json: string): string {
  return json
    .replaceAll('/', '\\/')
    .replaceAll(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
