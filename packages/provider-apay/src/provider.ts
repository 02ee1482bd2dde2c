import type { CallContext, CompletePayment, CreatedPayment, CreatePayment, Money } from '@rielrails/core';
import type { Payment, PaymentProvider, Target } from '@rielrails/core';
import { definePayment, digest, systemRuntime, toHex } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import { APAY, readApayConfig } from './config.ts';
import type { ApayConfig } from './config.ts';
import { createOrderWords, formatAsked, paymentOf } from './deposit.ts';
import { apayManifest } from './manifest.ts';
import { readPostback } from './postback.ts';
import { createApayWire, refusal } from './wire.ts';

type Offers = 'redirect' | 'pay-to-account';

/** A-Pay's direct API. */
export type Apay = PaymentProvider<'get' | 'complete' | 'parseWebhook', Offers>;

/**
 * A-Pay as a payment provider: riel from ABA by a hosted page (`redirect`), or from Wing by a transfer whose transaction
 * id the payer types in afterwards (`pay-to-account`, then `complete`).
 *
 * Keep the handle, A-Pay's order id: deposits are found by nothing else. A create in doubt is found again only when its
 * postback comes, which carries the handle.
 *
 * @throws ProviderError of kind `config` when the configuration breaks a rule.
 */
export function createApay(config: ApayConfig, runtime: Runtime = systemRuntime()): Apay {
  const settings = readApayConfig(config);
  const wire = createApayWire(settings, runtime);
  const words = createOrderWords(runtime.log);
  const keys = settings.previousWebhook ? [settings, settings.previousWebhook] : [settings];

  async function create(input: CreatePayment<Offers>, context: CallContext): Promise<CreatedPayment<Offers>> {
    const { reference, expiresAt, returnUrl = '', payer } = input;
    const [type] = input.accepts;
    const byPage = type === 'redirect';
    if (byPage && !(URL.canParse(returnUrl) && returnUrl.length <= 512))
      throw refusal('invalid', 'create returnUrl: a redirect needs a URL of at most 512 characters');
    const requested = input.amount as Money<'KHR'>;
    const body = {
      amount: requested.minor,
      currency: 'KHR',
      payment_system: byPage ? 'ababank' : 'wing_l',
      custom_transaction_id: formatAsked({ reference, requested }),
      custom_user_id: payer ? personTag(payer.id) : reference,
      webhook_id: settings.webhookId,
      data: byPage ? { return_url: returnUrl } : {},
    } as const;
    const { orderId: handle, where } = await wire.createDeposit(body, context);
    const nothing = { receipts: [], refunds: [], reversals: [] };
    const payment: Payment = { reference, requested, ...nothing, status: 'awaiting-payer' };
    // No document tells when a deposit ends, so `payableUntil` is not promised.
    const next = byPage ? ({ type, url: where, expiresAt } as const) : ({ type, account: where, expiresAt } as const);
    return { payment, next, handle };
  }

  async function get(target: Target, context: CallContext): Promise<Payment> {
    return paymentOf(await wire.order('deposit', target.handle, context), target.reference, words);
  }

  async function complete({ target, token }: CompletePayment, context: CallContext): Promise<Payment> {
    if (!/^[!-~]{1,20}$/.test(token)) throw refusal('invalid', 'complete token: expected 1 to 20 characters');
    const record = await wire.order('deposit', target.handle, context);
    const before = paymentOf(record, target.reference, words);
    if (record.payment_system !== 'wing_l') throw refusal('invalid', 'complete: this deposit needs no transaction id');
    if (before.status === 'paid') return before;
    if (before.status === 'failed') throw refusal('conflict', 'complete: the deposit has ended');
    await wire.activate(record.order_id, { payment_system: 'wing_l', data: { key: token } }, context);
    // That A-Pay took the id is no money yet: only a lookup tells that.
    return { ...before, status: 'processing' };
  }

  const parseWebhook: Apay['parseWebhook'] = (delivery) => Promise.resolve(readPostback(delivery, keys));
  return definePayment({ id: APAY, manifest: apayManifest, create, get, complete, parseWebhook }, runtime);
}

/** Tells one person's deposits from another's, and says no more about anybody. */
function personTag(payerId: string): string {
  return toHex(digest('sha256', `rielrails-apay-person:${payerId}`)).slice(0, 32);
}
