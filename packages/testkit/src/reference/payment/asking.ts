import { money, parseReference, ProviderError, USD } from '@rielrails/core';
import type {
  Instant,
  Money,
  NextAction,
  Payment,
  PaymentEvent,
  PaymentProvider,
  ProviderRef,
  Reference,
  WebhookOutcome,
} from '@rielrails/core';
import { createWire, definePayment, doubt, formatAmount, fromUtf8, parseAmount, toHex } from '@rielrails/kit';
import type { Runtime, WireAnswer } from '@rielrails/kit';
import { createEmulator, jsonResponse } from '@rielrails/kit/emulator';
import type { EmulatedRequest, EmulatorContext, PaymentEmulator } from '@rielrails/kit/emulator';
import type { PaymentSubject } from '../../subject.ts';
import { takeSecret } from '../config.ts';

type Offers = 'embedded-form' | 'telegram-invoice';

interface AskingConfig {
  readonly baseUrl: string;
  readonly apiKey: string;
}

interface Charge {
  readonly reference: string;
  readonly offer: Offers;
  readonly amount: Money;
  readonly expiresAt: number;
  receipt?: { readonly transaction: string; readonly amount: Money };
}

const id = 'reference-asking';
const invented = { cites: 'Invented for the testkit', provenance: 'assumed' } as const;

/** An invented provider that wants the payer's token handed in, or asks for our approval, and signs no webhook. */
function createAskingEmulator({ clock, random, deliver }: EmulatorContext): PaymentEmulator<AskingConfig> {
  const config = { baseUrl: 'https://asking.reference.example', apiKey: toHex(random.bytes(16)) };
  const charges = new Map<string, Charge>();
  const approvals = new Map<string, boolean>();
  let count = 0;

  const error = (status: number, code: string) => jsonResponse({ error: code }, status);
  const view = (charge: Charge, { fault }: Pick<EmulatedRequest, 'fault'>) => ({
    reference: charge.reference,
    offer: charge.offer,
    amount: formatAmount(fault === 'wrong-amount' ? money(USD, charge.amount.minor + 1n) : charge.amount),
    paid: charge.receipt && { transaction: charge.receipt.transaction, amount: formatAmount(charge.receipt.amount) },
  });
  const guarded =
    (handle: (request: EmulatedRequest, body: Readonly<Record<string, string>>) => Response) =>
    (request: EmulatedRequest) => {
      if (request.headers.get('authorization') !== `Bearer ${config.apiKey}`) return error(401, 'KEY');
      const text = fromUtf8(request.body);
      return handle(request, text === '' ? {} : (JSON.parse(text) as Readonly<Record<string, string>>));
    };
  const base = createEmulator({
    name: id,
    clock,
    ...(deliver ? { deliver } : {}),
    throttled: () => error(429, 'SLOW_DOWN'),
    routes: [
      {
        name: 'create',
        method: 'POST',
        path: '/charges',
        ...invented,
        handle: guarded((request, { reference = '', amount = '', offer = '', expiresAt }) => {
          if (charges.has(reference)) return error(409, 'DUPLICATE');
          const charge: Charge = {
            reference,
            offer: offer as Offers,
            amount: parseAmount(amount, USD),
            expiresAt: Number(expiresAt),
          };
          charges.set(reference, charge);
          return jsonResponse(view(charge, request));
        }),
      },
      {
        name: 'get',
        method: 'GET',
        path: '/charges/:reference',
        ...invented,
        handle: guarded((request) => {
          const charge = charges.get(request.params['reference'] ?? '');
          return charge ? jsonResponse(view(charge, request)) : error(404, 'ABSENT');
        }),
      },
      {
        name: 'complete',
        method: 'POST',
        path: '/charges/:reference/complete',
        ...invented,
        handle: guarded((request, { token = '' }) => {
          const charge = charges.get(request.params['reference'] ?? '');
          if (!charge || !token.startsWith('token-')) return error(404, 'ABSENT');
          charge.receipt ??= { transaction: token.replace('token', 'transaction'), amount: charge.amount };
          return jsonResponse(view(charge, request));
        }),
      },
      {
        name: 'approve',
        method: 'POST',
        path: '/approvals/:approval',
        ...invented,
        handle: guarded(({ params }, { decision }) => {
          approvals.set(params['approval'] ?? '', decision === 'accept');
          return jsonResponse({});
        }),
      },
    ],
  });

  async function tell(event: string, fields: object): Promise<void> {
    const body = JSON.stringify({ event, ...fields });
    await base.webhooks.send({ url: 'https://shop.example/asking', headers: {}, body });
  }

  async function pay(reference: Reference): Promise<string> {
    const charge = charges.get(reference);
    if (!charge || clock.now() >= charge.expiresAt) throw new RangeError('payer: there is no such open request');
    count += 1;
    if (charge.offer === 'embedded-form') {
      await tell(`submitted-${count}`, { reference });
      return `token-${count}`;
    }
    const approval = `approval-${count}`;
    await tell(approval, { reference, approval, amount: formatAmount(charge.amount), answerBy: clock.now() + 10_000 });
    if (!approvals.get(approval)) throw new RangeError('payer: the payment was not approved');
    charge.receipt = { transaction: `transaction-${count}`, amount: charge.amount };
    return charge.receipt.transaction;
  }

  const all = () => [...charges.values()];
  return {
    ...base,
    config,
    payer: {
      pay,
      payTwice: async () => null,
      expire: (reference) => clock.sleep((charges.get(reference)?.expiresAt ?? 0) - clock.now() + 1),
      cancel: async () => {},
      reverse: async () => {},
    },
    applied: {
      get payments() {
        return all().map(({ reference, amount }) => ({ reference, amount }));
      },
      get receipts() {
        return all().flatMap(({ reference, receipt }) => (receipt ? [{ reference, ...receipt }] : []));
      },
      refunds: [],
      cancelled: [],
    },
  };
}

/** Its adapter. */
function createAsking(
  config: AskingConfig,
  runtime: Runtime,
): PaymentProvider<'get' | 'complete' | 'approve' | 'parseWebhook', Offers> {
  const headers = { authorization: `Bearer ${takeSecret(id, config, 'apiKey').reveal()}` };
  const wire = createWire({ provider: id, baseUrl: config.baseUrl, runtime, explain });
  const post = { method: 'POST', headers } as const;

  return definePayment(
    {
      id,
      manifest: {
        offers: { 'embedded-form': { finality: 'final' }, 'telegram-invoice': { finality: 'final' } },
        create: { repeat: 'rejects', reaches: 'caller' },
        assets: [{ minimum: money(USD, 100n), maximum: money(USD, 100_000n) }],
        anomalies: 'ours',
        acceptableUse: { cryptoPurchases: 'allowed', source: 'Invented for the testkit' },
        operations: {
          get: { by: 'reference', covers: 'all', notFoundIsFinalAfterMs: 60_000 },
          complete: {},
          approve: { answerWithinMs: 10_000 },
          parseWebhook: { authentication: 'none', replayable: true, covers: 'body' },
        },
      },
      async create({ reference, amount, accepts: [offer], expiresAt }, context) {
        const fields = { reference, amount: formatAmount(amount), offer, expiresAt: String(expiresAt) };
        const call = { ...post, operation: 'create', path: '/charges', body: JSON.stringify(fields) };
        const payment = await wire.write({ ...call, parse: readPayment }, context);
        return { payment, next: nextOf(offer, expiresAt) };
      },
      get: ({ reference }, context) =>
        wire
          .read(
            { operation: 'get', method: 'GET', path: `/charges/${reference}`, headers, parse: readPayment },
            context,
          )
          .catch((error: unknown) => {
            if (error instanceof ProviderError && error.fault.kind === 'not-found') return null;
            throw error;
          }),
      complete({ target, token }, context) {
        const path = `/charges/${target.reference}/complete`;
        const body = JSON.stringify({ token });
        return wire.write({ ...post, operation: 'complete', path, body, parse: readPayment }, context);
      },
      approve({ approval, decision }, context) {
        const body = JSON.stringify({ decision: decision.type });
        const path = `/approvals/${approval}`;
        return wire.write({ ...post, operation: 'approve', path, body, parse: () => undefined }, context);
      },
      parseWebhook: async ({ body }) => readWebhook(fromUtf8(body.subarray(0, 64 * 1024))),
    },
    runtime,
  );
}

function readPayment(answer: WireAnswer): Payment {
  const { reference, amount, paid } = JSON.parse(answer.text()) as {
    readonly reference: string;
    readonly amount: string;
    readonly paid?: { readonly transaction: string; readonly amount: string };
  };
  return {
    reference: parseReference(reference),
    requested: parseAmount(amount, USD),
    status: paid ? 'paid' : 'awaiting-payer',
    receipts: paid ? [{ transaction: paid.transaction as ProviderRef, amount: parseAmount(paid.amount, USD) }] : [],
    refunds: [],
    reversals: [],
  };
}

function nextOf(offer: Offers, expiresAt: Instant): NextAction<Offers> {
  const url = 'https://asking.reference.example';
  return offer === 'telegram-invoice'
    ? { type: offer, url: `${url}/invoice`, expiresAt }
    : { type: offer, scriptUrl: `${url}/form.js`, publishableKey: 'publishable', expiresAt };
}

function readWebhook(text: string): WebhookOutcome<PaymentEvent> {
  const { event, approval, ...rest } = JSON.parse(text) as Readonly<Record<string, string>>;
  const target = { reference: parseReference(rest['reference'] ?? '') };
  const asked: PaymentEvent = {
    type: 'approval-requested',
    target,
    approval: approval as ProviderRef,
    amount: parseAmount(rest['amount'] ?? '0', USD),
    answerBy: Number(rest['answerBy'] ?? 0) as Instant,
  };
  return {
    outcome: 'accepted',
    trust: 'hint',
    dedupeKey: event ?? '',
    events: [approval === undefined ? { type: 'changed', target } : asked],
    reply: { status: 200 },
  };
}

function explain(status: number, body: string): ProviderError | null {
  if (status < 400 || status >= 500) return null;
  const { error: code } = JSON.parse(body) as { readonly error: string };
  if (code === 'DUPLICATE') return doubt(id, 'duplicate', `${id}: this reference was used before`);
  const kind = code === 'SLOW_DOWN' ? 'throttled' : code === 'ABSENT' ? 'not-found' : 'config';
  return new ProviderError({ kind, provider: id, message: `${id}: refused as ${code}` });
}

/** The provider that asks. */
export const askingPayment: PaymentSubject<AskingConfig> = {
  contract: 'payment',
  name: 'reference-asking',
  emulator: createAskingEmulator,
  create: createAsking,
  secrets: ['apiKey'],
};
