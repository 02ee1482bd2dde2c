import type { NonEmpty } from '@rielrails/core';
import { formedSecretSchema as secret, readConfig } from '@rielrails/kit';
import type { Secret } from '@rielrails/kit';
import { z } from 'zod';
import { apayCurrencies, telegramCurrencies } from './currency.ts';
import type { TelegramCurrency } from './currency.ts';

/** The name under which this provider appears in faults, logs and spans. */
export const APAY_TELEGRAM = 'apay-telegram';

/** A bot that sells by invoice. */
export interface ApayTelegramConfig {
  /** The bot's token. It is part of every address of the Bot API, and leaves this package only there. */
  readonly botToken: Secret | string;
  /** What BotFather gave for A-Pay ("Paykassma"): with `:LIVE:` inside, or with `:TEST:`. */
  readonly providerToken: Secret | string;
  /** Must be that of `providerToken`: play money is not taken for money, nor money for play. */
  readonly environment: 'live' | 'test';
  /** The `secret_token` of `setWebhook`. A bot that polls chooses one for itself. */
  readonly webhookSecret: Secret | string;
  /** The one before, as long as updates may still come with it. */
  readonly previousWebhookSecret?: Secret | string;
  /** Live, only what A-Pay takes too: INR, BDT, PKR, MMK. Never riel: Telegram has no riel. */
  readonly currencies: NonEmpty<TelegramCurrency>;
  /** The heading of the invoice, 1 to 32 characters. */
  readonly title: string;
}

/** A configuration that was checked. */
export interface ApayTelegramSettings extends Readonly<Record<'botToken' | 'providerToken' | 'webhookSecret', Secret>> {
  readonly previousWebhookSecret?: Secret | undefined;
  readonly currencies: NonEmpty<TelegramCurrency>;
  readonly title: string;
}

const webhookSecret = secret(/^[A-Za-z0-9_-]{16,256}$/, 'expected 16 to 256 letters, digits, _ or -');

const schema: z.ZodType<ApayTelegramSettings> = z
  .strictObject({
    botToken: secret(/^[1-9]\d{0,15}:[A-Za-z0-9_-]{3,64}$/, 'expected the form that BotFather gives'),
    providerToken: secret(/^[^\s:]+:(?:LIVE|TEST):\S+$/, 'expected :LIVE: or :TEST: inside'),
    environment: z.enum(['live', 'test']),
    webhookSecret,
    previousWebhookSecret: webhookSecret.optional(),
    currencies: z.tuple([z.enum(telegramCurrencies)], z.enum(telegramCurrencies)),
    title: z.string().min(1).max(32),
  })
  .refine(({ providerToken, environment }) => providerToken.reveal().includes(`:${environment.toUpperCase()}:`), {
    path: ['providerToken'],
    message: 'is of the other environment',
  })
  .refine(
    ({ environment, currencies }) => environment === 'test' || currencies.every((one) => apayCurrencies.includes(one)),
    { path: ['currencies'], message: `live, A-Pay and Telegram both take only ${apayCurrencies.join(', ')}` },
  );

/** Checks a configuration. @throws ProviderError of kind `config`. */
export function readApayTelegramConfig(config: ApayTelegramConfig): ApayTelegramSettings {
  return readConfig(APAY_TELEGRAM, schema, config);
}
