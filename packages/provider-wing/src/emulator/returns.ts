import type { OutgoingWebhook } from '@rielrails/kit/emulator';
import { decimals } from './book.ts';
import type { BookedPayment, Session } from './book.ts';
import { sealWithApiKey, sealWithPassword } from './cipher.ts';
import type { House } from './house.ts';

/** What version 1 tells of a payment, to the browser and to the merchant's server. The space in front was seen. */
export function toldFields({ session, transaction, amount, name }: BookedPayment): Record<string, string> {
  const text = ` ${amount.asset.code} ${decimals(amount)}`;
  const common = { remark: session.reference, amount: text, total: text };
  return { ...common, transaction_id: transaction, customer_name: name, biller_name: 'RIELRAILS SANDBOX' };
}

/** Where the browser of a payer of version 2 is led after the payment. It proves nothing. */
export function returnAddress({ returnUrl, token }: Session): string {
  return `${returnUrl}${returnUrl.includes('?') ? '&' : '?'}status=success&token=${encodeURIComponent(token)}`;
}

/** What the payer's browser does when it is led back after a payment. */
export function browserReturn(payment: BookedPayment): OutgoingWebhook {
  const { session } = payment;
  if (session.version === 'v2') return { url: returnAddress(session), method: 'GET', headers: {}, body: '' };
  return form(session.returnUrl, toldFields(payment));
}

/**
 * The call to the merchant's server: `contents`, encrypted, unsigned.
 *
 * Seen for version 1, under the digest of the API key. For version 2 fields and key are guessed.
 */
export function callback(payment: BookedPayment, house: House): OutgoingWebhook {
  const text = JSON.stringify(toldFields(payment));
  const { password, restApiKey } = house.merchant;
  const byPassword = payment.session.version === 'v2' && house.callbackKey === 'password';
  const contents = byPassword ? sealWithPassword(text, password) : sealWithApiKey(text, restApiKey);
  return form(house.callbackUrl, { contents });
}

function form(url: string, fields: Record<string, string>): OutgoingWebhook {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return { url, method: 'POST', headers, body: new URLSearchParams(fields).toString() };
}
