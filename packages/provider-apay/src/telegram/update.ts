import type { Instant, Money, PaymentEvent, ProviderRef, WebhookDelivery, WebhookOutcome } from '@rielrails/core';
import { asReference, digitsField, equalInConstantTime, fromUtf8, parseJson } from '@rielrails/kit';
import type { Secret } from '@rielrails/kit';
import { z } from 'zod';
import { telegramMoney } from './currency.ts';
import { ANSWER_WITHIN_MS } from './manifest.ts';

const MAX_BODY_BYTES = 1024 * 1024;

const whole = digitsField.pipe(z.string().regex(/^\d{1,15}$/));
const id = z.string().min(1).max(256);
const price = { currency: z.string().regex(/^[A-Z]{3}$/), total_amount: whole, invoice_payload: z.string() };
const update = z.object({
  update_id: whole,
  pre_checkout_query: z.object({ id, ...price }).optional(),
  message: z
    .object({ date: whole, successful_payment: z.object({ telegram_payment_charge_id: id, ...price }).optional() })
    .optional(),
});

/**
 * Reads an update ("Getting updates"): a question whether a payment may be taken, or a payment.
 *
 * What proves an update is the header `X-Telegram-Bot-Api-Secret-Token`; it covers nothing, so whoever knows the secret
 * can say anything. All other updates, and payments of invoices that are not ours, are `not-ours` and answered with 200.
 */
export function readUpdate(delivery: WebhookDelivery, secrets: readonly Secret[]): WebhookOutcome<PaymentEvent> {
  const given = delivery.headers.get('x-telegram-bot-api-secret-token') ?? '';
  const known = secrets.map((secret) => equalInConstantTime(given, secret.reveal()));
  if (!known.includes(true)) return { outcome: 'rejected', reason: 'signature', reply: { status: 401 } };
  if (delivery.body.length > MAX_BODY_BYTES) throw new RangeError('update: too long');
  const { pre_checkout_query: query, message } = update.parse(parseJson(fromUtf8(delivery.body)));
  const event = query ? approvalOf(query, delivery.receivedAt) : paymentOf(message);
  if (!event) return { outcome: 'rejected', reason: 'not-ours', reply: { status: 200 } };
  return { outcome: 'accepted', trust: 'verified', ...event, reply: { status: 200 } };
}

type Read = { readonly dedupeKey: string; readonly events: readonly PaymentEvent[] } | null;
type Update = z.infer<typeof update>;

function approvalOf(query: NonNullable<Update['pre_checkout_query']>, receivedAt: Instant): Read {
  const reference = asReference(query.invoice_payload);
  if (!reference) return null;
  const [approval, amount, target] = [query.id as ProviderRef, amountOf(query), { reference }];
  // Telegram counts from its sending, which no field tells. An answer that comes too late charges nobody.
  const answerBy = (receivedAt + ANSWER_WITHIN_MS) as Instant;
  return {
    dedupeKey: `approval:${approval}`,
    events: [{ type: 'approval-requested', target, approval, amount, answerBy }],
  };
}

function paymentOf(message: Update['message']): Read {
  const paid = message?.successful_payment;
  const reference = paid && asReference(paid.invoice_payload);
  if (!message || !paid || !reference) return null;
  // Telegram's own id, one for each charge. The provider's is A-Pay's word, and no document says that it is never reused.
  const transaction = paid.telegram_payment_charge_id as ProviderRef;
  const amount = amountOf(paid);
  // An invoice fixes its total, and ours ask for no tip and no shipping: what came is what was asked for.
  const receipts = [{ transaction, amount, paidAt: (Number(message.date) * 1000) as Instant }];
  const payment = { reference, requested: amount, receipts, refunds: [], reversals: [], status: 'paid' } as const;
  return { dedupeKey: `payment:${transaction}`, events: [{ type: 'changed', target: { reference }, payment }] };
}

function amountOf({ currency, total_amount }: { readonly currency: string; readonly total_amount: string }): Money {
  return telegramMoney(currency, BigInt(total_amount));
}
