import type { Asset, NonEmpty } from '@rielrails/core';
import { USD, USDT } from '@rielrails/core';
import { readConfig, secretSchema } from '@rielrails/kit';
import type { Secret } from '@rielrails/kit';
import { z } from 'zod';

/** The name under which this provider appears in faults, logs and spans. */
export const AEON = 'aeon';

/** The code of a currency that an order can be in. */
export type AeonCurrency = 'USD' | 'EUR' | 'HKD' | 'IDR' | 'THB' | 'VND' | 'USDT';

/** What an order can be in ("Supported payCurrency"); more are set up by arrangement. There is no riel. */
export const aeonAssets: Readonly<Record<AeonCurrency, Asset>> = {
  USD,
  EUR: { code: 'EUR', scale: 2 },
  HKD: { code: 'HKD', scale: 2 },
  IDR: { code: 'IDR', scale: 0 },
  THB: { code: 'THB', scale: 0 },
  VND: { code: 'VND', scale: 0 },
  USDT,
};

/**
 * Codes for `paymentExchange` as "Create Order" printed them. The tables of the merchant's own documents hold more,
 * wallets among them: any UUID is taken. AEON marks the parameter "under maintenance".
 */
export const aeonExchanges = {
  bybit: '3b8d8911-b2c0-4c1a-9127-675653c21960',
  coinbase: '47624467-e52e-4938-a41a-7926b6c27acf',
  kraken: '16f021b0-f220-4bbb-aa3b-82d423301957',
  paxos: '2fdd678d-8ece-49f5-992c-a1d7c4367833',
} as const;

/** Ways to pay that an order can be narrowed to: QR code, Binance Pay, an exchange's account, a connected wallet. */
export type AeonPayType = 'WALLET' | 'BINANCE_PAY' | 'EXCHANGE' | 'WALLET_PAY';

/** Which order is made: `web` is "Create Order", the others are the display modes of "Create Order Bot (Telegram)". */
export type AeonDisplay =
  | { readonly type: 'web' }
  | { readonly type: 'browser' }
  /**
   * AEON's payment bot, which leads back to yours. `payer.id` has to be the number of the private chat: who names payers
   * otherwise, as this project's engine does, takes `browser`.
   */
  | { readonly type: 'bot'; readonly botName: string }
  /**
   * A pop-up in your Mini App. Leave it off in a bot that sells bitcoin: Telegram's terms for developers (7) allow Mini
   * Apps around crypto for TON alone, "in the Mini App or in its connected bot", and the bot may be taken down.
   */
  | { readonly type: 'mini-app' };

/** What AEON's sales and the merchant's dashboard tell. */
export interface AeonConfig {
  readonly appId: string;
  readonly secret: Secret | string;
  /** The secret before the last rotation: webhooks under way may carry it. Never used for requests. */
  readonly previousSecret?: Secret | string;
  readonly environment: 'sandbox' | 'production';
  /** Where AEON reports: https, at most 512 characters. */
  readonly callbackUrl: string;
  readonly currencies: NonEmpty<AeonCurrency>;
  /** Default: `browser`. */
  readonly display?: AeonDisplay;
  /** Narrows what the payer may pay with: tokens and networks of your configuration at AEON, such as `USDT` and `TRX`. */
  readonly paymentTokens?: readonly string[];
  readonly paymentNetworks?: readonly string[];
  /** Codes of exchanges and wallets: see {@link aeonExchanges}. */
  readonly paymentExchange?: readonly string[];
  readonly payType?: AeonPayType;
  /** "Transaction Fee" of your configuration: whether the payer pays it on top. Default: `merchant`. */
  readonly feePaidBy?: 'merchant' | 'payer';
  /** Your settlement terms: X of "D+X". Until then AEON can refund. Absent (S0): there is no `refund` operation. */
  readonly settlesAfterDays?: number;
}

/** A configuration with which refunds are possible. */
export type AeonRefundConfig = AeonConfig & { readonly settlesAfterDays: number };

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const code = z.string().regex(/^[A-Z0-9]{2,10}$/, 'expected codes such as USDT or TRX');

/** A comma list as it is sent, within the parameter's length. */
const list = (item: z.ZodType<string>, maxLength: number) =>
  z
    .array(item)
    .min(1)
    .transform((all) => all.join(','))
    .refine((text) => text.length <= maxLength, `longer than ${maxLength} characters in all`)
    .optional();

const schema = z.strictObject({
  appId: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'expected 1 to 64 letters, digits, "-" or "_"'),
  secret: secretSchema(8),
  previousSecret: secretSchema(8).optional(),
  environment: z.enum(['sandbox', 'production']),
  callbackUrl: z
    .string()
    .max(512)
    .refine((text) => URL.canParse(text) && new URL(text).protocol === 'https:', 'expected an https URL'),
  currencies: z
    .array(z.enum(Object.keys(aeonAssets) as [AeonCurrency]))
    .min(1)
    .refine((all) => new Set(all).size === all.length, 'names a currency twice'),
  display: z
    .discriminatedUnion('type', [
      z.strictObject({ type: z.enum(['web', 'browser', 'mini-app']) }),
      z.strictObject({
        type: z.literal('bot'),
        botName: z.string().regex(/^[A-Za-z0-9_]{5,32}$/, "expected a bot's name"),
      }),
    ])
    .default({ type: 'browser' }),
  paymentTokens: list(code, 128),
  paymentNetworks: list(code, 32),
  paymentExchange: list(z.string().regex(uuid, 'expected UUIDs'), 512),
  payType: z.enum(['WALLET', 'BINANCE_PAY', 'EXCHANGE', 'WALLET_PAY']).optional(),
  feePaidBy: z.enum(['merchant', 'payer']).default('merchant'),
  settlesAfterDays: z.int().min(1).max(365).optional(),
});

/** A configuration that was checked. */
export type AeonSettings = z.infer<typeof schema>;

/** Checks a configuration. @throws ProviderError of kind `config`, naming fields and rules, never values. */
export function readAeonConfig(config: AeonConfig): AeonSettings {
  return readConfig(AEON, schema, config);
}
