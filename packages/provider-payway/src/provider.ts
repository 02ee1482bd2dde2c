import { KHR, ProviderError, sameMoney, USD } from '@rielrails/core';
import type {
  Asset,
  CallContext,
  CreatedPayment,
  CreatePayment,
  Instant,
  Money,
  NextAction,
  Payment,
  PaymentEvent,
  PaymentProvider,
  ProviderRef,
  Receipt,
  Reference,
  RefundPayment,
  Target,
  WebhookDelivery,
  WebhookOutcome,
} from '@rielrails/core';
import {
  definePayment,
  formatAmount,
  JsonNumber,
  parseAmount,
  stringifyJson,
  systemRuntime,
  toBase64,
  unavailable,
  utf8,
} from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import { PAYWAY, readPaywayConfig } from './config.ts';
import type { PaywayConfig, PaywayCurrency, PaywayRefundConfig } from './config.ts';
import { readDelivery } from './delivery.ts';
import { echoMismatch } from './errors.ts';
import { formatHandle, readHandle } from './handle.ts';
import type { PaywayHandle } from './handle.ts';
import type { PaywayFields } from './hash.ts';
import { readAskedAmount } from './khqr.ts';
import { CHECK_WINDOW_MS, HOSTED_LINK_MS, lifetimeMinutes, paywayManifest, refundTerms } from './manifest.ts';
import { sealMerchantAuth } from './merchant-auth.ts';
import { createStatusWords } from './status.ts';
import { readLocalTime, requestTime } from './time.ts';
import { createPaywayWire } from './wire.ts';
import type { CheckRecord, DetailRecord } from './wire.ts';

type Offers = 'qr' | 'deep-link' | 'redirect';

/** ABA PayWay without refunds. */
export type Payway = PaymentProvider<'get' | 'cancel' | 'parseWebhook', Offers>;

/** ABA PayWay with refunds. */
export type PaywayWithRefunds = PaymentProvider<'get' | 'cancel' | 'refund' | 'parseWebhook', Offers>;

const assets: Readonly<Record<PaywayCurrency, Asset>> = { KHR, USD };
const currencyNumbers: Readonly<Record<string, PaywayCurrency>> = { '116': 'KHR', '840': 'USD' };

/** The names in which our own facts about a payment travel to PayWay. */
const MAX_ITEMS = 500;
const MAX_DEEP_LINK = 255;

/**
 * ABA PayWay as a payment provider. With `refundPublicKey` it also refunds.
 *
 * `tran_id` is the reference, which PayWay takes once: a second create is `unknown` with reason `duplicate`. A receipt's
 * transaction is that `tran_id` too: PayWay takes one payment for it, while its approval code (`apv`, six digits) comes
 * round again.
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

  /** The fields that every v1 endpoint wants. */
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
      // The callback of the QR API may carry a tran_id of the gateway's: this one comes back as it is.
      return_params: input.reference,
      lifetime: String(minutes),
    };
    const shownUntil = Math.min(input.expiresAt, sentAt + HOSTED_LINK_MS) as Instant;
    const ask = { qr: askQr, 'deep-link': askDeepLink, redirect: askPage }[offer];
    const { requested, next } = await ask(input, fields, shownUntil, context);
    // PayWay began to count before it answered, so counting from now never ends too early.
    const createdAt = runtime.clock.now();
    const payableUntil = (createdAt + minutes * 60_000) as Instant;
    // WeChat and Alipay payments after the lifetime are not reversed, and a chooser may offer them.
    const ends = offer !== 'redirect' || settings.hostedPayment !== 'any';
    const handle: PaywayHandle = { currency, createdAt, ...(ends ? { payableUntil } : {}) };
    return {
      payment: {
        reference: input.reference,
        requested,
        receipts: [],
        refunds: [],
        reversals: [],
        status: 'awaiting-payer',
      },
      next: ends ? { ...next, payableUntil } : next,
      handle: formatHandle(handle),
    };
  }

  type Asked = { readonly requested: Money; readonly next: NextAction<Offers> };

  async function askQr(
    input: CreatePayment,
    fields: PaywayFields,
    _shownUntil: Instant,
    context: CallContext,
  ): Promise<Asked> {
    const returns = returnScheme(input);
    if (returns && returns.length > MAX_DEEP_LINK) throw invalid('returnUrl', 'is too long for the QR API');
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
    assertEcho('generate-qr', input, answer.status.tran_id, requested);
    assertEcho('generate-qr', input, undefined, askedBy(answer.qrString));
    return {
      requested,
      next: { type: 'qr', payload: answer.qrString, standard: 'khqr', expiresAt: input.expiresAt },
    };
  }

  async function askDeepLink(
    input: CreatePayment,
    fields: PaywayFields,
    shownUntil: Instant,
    context: CallContext,
  ): Promise<Asked> {
    const answer = await wire.purchaseDeepLink(purchaseFields(input, fields, 'abapay_khqr_deeplink'), context);
    const requested = askedBy(answer.qr_string);
    assertEcho('purchase', input, answer.status.tran_id, requested);
    const { abapay_deeplink: url, checkout_qr_url: fallbackUrl } = answer;
    return {
      requested,
      next: {
        type: 'deep-link',
        url,
        app: 'ABA Mobile',
        ...(fallbackUrl === undefined ? {} : { fallbackUrl }),
        expiresAt: shownUntil,
      },
    };
  }

  async function askPage(
    input: CreatePayment,
    fields: PaywayFields,
    shownUntil: Instant,
    context: CallContext,
  ): Promise<Asked> {
    const option = settings.hostedPayment === 'any' ? '' : settings.hostedPayment;
    const { url } = await wire.purchasePage(
      { ...purchaseFields(input, fields, option), view_type: 'hosted_view' },
      context,
    );
    // A redirect echoes nothing: what PayWay asks for is first told by a lookup.
    return { requested: input.amount, next: { type: 'redirect', url, expiresAt: shownUntil } };
  }

  function purchaseFields(input: CreatePayment, fields: PaywayFields, option: string): PaywayFields {
    const returns = returnScheme(input);
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
    const currency = await currencyOf(record, target, kept, context);
    return paymentOf(record, target.reference, currency, kept);
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
   * The currency of a record's amounts, which the check does not tell, and the detail tells rightly only once there was
   * a payment (before, it names the profile's own).
   */
  async function currencyOf(
    record: CheckRecord | DetailRecord,
    target: Target,
    kept: PaywayHandle | null,
    context: CallContext | undefined,
  ): Promise<PaywayCurrency> {
    if (kept) return kept.currency;
    const [only, ...others] = settings.currencies;
    if (only !== undefined && others.length === 0) return only;
    if (isSurelyDollars(record.original_amount)) return 'USD';
    if (stateOf(record) === 'paid') {
      const detail = 'original_currency' in record ? record : await wire.detail(fieldsFor(target.reference), context);
      if (detail) return readCurrency(detail.original_currency);
    }
    throw unavailable(
      PAYWAY,
      `${PAYWAY} get: without its handle, the currency of an unpaid payment cannot be told; keep one currency per instance`,
    );
  }

  const stateOf = (record: CheckRecord) =>
    words.read(`${record.payment_status_code} ${record.payment_status.trim().toUpperCase()}`);

  function paymentOf(
    record: CheckRecord | DetailRecord,
    reference: Reference,
    currency: PaywayCurrency,
    kept: PaywayHandle | null,
  ): Payment {
    const requested = amountIn(record.original_amount, currency);
    const refunded = amountIn(record.refund_amount, currency);
    const none = { reference, requested, receipts: [], refunds: [], reversals: [] };
    switch (stateOf(record)) {
      case 'paid': {
        // The payer may have paid in another currency: what reaches the merchant is the original amount.
        const receipt: Receipt = { transaction: transactionOf(reference), amount: requested, ...paidBy(record) };
        return withRefunded({ ...none, receipts: [receipt] }, refunded);
      }
      case 'open': {
        const over = kept?.payableUntil !== undefined && runtime.clock.now() > kept.payableUntil;
        return { ...none, status: over ? 'expired' : 'awaiting-payer' };
      }
      case 'declined':
        return { ...none, status: 'failed', reason: 'declined' };
      case 'cancelled':
        return { ...none, status: 'cancelled' };
      case 'processing':
        return { ...none, status: 'processing' };
    }
  }

  async function cancel(target: Target, context: CallContext): Promise<Payment> {
    const before = await get(target, context);
    if (!before) throw refusal('not-found', 'cancel: PayWay does not know this transaction');
    if (before.receipts.length > 0) throw refusal('conflict', 'cancel: already paid');
    await wire.close(fieldsFor(target.reference), context);
    const { reference, requested, receipts, refunds, reversals } = before;
    return { reference, requested, receipts, refunds, reversals, status: 'cancelled' };
  }

  function parseWebhook(delivery: WebhookDelivery): Promise<WebhookOutcome<PaymentEvent>> {
    return Promise.resolve(readDelivery(delivery, callbackKeys, settings.unsignedCallbacks));
  }

  const { refundPublicKey } = settings;
  const author = { id: PAYWAY, create, get, cancel, parseWebhook };
  if (!refundPublicKey) return definePayment({ ...author, manifest }, runtime);

  async function refund(input: RefundPayment, context: CallContext): Promise<Payment> {
    const { target, amount } = input;
    if (input.receipt !== transactionOf(target.reference)) throw invalid('receipt', 'belongs to another payment');
    // The refund call names no currency: an amount in the wrong one would be taken for the right one.
    const before = await get(target, context);
    if (!before) throw refusal('not-found', 'refund: PayWay does not know this transaction');
    const [receipt] = before.receipts;
    if (!receipt) throw refusal('conflict', 'refund: nothing was paid');
    if (amount.asset.code !== receipt.amount.asset.code || amount.asset.scale !== receipt.amount.asset.scale) {
      throw invalid('amount', `must be in ${receipt.amount.asset.code}`);
    }
    const already = before.refunds.reduce((sum, one) => sum + one.amount.minor, 0n);
    if (already + amount.minor > receipt.amount.minor) throw refusal('conflict', 'refund: more than what is left');
    const sealed = stringifyJson({
      mc_id: settings.merchantId,
      tran_id: target.reference,
      refund_amount: formatAmount(amount),
    });
    const answer = await wire.refund(
      {
        request_time: requestTime(runtime.clock.now()),
        merchant_id: settings.merchantId,
        merchant_auth: sealMerchantAuth(sealed, refundPublicKey!),
      },
      context,
    );
    const total = amountIn(answer.total_refunded, answer.currency);
    // More is possible: somebody may have refunded in the portal meanwhile. Less means that ours is not in it.
    if (total.asset.code !== amount.asset.code || total.minor < already + amount.minor) {
      throw echoMismatch('refund', 'the refunded total');
    }
    const { reference, requested, receipts, reversals } = before;
    return withRefunded({ reference, requested, receipts, refunds: [], reversals }, total);
  }

  const { operations } = manifest;
  const withRefunds = { ...manifest, operations: { ...operations, refund: refundTerms } };
  return definePayment({ ...author, refund, manifest: withRefunds }, runtime);
}

/** What is known of a paid payment, before its summary. */
type Facts = Pick<Payment, 'reference' | 'requested' | 'receipts' | 'refunds' | 'reversals'>;

/** A paid payment of which so much was sent back: one refund, because PayWay tells only the total. */
function withRefunded(facts: Facts, refunded: Money): Payment {
  const status = refunded.minor >= facts.requested.minor ? 'refunded' : 'paid';
  if (refunded.minor === 0n) return { ...facts, status };
  const receipt = transactionOf(facts.reference);
  return { ...facts, refunds: [{ receipt, amount: refunded, status: 'done' }], status };
}

function transactionOf(reference: Reference): ProviderRef {
  return reference as string as ProviderRef;
}

/** What only the detail tells about a payment: when it was completed, and from which account (masked). */
function paidBy(record: CheckRecord | DetailRecord): Pick<Receipt, 'paidAt' | 'payer'> {
  if (!('transaction_id' in record)) return {};
  const completed = record.transaction_operations?.find(({ status }) => status === 'Completed');
  const paidAt = completed && readLocalTime(completed.transaction_date);
  const account = record.payer_account?.trim();
  return { ...(paidAt === undefined ? {} : { paidAt }), ...(account ? { payer: { account } } : {}) };
}

/** Riel have no fraction and begin at 100 (codes 46 and 47). */
function isSurelyDollars(amount: string): boolean {
  const { minor } = parseAmount(amount, USD);
  return minor % 100n !== 0n || minor < 100_00n;
}

function amountIn(text: string, currency: string): Money {
  return parseAmount(text, assets[readCurrency(currency)]);
}

function readCurrency(text: string): PaywayCurrency {
  if (text === 'KHR' || text === 'USD') return text;
  throw new RangeError('currency: neither KHR nor USD');
}

/** What the payer's bank will show. */
function askedBy(khqr: string): Money {
  const { currencyNumber, amount } = readAskedAmount(khqr);
  return amountIn(amount, currencyNumbers[currencyNumber] ?? '');
}

function assertEcho(
  endpoint: 'generate-qr' | 'purchase',
  input: CreatePayment,
  tranId: string | undefined,
  amount: Money,
): void {
  if (tranId !== undefined && tranId !== input.reference) throw echoMismatch(endpoint, 'tran_id');
  if (!sameMoney(amount, input.amount)) throw echoMismatch(endpoint, 'the amount');
}

/** Whole minutes from now, rounded up: PayWay may take the payment until shortly after `expiresAt`, never shorter. */
function lifetimeOf({ expiresAt }: CreatePayment, now: Instant): number {
  const minutes = Math.ceil((expiresAt - now) / 60_000);
  const { minimum, maximum } = lifetimeMinutes;
  if (expiresAt - now < minimum * 60_000) throw invalid('expiresAt', `must be at least ${minimum} minutes ahead`);
  if (minutes > maximum) throw invalid('expiresAt', `must be at most ${maximum} minutes ahead`);
  return minutes;
}

/** The true purpose, as the only line of the bill. */
function itemsOf({ purpose, amount }: CreatePayment): string {
  if (purpose.trim() === '') throw invalid('purpose', 'is empty');
  const line = { name: purpose, quantity: 1, price: new JsonNumber(formatAmount(amount)) };
  const items = base64(stringifyJson([line]));
  if (items.length > MAX_ITEMS) throw invalid('purpose', 'is too long: PayWay takes about 330 bytes');
  return items;
}

function returnScheme({ returnUrl }: CreatePayment): string | undefined {
  if (returnUrl === undefined) return undefined;
  if (!URL.canParse(returnUrl)) throw invalid('returnUrl', 'is not a URL');
  return base64(stringifyJson({ ios_scheme: returnUrl, android_scheme: returnUrl }));
}

function base64(text: string): string {
  return toBase64(utf8(text));
}

function invalid(field: string, rule: string): ProviderError {
  return new ProviderError({ kind: 'invalid', provider: PAYWAY, message: `${PAYWAY} ${field}: ${rule}` });
}

function refusal(kind: 'not-found' | 'conflict', message: string): ProviderError {
  return new ProviderError({ kind, provider: PAYWAY, message: `${PAYWAY} ${message}` });
}
