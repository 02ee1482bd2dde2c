import { KHR, money, parseReference, ProviderError, USD } from '@rielrails/core';
import type {
  Asset,
  CreatePayment,
  Instant,
  Money,
  Payment,
  PaymentEvent,
  PaymentManifest,
  PaymentProvider,
  ProviderRef,
  Reference,
  WebhookDelivery,
  WebhookOutcome,
} from '@rielrails/core';
import {
  createVocabulary,
  createWire,
  definePayment,
  doubt,
  equalInConstantTime,
  formatAmount,
  fromUtf8,
  hmac,
  parseAmount,
  toHex,
} from '@rielrails/kit';
import type { Runtime, WireAnswer } from '@rielrails/kit';
import { takeSecret } from '../config.ts';
import type { ReferencePaymentConfig, ReferencePaymentDialect } from './emulator.ts';

type Operations = 'get' | 'cancel' | 'refund' | 'parseWebhook';
type Offers = 'qr' | 'redirect';

const id = 'reference-payment';
const MAX_WEBHOOK_BYTES = 64 * 1024;
const WEBHOOK_TOLERANCE_MS = 5 * 60_000;

/** A charge as the reference provider writes it. */
interface ChargeBody {
  readonly reference: string;
  readonly currency: string;
  readonly amount: string;
  readonly status: string;
  readonly receipts: readonly { readonly transaction: string; readonly amount: string; readonly paidAt: number }[];
  readonly reversals: readonly { readonly transaction: string; readonly amount: string }[];
  readonly refunds: readonly { readonly reference: string; readonly transaction: string; readonly amount: string }[];
}

/** The adapter of the reference payment provider: the good one, which every payment mutant breaks. */
export function createReferencePayment(
  config: ReferencePaymentConfig,
  runtime: Runtime,
  dialect: ReferencePaymentDialect = {},
): PaymentProvider<Operations, Offers> {
  const apiKey = takeSecret(id, config, 'apiKey');
  const webhookSecret = takeSecret(id, config, 'webhookSecret');
  const headers = { authorization: `Bearer ${apiKey.reveal()}` };
  const wire = createWire({ provider: id, baseUrl: config.baseUrl, runtime, explain });
  const statuses = createVocabulary<Exclude<Payment['status'], 'failed'>>({
    provider: id,
    words: {
      OPEN: 'awaiting-payer',
      PAID: 'paid',
      CLOSED: 'cancelled',
      EXPIRED: 'expired',
      REFUNDED: 'refunded',
      REVERSED: 'reversed',
    },
    otherwise: 'processing',
    log: runtime.log,
  });

  function readPayment(answer: WireAnswer): Payment {
    const body = JSON.parse(answer.text()) as ChargeBody;
    const asset: Asset = body.currency === KHR.code ? KHR : USD;
    const amountOf = (text: string): Money => parseAmount(text, asset);
    return {
      reference: parseReference(body.reference),
      requested: amountOf(body.amount),
      status: statuses.read(body.status),
      receipts: body.receipts.map(({ transaction, amount, paidAt }) => ({
        transaction: transaction as ProviderRef,
        amount: amountOf(amount),
        paidAt: paidAt as Instant,
      })),
      refunds: body.refunds.map(({ reference, transaction, amount }) => ({
        reference: parseReference(reference),
        receipt: transaction as ProviderRef,
        amount: amountOf(amount),
        status: 'done',
      })),
      reversals: body.reversals.map(({ transaction, amount }) => ({
        receipt: transaction as ProviderRef,
        amount: amountOf(amount),
      })),
    };
  }

  const pathOf = (reference: Reference, end = '') => `/charges/${reference}${end}`;

  return definePayment<Operations, Offers>(
    {
      id,
      manifest: manifestOf(dialect),
      async create(input, context) {
        const offer = input.accepts[0];
        const { reference, amount, expiresAt } = input;
        const fields = {
          reference,
          currency: amount.asset.code,
          amount: formatAmount(amount),
          expiresAt: String(expiresAt),
          offer,
        };
        const { payment, pay } = await wire.write(
          {
            operation: 'create',
            method: 'POST',
            path: '/charges',
            headers,
            body: JSON.stringify(fields),
            parse: (answer) => ({
              payment: readPayment(answer),
              pay: (JSON.parse(answer.text()) as { readonly pay: string }).pay,
            }),
          },
          context,
        );
        return { payment, next: nextOf(offer, pay, expiresAt) };
      },
      get: (target, context) =>
        wire
          .read(
            { operation: 'get', method: 'GET', path: pathOf(target.reference), headers, parse: readPayment },
            context,
          )
          .catch((error: unknown) => {
            if (error instanceof ProviderError && error.fault.kind === 'not-found') return null;
            throw error;
          }),
      cancel: (target, context) =>
        wire.write(
          {
            operation: 'cancel',
            method: 'POST',
            path: pathOf(target.reference, '/cancel'),
            headers,
            parse: readPayment,
          },
          context,
        ),
      refund({ target, reference, receipt, amount }, context) {
        const body = JSON.stringify({ reference, transaction: receipt, amount: formatAmount(amount) });
        const path = pathOf(target.reference, '/refunds');
        return wire.write({ operation: 'refund', method: 'POST', path, headers, body, parse: readPayment }, context);
      },
      parseWebhook: async (delivery) => readWebhook(delivery, webhookSecret.reveal()),
    },
    runtime,
  );
}

function manifestOf(dialect: ReferencePaymentDialect): PaymentManifest<Operations, Offers> {
  const repeat = dialect.replays ? 'replays' : 'rejects';
  return {
    offers: { qr: { finality: 'final' }, redirect: { finality: { reversibleForMs: 86_400_000 } } },
    create: { repeat, reaches: 'caller' },
    assets: [
      { minimum: money(KHR, 100n), maximum: money(KHR, 40_000_000n) },
      { minimum: money(USD, 1n), maximum: money(USD, 1_000_000n) },
    ],
    anomalies: 'ours',
    acceptableUse: { cryptoPurchases: 'allowed', source: 'Invented for the testkit' },
    operations: {
      get: { by: 'reference', covers: 'all', notFoundIsFinalAfterMs: 60_000 },
      cancel: {},
      refund: { partial: !dialect.wholeRefunds, windowMs: 30 * 86_400_000, needs: 'nothing', repeat },
      parseWebhook: { authentication: 'signature', replayable: false, covers: 'body' },
    },
  };
}

function nextOf(offer: Offers, url: string, expiresAt: CreatePayment['expiresAt']) {
  return offer === 'qr'
    ? ({ type: 'qr', payload: url, standard: 'text', expiresAt } as const)
    : ({ type: 'redirect', url, expiresAt } as const);
}

function explain(status: number, body: string): ProviderError | null {
  if (status < 400 || status >= 500) return null;
  const { error: code } = JSON.parse(body) as { readonly error: string };
  const message = `${id}: refused as ${code}`;
  switch (code) {
    case 'DUPLICATE':
      return doubt(id, 'duplicate', `${id}: this reference was used before`);
    case 'SLOW_DOWN':
      return new ProviderError({ kind: 'throttled', provider: id, message, providerCode: code });
    case 'ABSENT':
      return new ProviderError({ kind: 'not-found', provider: id, message, providerCode: code });
    case 'PAID':
      return new ProviderError({ kind: 'conflict', provider: id, message, providerCode: code });
    case 'KEY':
      return new ProviderError({ kind: 'config', provider: id, message, providerCode: code });
    case 'TOO_MUCH':
    case 'TOO_LATE':
    case 'WHOLE_ONLY':
      return new ProviderError({ kind: 'declined', provider: id, message, reason: code, providerCode: code });
    case 'FIELD':
      return new ProviderError({ kind: 'invalid', provider: id, message, providerCode: code });
    default:
      return null;
  }
}

function readWebhook(delivery: WebhookDelivery, secret: string): WebhookOutcome<PaymentEvent> {
  const reject = (reason: 'signature' | 'stale' | 'malformed'): WebhookOutcome<PaymentEvent> => ({
    outcome: 'rejected',
    reason,
    reply: { status: 400 },
  });
  if (delivery.body.length > MAX_WEBHOOK_BYTES) return reject('malformed');
  const body = fromUtf8(delivery.body);
  const time = delivery.headers.get('time') ?? '';
  const expected = toHex(hmac('sha256', secret, `${time}.${body}`));
  if (!equalInConstantTime(delivery.headers.get('signature') ?? '', expected)) return reject('signature');
  if (Math.abs(Number(time) - delivery.receivedAt) > WEBHOOK_TOLERANCE_MS) return reject('stale');
  const { event, reference } = JSON.parse(body) as { readonly event: string; readonly reference: string };
  return {
    outcome: 'accepted',
    trust: 'verified',
    dedupeKey: event,
    events: [{ type: 'changed', target: { reference: parseReference(reference) } }],
    reply: { status: 200 },
  };
}
