import { can } from '@rielrails/core';
import type { Payment } from '@rielrails/core';
import type { OrderEvent, PayersJudged } from '../order/event.ts';
import type { Finding } from '../order/finding.ts';
import type { Effect, Order } from '../order/order.ts';
import { matchPayer } from '../order/payer.ts';
import { byId } from '../providers.ts';
import { limited } from './outside.ts';
import type { EffectDoor, Outside } from './outside.ts';

/** Asks a rail for a payment. */
export const requestPaymentDoor: EffectDoor = {
  async call(effect, order, outside): Promise<OrderEvent> {
    const { request, reference } = effect;
    if (request.kind !== 'request-payment') throw new RangeError('effect: is of another kind');
    const { providers } = outside;
    const attempt = await byId(providers.rails, effect.provider).create(
      {
        reference,
        amount: request.amount,
        accepts: request.way ? [request.way] : providers.accepts,
        purpose: providers.purpose({ number: order.number, language: order.language }),
        expiresAt: request.expiresAt,
        payer: { id: order.person },
        ...(providers.returnUrl === undefined ? {} : { returnUrl: providers.returnUrl }),
      },
      limited(outside),
    );
    outside.rails.note(effect.provider, attempt);
    if (attempt.outcome !== 'applied') return { type: 'payment-requested', reference, attempt };
    const { next, payment, handle } = attempt.value;
    const value = {
      next,
      handle: handle ?? null,
      payableUntil: next.payableUntil ?? null,
      requested: payment.requested,
    };
    return { type: 'payment-requested', reference, attempt: { outcome: 'applied', value } };
  },
  lookUp: (effect, order, outside) => lookUpPayment(effect, order, outside),
};

/** Asks the rail what became of a payment request. */
export async function lookUpPayment(request: Effect, order: Order, outside: Outside): Promise<OrderEvent> {
  const rail = byId(outside.providers.rails, request.provider);
  if (!can(rail, 'get')) return { type: 'no-answer', reference: request.reference, retryAfterMs: null };
  const target = { reference: request.reference, ...(request.handle === null ? {} : { handle: request.handle }) };
  const askedAt = outside.runtime.clock.now();
  const payment = await rail.get(target, limited(outside));
  return {
    type: 'payment-seen',
    reference: request.reference,
    payment,
    askedAt,
    ...(await judgePayers(rail.id, payment, order, outside)),
  };
}

/**
 * Compares every new payer with the verified name, so that no name enters the order itself, screens the address that
 * coins came from, and looks whether the account pays for others too.
 *
 * @throws ProviderError where screening gives no verdict: an error is not "clear".
 */
export async function judgePayers(
  rail: string,
  payment: Payment | null,
  order: Order,
  outside: Outside,
): Promise<PayersJudged> {
  const fresh =
    payment?.receipts.filter(({ transaction }) => !order.receipts.some((one) => one.transaction === transaction)) ?? [];
  if (fresh.length === 0) return { payers: {} };
  const { identity } = await outside.person(order);
  const verified = identity ? [identity.name, ...(identity.aliases ?? [])] : [];
  const { compareNames: compare } = outside.providers;
  const payers = Object.fromEntries(
    fresh.map(({ transaction, payer }) => [transaction, matchPayer(payer?.name, verified, compare)]),
  );
  const wallets: Record<string, 'review' | 'blocked'> = {};
  for (const { transaction, payer } of fresh) {
    if (!payer?.wallet) continue;
    const { outcome } = await outside.providers.addresses.screenAddress(payer.wallet, limited(outside));
    if (outcome !== 'clear') wallets[transaction] = outcome;
  }
  const findings: Finding[] = [];
  for (const { transaction, payer } of fresh) {
    const account = payer?.account ?? (payers[transaction] === 'mismatch' ? payer?.name : undefined);
    const finding = account ? await outside.watchPayer(order, { rail, account }) : null;
    if (finding) findings.push(finding);
  }
  return { payers, wallets, ...(findings.length > 0 ? { findings } : {}) };
}
