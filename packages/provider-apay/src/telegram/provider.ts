import type { ApprovePayment, CallContext, CreatedPayment, CreatePayment, PaymentProvider } from '@rielrails/core';
import { ProviderError } from '@rielrails/core';
import { definePayment, systemRuntime } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import { z } from 'zod';
import { APAY_TELEGRAM, readApayTelegramConfig } from './config.ts';
import type { ApayTelegramConfig } from './config.ts';
import { apayTelegramManifest } from './manifest.ts';
import { readUpdate } from './update.ts';
import { createBotApi } from './wire.ts';

/** Telegram invoices that are paid through A-Pay. */
export type ApayTelegram = PaymentProvider<'approve' | 'parseWebhook', 'telegram-invoice'>;

const link = z.string().regex(/^https:\/\/\S{1,500}$/);

/**
 * Telegram Payments through A-Pay ("Paykassma"): an invoice link, Telegram's question before the payment, and its word
 * after it.
 *
 * There is no lookup. An invoice whose create stayed in doubt was shown to nobody: make another under a new reference.
 * A link can be paid again and again, by whoever has it, as long as questions are answered with `accept`: each payment
 * is a receipt of its own.
 *
 * @throws ProviderError of kind `config` when the configuration breaks a rule.
 */
export function createApayTelegram(config: ApayTelegramConfig, runtime: Runtime = systemRuntime()): ApayTelegram {
  const settings = readApayTelegramConfig(config);
  const call = createBotApi(settings, runtime);
  const { previousWebhookSecret: previous } = settings;
  const secrets = previous ? [settings.webhookSecret, previous] : [settings.webhookSecret];

  async function create(
    input: CreatePayment<'telegram-invoice'>,
    context: CallContext,
  ): Promise<CreatedPayment<'telegram-invoice'>> {
    const { reference, amount, expiresAt, purpose } = input;
    const description = cut(purpose.trim(), 255);
    if (description === '') throw refusal('create purpose: Telegram shows it, so it cannot be empty');
    const invoice = {
      title: settings.title,
      description,
      payload: reference,
      provider_token: settings.providerToken.reveal(),
      currency: amount.asset.code,
      prices: [{ label: settings.title, amount: amount.minor }],
    };
    const url = await call('createInvoiceLink', link, invoice, context);
    const nothing = { receipts: [], refunds: [], reversals: [] };
    // A link has no end of its own: only a refused question keeps a late payer from paying.
    const next = { type: 'telegram-invoice', url, expiresAt } as const;
    return { payment: { reference, requested: amount, ...nothing, status: 'awaiting-payer' }, next };
  }

  async function approve({ approval, decision }: ApprovePayment, context: CallContext): Promise<void> {
    if (decision.type === 'refuse' && decision.message.trim() === '')
      throw refusal('approve message: Telegram shows it, so it cannot be empty');
    const answer =
      decision.type === 'accept' ? { ok: true } : { ok: false, error_message: cut(decision.message.trim(), 255) };
    await call('answerPreCheckoutQuery', z.literal(true), { pre_checkout_query_id: approval, ...answer }, context);
  }

  const parseWebhook: ApayTelegram['parseWebhook'] = async (delivery) => readUpdate(delivery, secrets);
  const manifest = apayTelegramManifest(settings);
  return definePayment({ id: APAY_TELEGRAM, manifest, create, approve, parseWebhook }, runtime);
}

/** The beginning of a text, never ending in the middle of a character. */
function cut(text: string, length: number): string {
  const kept = text.slice(0, length);
  return text.length > length && /[\ud800-\udbff]$/.test(kept) ? kept.slice(0, -1) : kept;
}

function refusal(rule: string): ProviderError {
  return new ProviderError({ kind: 'invalid', provider: APAY_TELEGRAM, message: `${APAY_TELEGRAM} ${rule}` });
}
