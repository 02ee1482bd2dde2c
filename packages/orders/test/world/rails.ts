import { KHR, money, parseReference, ProviderError } from '@rielrails/core';
import type {
  AnyPaymentProvider,
  Instant,
  Money,
  Payment,
  PaymentEvent,
  ProviderRef,
  WebhookOutcome,
} from '@rielrails/core';
import { definePayment, fromUtf8 } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';

const assets = [{ minimum: money(KHR, 100n), maximum: money(KHR, 100_000_000n) }] as const;
const acceptableUse = { cryptoPurchases: 'allowed', source: 'a test rail' } as const;
const SECRET = 'the-secret-of-the-invoices';

/** A rail like Telegram's invoices: nothing can be looked up, it asks before it charges, and its word is verified. */
export interface InvoiceRail {
  readonly rail: AnyPaymentProvider;
  readonly asked: string[];
  /** What it was answered, oldest first: `accept`, or the words of the refusal. */
  readonly answers: string[];
  /** The deliveries that its server would send. */
  preCheckout(reference: string, amount?: Money): Request;
  paid(reference: string, options?: { readonly transaction?: string; readonly secret?: string }): Request;
}

export function createInvoiceRail(runtime: Runtime): InvoiceRail {
  const asked: string[] = [];
  const answers: string[] = [];
  let questions = 0;
  const deliver = (body: object, secret = SECRET) =>
    new Request('https://shop.example/webhooks/invoices', {
      method: 'POST',
      headers: { 'x-secret': secret },
      body: JSON.stringify(body),
    });
  const rail = definePayment(
    {
      id: 'invoices',
      manifest: {
        create: { repeat: 'none', reaches: 'caller' },
        assets,
        anomalies: 'ours',
        acceptableUse,
        offers: { 'telegram-invoice': { finality: 'final' } },
        operations: {
          approve: { answerWithinMs: 10_000 },
          parseWebhook: { authentication: 'shared-secret', replayable: true, covers: 'body' },
        },
      },
      async create({ reference, amount, expiresAt }) {
        asked.push(reference);
        const payment = paymentOf(reference, amount, []);
        return { payment, next: { type: 'telegram-invoice', url: `https://t.me/$${reference}`, expiresAt } };
      },
      async approve({ decision }) {
        answers.push(decision.type === 'accept' ? 'accept' : decision.message);
      },
      async parseWebhook({ headers, body, receivedAt }): Promise<WebhookOutcome<PaymentEvent>> {
        if (headers.get('x-secret') !== SECRET)
          return { outcome: 'rejected', reason: 'signature', reply: { status: 401 } };
        const told = JSON.parse(fromUtf8(body)) as Told;
        const target = { reference: parseReference(told.reference) };
        const amount = money(KHR, BigInt(told.minor));
        const event: PaymentEvent =
          told.type === 'pre-checkout'
            ? {
                type: 'approval-requested',
                target,
                approval: told.id as ProviderRef,
                amount,
                answerBy: (receivedAt + 10_000) as Instant,
              }
            : {
                type: 'changed',
                target,
                payment: paymentOf(told.reference, amount, [
                  { transaction: told.id as ProviderRef, amount, payer: { name: 'DARA SOK' } },
                ]),
              };
        return { outcome: 'accepted', trust: 'verified', dedupeKey: told.id, events: [event], reply: { status: 200 } };
      },
    },
    runtime,
  );
  return {
    rail,
    asked,
    answers,
    preCheckout(reference, amount = money(KHR, 41_000n)) {
      questions += 1;
      return deliver({ type: 'pre-checkout', reference, minor: amount.minor.toString(), id: `Q${questions}` });
    },
    paid: (reference, { transaction = `charge-${reference}`, secret } = {}) =>
      deliver({ type: 'paid', reference, minor: '41000', id: transaction }, secret),
  };
}

interface Told {
  readonly type: 'pre-checkout' | 'paid';
  readonly reference: string;
  readonly minor: string;
  readonly id: string;
}

/** A rail like a card company's form: its token is handed in, and that charges. */
export interface FormRail {
  readonly rail: AnyPaymentProvider;
  readonly asked: string[];
  readonly charges: string[];
  next: 'charge' | 'decline' | 'charge-and-lose-the-answer' | 'lose-the-call';
}

export function createFormRail(runtime: Runtime): FormRail {
  const charged = new Map<string, string>();
  const amounts = new Map<string, Money>();
  const form: { -readonly [K in keyof FormRail]: FormRail[K] } = {
    rail: undefined as never,
    asked: [],
    charges: [],
    next: 'charge',
  };
  const read = (reference: string): Payment => {
    const amount = amounts.get(reference) ?? money(KHR, 0n);
    const token = charged.get(reference);
    const receipt = { transaction: `ch-${token}` as ProviderRef, amount, payer: { name: 'DARA SOK' } };
    return paymentOf(reference, amount, token === undefined ? [] : [receipt]);
  };
  form.rail = definePayment(
    {
      id: 'cards',
      manifest: {
        create: { repeat: 'replays', reaches: 'caller' },
        assets,
        anomalies: 'ours',
        acceptableUse,
        offers: { 'embedded-form': { finality: 'final' } },
        operations: {
          get: { by: 'reference', covers: 'all', notFoundIsFinalAfterMs: 5000 },
          complete: {},
        },
      },
      async create({ reference, amount, expiresAt }) {
        form.asked.push(reference);
        amounts.set(reference, amount);
        const next = {
          type: 'embedded-form',
          scriptUrl: 'https://js.example',
          publishableKey: 'pk',
          expiresAt,
        } as const;
        return { payment: read(reference), next };
      },
      get: async ({ reference }) => (amounts.has(reference) ? read(reference) : null),
      async complete({ target, token }) {
        const { next } = form;
        form.next = 'charge';
        if (next === 'decline')
          throw new ProviderError({ kind: 'declined', provider: 'cards', reason: 'card', message: 'declined' });
        if (next !== 'lose-the-call') {
          form.charges.push(token);
          charged.set(target.reference, token);
        }
        if (next !== 'charge')
          throw new ProviderError({ kind: 'unknown', provider: 'cards', reason: 'timeout', message: 'lost' });
        return read(target.reference);
      },
    },
    runtime,
  );
  return form;
}

function paymentOf(reference: string, requested: Money, receipts: Payment['receipts']): Payment {
  const status = receipts.length > 0 ? 'paid' : 'awaiting-payer';
  return { reference: parseReference(reference), requested, receipts, refunds: [], reversals: [], status };
}
