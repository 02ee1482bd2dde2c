/** Providers that answer at once, from memory: what is measured is the engine, not emulators. */

import { BTC, KHR, money, parseReference, USD, USDT } from '@rielrails/core';
import type { AddressRule, Instant, Payment, ProviderRef, RateSource, Screening, Trade } from '@rielrails/core';
import { defineCustody, defineExchange, defineKyc, definePayment, fromUtf8 } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import type { Providers } from '@rielrails/orders';

/** Everybody around the engine, with their hands in ours. */
export interface InstantProviders {
  readonly providers: Providers;
  /** The buyer pays: gives the request that the rail's webhook would be. */
  pay(reference: string): Request;
  /** Confirms everything that was sent. */
  mine(): void;
}

const DAY_MS = 24 * 60 * 60 * 1000;
const NETWORK_FEE = money(BTC, 300n);

const addresses: AddressRule = {
  network: 'regtest',
  read: (text) =>
    text.startsWith('bcrt1')
      ? { outcome: 'valid', canonical: text.toLowerCase() }
      : { outcome: 'refused', problem: 'malformed' },
};

/** Makes them. */
export function createInstantProviders(runtime: Runtime): InstantProviders {
  const rail = createRail(runtime);
  const custody = createCustody(runtime);
  return {
    pay: rail.pay,
    mine: custody.mine,
    providers: {
      rails: [rail.provider],
      exchange: createExchange(runtime),
      venueAsset: USDT,
      custodies: [custody.provider],
      kyc: createKyc(runtime),
      kycLevel: 'bench',
      names: createScreening(runtime),
      addresses: createScreening(runtime),
      rates: [createRates(runtime)],
      accepts: ['qr'],
      purpose: ({ number }) => `Bitcoin purchase ${number}`,
    },
  };
}

function createRail(runtime: Runtime) {
  const payments = new Map<string, Payment>();
  const provider = definePayment(
    {
      id: 'bench-rail',
      manifest: {
        create: { repeat: 'replays', reaches: 'caller' },
        assets: [{ minimum: money(KHR, 100n), maximum: money(KHR, 100_000_000n) }],
        anomalies: 'ours',
        acceptableUse: { cryptoPurchases: 'allowed', source: 'a benchmark' },
        offers: { qr: { finality: 'final' } },
        operations: {
          get: { by: 'reference', covers: 'all', notFoundIsFinalAfterMs: 1000 },
          parseWebhook: { authentication: 'none', replayable: true, covers: 'body' },
        },
      },
      async create({ reference, amount, expiresAt }) {
        const payment: Payment = {
          reference,
          requested: amount,
          receipts: [],
          refunds: [],
          reversals: [],
          status: 'awaiting-payer',
        };
        payments.set(reference, payment);
        return { payment, next: { type: 'qr', payload: `bench:${reference}`, standard: 'text', expiresAt } };
      },
      get: async ({ reference }) => payments.get(reference) ?? null,
      async parseWebhook({ body }) {
        const reference = parseReference(fromUtf8(body));
        const events = [{ type: 'changed', target: { reference } }] as const;
        return { outcome: 'accepted', trust: 'hint', dedupeKey: `paid-${reference}`, events, reply: { status: 200 } };
      },
    },
    runtime,
  );
  return {
    provider,
    pay(reference: string): Request {
      const payment = payments.get(reference);
      if (!payment) throw new RangeError('payment: was never asked for');
      const receipt = {
        transaction: `bank-${reference}` as ProviderRef,
        amount: payment.requested,
        paidAt: runtime.clock.now(),
        payer: { name: 'SOK DARA' },
      };
      payments.set(reference, { ...payment, receipts: [receipt], status: 'paid' });
      return new Request('https://shop.example/webhooks/bench-rail', { method: 'POST', body: reference });
    },
  };
}

function createExchange(runtime: Runtime) {
  const trades = new Map<string, Trade>();
  return defineExchange(
    {
      id: 'bench-exchange',
      manifest: {
        markets: [{ base: BTC, quote: USDT, minimum: money(USDT, 1_00000000n), step: money(BTC, 1n) }],
        buy: { repeat: 'replays' },
        get: { by: 'reference', covers: 'all', notFoundIsFinalAfterMs: 1000 },
      },
      async quote({ spend }) {
        // 100,000 USDT for one bitcoin; both have eight decimals.
        const receive = money(BTC, spend.minor / 100_000n);
        const observedAt = runtime.clock.now();
        const fee = money(USDT, 0n);
        const expiresAt = (observedAt + 60_000) as Instant;
        return { spend, receive, fee, worst: { base: receive, quote: spend }, observedAt, expiresAt };
      },
      async buy({ quote, reference }) {
        const fill = { id: `fill-${reference}` as ProviderRef, spent: quote.spend, received: quote.receive };
        const fills = [{ ...fill, fee: money(USDT, 0n) }];
        const trade: Trade = { reference, id: `order-${reference}` as ProviderRef, status: 'filled', fills };
        trades.set(reference, trade);
        return trade;
      },
      get: async ({ reference }) => trades.get(reference) ?? null,
    },
    runtime,
  );
}

function createCustody(runtime: Runtime) {
  const sent = new Map<string, { readonly minor: bigint; depth: number }>();
  const read = (reference: string) => {
    const one = sent.get(reference);
    if (!one) return null;
    const base = {
      reference: parseReference(reference),
      amount: money(BTC, one.minor),
      fee: NETWORK_FEE,
      transactionId: `tx-${reference}`,
    };
    return one.depth > 0
      ? ({ ...base, status: 'confirmed', depth: one.depth } as const)
      : ({ ...base, status: 'broadcast' } as const);
  };
  const provider = defineCustody<'estimateFee'>(
    {
      id: 'bench-wallet',
      manifest: {
        assets: [BTC],
        address: addresses,
        withdraw: { repeat: 'replays' },
        get: { by: 'reference', covers: 'all', notFoundIsFinalAfterMs: 1000 },
      },
      estimateFee: async () => NETWORK_FEE,
      async withdraw({ reference, amount }) {
        sent.set(reference, { minor: amount.minor, depth: 0 });
        return { reference, amount, fee: NETWORK_FEE, status: 'broadcast', transactionId: `tx-${reference}` };
      },
      get: async ({ reference }) => read(reference),
    },
    runtime,
  );
  return {
    provider,
    mine() {
      for (const one of sent.values()) one.depth += 1;
    },
  };
}

function createKyc(runtime: Runtime) {
  const identity = { name: 'SOK DARA', born: '1990-01-01', countries: ['KH'] };
  return defineKyc<never>(
    {
      id: 'bench-kyc',
      manifest: {
        start: { repeat: 'replays' },
        get: { by: 'reference', covers: 'all', notFoundIsFinalAfterMs: 1000 },
      },
      start: async ({ reference }) => ({
        case: { reference, status: 'pending' },
        url: 'https://kyc.example/start',
        linkExpiresAt: (runtime.clock.now() + DAY_MS) as Instant,
      }),
      get: async ({ reference }) => ({
        reference,
        status: 'approved',
        until: (runtime.clock.now() + DAY_MS) as Instant,
        identity,
      }),
    },
    runtime,
  );
}

function createScreening(runtime: Runtime): Screening<'screenName' | 'screenAddress'> {
  const clear = <Of>(of: Of) =>
    Promise.resolve({
      id: 'bench',
      of,
      outcome: 'clear' as const,
      evidence: [],
      validUntil: (runtime.clock.now() + 60_000) as Instant,
    });
  return { spec: 'screening/1', id: 'bench-lists', screenName: clear, screenAddress: clear };
}

function createRates(runtime: Runtime): RateSource {
  return {
    spec: 'rates/1',
    id: 'bench-rates',
    async rate({ base, quote }) {
      const observedAt = runtime.clock.now();
      const from = { base: money(base, 10n ** BigInt(base.scale)), quote: money(quote, 10n ** BigInt(quote.scale)) };
      if (base.code === USD.code && quote.code === USDT.code) return { rate: from, observedAt };
      if (base.code !== KHR.code || quote.code !== USD.code) return null;
      return { rate: { base: money(base, 4100n), quote: money(quote, 100n) }, observedAt };
    },
  };
}
