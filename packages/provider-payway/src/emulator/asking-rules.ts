import { KHR, money, USD } from '@rielrails/core';
import type { Money } from '@rielrails/core';
import { parseAmount } from '@rielrails/kit';
import type { FieldRule } from './form.ts';
import { hash, lookupRules, merchant, time, tranId } from './guard.ts';

const templates =
  'template1 template1_color template2 template2_color template3_color template4 template4_color template5 template5_color template6_color';

/** Rules of "QR API". */
export const qrRules: Readonly<Record<string, FieldRule>> = {
  ...lookupRules,
  amount: { required: true, form: /^[0-9]+(\.[0-9]+)?$/ },
  currency: { required: true, form: /^(KHR|USD)$/i },
  payment_option: { required: true, form: /^(abapay_khqr|wechat|alipay)$/ },
  // 3 minutes to 120 days.
  lifetime: { form: /^([3-9]|[1-9][0-9]{1,4}|1[0-6][0-9]{4}|17[01][0-9]{3}|172[0-7][0-9]{2}|172800)$/ },
  qr_image_template: { required: true, form: new RegExp(`^(${templates.replaceAll(' ', '|')})$`) },
  first_name: { maxLength: 20 },
  last_name: { maxLength: 20 },
  email: { maxLength: 50, form: /^[^@\s]+@[^@\s]+$/ },
  phone: { maxLength: 20 },
  purchase_type: { form: /^(purchase|pre-auth)$/ },
  items: { maxLength: 500, encoded: { list: 10 } },
  callback_url: { maxLength: 255, encoded: 'url' },
  return_deeplink: { maxLength: 255, encoded: 'json' },
  custom_fields: { maxLength: 255, encoded: 'json' },
  payout: { maxLength: 255, encoded: { list: 10 } },
};

/** Rules of "Purchase" whose breach has a code of its own. */
export const purchaseCodes: readonly (readonly [string, FieldRule, number])[] = [
  ['tran_id', tranId, 2],
  ['amount', { required: true, form: /^[0-9]+(\.[0-9]{1,2})?$/ }, 3],
  ['items', { maxLength: 500, encoded: { list: 10 } }, 13],
  ['firstname', { maxLength: 100, form: /^[\p{L} ]+$/u }, 16],
  ['lastname', { maxLength: 100, form: /^[\p{L} ]+$/u }, 17],
  ['phone', { maxLength: 20, form: /^[0-9+ ]+$/ }, 18],
  ['email', { maxLength: 50, form: /^[^@\s]+@[^@\s]+$/ }, 19],
  ['currency', { form: /^(KHR|USD)$/i }, 12],
  ['payment_option', { form: /^(cards|abapay_khqr|abapay_khqr_deeplink|alipay|wechat)$/ }, 23],
  ['return_url', { encoded: 'url' }, 48],
  ['return_deeplink', { encoded: 'json' }, 48],
  ['custom_fields', { encoded: 'json' }, 48],
  ['type', { form: /^(purchase|pre-auth)$/ }, 48],
  ['lifetime', { form: /^([3-9]|[1-9][0-9]{1,4})$/ }, 69],
];

/** What a purchase needs before its rules are even looked at. */
export const purchaseRules: Readonly<Record<string, FieldRule>> = {
  req_time: time,
  merchant_id: merchant,
  tran_id: { required: true },
  amount: { required: true },
  hash,
};

/** The amount of a request: a code when it breaks the rules of its currency. */
export function readAmount(text: string, currency: 'KHR' | 'USD'): Money | 3 | 45 | 46 | 47 {
  let cents: bigint;
  try {
    cents = parseAmount(text, USD).minor;
  } catch {
    return 3;
  }
  if (cents === 0n) return 45;
  if (currency === 'USD') return money(USD, cents);
  if (/\./.test(text)) return 46;
  return cents < 10_000n ? 47 : money(KHR, cents / 100n);
}
