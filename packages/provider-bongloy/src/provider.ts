import { isProviderError, ProviderError, sameMoney } from '@rielrails/core';
import type { CallContext, CompletePayment, CreatedPayment, CreatePayment, Instant } from '@rielrails/core';
import type { Payment, PaymentEvent, PaymentProvider, RefundPayment, Target } from '@rielrails/core';
import type { WebhookDelivery, WebhookOutcome } from '@rielrails/core';
import { definePayment, digest, doubt, fromUtf8, member, parseJson, systemRuntime, toHex } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import { createCharges } from './charges.ts';
import { BONGLOY, readBongloyConfig } from './config.ts';
import type { BongloyConfig } from './config.ts';
import { holdsCardNumber, isId } from './guard.ts';
import { bongloyManifest, SETTLES_MS } from './manifest.ts';
import type { BongloyOperation } from './manifest.ts';
import { createReading, describe, formatHandle, readHandle, referenceOf } from './payment.ts';
import { createBongloyWire, objects } from './wire.ts';

/** Bongloy as a payment provider. */
export type Bongloy = PaymentProvider<BongloyOperation, 'embedded-form'>;

/**
 * Bongloy as a payment provider: its form in the browser makes a token, and `complete` charges it, once.
 *
 * `create` sends nothing. Keep its handle: `complete` needs it. A `complete` in doubt is settled by `get`, and may be
 * repeated with the same token, which Bongloy takes only once. Card numbers are refused wherever they could be put.
 *
 * @throws ProviderError of kind `config` when the configuration breaks a rule.
 */
export function createBongloy(config: BongloyConfig, runtime: Runtime = systemRuntime()): Bongloy {
  const settings = readBongloyConfig(config);
  const { clock } = runtime;
  const wire = createBongloyWire(settings, runtime);
  const charges = createCharges(settings, wire);
  const reading = createReading(settings, runtime);

  async function create({
    reference,
    amount,
    purpose,
    expiresAt,
  }: CreatePayment): Promise<CreatedPayment<'embedded-form'>> {
    if (!/^.{1,400}$/su.test(purpose)) throw refusal('invalid', 'purpose: expected 1 to 400 characters');
    if (holdsCardNumber(purpose)) throw refusal('invalid', 'purpose: holds something like a card number');
    const handle = formatHandle({ amount, createdAt: clock.now(), expiresAt, purpose });
    return {
      payment: reading.paymentOf({ reference, handle }, []),
      next: {
        type: 'embedded-form',
        scriptUrl: 'https://js.bongloy.com/v3',
        publishableKey: settings.publishableKey,
        expiresAt,
        // Only `complete` takes money, and not after `expiresAt`; what left before may still arrive.
        payableUntil: (expiresAt + SETTLES_MS) as Instant,
      },
      handle,
    };
  }

  async function get(target: Target, context?: CallContext): Promise<Payment | null> {
    const asked = readHandle(target.handle);
    const found = await charges.of(target.reference, asked?.createdAt, context);
    return found.length === 0 && !asked ? null : reading.paymentOf(target, found);
  }

  async function complete({ target, token }: CompletePayment, context: CallContext): Promise<Payment> {
    const asked = readHandle(target.handle);
    if (!asked) throw refusal('invalid', 'target.handle: is needed, as create gave it');
    if (!isId(token)) throw refusal('invalid', 'token: is no token of the form');
    const { reference } = target;
    const before = reading.paymentOf(target, await charges.of(reference, asked.createdAt, context));
    if (before.receipts.length > 0 || before.status === 'processing') return before;
    if (clock.now() >= asked.expiresAt) throw refusal('conflict', 'complete: the request has run out');
    const fields = {
      amount: reading.wireAmount(asked.amount),
      currency: asked.amount.asset.code,
      source: token,
      description: describe(asked.purpose, reference),
      'metadata[reference]': reference,
      capture: String(settings.capture === 'at-once'),
    };
    const key = `${reference}-${toHex(digest('sha256', token)).slice(0, 32)}`;
    const charge = await wire
      .post('charge', '/charges', objects.charge, { fields, key }, context)
      .catch(async (error) => {
        // No document says how a used token is refused. The token itself tells; what used it may have been our first try.
        const refused = isProviderError(error) && ['invalid', 'not-found', 'conflict'].includes(error.fault.kind);
        const known = refused ? await wire.find('token', `/tokens/${token}`, objects.token, context) : null;
        throw known?.used
          ? doubt(BONGLOY, 'duplicate', `${BONGLOY} charge: this token was used before; look it up`)
          : error;
      });
    const ours = referenceOf(charge) === reference && charges.isOfThisMode(charge);
    if (!ours || !sameMoney(reading.amountOf(charge.amount, charge.currency), asked.amount))
      throw doubt(BONGLOY, 'echo-mismatch', `${BONGLOY} charge: the answer is not about what was sent`);
    const after = reading.paymentOf(target, [await charges.withDispute(charge, context)]);
    if (after.status === 'awaiting-payer' || after.status === 'expired')
      throw new ProviderError({
        kind: 'declined',
        provider: BONGLOY,
        message: `${BONGLOY} charge: failed`,
        reason: 'failed',
      });
    return after;
  }

  async function refund({ target, reference, receipt, amount }: RefundPayment, context: CallContext): Promise<Payment> {
    const charge = isId(receipt) ? await charges.byId(receipt, context) : null;
    if (!charge) throw refusal('not-found', 'receipt: there is no such charge');
    if (referenceOf(charge) !== target.reference) throw refusal('invalid', 'receipt: belongs to another payment');
    const before = reading.paymentOf(target, [charge]);
    if (before.refunds.some((one) => one.reference === reference)) return before;
    if (before.receipts.length === 0) throw refusal('conflict', 'refund: nothing was taken');
    if (before.reversals.length > 0)
      throw refusal('conflict', 'refund: the card holder disputed this; it would go back twice');
    const left = reading.amountOf(charge.amount - charge.amount_refunded, charge.currency);
    if (left.asset.code !== amount.asset.code || left.asset.scale !== amount.asset.scale)
      throw refusal('invalid', `amount: must be in ${left.asset.code}`);
    if (amount.minor > left.minor) throw refusal('conflict', 'refund: more than what is left');
    const fields = { charge: receipt, amount: reading.wireAmount(amount), 'metadata[refund_reference]': reference };
    const call = { fields, key: `refund-${reference}` };
    const sent = await wire.post('refund', '/refunds', objects.refund, call, context);
    if (sent.charge !== receipt || !sameMoney(reading.amountOf(sent.amount, sent.currency), amount))
      throw doubt(BONGLOY, 'echo-mismatch', `${BONGLOY} refund: the answer is not about what was sent`);
    const total = charge.amount_refunded + sent.amount;
    return reading.paymentOf(target, [{ ...charge, amount_refunded: total, refunds: [...charge.refunds, sent] }]);
  }

  function parseWebhook({ body }: WebhookDelivery): Promise<WebhookOutcome<PaymentEvent>> {
    const event = parseJson(fromUtf8(body));
    if (typeof member(event, 'type') !== 'string') throw new TypeError('webhook: has no type');
    const object = member(event, 'data', 'object');
    const [description, metadata] = [member(object, 'description'), member(object, 'metadata')];
    const reference = referenceOf({ description, metadata });
    return Promise.resolve({
      outcome: 'accepted',
      trust: 'hint',
      // Of the bytes and not of the event's id: a forger who knows an id cannot use it up.
      dedupeKey: toHex(digest('sha256', body)),
      events: reference === null ? [] : [{ type: 'changed', target: { reference } }],
      reply: { status: 200 },
    });
  }

  const author = { id: BONGLOY, manifest: bongloyManifest(settings), create, get, complete, refund };
  return definePayment({ ...author, parseWebhook: async (delivery) => parseWebhook(delivery) }, runtime);
}

function refusal(kind: 'invalid' | 'not-found' | 'conflict', message: string): ProviderError {
  return new ProviderError({ kind, provider: BONGLOY, message: `${BONGLOY} ${message}` });
}
