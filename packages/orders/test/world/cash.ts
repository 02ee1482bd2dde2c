import { KHR, money, ProviderError, USD } from '@rielrails/core';
import type { Instant, Money, Payment, PaymentProvider, ProviderRef, Receipt, Refund, Reversal } from '@rielrails/core';
import { definePayment, parseJson } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';

/** A rail of a few lines that lets a test be any payer: too little, too much, twice, late, somebody else, taken back. */
export interface Cash {
  readonly rail: PaymentProvider<'get' | 'cancel' | 'refund' | 'parseWebhook', 'qr'>;
  readonly requests: Map<string, CashRequest>;
  /** The references in the order in which they were asked for. */
  readonly asked: string[];
  pay(
    reference: string,
    how?: { readonly amount?: Money; readonly name?: string; readonly account?: string; readonly paidAt?: number },
  ): void;
  reverse(reference: string): void;
  /** What goes wrong with the next call of a kind. */
  readonly fault: { create?: CashFault; get?: CashFault; refund?: CashFault };
  readonly refundsDone: { readonly transaction: string; readonly amount: Money }[];
}

/** A request as the rail keeps it. */
interface CashRequest {
  readonly amount: Money;
  readonly receipts: Receipt[];
  readonly refunds: Refund[];
  readonly reversals: Reversal[];
  closed: boolean;
}

type CashFault = 'lost-after' | 'lost-before' | 'refused' | 'unreachable';

/** How this rail differs from the plain one. */
export interface CashTerms {
  readonly reaches?: 'caller' | 'payer';
  readonly repeat?: 'replays' | 'rejects';
  /** How long a payer may take money back. */
  readonly reversibleForMs?: number;
  /** Whether refunds tell our reference. */
  readonly namesRefunds?: boolean;
}

export function createCash(runtime: Runtime, terms: CashTerms = {}): Cash {
  const requests: Cash['requests'] = new Map();
  const asked: string[] = [];
  const fault: Cash['fault'] = {};
  const refundsDone: { transaction: string; amount: Money }[] = [];
  let transactions = 0;
  const error = (kind: CashFault) =>
    kind === 'unreachable'
      ? new ProviderError({ kind: 'unavailable', provider: 'cash', message: 'not reached' })
      : kind === 'refused'
        ? new ProviderError({ kind: 'declined', provider: 'cash', reason: 'policy', message: 'refused' })
        : new ProviderError({ kind: 'unknown', provider: 'cash', reason: 'timeout', message: 'lost' });
  const read = (reference: string): Payment | null => {
    const one = requests.get(reference);
    if (!one) return null;
    const { amount, receipts, refunds, reversals, closed } = one;
    const status = receipts.length > 0 ? 'paid' : closed ? 'cancelled' : 'awaiting-payer';
    return {
      reference: reference as never,
      requested: amount,
      receipts: [...receipts],
      refunds: [...refunds],
      reversals: [...reversals],
      status,
    };
  };
  const play = (kind: keyof Cash['fault']): CashFault | undefined => {
    const planned = fault[kind];
    delete fault[kind];
    return planned;
  };
  const rail = definePayment(
    {
      id: 'cash',
      manifest: {
        create: { repeat: terms.repeat ?? 'rejects', reaches: terms.reaches ?? 'caller' },
        assets: [
          { minimum: money(KHR, 100n), maximum: money(KHR, 100_000_000n) },
          { minimum: money(USD, 1n), maximum: money(USD, 1_000_000n) },
        ],
        anomalies: 'ours',
        acceptableUse: { cryptoPurchases: 'allowed', source: 'a test rail' },
        offers: {
          qr: { finality: terms.reversibleForMs ? { reversibleForMs: terms.reversibleForMs } : 'final' },
        },
        operations: {
          get: { by: 'reference', covers: 'all', notFoundIsFinalAfterMs: 5000 },
          cancel: {},
          refund: { partial: true, windowMs: 30 * 86_400_000, needs: 'nothing', repeat: 'none' },
          parseWebhook: { authentication: 'none', replayable: true, covers: [] },
        },
      },
      async create({ reference, amount, expiresAt }) {
        const planned = play('create');
        if (planned && planned !== 'lost-after') throw error(planned);
        const known = requests.get(reference);
        if (known && terms.repeat !== 'replays')
          throw new ProviderError({ kind: 'unknown', provider: 'cash', reason: 'duplicate', message: 'used' });
        if (!known) {
          requests.set(reference, { amount, receipts: [], refunds: [], reversals: [], closed: false });
          asked.push(reference);
        }
        if (planned) throw error(planned);
        const payment = read(reference);
        if (!payment) throw error('lost-after');
        return { payment, next: { type: 'qr', payload: reference, standard: 'text', expiresAt } };
      },
      async get({ reference }) {
        const planned = play('get');
        if (planned) throw error('unreachable');
        return read(reference);
      },
      async cancel({ reference }) {
        const one = requests.get(reference);
        if (!one) throw new ProviderError({ kind: 'not-found', provider: 'cash', message: 'no such request' });
        if (one.receipts.length > 0) throw new ProviderError({ kind: 'conflict', provider: 'cash', message: 'paid' });
        one.closed = true;
        return read(reference) as Payment;
      },
      async refund({ target, reference, receipt, amount }) {
        const planned = play('refund');
        if (planned && planned !== 'lost-after') throw error(planned);
        const one = requests.get(target.reference);
        const paid = one?.receipts.find(({ transaction }) => transaction === receipt);
        const before =
          one?.refunds.reduce((sum, refund) => (refund.receipt === receipt ? sum + refund.amount.minor : sum), 0n) ??
          0n;
        if (!one || !paid || before + amount.minor > paid.amount.minor) throw error('refused');
        one.refunds.push({ receipt, amount, status: 'done', ...(terms.namesRefunds ? { reference } : {}) });
        refundsDone.push({ transaction: receipt, amount });
        if (planned) throw error(planned);
        return read(target.reference) as Payment;
      },
      async parseWebhook({ body }) {
        const { reference } = parseJson(new TextDecoder().decode(body)) as { readonly reference: string };
        return {
          outcome: 'accepted',
          trust: 'hint',
          dedupeKey: `${reference}:${transactions}`,
          events: [{ type: 'changed', target: { reference: reference as never } }],
          reply: { status: 200 },
        };
      },
    },
    runtime,
  );
  return {
    rail,
    requests,
    asked,
    fault,
    refundsDone,
    pay(reference, { amount, name, account, paidAt } = {}) {
      const one = requests.get(reference);
      if (!one || one.closed) throw new RangeError('cash: this request takes no money');
      transactions += 1;
      one.receipts.push({
        transaction: `T${transactions}` as ProviderRef,
        amount: amount ?? one.amount,
        paidAt: (paidAt ?? runtime.clock.now()) as Instant,
        ...(name === undefined ? {} : { payer: { name, ...(account === undefined ? {} : { account }) } }),
      });
    },
    reverse(reference) {
      const one = requests.get(reference);
      const receipt = one?.receipts[0];
      if (!one || !receipt) throw new RangeError('cash: nothing to take back');
      one.reversals.push({ receipt: receipt.transaction, amount: receipt.amount });
    },
  };
}
