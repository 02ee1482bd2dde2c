import type { CallContext } from '@rielrails/core';
import { createWire, digitsField, fromBase64, fromUtf8, JsonNumber, parseJson, stringifyJson } from '@rielrails/kit';
import type { Json, Runtime, WireAnswer } from '@rielrails/kit';
import { z } from 'zod';
import { baseUrlOf, PAYWAY } from './config.ts';
import type { PaywaySettings } from './config.ts';
import { codeOf, explain, explainCode, isSuccess } from './errors.ts';
import { signFields } from './hash.ts';
import type { PaywayEndpoint, PaywayFields } from './hash.ts';

const paths: Readonly<Record<PaywayEndpoint, string>> = {
  purchase: '/api/payment-gateway/v1/payments/purchase',
  'generate-qr': '/api/payment-gateway/v1/payments/generate-qr',
  'check-transaction': '/api/payment-gateway/v1/payments/check-transaction-2',
  'transaction-detail': '/api/payment-gateway/v1/payments/transaction-detail',
  'close-transaction': '/api/payment-gateway/v1/payments/close-transaction',
  'exchange-rate': '/api/payment-gateway/v1/exchange-rate',
  refund: '/api/merchant-portal/merchant-access/online-transaction/refund',
};

/** The answer of "QR API". Names are in camel case here and nowhere else. */
export interface QrAnswer {
  readonly qrString: string;
  readonly amount: string;
  readonly currency: string;
  readonly status: { readonly tran_id?: string | null | undefined };
}

/** The answer of "Purchase" with `abapay_khqr_deeplink`. */
export interface DeepLinkAnswer {
  readonly qr_string: string;
  readonly abapay_deeplink: string;
  readonly checkout_qr_url?: string | null | undefined;
  readonly status: { readonly tran_id?: string | null | undefined };
}

/** A transaction as "Check transaction" tells it. Amounts have no currency of their own. */
export interface CheckRecord {
  readonly payment_status_code: string;
  readonly payment_status: string;
  readonly original_amount: string;
  /** What arrived, as far as it differs from what was asked for. */
  readonly total_amount?: string | null | undefined;
  readonly refund_amount: string;
}

/** A transaction as "Get transaction details" tells it. */
export interface DetailRecord extends CheckRecord {
  readonly transaction_id: string;
  readonly original_currency: string;
  readonly apv?: string | null | undefined;
  readonly payment_type?: string | null | undefined;
  readonly payer_account?: string | null | undefined;
  readonly bank_name?: string | null | undefined;
  readonly bank_ref?: string | null | undefined;
  readonly transaction_operations?: readonly DetailOperation[] | null | undefined;
}

/** One thing that happened to a transaction. */
export interface DetailOperation {
  readonly status: string;
  readonly amount: string;
  readonly transaction_date: string;
  readonly bank_ref?: string | null | undefined;
}

/** The answer of "Refund". */
export interface RefundAnswer {
  readonly total_refunded: string;
  readonly currency: string;
}

/** The list of "Exchange rate": riel for one unit. */
export type RateList = Readonly<Record<string, { readonly sell: string; readonly buy: string }>>;

const text = z.string();
const named = z.object({ tran_id: digitsField.nullish() });

const qrAnswer: z.ZodType<QrAnswer> = z.object({ qrString: text, amount: digitsField, currency: text, status: named });

const deepLinkAnswer: z.ZodType<DeepLinkAnswer> = z.object({
  qr_string: text,
  abapay_deeplink: text,
  checkout_qr_url: text.nullish(),
  status: named,
});

const recordShape = {
  payment_status_code: digitsField,
  payment_status: text,
  original_amount: digitsField,
  total_amount: digitsField.nullish(),
  refund_amount: digitsField,
};

const checkAnswer: z.ZodType<{ readonly data: CheckRecord }> = z.object({ data: z.object(recordShape) });

const operation: z.ZodType<DetailOperation> = z.object({
  status: text,
  amount: digitsField,
  transaction_date: text,
  bank_ref: text.nullish(),
});

const detailAnswer: z.ZodType<{ readonly data: DetailRecord }> = z.object({
  data: z.object({
    ...recordShape,
    transaction_id: digitsField,
    original_currency: text,
    apv: digitsField.nullish(),
    payment_type: text.nullish(),
    payer_account: text.nullish(),
    bank_name: text.nullish(),
    bank_ref: text.nullish(),
    transaction_operations: z.array(operation).nullish(),
  }),
});

const refundAnswer: z.ZodType<RefundAnswer> = z.object({ total_refunded: digitsField, currency: text });

const rateAnswer: z.ZodType<{ readonly exchange_rates: RateList }> = z.object({
  exchange_rates: z.record(text, z.object({ sell: digitsField, buy: digitsField })),
});

/** A hosted page that can be opened once. */
export interface HostedPage {
  readonly url: string;
}

/** PayWay's endpoints as functions: signed, sent, read. Reads may be repeated; writes are sent once. */
export interface PaywayWire {
  generateQr(fields: PaywayFields, context?: CallContext): Promise<QrAnswer>;
  purchaseDeepLink(fields: PaywayFields, context?: CallContext): Promise<DeepLinkAnswer>;
  purchasePage(fields: PaywayFields, context?: CallContext): Promise<HostedPage>;
  check(fields: PaywayFields, context?: CallContext): Promise<CheckRecord | null>;
  detail(fields: PaywayFields, context?: CallContext): Promise<DetailRecord | null>;
  close(fields: PaywayFields, context?: CallContext): Promise<void>;
  refund(fields: PaywayFields, context?: CallContext): Promise<RefundAnswer>;
  exchangeRates(fields: PaywayFields, context?: CallContext): Promise<RateList>;
}

/** Opens the endpoints. No I/O happens before the first call. */
export function createPaywayWire(settings: PaywaySettings, runtime: Runtime): PaywayWire {
  const baseUrl = baseUrlOf(settings);

  /** One endpoint: its codes are its own, so it explains its own answers. */
  function endpoint(name: PaywayEndpoint) {
    const wire = createWire({
      provider: PAYWAY,
      baseUrl,
      runtime,
      explain: (_status, _body, answer) => explain(name, answer),
    });
    const sign = (fields: PaywayFields) => ({ ...fields, hash: signFields(name, fields, settings.apiKey) });
    const common = { operation: name, method: 'POST', path: paths[name] } as const;
    const json = (fields: PaywayFields) => ({
      ...common,
      headers: { 'content-type': 'application/json' },
      body: jsonBody(sign(fields)),
    });
    return {
      read: <T>(fields: PaywayFields, parse: (body: Json) => T, context?: CallContext) =>
        wire.read({ ...json(fields), parse: (answer) => parse(answer.json()) }, context),
      write: <T>(fields: PaywayFields, parse: (body: Json) => T, context?: CallContext) =>
        wire.write({ ...json(fields), parse: (answer) => parse(assertSuccess(answer.json())) }, context),
      writeForm: <T>(fields: PaywayFields, parse: (answer: WireAnswer) => T, context?: CallContext) =>
        wire.write({ ...common, body: formBody(sign(fields)), successStatuses: [302], parse }, context),
    };
  }

  const generateQr = endpoint('generate-qr');
  const purchase = endpoint('purchase');
  const check = endpoint('check-transaction');
  const detail = endpoint('transaction-detail');
  const close = endpoint('close-transaction');
  const refund = endpoint('refund');
  const rates = endpoint('exchange-rate');

  return {
    generateQr: (fields, context) => generateQr.write(fields, (body) => qrAnswer.parse(body), context),
    purchaseDeepLink: (fields, context) =>
      purchase.writeForm(fields, (answer) => deepLinkAnswer.parse(assertSuccess(answer.json())), context),
    purchasePage: (fields, context) => purchase.writeForm(fields, readPage, context),
    check: (fields, context) =>
      check.read(fields, (body) => (notFound(body) ? null : checkAnswer.parse(assertSuccess(body)).data), context),
    detail: (fields, context) =>
      detail.read(fields, (body) => (notFound(body) ? null : detailAnswer.parse(assertSuccess(body)).data), context),
    close: (fields, context) => close.write(fields, () => undefined, context),
    refund: (fields, context) => refund.write(fields, (body) => refundAnswer.parse(body), context),
    exchangeRates: (fields, context) =>
      rates.read(fields, (body) => rateAnswer.parse(assertSuccess(body)).exchange_rates, context),
  };
}

/** Text stays text, so that the signed text is the text that arrives; `lifetime` is documented as a number. */
function jsonBody(fields: PaywayFields): string {
  const { lifetime, ...others } = fields;
  return stringifyJson(lifetime === undefined ? others : { ...others, lifetime: new JsonNumber(lifetime) });
}

function formBody(fields: PaywayFields): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  return form;
}

/** @throws Error for an answer that is neither a success nor explained: what it means is not known. */
function assertSuccess(body: Json): Json {
  if (!isSuccess(body)) throw new Error('an unfamiliar code');
  return body;
}

function notFound(body: Json): boolean {
  return codeOf(body) === '6';
}

/** The page that a redirect leads to, or that a JSON answer names. A refusal may travel inside the redirect's address. */
function readPage(answer: WireAnswer): HostedPage {
  if (answer.status !== 302) {
    const { checkout_qr_url: url } = deepLinkAnswer.parse(assertSuccess(answer.json()));
    if (!url) throw new Error('no page');
    return { url };
  }
  const url = answer.headers.get('location') ?? '';
  const token = decodeURIComponent(new URL(url).pathname.slice(1));
  const blob = parseJson(fromUtf8(fromBase64(token)));
  const code = codeOf(blob);
  const refusal = code === null ? null : explainCode('purchase', code);
  if (refusal) throw refusal;
  assertSuccess(blob);
  return { url };
}
