import { ProviderError } from '@rielrails/core';
import type {
  CallContext,
  CreatedPayment,
  CreatePayment,
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
import { invalid, openAeonApi } from './api.ts';
import type { AeonApi, AeonOrderFields } from './api.ts';
import { AEON, readAeonConfig } from './config.ts';
import type { AeonConfig, AeonRefundConfig, AeonSettings } from './config.ts';
import { aeonManifest, LEAST_REFUND, refundTerms } from './manifest.ts';
import { createStatusWords, formatRequested, paymentOf } from './payment.ts';
import { readAeonWallet } from './wallet.ts';
import { readWebhook } from './webhook.ts';

/** AEON without refunds. */
export type Aeon = PaymentProvider<'get' | 'parseWebhook', 'redirect'>;

/** AEON with refunds. */
export type AeonWithRefunds = PaymentProvider<'get' | 'refund' | 'parseWebhook', 'redirect'>;

/** AEON's own calls, for what the contract has no words for: transaction hashes, wallets, recharges. */
export function createAeonApi(config: AeonConfig, runtime: Runtime = systemRuntime()): AeonApi {
  return openAeonApi(readAeonConfig(config), runtime);
}

/**
 * AEON crypto payment as a payment provider. With `settlesAfterDays` it also refunds.
 *
 * The reference is the `merchantOrderNo`, which AEON takes once. A request that expired may still be paid: `payableUntil`
 * is absent, `expired` is no end for money. A refund's `destination` has the form that {@link readAeonWallet} reads; it is
 * accepted, not yet paid out, when the attempt is `applied`.
 *
 * @throws ProviderError of kind `config` when the configuration breaks a rule.
 */
export function createAeon(config: AeonRefundConfig, runtime?: Runtime): AeonWithRefunds;
export function createAeon(config: AeonConfig, runtime?: Runtime): Aeon;
export function createAeon(config: AeonConfig, runtime: Runtime = systemRuntime()): Aeon | AeonWithRefunds {
  const settings = readAeonConfig(config);
  const { secret, previousSecret, feePaidBy, settlesAfterDays } = settings;
  const api = openAeonApi(settings, runtime);
  const read = { words: createStatusWords(runtime.log), feePaidBy };
  const secrets = previousSecret ? [secret, previousSecret] : [secret];

  async function create(input: CreatePayment<'redirect'>, context: CallContext): Promise<CreatedPayment<'redirect'>> {
    const { reference, amount: requested, expiresAt } = input;
    const seconds = Math.ceil((expiresAt - runtime.clock.now()) / 1000);
    const { webUrl: url } = await api.createOrder(orderOf(input, settings, seconds), context);
    return {
      // The answer repeats no amount: what AEON asks for is first told by a lookup.
      payment: { reference, requested, receipts: [], refunds: [], reversals: [], status: 'awaiting-payer' },
      next: { type: 'redirect', url, expiresAt },
      handle: formatRequested(requested),
    };
  }

  async function get(target: Target, context?: CallContext): Promise<Payment | null> {
    const order = await api.query(target.reference, context);
    if (!order) return null;
    if (order.merchantOrderNo !== target.reference)
      throw unavailable(AEON, `${AEON} get: answered about another order`);
    return paymentOf(order, target, read);
  }

  async function refund(input: RefundPayment, context: CallContext): Promise<Payment> {
    const { target, reference, amount } = input;
    const wallet = readAeonWallet(input.destination ?? '');
    // AEON refunds in dollars, and a rate of ours would be a guess at theirs.
    if (amount.asset.code !== 'USD' || amount.asset.scale !== 2) throw invalid('amount: refunds are in USD');
    if (amount.minor < LEAST_REFUND.minor) throw invalid('amount: a refund must exceed 1 USD');
    const before = await get(target, context);
    if (!before) throw refusal('not-found', 'AEON does not know this order');
    const [receipt] = before.receipts;
    if (!receipt) throw refusal('conflict', 'nothing was paid');
    if (receipt.transaction !== input.receipt) throw invalid('receipt: belongs to another payment');
    if (receipt.amount.asset.code !== 'USD') throw invalid('amount: only orders in USD are refunded here');
    if (amount.minor > receipt.amount.minor) throw refusal('conflict', 'more than what was received');
    await api.refund(
      {
        merchantOrderNo: target.reference,
        walletAddress: wallet.address,
        refundAmount: formatAmount(amount),
        refundToken: wallet.token,
        refundNetwork: wallet.network,
        refundOrderNo: reference,
        memo: wallet.memo,
      },
      context,
    );
    return { ...before, refunds: [{ receipt: receipt.transaction, amount, status: 'pending', reference }] };
  }

  function parseWebhook(delivery: WebhookDelivery): Promise<WebhookOutcome<PaymentEvent>> {
    return Promise.resolve(readWebhook(delivery, secrets));
  }

  const manifest = aeonManifest(settings);
  const author = { id: AEON, create, get, parseWebhook };
  if (settlesAfterDays === undefined) return definePayment({ ...author, manifest }, runtime);
  const operations = { ...manifest.operations, refund: refundTerms(settlesAfterDays) };
  return definePayment({ ...author, refund, manifest: { ...manifest, operations } }, runtime);
}

/** The order that is asked for. `ORDER` takes the exact amount; with `RECHARGE` any amount would be a payment. */
function orderOf(input: CreatePayment, settings: AeonSettings, seconds: number): AeonOrderFields {
  const { reference, amount, payer, purpose, returnUrl } = input;
  const { display, callbackUrl, paymentTokens, paymentExchange, paymentNetworks, payType } = settings;
  const custom = { orderDetail: purpose, requested: formatRequested(amount) };
  const order = {
    merchantOrderNo: reference,
    orderAmount: formatAmount(amount),
    payCurrency: amount.asset.code,
    userId: payer?.id ?? reference,
    paymentTokens,
    paymentExchange,
    paymentNetworks,
    payType,
    callbackURL: callbackUrl,
    redirectURL: returnUrl,
    customParam: stringifyJson(custom),
    expiredTime: String(seconds),
    orderModel: 'ORDER',
  } as const;
  switch (display.type) {
    case 'web':
      return order;
    case 'browser':
      return { ...order, tgModel: 'BROWSER' };
    case 'mini-app':
      return { ...order, redirectURL: undefined, tgModel: 'MINIAPP' };
    case 'bot': {
      const { botName } = display;
      if (!isPrivateChat(payer?.id)) throw invalid("payer.id: the bot's display needs the number of a private chat");
      const customParam = stringifyJson({ ...custom, botName, chatId: payer?.id });
      return { ...order, customParam, redirectURL: `https://t.me/${botName}`, tgModel: 'BOT' };
    }
  }
}

/**
 * Telegram numbers people with at most 52 bits, and groups below zero. A longer number is somebody's own name for the
 * payer, and AEON's bot would lead back to a stranger.
 */
function isPrivateChat(id: string | undefined): boolean {
  return id !== undefined && /^[1-9][0-9]{0,15}$/.test(id) && BigInt(id) < 1n << 52n;
}

function refusal(kind: 'not-found' | 'conflict', rule: string): ProviderError {
  return new ProviderError({ kind, provider: AEON, message: `${AEON} refund: ${rule}` });
}
