/**
 * Two adapters as their authors write them, and every mistake that must not compile: the compiler is the test, and an
 * unused `@ts-expect-error` is an error.
 */

import { add, BTC, can, convert, KHR, mintClearance, money, USD } from '@rielrails/core';
import type {
  AcceptableUse,
  AnyPaymentProvider,
  Asset,
  AssetLimits,
  ClearanceGrounds,
  CreatedPayment,
  CreatePayment,
  CreateTerms,
  Custody,
  Destination,
  Exchange,
  Instant,
  KycCase,
  LookupTerms,
  Money,
  NonEmpty,
  OfferTerms,
  Payment,
  PaymentEvent,
  PaymentProvider,
  ProviderRef,
  Rate,
  Reference,
  RefundPayment,
  RefundTerms,
  Screening,
  Target,
  WebhookOutcome,
  WebhookTerms,
} from '@rielrails/core';
import { expect, test } from 'vitest';
import { createVirtualRuntime } from '../virtual/index.ts';
import { definePayment as define } from './define-payment.ts';
import type { PaymentAuthor } from './define-payment.ts';
import type { NextActionType, PaymentOperation } from '@rielrails/core';

const runtime = createVirtualRuntime();
const USDT_TRON: Asset<'USDT@tron'> = { code: 'USDT@tron', scale: 6 };
const USDT_ETHEREUM: Asset<'USDT@ethereum'> = { code: 'USDT@ethereum', scale: 6 };

/** The real one, so that a line of the proofs has one argument. */
function definePayment<Ops extends PaymentOperation, Offers extends NextActionType>(
  author: PaymentAuthor<Ops, Offers>,
): PaymentProvider<Ops, Offers> {
  return define(author, runtime);
}

const createTerms: CreateTerms = { repeat: 'rejects', reaches: 'caller' };
const lookupTerms: LookupTerms = { by: 'reference', covers: 'all', notFoundIsFinalAfterMs: 60_000 };
const refundTerms: RefundTerms = { partial: true, windowMs: 30 * 86_400_000, needs: 'nothing', repeat: 'none' };
const webhookTerms: WebhookTerms = { authentication: 'signature', replayable: true, covers: 'body' };
const final: OfferTerms = { finality: 'final' };
const riel: NonEmpty<AssetLimits> = [{ minimum: money(KHR, 100n), maximum: money(KHR, 40_000_000n) }];
const allowed: AcceptableUse = { cryptoPurchases: 'allowed', source: 'Example Bank, Merchant Terms, 4.2' };
const common = { create: createTerms, assets: riel, anomalies: 'ours', acceptableUse: allowed } as const;
const rejected: WebhookOutcome<PaymentEvent> = { outcome: 'rejected', reason: 'signature', reply: { status: 401 } };

async function never(): Promise<never> {
  throw new Error('never called');
}

function unpaid(reference: Reference, requested: Money): Payment {
  return { reference, requested, receipts: [], refunds: [], reversals: [], status: 'awaiting-payer' };
}

type Bank = PaymentProvider<'get' | 'cancel' | 'refund' | 'parseWebhook', 'qr' | 'deep-link' | 'redirect'>;

function createBank(): Bank {
  return definePayment({
    id: 'bank',
    manifest: {
      ...common,
      offers: { qr: final, 'deep-link': final, redirect: { finality: { reversibleForMs: 86_400_000 } } },
      operations: { get: lookupTerms, cancel: {}, refund: refundTerms, parseWebhook: webhookTerms },
    },
    async create({ reference, amount, expiresAt }) {
      const next = { type: 'qr', payload: '000201', standard: 'khqr', expiresAt } as const;
      return { payment: unpaid(reference, amount), next, handle: 'md5' };
    },
    async get() {
      return null;
    },
    async cancel({ reference }) {
      return unpaid(reference, money(KHR, 41_000n));
    },
    async refund({ target, amount }) {
      return unpaid(target.reference, amount);
    },
    async parseWebhook() {
      return rejected;
    },
  });
}

type Telegram = PaymentProvider<'approve' | 'parseWebhook', 'telegram-invoice'>;

function createTelegram(): Telegram {
  return definePayment({
    id: 'telegram',
    manifest: {
      ...common,
      offers: { 'telegram-invoice': final },
      operations: { approve: { answerWithinMs: 10_000 }, parseWebhook: webhookTerms },
    },
    async create({ reference, amount, expiresAt }) {
      const next = { type: 'telegram-invoice', url: 'https://t.me/$invoice', expiresAt } as const;
      return { payment: unpaid(reference, amount), next };
    },
    async approve() {},
    async parseWebhook() {
      return rejected;
    },
  });
}

async function proofs(
  bank: ReturnType<typeof createBank>,
  telegram: ReturnType<typeof createTelegram>,
  now: Instant,
  request: Omit<CreatePayment, 'accepts'>,
  exchange: Exchange,
  wallet: Custody<'bump' | 'depositAddress'>,
  addressesOnly: Screening<'screenAddress'>,
  grounds: ClearanceGrounds,
  kycCase: KycCase,
): Promise<void> {
  const { reference } = request;
  const target: Target = { reference };
  const refund: RefundPayment = { target, reference, receipt: 'x' as ProviderRef, amount: request.amount };

  // Money
  add(money(KHR, 1n), money(KHR, 2n));
  // @ts-expect-error two assets do not add up
  add(money(USD, 1n), money(KHR, 1n));
  // @ts-expect-error two networks' tokens are two assets
  add(money(USDT_TRON, 1n), money(USDT_ETHEREUM, 1n));
  // @ts-expect-error no amount is a number
  money(KHR, 41_000);
  const price: Rate<'BTC', 'USD'> = { base: money(BTC, 1_0000_0000n), quote: money(USD, 97_000_12n) };
  // @ts-expect-error rounding is said aloud
  convert(money(BTC, 1n), price);
  // @ts-expect-error the rate is about another asset
  convert(money(KHR, 1n), price, 'down');

  // References
  // @ts-expect-error a string is not a reference
  await bank.get({ reference: '42' });
  // @ts-expect-error a provider's name is not our reference
  await bank.get({ reference: '42' as ProviderRef });

  // A capability is the presence of a method
  await bank.cancel(target);
  // @ts-expect-error this bank approves nothing
  await bank.approve({ approval: 'x' as ProviderRef, decision: { type: 'accept' } });
  // @ts-expect-error Telegram has no lookup
  await telegram.get(target);
  // @ts-expect-error nor a refund
  await telegram.refund(refund);

  // The caller says what it can render
  const created = await bank.create({ ...request, accepts: ['qr', 'redirect'] });
  // @ts-expect-error the outcome comes first
  void created.value;
  if (created.outcome === 'applied') {
    const { next } = created.value;
    // @ts-expect-error which of the two is not known yet
    void next.payload;
    if (next.type === 'qr') void next.payload;
    else void next.url;
    // @ts-expect-error a deep link was not accepted
    void (next.type === 'deep-link');
  } else if (created.outcome === 'refused') {
    // @ts-expect-error a refusal is never in doubt
    void (created.fault.kind === 'unknown');
    if (created.fault.kind === 'throttled') void created.fault.retryAfterMs;
  } else {
    void (created.fault.reason === 'duplicate');
  }
  // @ts-expect-error Telegram shows no QR code
  await telegram.create({ ...request, accepts: ['qr'] });
  // @ts-expect-error somebody who can render nothing cannot ask
  await bank.create({ ...request, accepts: [] });

  // Operations of a provider known at run time only
  const rails: readonly AnyPaymentProvider[] = [bank, telegram];
  for (const rail of rails) {
    // @ts-expect-error not every rail has it
    await rail.refund(refund);
    if (can(rail, 'refund')) await rail.refund(refund);
    if (can(rail, 'get') && can(rail, 'cancel') && (await rail.get(target)) !== null) await rail.cancel(target);
    // @ts-expect-error no provider flies
    can(rail, 'fly');
    // @ts-expect-error every rail creates
    can(rail, 'create');
  }
  // @ts-expect-error known at compile time: there is nothing to ask
  can(bank, 'refund');

  // Manifest and methods are one
  const id = 'x';
  const create = async (): Promise<CreatedPayment<'qr'>> => never();
  const get = async (): Promise<null> => null;
  const cancel = async (): Promise<Payment> => never();
  const offers = { qr: final };
  const readable = { ...common, offers, operations: { get: lookupTerms } };
  const cancellable = { ...common, offers, operations: { get: lookupTerms, cancel: {} } };
  const silent = { ...common, offers, operations: { cancel: {} } };
  const careless = { ...common, offers, operations: { get: {} } };
  const form = { ...common, offers: { 'embedded-form': final }, operations: { get: lookupTerms } };
  const completable = { ...form, operations: { get: lookupTerms, complete: {} } };
  definePayment({ id, manifest: cancellable, create, get, cancel });
  definePayment({ id, manifest: completable, create: never, get, complete: never });
  // @ts-expect-error declared, not written
  definePayment({ id, manifest: cancellable, create, get });
  // @ts-expect-error written, not declared
  definePayment({ id, manifest: readable, create, get, cancel });
  // @ts-expect-error declared without its terms
  definePayment({ id, manifest: careless, create, get });
  // @ts-expect-error neither lookup nor webhook: we would never learn of the money
  definePayment({ id, manifest: silent, create, cancel });
  // @ts-expect-error a form that nobody can complete
  definePayment({ id, manifest: form, create: never, get });
  // @ts-expect-error a way to pay that was not declared
  definePayment({ id, manifest: readable, get, create: async (): Promise<CreatedPayment<'redirect'>> => never() });

  // Exchange
  const quote = await exchange.quote({ spend: money(USD, 10_00n), buy: BTC });
  await exchange.buy({ quote, reference, atLeast: money(BTC, 10_000n) });
  // @ts-expect-error the floor is in what is bought
  await exchange.buy({ quote, reference, atLeast: money(USD, 10_00n) });

  // Clearance and custody
  const clearance = mintClearance(grounds, now);
  const amount = money(BTC, 10_000n);
  const address = clearance.address;
  const own = await wallet.depositAddress(BTC);
  const send = (destination: Destination) => wallet.withdraw({ reference, amount, destination });
  await send({ type: 'customer', address, clearance });
  await send({ type: 'own', address: own });
  // @ts-expect-error a text is not an address
  await send({ type: 'customer', address: 'bc1q', clearance });
  // @ts-expect-error nobody writes a checked address by hand
  await send({ type: 'customer', address: { network: 'bitcoin', text: 'bc1q' }, clearance });
  const forged = { reference, address, maximum: amount, restsOn: clearance.restsOn, validUntil: now };
  // @ts-expect-error nobody writes a clearance by hand
  await send({ type: 'customer', address, clearance: forged });
  // @ts-expect-error no clearance
  await send({ type: 'customer', address });
  // @ts-expect-error a customer's address is not ours
  await send({ type: 'own', address });
  // @ts-expect-error "own" is a place, not a clearance
  await send({ type: 'customer', address, clearance: 'own' });
  // @ts-expect-error this wallet sends no webhooks
  await wallet.parseWebhook({});
  const { kyc, name } = grounds;
  // @ts-expect-error an unread verdict is not a clear one
  mintClearance({ ...grounds, address: await addressesOnly.screenAddress(address) }, now);
  // @ts-expect-error a name's verdict says nothing about an address
  mintClearance({ ...grounds, address: name }, now);
  // @ts-expect-error a retry is not an approval
  mintClearance({ ...grounds, kyc: { reference, status: 'retry', reasons: ['blurred'] } }, now);
  // @ts-expect-error this service screens no names
  await addressesOnly.screenName(kyc.identity);
  // @ts-expect-error only an approval has a term
  if (kycCase.status !== 'approved') void kycCase.until;
  else void kycCase.until;
}

test('what compiles has the methods that its manifest declares, and no other', () => {
  const operations = ['get', 'cancel', 'refund', 'complete', 'approve', 'parseWebhook'];
  const present = (provider: object) => operations.filter((name) => name in provider);
  expect(present(createBank())).toEqual(['get', 'cancel', 'refund', 'parseWebhook']);
  expect(present(createTelegram())).toEqual(['approve', 'parseWebhook']);
  expect(proofs).toBeTypeOf('function');
});
