import { ProviderError } from '@rielrails/core';
import type {
  CallContext,
  Payment,
  PaymentEvent,
  PaymentProvider,
  RefundPayment,
  Target,
  WebhookDelivery,
  WebhookOutcome,
} from '@rielrails/core';
import { definePayment, formatAmount, stringifyJson, systemRuntime, unavailable } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import { PAYWAY, readPaywayConfig } from './config.ts';
import type { PaywayConfig, PaywayRefundConfig } from './config.ts';
import { createAsking } from './create.ts';
import type { PaywayOffers } from './create.ts';
import { readDelivery } from './delivery.ts';
import { echoMismatch } from './errors.ts';
import { readHandle } from './handle.ts';
import { createLookup } from './lookup.ts';
import { paywayManifest, refundTerms } from './manifest.ts';
import { sealMerchantAuth } from './merchant-auth.ts';
import { amountIn, belongsTo, withRefunded } from './payment.ts';
import { fieldsFor, invalid } from './request.ts';
import { requestTime } from './time.ts';
import { createPaywayWire } from './wire.ts';

/** ABA PayWay without refunds. */
export type Payway = PaymentProvider<'get' | 'cancel' | 'parseWebhook', PaywayOffers>;

/** ABA PayWay with refunds. */
export type PaywayWithRefunds = PaymentProvider<'get' | 'cancel' | 'refund' | 'parseWebhook', PaywayOffers>;

/**
 * ABA PayWay as a payment provider. With `refundPublicKey` it also refunds.
 *
 * `tran_id` is the reference, which PayWay takes once: a second create is `unknown` with reason `duplicate`. Keep the
 * handle: it holds the currency and the times that PayWay's lookup does not tell. Where only the run time knows whether
 * there is a key for refunds, hold the result as `AnyPaymentProvider` and ask `can(provider, 'refund')`.
 *
 * @throws ProviderError of kind `config` when the configuration breaks a rule.
 */
export function createPayway(config: PaywayRefundConfig, runtime?: Runtime): PaywayWithRefunds;
export function createPayway(config: PaywayConfig, runtime?: Runtime): Payway;
export function createPayway(config: PaywayConfig, runtime: Runtime = systemRuntime()): Payway | PaywayWithRefunds {
  const settings = readPaywayConfig(config);
  const { refundPublicKey } = settings;
  const wire = createPaywayWire(settings, runtime);
  const manifest = paywayManifest(settings);
  const callbackKeys = settings.previousApiKey ? [settings.apiKey, settings.previousApiKey] : [settings.apiKey];
  const create = createAsking(settings, wire, runtime.clock);
  const get = createLookup(settings, wire, runtime);

  async function cancel(target: Target, context: CallContext): Promise<Payment> {
    const before = await get(target, context);
    if (!before) throw absent('cancel', target);
    if (before.receipts.length > 0) throw refusal('conflict', 'cancel: already paid');
    await wire.close(fieldsFor(settings, target.reference, runtime.clock.now()), context);
    const { reference, requested, receipts, refunds, reversals } = before;
    return { reference, requested, receipts, refunds, reversals, status: 'cancelled' };
  }

  async function refund(input: RefundPayment, context: CallContext): Promise<Payment> {
    if (!refundPublicKey) throw refusal('config', 'refund: there is no refundPublicKey');
    const { target, amount } = input;
    if (!belongsTo(input.receipt, target.reference)) throw invalid('receipt', 'belongs to another payment');
    // The call names no currency: an amount in the wrong one would be taken for the right one.
    const before = await get(target, context);
    if (!before) throw absent('refund', target);
    if (before.receipts.length === 0) throw refusal('conflict', 'refund: nothing was paid');
    const receipt = before.receipts.find(({ transaction }) => transaction === input.receipt);
    if (!receipt) throw invalid('receipt', 'belongs to another payment');
    const received = before.receipts.reduce((sum, one) => sum + one.amount.minor, 0n);
    const { asset } = receipt.amount;
    if (amount.asset.code !== asset.code || amount.asset.scale !== asset.scale)
      throw invalid('amount', `must be in ${asset.code}`);
    const wanted = before.refunds.reduce((sum, one) => sum + one.amount.minor, amount.minor);
    // PayWay keeps one total for all payments of a `tran_id`.
    if (amount.minor > receipt.amount.minor || wanted > received)
      throw refusal('conflict', 'refund: more than what is left');
    const inner = { mc_id: settings.merchantId, tran_id: target.reference, refund_amount: formatAmount(amount) };
    const answer = await wire.refund(
      {
        request_time: requestTime(runtime.clock.now()),
        merchant_id: settings.merchantId,
        merchant_auth: sealMerchantAuth(stringifyJson(inner), refundPublicKey),
      },
      context,
    );
    const total = amountIn(answer.total_refunded, answer.currency);
    // More is possible: somebody may have refunded in the portal meanwhile. Less means that ours is not in it.
    if (total.asset.code !== asset.code || total.minor < wanted) throw echoMismatch('refund', 'the refunded total');
    return withRefunded(before, total);
  }

  function parseWebhook(delivery: WebhookDelivery): Promise<WebhookOutcome<PaymentEvent>> {
    return Promise.resolve(readDelivery(delivery, callbackKeys, settings.unsignedCallbacks));
  }

  const author = { id: PAYWAY, create, get, cancel, parseWebhook };
  if (!refundPublicKey) return definePayment({ ...author, manifest }, runtime);
  const operations = { ...manifest.operations, refund: refundTerms };
  return definePayment({ ...author, refund, manifest: { ...manifest, operations } }, runtime);
}

/** A transaction whose create was answered exists: PayWay's lookup only needs some seconds to see it. */
function absent(operation: 'cancel' | 'refund', { handle }: Target): ProviderError {
  return readHandle(handle)
    ? unavailable(PAYWAY, `${PAYWAY} ${operation}: PayWay does not show this transaction yet; nothing was sent`)
    : refusal('not-found', `${operation}: PayWay does not know this transaction`);
}

function refusal(kind: 'not-found' | 'conflict' | 'config', message: string): ProviderError {
  return new ProviderError({ kind, provider: PAYWAY, message: `${PAYWAY} ${message}` });
}
