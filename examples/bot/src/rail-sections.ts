import { z } from 'zod';
import { secretSource } from './secrets.ts';

const currency = z.enum(['KHR', 'USD']);
const currencies = z.tuple([currency], currency);

/** The section in which each way of paying is set up: its id in camel case. */
export const sectionOf = {
  payway: 'payway',
  bakong: 'bakong',
  aeon: 'aeon',
  apay: 'apay',
  'apay-telegram': 'apayTelegram',
  bongloy: 'bongloy',
  wing: 'wing',
} as const;

/** A way of paying that this bot can offer, by its provider's id. */
export type RailId = keyof typeof sectionOf;

/** Every way of paying that can be listed. */
export const railIds = Object.keys(sectionOf) as [RailId, ...RailId[]];

const apayWebhookKeys = { accessKey: secretSource, privateKey: secretSource };

/** What the bot can price, of what Telegram's invoices can be written in. */
const invoiceCurrency = z.enum(['USD', 'INR', 'BDT', 'PKR', 'MMK']);

const wingMerchant = {
  username: z.string(),
  restApiKey: secretSource,
  previousKey: secretSource.optional(),
  account: z.strictObject({ type: z.enum(['biller', 'till']), number: z.string() }),
  currency,
  environment: z.enum(['sandbox', 'production']),
  baseUrl: z.string().optional(),
  returnUrl: z.string(),
  unpaidCodes: z.array(z.string()).optional(),
};

/** Each as its adapter wants it, with secrets named: the adapter checks what is inside. */
export const railSections = {
  payway: z
    .strictObject({
      merchantId: z.string(),
      apiKey: secretSource,
      previousApiKey: secretSource.optional(),
      refundPublicKey: secretSource.optional(),
      environment: z.enum(['sandbox', 'production']),
      currencies,
      callbackUrl: z.string(),
    })
    .optional(),
  bakong: z
    .strictObject({
      token: secretSource,
      environment: z.enum(['sit', 'production']),
      account: z.discriminatedUnion('type', [
        z.strictObject({
          type: z.literal('individual'),
          bakongAccount: z.string(),
          information: z.string().optional(),
          acquiringBank: z.string().optional(),
        }),
        z.strictObject({
          type: z.literal('merchant'),
          bakongAccount: z.string(),
          merchantId: z.string(),
          acquiringBank: z.string(),
        }),
      ]),
      receivingAccounts: z.array(z.string()).optional(),
      merchantName: z.string(),
      merchantCity: z.string().optional(),
      merchantCategoryCode: z.string().optional(),
      currencies,
      relayUrl: z.string().optional(),
      polling: z
        .strictObject({
          callsPerDay: z.int().optional(),
          probePercent: z.int().optional(),
          unpaidPerPerson: z.int().optional(),
          lists: z.boolean().optional(),
        })
        .optional(),
    })
    .optional(),
  /** AEON bears its own fee here: what the quote says is what the buyer pays. */
  aeon: z
    .strictObject({
      appId: z.string(),
      secret: secretSource,
      previousSecret: secretSource.optional(),
      environment: z.enum(['sandbox', 'production']),
      callbackUrl: z.string(),
      currencies: z.tuple([z.enum(['USD', 'USDT'])], z.enum(['USD', 'USDT'])),
      /** No `bot`: the engine tells nobody's chat to a provider. No Mini App: Telegram's terms bind bots that have one to TON. */
      display: z.strictObject({ type: z.enum(['web', 'browser']) }).optional(),
      paymentTokens: z.array(z.string()).optional(),
      paymentNetworks: z.array(z.string()).optional(),
      settlesAfterDays: z.int().optional(),
    })
    .optional(),
  apay: z
    .strictObject({
      baseUrl: z.string(),
      apiKey: secretSource,
      projectId: z.string(),
      webhookId: z.string(),
      ...apayWebhookKeys,
      previousWebhook: z.strictObject(apayWebhookKeys).optional(),
    })
    .optional(),
  apayTelegram: z
    .strictObject({
      /**
       * Off unless it says `true`. Telegram's terms for bot developers forbid the sale of regulated goods (5.2(h)) and
       * sell digital goods for Stars alone (6.2); whether bitcoin is one of them is unsettled. A bot that Telegram takes
       * down takes every open chat with it. Ask Telegram and A-Pay in writing first.
       */
      enabled: z.boolean().default(false),
      providerToken: secretSource,
      environment: z.enum(['test', 'live']),
      currencies: z.tuple([invoiceCurrency], invoiceCurrency),
      /** The heading of the invoice. */
      title: z.string(),
    })
    .optional(),
  bongloy: z
    .strictObject({
      secretKey: secretSource,
      publishableKey: z.string(),
      environment: z.enum(['test', 'live']),
      currencies,
      khrExponent: z.union([z.literal(0), z.literal(2)]).optional(),
    })
    .optional(),
  wing: z
    .discriminatedUnion('version', [
      z.strictObject({
        version: z.literal('v2'),
        ...wingMerchant,
        password: secretSource,
        domain: z.string(),
        inquiryPath: z.string().optional(),
      }),
      // Its form is served by our own door.
      z.strictObject({ version: z.literal('v1'), ...wingMerchant }),
    ])
    .optional(),
} as const;
