import { sameMoney } from '@rielrails/core';
import type { CallContext, CreatedPayment, CreatePayment, Instant, Money, NextAction } from '@rielrails/core';
import { formatAmount } from '@rielrails/kit';
import type { Clock } from '@rielrails/kit';
import type { PaywayCurrency, PaywaySettings } from './config.ts';
import { echoMismatch } from './errors.ts';
import { formatHandle } from './handle.ts';
import type { PaywayFields } from './hash.ts';
import { HOSTED_LINK_MS } from './manifest.ts';
import { amountIn, askedBy } from './payment.ts';
import { base64, fieldsFor, itemsOf, lifetimeOf, returnSchemeOf } from './request.ts';
import type { PaywayWire } from './wire.ts';

/** The ways to pay that PayWay has. */
export type PaywayOffers = 'qr' | 'deep-link' | 'redirect';

/** Builds `create`: the first way to pay that the caller accepts decides which endpoint is asked. */
export function createAsking(
  settings: PaywaySettings,
  wire: PaywayWire,
  clock: Clock,
): (input: CreatePayment<PaywayOffers>, context: CallContext) => Promise<CreatedPayment<PaywayOffers>> {
  async function create(
    input: CreatePayment<PaywayOffers>,
    context: CallContext,
  ): Promise<CreatedPayment<PaywayOffers>> {
    const sentAt = clock.now();
    const minutes = lifetimeOf(input, sentAt);
    const [offer] = input.accepts;
    const currency = input.amount.asset.code as PaywayCurrency;
    const fields: PaywayFields = {
      ...fieldsFor(settings, input.reference, sentAt),
      amount: formatAmount(input.amount),
      items: itemsOf(input),
      currency,
      // The callback of the QR API may carry a tran_id of the gateway's own: this one comes back as it is.
      return_params: input.reference,
      lifetime: String(minutes),
    };
    const linkUntil = Math.min(input.expiresAt, sentAt + HOSTED_LINK_MS) as Instant;
    const ask = { qr: askQr, 'deep-link': askDeepLink, redirect: askPage }[offer];
    const { requested, next } = await ask(input, fields, linkUntil, context);
    // PayWay began to count before it answered, so counting from now never ends too early.
    const createdAt = clock.now();
    const payableUntil = (createdAt + minutes * 60_000) as Instant;
    // A chooser may offer WeChat and Alipay, whose late payments are not reversed.
    const ends = offer !== 'redirect' || settings.hostedPayment !== 'any';
    const { reference } = input;
    return {
      payment: { reference, requested, receipts: [], refunds: [], reversals: [], status: 'awaiting-payer' },
      next: ends ? { ...next, payableUntil } : next,
      handle: formatHandle({ currency, createdAt, ...(ends ? { payableUntil } : {}) }),
    };
  }

  type Asked = { readonly requested: Money; readonly next: NextAction<PaywayOffers> };

  async function askQr(
    input: CreatePayment,
    fields: PaywayFields,
    _linkUntil: Instant,
    context: CallContext,
  ): Promise<Asked> {
    const returns = returnSchemeOf(input);
    const answer = await wire.generateQr(
      {
        ...fields,
        purchase_type: 'purchase',
        payment_option: 'abapay_khqr',
        callback_url: base64(settings.callbackUrl),
        ...(returns ? { return_deeplink: returns } : {}),
        qr_image_template: settings.qrTemplate,
      },
      context,
    );
    const requested = amountIn(answer.amount, answer.currency);
    assertEcho('generate-qr', input, answer.status.tran_id, requested, askedBy(answer.qrString));
    const { expiresAt } = input;
    return { requested, next: { type: 'qr', payload: answer.qrString, standard: 'khqr', expiresAt } };
  }

  async function askDeepLink(
    input: CreatePayment,
    fields: PaywayFields,
    linkUntil: Instant,
    context: CallContext,
  ): Promise<Asked> {
    const answer = await wire.purchaseDeepLink(purchaseFields(input, fields, 'abapay_khqr_deeplink'), context);
    const requested = askedBy(answer.qr_string);
    assertEcho('purchase', input, answer.status.tran_id, requested);
    const { abapay_deeplink: url, checkout_qr_url: page } = answer;
    const link = { type: 'deep-link', url, app: 'ABA Mobile', expiresAt: linkUntil } as const;
    return { requested, next: page ? { ...link, fallbackUrl: page } : link };
  }

  async function askPage(
    input: CreatePayment,
    fields: PaywayFields,
    linkUntil: Instant,
    context: CallContext,
  ): Promise<Asked> {
    const option = settings.hostedPayment === 'any' ? '' : settings.hostedPayment;
    const asked = { ...purchaseFields(input, fields, option), view_type: 'hosted_view' };
    const { url } = await wire.purchasePage(asked, context);
    // A redirect echoes nothing: what PayWay asks for is first told by a lookup.
    return { requested: input.amount, next: { type: 'redirect', url, expiresAt: linkUntil } };
  }

  function purchaseFields(input: CreatePayment, fields: PaywayFields, option: string): PaywayFields {
    const returns = returnSchemeOf(input);
    const page = input.returnUrl !== undefined && /^https?:/i.test(input.returnUrl) ? input.returnUrl : undefined;
    return {
      ...fields,
      type: 'purchase',
      ...(option === '' ? {} : { payment_option: option }),
      return_url: base64(settings.callbackUrl),
      ...(page ? { cancel_url: page, continue_success_url: page } : {}),
      ...(returns ? { return_deeplink: returns } : {}),
      // Without it, a profile that also has the QR API answers in that API's shape, whatever was asked for.
      payment_gate: '0',
    };
  }

  return create;
}

function assertEcho(
  endpoint: 'generate-qr' | 'purchase',
  input: CreatePayment,
  tranId: string | null | undefined,
  ...amounts: readonly Money[]
): void {
  if (tranId && tranId !== input.reference) throw echoMismatch(endpoint, 'tran_id');
  if (!amounts.every((amount) => sameMoney(amount, input.amount))) throw echoMismatch(endpoint, 'the amount');
}
