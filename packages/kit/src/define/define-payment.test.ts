import { KHR, money, parseReference, ProviderError, USD } from '@rielrails/core';
import type {
  CallContext,
  CreatedPayment,
  CreatePayment,
  Instant,
  Payment,
  PaymentManifest,
  ProviderRef,
} from '@rielrails/core';
import { describe, expect, test } from 'vitest';
import { createVirtualRuntime } from '../virtual/index.ts';
import { createWire } from '../wire.ts';
import { definePayment } from './define-payment.ts';
import type { PaymentAuthor } from './define-payment.ts';

type Ops = 'get' | 'cancel' | 'refund' | 'parseWebhook';
type Offers = 'qr' | 'redirect';

const manifest: PaymentManifest<Ops, Offers> = {
  create: { repeat: 'rejects', reaches: 'caller' },
  assets: [{ minimum: money(KHR, 100n), maximum: money(KHR, 1_000n) }],
  anomalies: 'ours',
  acceptableUse: { cryptoPurchases: 'allowed', source: 'this test' },
  offers: { qr: { finality: 'final' }, redirect: { finality: 'final' } },
  operations: {
    get: { by: 'reference', covers: 'all', notFoundIsFinalAfterMs: 1 },
    cancel: {},
    refund: { partial: true, windowMs: 1, needs: 'nothing', repeat: 'none' },
    parseWebhook: { authentication: 'signature', replayable: true, covers: 'body' },
  },
};

const reference = parseReference('42');
const runtimeStart = createVirtualRuntime().clock.now();
const request: CreatePayment<Offers> = {
  reference,
  amount: money(KHR, 500n),
  accepts: ['qr'],
  purpose: 'Purchase of bitcoin',
  expiresAt: (runtimeStart + 60_000) as Instant,
};

function paymentOf(changes: Partial<Payment> = {}): Payment {
  const unpaid = { reference, requested: request.amount, receipts: [], refunds: [], reversals: [] };
  return { ...unpaid, status: 'awaiting-payer', ...changes } as Payment;
}

const qr = { type: 'qr', payload: '000201', standard: 'khqr', expiresAt: request.expiresAt } as const;

/** A provider whose author does as told, and what the author was asked. */
function open(changes: Partial<PaymentAuthor<Ops, Offers>> = {}) {
  const asked: CreatePayment<Offers>[] = [];
  const runtime = createVirtualRuntime();
  const author: PaymentAuthor<Ops, Offers> = {
    id: 'acme',
    manifest,
    create: async (input) => {
      asked.push(input);
      return { payment: paymentOf(), next: qr };
    },
    get: async () => paymentOf(),
    cancel: async () => paymentOf({ status: 'cancelled' }),
    refund: async () => paymentOf(),
    parseWebhook: async () => ({ outcome: 'rejected', reason: 'signature', reply: { status: 401 } }),
    ...changes,
  };
  return { provider: definePayment<Ops, Offers>(author, runtime), asked, runtime };
}

const creates = (created: CreatedPayment<Offers>) => open({ create: async () => created }).provider.create(request);

describe('create', () => {
  test('what the author returns is applied', async () => {
    const { provider, asked } = open();
    await expect(provider.create(request)).resolves.toEqual({
      outcome: 'applied',
      value: { payment: paymentOf(), next: qr },
    });
    expect(asked).toEqual([request]);
  });

  test.each([
    ['too little', { amount: money(KHR, 99n) }, 'amount'],
    ['too much', { amount: money(KHR, 1_001n) }, 'amount'],
    ['another asset', { amount: money(USD, 500n) }, 'USD is not taken'],
    ['another scale', { amount: money({ code: 'KHR', scale: 2 }, 500n) }, 'another scale'],
    ['a request that has ended', { expiresAt: runtimeStart }, 'expiresAt'],
    ['a way to pay that is not offered', { accepts: ['telegram-invoice'] as unknown as ['qr'] }, 'accepts'],
  ])('%s is refused before the author is asked', async (_what, change, message) => {
    const { provider, asked } = open();
    const attempt = await provider.create({ ...request, ...change });
    expect(attempt).toMatchObject({ outcome: 'refused', fault: { kind: 'invalid', provider: 'acme' } });
    expect(JSON.stringify(attempt)).toContain(message);
    expect(asked).toEqual([]);
  });

  test('the limits themselves are within them', async () => {
    const { asked } = open();
    for (const { minimum, maximum } of manifest.assets) {
      for (const amount of [minimum, maximum]) {
        const { provider } = open({
          create: async (input) => ({ payment: paymentOf({ requested: input.amount }), next: qr }),
        });
        await expect(provider.create({ ...request, amount })).resolves.toMatchObject({ outcome: 'applied' });
      }
    }
    expect(asked).toEqual([]);
  });

  test('the author sees only ways to pay that are offered', async () => {
    const { provider, asked } = open();
    await provider.create({
      ...request,
      accepts: ['telegram-invoice', 'redirect', 'qr'] as unknown as ['redirect', 'qr'],
    });
    expect(asked[0]?.accepts).toEqual(['redirect', 'qr']);
  });

  test.each([
    [
      'another way to pay',
      { next: { type: 'redirect', url: 'https://x', expiresAt: request.expiresAt } } as const,
      'unreadable',
    ],
    ['another amount', { payment: paymentOf({ requested: money(KHR, 501n) }) }, 'echo-mismatch'],
    ['another reference', { payment: paymentOf({ reference: parseReference('43') }) }, 'echo-mismatch'],
    ['a handle above 1 KB', { handle: 'x'.repeat(1025) }, 'unreadable'],
  ])('an answer with %s is in doubt', async (_what, change, reason) => {
    const attempt = await creates({ payment: paymentOf(), next: qr, ...change });
    expect(attempt).toMatchObject({ outcome: 'unknown', fault: { kind: 'unknown', reason } });
  });

  test.each([
    [new ProviderError({ kind: 'declined', provider: 'acme', reason: 'limit', message: 'no' }), 'refused', 'declined'],
    [new ProviderError({ kind: 'unavailable', provider: 'acme', message: 'no' }), 'refused', 'unavailable'],
    [
      new ProviderError({ kind: 'unknown', provider: 'acme', reason: 'duplicate', message: 'used' }),
      'unknown',
      'unknown',
    ],
    [new TypeError('cannot read SOK DARA of undefined'), 'unknown', 'unknown'],
  ])('what the author throws (%s) becomes an outcome', async (thrown, outcome, kind) => {
    const { provider, runtime } = open({ create: () => Promise.reject(thrown) });
    const attempt = await provider.create(request);
    expect(attempt).toMatchObject({ outcome, fault: { kind } });
    expect(
      JSON.stringify([attempt, runtime.entries], (_key, value: unknown) =>
        typeof value === 'bigint' ? `${value}` : value,
      ),
    ).not.toContain('SOK DARA');
  });

  test('an author that reads after its write cannot call the write refused', async () => {
    let requests = 0;
    const runtime = createVirtualRuntime({
      fetch: async () => {
        requests += 1;
        if (requests === 1) return new Response('{}');
        throw Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
      },
    });
    const wire = createWire({ provider: 'acme', baseUrl: 'https://acme.example', runtime, explain: () => null });
    const call = { operation: 'x', path: '/', parse: () => null } as const;
    const create = async (_input: unknown, context: CallContext): Promise<CreatedPayment<Offers>> => {
      await wire.write({ ...call, method: 'POST' }, { ...context });
      await wire.read({ ...call, method: 'GET' }, context);
      return { payment: paymentOf(), next: qr };
    };
    const provider = definePayment<Ops, Offers>({ ...authorOf(), create }, runtime);
    await expect(runtime.clock.run(() => provider.create(request))).resolves.toMatchObject({ outcome: 'unknown' });
  });
});

function authorOf(): Omit<PaymentAuthor<Ops, Offers>, 'create'> {
  return {
    id: 'acme',
    manifest,
    get: async () => null,
    cancel: async () => paymentOf(),
    refund: async () => paymentOf(),
    parseWebhook: async () => ({ outcome: 'rejected', reason: 'signature', reply: { status: 401 } }),
  };
}

describe('the other operations', () => {
  test('a lookup gives null for what is not there, and throws for another payment', async () => {
    await expect(open({ get: async () => null }).provider.get({ reference })).resolves.toBeNull();
    const another = open({ get: async () => paymentOf({ reference: parseReference('43') }) }).provider;
    await expect(another.get({ reference })).rejects.toMatchObject({ fault: { kind: 'unavailable' } });
  });

  test('a bug in a lookup is no answer, and is never "not found"', async () => {
    const { provider, runtime } = open({ get: () => Promise.reject(new TypeError('a bug')) });
    await expect(provider.get({ reference })).rejects.toMatchObject({ fault: { kind: 'unavailable' } });
    expect(runtime.entries).toContainEqual({
      level: 'error',
      event: 'adapter-error',
      fields: { provider: 'acme', operation: 'get', error: 'TypeError' },
    });
  });

  test.each([0n, -1n])('a refund of %s is refused before the author is asked', async (minor) => {
    const { provider } = open({ refund: () => Promise.reject(new Error('was asked')) });
    const input = { target: { reference }, reference, receipt: 'r' as ProviderRef, amount: money(KHR, minor) };
    await expect(provider.refund(input)).resolves.toMatchObject({ outcome: 'refused', fault: { kind: 'invalid' } });
  });

  test('a webhook reader never throws', async () => {
    const delivery = {
      method: 'POST',
      url: 'https://x',
      headers: new Headers(),
      body: new Uint8Array(),
      receivedAt: runtimeStart,
    };
    const { provider, runtime } = open({ parseWebhook: () => Promise.reject(new Error('SOK DARA')) });
    await expect(provider.parseWebhook(delivery)).resolves.toEqual({
      outcome: 'rejected',
      reason: 'malformed',
      reply: { status: 400 },
    });
    expect(runtime.entries).toEqual([
      {
        level: 'warn',
        event: 'webhook-rejected',
        fields: { provider: 'acme', operation: 'parse-webhook', reason: 'malformed', error: 'Error' },
      },
    ]);
  });

  test.each(['', 'x'.repeat(513)])('an event whose key cannot be kept is malformed', async (dedupeKey) => {
    const accepted = { outcome: 'accepted', trust: 'verified', dedupeKey, events: [], reply: { status: 200 } } as const;
    const { provider } = open({ parseWebhook: async () => accepted });
    const delivery = {
      method: 'POST',
      url: 'https://x',
      headers: new Headers(),
      body: new Uint8Array(),
      receivedAt: runtimeStart,
    };
    await expect(provider.parseWebhook(delivery)).resolves.toMatchObject({ outcome: 'rejected', reason: 'malformed' });
  });

  test('manifest and methods that differ at run time are a config fault', () => {
    const { cancel: _cancel, ...incomplete } = {
      ...authorOf(),
      create: async () => ({ payment: paymentOf(), next: qr }),
    };
    expect(() => definePayment(incomplete as unknown as PaymentAuthor<Ops, Offers>, createVirtualRuntime())).toThrow(
      'acme: the manifest and the method "cancel" stand or fall together',
    );
  });
});
