import { ProviderError, sameMoney } from '@rielrails/core';
import type {
  CallContext,
  CreatedPayment,
  CreatePayment,
  Instant,
  Money,
  NextAction,
  Payment,
  PaymentEvent,
  PaymentProvider,
  Reference,
  RefundPayment,
  Target,
  WebhookDelivery,
  WebhookOutcome,
} from '@rielrails/core';
import { definePayment, formatAmount, stringifyJson, systemRuntime, unavailable } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import { PAYWAY, readPaywayConfig } from './config.ts';
import type { PaywayConfig, PaywayCurrency, PaywayRefundConfig } from './config.ts';
import { readDelivery } from './delivery.ts';
import { echoMismatch } from './errors.ts';
import { formatHandle, readHandle } from './handle.ts';
import type { PaywayHandle } from './handle.ts';
import type { PaywayFields } from './hash.ts';
import { CHECK_WINDOW_MS, HOSTED_LINK_MS, paywayManifest, refundTerms } from './manifest.ts';
import { sealMerchantAuth } from './merchant-auth.ts';
import { amountIn, askedBy, isSurelyDollars, paymentOf, readCurrency, transactionOf, withRefunded } from './payment.ts';
import { base64, invalid, itemsOf, lifetimeOf, returnSchemeOf } from './request.ts';
import { createStatusWords } from './status.ts';
import { requestTime } from './time.ts';
import { createPaywayWire } from './wire.ts';
import type { CheckRecord, DetailRecord } from './wire.ts';

type Offers = 'qr' | 'deep-link' | 'redirect';

/** ABA PayWay without refunds. */
export type Payway = PaymentProvider<'get' | 'cancel' | 'parseWebhook', Offers>;

/** ABA PayWay with refunds. */
export type PaywayWithRefunds = PaymentProvider<'get' | 'cancel' | 'refund' | 'parseWebhook', Offers>;

/**
 * ABA PayWay as a payment provider. With `refundPublicKey` it also refunds.
 *
 * `tran_id` is the reference, which PayWay takes once: a second create is `unknown` with reason `duplicate`. Keep the
 * handle: it holds the currency and the times that PayWay's lookup does not tell.
 *
 * @throws ProviderError of kind `config` when the configuration breaks a rule.
 */
export function createPayway(config: PaywayRefundConfig, runtime?: Runtime): PaywayWithRefunds;
export function createPayway(config: PaywayConfig, runtime?: Runtime): Payway;
export function createPayway(config: PaywayConfig, runtime: Runtime = systemRuntime()): Payway | PaywayWithRefunds {
  const settings = readPaywayConfig(config);
  const wire = createPaywayWire(settings, runtime);
  const words = createStatusWords(runtime.log);
  const manifest = paywayManifest(settings);
  const callbackKeys = settings.previousApiKey ? [settings.apiKey, settings.previousApiKey] : [settings.apiKey];
  const { refundPublicKey } = settings;

  /** What every endpoint about one transaction wants. */
  const fieldsFor = (reference: Reference): PaywayFields => ({
    req_time: requestTime(runtime.clock.now()),
    merchant_id: settings.merchantId,
    tran_id: reference,
  });

  async function create(input: CreatePayment<Offers>, context: CallContext): Promise<CreatedPayment<Offers>> {
    const sentAt = runtime.clock.now();
    const minutes = lifetimeOf(input, sentAt);
    const [offer] = input.accepts;
    const currency = input.amount.asset.code as PaywayCurrency;
    const fields: PaywayFields = {
      ...fieldsFor(input.reference),
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
    const createdAt = runtime.clock.now();
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

  type Asked = { readonly requested: Money; readonly next: NextAction<Offers> };

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

  async function get(target: Target, context?: CallContext): Promise<Payment | null> {
    const kept = readHandle(target.handle);
    const record = await find(target, kept, context);
    if (!record) return null;
    const state = words.read(`${record.payment_status_code} ${record.payment_status.trim().toUpperCase()}`);
    const currency = kept?.currency ?? (await currencyOf(record, state === 'paid', target, context));
    const over = kept?.payableUntil !== undefined && runtime.clock.now() > kept.payableUntil;
    return paymentOf(record, { reference: target.reference, currency, state, over });
  }

  /** The fast lookup for seven days; the rationed one for what is older, and for what may be older. */
  async function find(
    target: Target,
    kept: PaywayHandle | null,
    context: CallContext | undefined,
  ): Promise<CheckRecord | DetailRecord | null> {
    const old = kept !== null && runtime.clock.now() - kept.createdAt > CHECK_WINDOW_MS;
    const record = old ? null : await wire.check(fieldsFor(target.reference), context);
    if (record || (kept && !old)) return record;
    return wire.detail(fieldsFor(target.reference), context);
  }

  /**
   * The currency of a record without its handle. The check does not tell it, and the detail tells it rightly only once
   * there was a payment: before, it names the profile's own.
   */
  async function currencyOf(
    record: CheckRecord | DetailRecord,
    paid: boolean,
    target: Target,
    context: CallContext | undefined,
  ): Promise<PaywayCurrency> {
    const [only, ...others] = settings.currencies;
    if (only !== undefined && others.length === 0) return only;
    if (isSurelyDollars(record.original_amount)) return 'USD';
    if (paid) {
      const detail = isDetail(record) ? record : await wire.detail(fieldsFor(target.reference), context);
      if (detail) return readCurrency(detail.original_currency);
    }
    const message = 'without its handle, the currency of an unpaid payment cannot be told';
    throw unavailable(PAYWAY, `${PAYWAY} get: ${message}`);
  }

  async function cancel(target: Target, context: CallContext): Promise<Payment> {
    const before = await get(target, context);
    if (!before) throw refusal('not-found', 'cancel: PayWay does not know this transaction');
    if (before.receipts.length > 0) throw refusal('conflict', 'cancel: already paid');
    await wire.close(fieldsFor(target.reference), context);
    const { reference, requested, receipts, refunds, reversals } = before;
    return { reference, requested, receipts, refunds, reversals, status: 'cancelled' };
  }

  async function refund(input: RefundPayment, context: CallContext): Promise<Payment> {
    if (!refundPublicKey) throw refusal('config', 'refund: there is no refundPublicKey');
    const { target, amount } = input;
    if (input.receipt !== transactionOf(target.reference)) throw invalid('receipt', 'belongs to another payment');
    // The call names no currency: an amount in the wrong one would be taken for the right one.
    const before = await get(target, context);
    if (!before) throw refusal('not-found', 'refund: PayWay does not know this transaction');
    const [receipt] = before.receipts;
    if (!receipt) throw refusal('conflict', 'refund: nothing was paid');
    const { asset } = receipt.amount;
    if (amount.asset.code !== asset.code || amount.asset.scale !== asset.scale)
      throw invalid('amount', `must be in ${asset.code}`);
    const wanted = before.refunds.reduce((sum, one) => sum + one.amount.minor, amount.minor);
    if (wanted > receipt.amount.minor) throw refusal('conflict', 'refund: more than what is left');
    const inner = { mc_id: settings.merchantId, tran_id: target.reference, refund_amount: formatAmount(amount) };
    const answer = await wire.refund(
      {
        request_time: requestTime(runtime.clock.now()),
        merchant_id: settings.merchantId,
        merchant_auth: sealMerchantAuth(stringifyJson(inner), refundPublicKey),
      },
      context,
    );
    const total = amountIn(answer.total_refunded, answer.currency);
    // More is possible: somebody may have refunded in the portal meanwhile. Less means that ours is not in it.
    if (total.asset.code !== asset.code || total.minor < wanted) throw echoMismatch('refund', 'the refunded total');
    return withRefunded(before, total);
  }

  function parseWebhook(delivery: WebhookDelivery): Promise<WebhookOutcome<PaymentEvent>> {
    return Promise.resolve(readDelivery(delivery, callbackKeys, settings.unsignedCallbacks));
  }

  const author = { id: PAYWAY, create, get, cancel, parseWebhook };
  if (!refundPublicKey) return definePayment({ ...author, manifest }, runtime);
  const operations = { ...manifest.operations, refund: refundTerms };
  return definePayment({ ...author, refund, manifest: { ...manifest, operations } }, runtime);
}

function isDetail(record: CheckRecord | DetailRecord): record is DetailRecord {
  return 'original_currency' in record;
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

function refusal(kind: 'not-found' | 'conflict' | 'config', message: string): ProviderError {
  return new ProviderError({ kind, provider: PAYWAY, message: `${PAYWAY} ${message}` });
}
