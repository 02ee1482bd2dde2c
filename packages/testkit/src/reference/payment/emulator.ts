import { money, sameMoney } from '@rielrails/core';
import type { Asset, Instant, Money, Reference } from '@rielrails/core';
import { formatAmount, fromUtf8, hmac, parseAmount, toHex } from '@rielrails/kit';
import { createEmulator, jsonResponse } from '@rielrails/kit/emulator';
import type { EmulatedRequest, EmulatorContext, PaymentEmulator } from '@rielrails/kit/emulator';
import { KHR, USD } from '@rielrails/core';

/** What the reference payment adapter needs. */
export interface ReferencePaymentConfig {
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly webhookSecret: string;
}

interface Charge {
  readonly reference: string;
  readonly amount: Money;
  readonly expiresAt: Instant;
  status: 'open' | 'closed';
  readonly receipts: {
    readonly transaction: string;
    readonly amount: Money;
    readonly paidAt: Instant;
    reversed: boolean;
  }[];
  readonly refunds: { readonly reference: string; readonly transaction: string; readonly amount: Money }[];
}

/** How long after a payment a refund is possible. */
const REFUND_WINDOW_MS = 30 * 24 * 3_600_000;
const assets: Readonly<Record<string, Asset>> = { KHR, USD };

/** What a reference payment provider may do differently. */
export interface ReferencePaymentDialect {
  /** Answers a used reference with the first result instead of an error. */
  readonly replays?: boolean;
  /** Refunds only whole receipts. */
  readonly wholeRefunds?: boolean;
}

/** An invented payment provider that does everything which a payment clause asks for. */
export function createReferencePaymentEmulator(
  { clock, random, deliver }: EmulatorContext,
  dialect: ReferencePaymentDialect = {},
): PaymentEmulator<ReferencePaymentConfig> {
  const config: ReferencePaymentConfig = {
    baseUrl: 'https://payment.reference.example',
    apiKey: toHex(random.bytes(16)),
    webhookSecret: toHex(random.bytes(16)),
  };
  const charges = new Map<string, Charge>();
  const cancelled: string[] = [];
  let transactions = 0;
  let events = 0;

  const error = (status: number, code: string) => jsonResponse({ error: code }, status);
  const view = (charge: Charge, { fault }: Pick<EmulatedRequest, 'fault'>) => ({
    reference: charge.reference,
    currency: charge.amount.asset.code,
    amount: formatAmount(
      fault === 'wrong-amount' ? money(charge.amount.asset, charge.amount.minor + 1n) : charge.amount,
    ),
    status: fault === 'unknown-status-word' ? 'LIMBO' : statusOf(charge, clock.now()),
    receipts: charge.receipts.map(({ transaction, amount, paidAt }) => ({
      transaction,
      amount: formatAmount(amount),
      paidAt,
    })),
    reversals: charge.receipts
      .filter(({ reversed }) => reversed)
      .map(({ transaction, amount }) => ({ transaction, amount: formatAmount(amount) })),
    refunds: charge.refunds.map(({ reference, transaction, amount }) => ({
      reference,
      transaction,
      amount: formatAmount(amount),
    })),
  });
  const guarded = (handle: (request: EmulatedRequest) => Response) => (request: EmulatedRequest) =>
    request.headers.get('authorization') === `Bearer ${config.apiKey}` ? handle(request) : error(401, 'KEY');

  function create(request: EmulatedRequest): Response {
    const body = readObject(request);
    const asset = assets[body['currency'] ?? ''];
    const { reference = '', amount: text = '', expiresAt = '', offer = '' } = body;
    if (!asset || !/^[0-9]{1,19}$/.test(reference) || !['qr', 'redirect'].includes(offer)) return error(400, 'FIELD');
    const existing = charges.get(reference);
    if (existing && !dialect.replays) return error(409, 'DUPLICATE');
    const amount = parseAmount(text, asset);
    if (existing && !sameMoney(existing.amount, amount)) return error(409, 'DUPLICATE');
    const charge = existing ?? {
      reference,
      amount,
      expiresAt: Number(expiresAt) as Instant,
      status: 'open',
      receipts: [],
      refunds: [],
    };
    charges.set(reference, charge);
    return jsonResponse({ ...view(charge, request), offer, pay: `https://pay.reference.example/${reference}` });
  }

  function cancel(request: EmulatedRequest): Response {
    const charge = charges.get(request.params['reference'] ?? '');
    if (!charge) return error(404, 'ABSENT');
    if (charge.receipts.length > 0) return error(409, 'PAID');
    if (charge.status === 'open') cancelled.push(charge.reference);
    charge.status = 'closed';
    return jsonResponse(view(charge, request));
  }

  function refund(request: EmulatedRequest): Response {
    const charge = charges.get(request.params['reference'] ?? '');
    const { reference = '', transaction = '', amount: text = '' } = readObject(request);
    const receipt = charge?.receipts.find((one) => one.transaction === transaction);
    if (!charge || !receipt) return error(404, 'ABSENT');
    if (charge.refunds.some((one) => one.reference === reference)) {
      return dialect.replays ? jsonResponse(view(charge, request)) : error(409, 'DUPLICATE');
    }
    const amount = parseAmount(text, charge.amount.asset);
    const before = charge.refunds.filter((one) => one.transaction === transaction);
    const total = before.reduce((sum, one) => sum + one.amount.minor, amount.minor);
    if (total > receipt.amount.minor) return error(422, 'TOO_MUCH');
    if (dialect.wholeRefunds && total !== receipt.amount.minor) return error(422, 'WHOLE_ONLY');
    if (clock.now() > receipt.paidAt + REFUND_WINDOW_MS) return error(422, 'TOO_LATE');
    charge.refunds.push({ reference, transaction, amount });
    return jsonResponse(view(charge, request));
  }

  const base = createEmulator({
    name: 'reference-payment',
    clock,
    ...(deliver ? { deliver } : {}),
    throttled: () => jsonResponse({ error: 'SLOW_DOWN' }, 429, { 'retry-after': '1' }),
    routes: [
      { name: 'create', method: 'POST', path: '/charges', ...invented, handle: guarded(create) },
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
      { name: 'cancel', method: 'POST', path: '/charges/:reference/cancel', ...invented, handle: guarded(cancel) },
      { name: 'refund', method: 'POST', path: '/charges/:reference/refunds', ...invented, handle: guarded(refund) },
    ],
  });

  async function tell(charge: Charge): Promise<void> {
    events += 1;
    const body = JSON.stringify({ event: `event-${events}`, reference: charge.reference });
    const time = String(clock.now());
    const signature = toHex(hmac('sha256', config.webhookSecret, `${time}.${body}`));
    await base.webhooks.send({ url: 'https://shop.example/webhooks', headers: { time, signature }, body });
  }

  async function receive(reference: Reference, given: Money | undefined): Promise<string> {
    const charge = chargeOf(reference);
    if (statusOf(charge, clock.now()) === 'CLOSED') throw new RangeError('payer: the request is closed');
    transactions += 1;
    const transaction = `T${transactions}`;
    const amount = given ?? charge.amount;
    charge.receipts.push({ transaction, amount, paidAt: clock.now(), reversed: false });
    await tell(charge);
    return transaction;
  }

  function chargeOf(reference: string): Charge {
    const charge = charges.get(reference);
    if (!charge) throw new RangeError('payer: there is no such request');
    return charge;
  }

  const all = () => [...charges.values()];
  return {
    ...base,
    config,
    payer: {
      pay: (reference, options) => receive(reference, options?.amount),
      payTwice: (reference) => receive(reference, undefined),
      async expire(reference) {
        const { expiresAt } = chargeOf(reference);
        await clock.sleep(expiresAt - clock.now() + 1);
      },
      async cancel(reference) {
        chargeOf(reference).status = 'closed';
      },
      async reverse(transaction) {
        const charge = all().find(({ receipts }) => receipts.some((one) => one.transaction === transaction));
        const receipt = charge?.receipts.find((one) => one.transaction === transaction);
        if (!charge || !receipt) throw new RangeError('payer: there is no such transaction');
        receipt.reversed = true;
        await tell(charge);
      },
    },
    applied: {
      get payments() {
        return all().map(({ reference, amount }) => ({ reference, amount }));
      },
      get receipts() {
        return all().flatMap(({ reference, receipts }) => receipts.map((one) => ({ reference, ...one })));
      },
      get refunds() {
        return all().flatMap(({ reference, refunds }) => refunds.map((one) => ({ ...one, reference })));
      },
      cancelled,
    },
  };
}

const invented = { cites: 'Invented for the testkit', provenance: 'assumed' } as const;

function statusOf(charge: Charge, now: number): string {
  if (charge.receipts.some(({ reversed }) => reversed)) return 'REVERSED';
  if (charge.receipts.length > 0) {
    const received = charge.receipts.reduce((sum, { amount }) => sum + amount.minor, 0n);
    const refunded = charge.refunds.reduce((sum, { amount }) => sum + amount.minor, 0n);
    return refunded >= received ? 'REFUNDED' : 'PAID';
  }
  if (charge.status === 'closed') return 'CLOSED';
  return now >= charge.expiresAt ? 'EXPIRED' : 'OPEN';
}

function readObject({ body }: EmulatedRequest): Readonly<Record<string, string>> {
  return JSON.parse(fromUtf8(body)) as Readonly<Record<string, string>>;
}
