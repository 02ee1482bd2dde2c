import { InputError } from '@rielrails/core';
import type { Money } from '@rielrails/core';
import { readConfig } from '@rielrails/kit';
import { z } from 'zod';
import { checkCustodians, custodianSections } from './custodian-sections.ts';
import { checkExchange, exchangeSection } from './exchange-section.ts';
import { checkKyc, kycSections } from './kyc.ts';
import { railIds, railSections, sectionOf } from './rail-sections.ts';
import { readAmount } from './read-amount.ts';
import { secretSource } from './secrets.ts';

const amount = z.string().transform((text, context): Money => {
  try {
    return readAmount(text);
  } catch {
    context.addIssue({ code: 'custom', message: 'expected an amount such as "41000 khr" or "100 usd"' });
    return z.NEVER;
  }
});
const basisPoints = z
  .int()
  .min(0)
  .max(10_000)
  .transform((points) => BigInt(points));
const durationMs = z.int().positive();
const sats = z
  .string()
  .regex(/^[1-9][0-9]{0,15}$/, 'expected satoshi as decimal text')
  .transform((text) => BigInt(text));
const loopbackUrl = z.string().regex(/^http:\/\/127\.0\.0\.1:[0-9]{1,5}$/, 'expected http://127.0.0.1:PORT');
/** Telegram takes 4,096 characters in one message; the quote stands above the terms. */
const termsText = z.string().min(1).max(1800);

const schema = z.strictObject({
  mode: z.enum(['sandbox', 'live']),
  shop: z.strictObject({
    name: z.string().min(1).max(40),
    support: z.string().min(1).max(100),
    quickAmounts: z.array(z.string().regex(/^[0-9a-z. ]{1,40}$/)).max(8),
  }),
  /** A secret, because it holds the password. */
  database: secretSource,
  dataKey: secretSource,
  /** The door for webhooks on 127.0.0.1; a proxy with TLS stands before it. 0: any free port. */
  port: z.int().min(0).max(65_535),
  /** Scheme and host under which the world reaches the door. Pages of our own on which buyers pay need it. */
  publicUrl: z
    .string()
    .regex(/^https:\/\/[a-z0-9.-]+(?::[0-9]{1,5})?$|^http:\/\/127\.0\.0\.1:[0-9]{1,5}$/, 'expected https:// and a host')
    .optional(),
  /** The operators' page and commands on 127.0.0.1, and who may use them. Without it there is no such door. */
  admin: z
    .strictObject({
      port: z.int().min(0).max(65_535),
      people: z
        .array(
          z.strictObject({
            name: z.string(),
            token: secretSource,
            /** `compliance`: reads personal data and decides cases. */
            duties: z.array(z.literal('compliance')).default([]),
          }),
        )
        .min(1)
        .max(20),
    })
    .optional(),
  /** `username`: the bot's own, without `@`. Payment pages lead back to its chat. */
  telegram: z.strictObject({
    token: secretSource,
    username: z.string().regex(/^[A-Za-z][A-Za-z0-9_]{4,31}$/, 'expected the name of a bot, without "@"'),
    apiRoot: z.url().optional(),
  }),
  /** The ways of paying that are offered, in this order, by their ids. The first one that suits an order is its default. */
  rails: z
    .tuple([z.enum(railIds)], z.enum(railIds))
    .refine((ids) => new Set(ids).size === ids.length, 'names a way of paying twice'),
  ...railSections,
  exchange: exchangeSection,
  ...kycSections,
  /** Where sanctions lists are read: the folder in which they are kept up to date, one directory of OFAC's files, or a mirror of it. */
  lists: z.union([
    z.strictObject({
      folder: z.string(),
      ids: z.array(z.string()).min(1).default(['ofac-sdn', 'un']),
    }),
    z.strictObject({ directory: z.string() }),
    z.strictObject({ mirror: z.url() }),
  ]),
  rates: z.strictObject({
    /** One dollar in riel, and one dollar in USDT, as plain decimals, and when a person set them. */
    rielPerDollar: z.string(),
    usdtPerDollar: z.string(),
    /** One dollar in each further currency that a listed way takes. */
    perDollar: z
      .strictObject({
        INR: z.string().optional(),
        BDT: z.string().optional(),
        PKR: z.string().optional(),
        MMK: z.string().optional(),
      })
      .default({}),
    setAt: z.iso.datetime().transform((text) => Date.parse(text)),
    maximumAgeMs: durationMs,
  }),
  wallet: z.strictObject({
    network: z.enum(['bitcoin', 'testnet', 'regtest']),
    descriptor: z.string(),
    bindingKey: secretSource,
    signerSocket: z.string(),
    node: z.strictObject({
      url: loopbackUrl,
      cookieFile: z.string(),
      birthday: z.iso.datetime().optional(),
    }),
    fee: z.strictObject({
      targetBlocks: z.int(),
      floorSatPerVbyte: z.number(),
      ceilingSatPerVbyte: z.number(),
      fallbackSatPerVbyte: z.number().optional(),
      /** At or below it small coins are gathered. */
      quietSatPerVbyte: z.number().optional(),
      maximumFeeSats: sats,
    }),
    /** A second opinion on fees, from a server of the Esplora API. It learns no address of ours. */
    secondFees: z.strictObject({ esplora: z.url() }).optional(),
    /** How many coins lie ready, of at least which size: as many deliveries can leave at once. `treasury split` makes them. */
    pool: z.strictObject({ coins: z.int().min(1).max(100), sats }).optional(),
    /** How much it may hold, and where the rest goes: `addr(ADDRESS)` or a descriptor that the signer's policy names too. */
    float: z
      .strictObject({ minimumSats: sats, targetSats: sats, maximumSats: sats, cold: z.string().max(4096) })
      .optional(),
  }),
  ...custodianSections,
  policy: z.strictObject({
    feeBasisPoints: basisPoints,
    reserveBasisPoints: basisPoints,
    floorBasisPoints: basisPoints,
    confirmations: z.int().min(1).max(100),
    watchDepth: z.int().min(1).max(200),
    unknownPayerCap: z.array(amount),
    reversibleCap: z.array(amount).default([]),
    perOrder: z.array(amount).min(1),
    perDay: z.array(amount).min(1),
    openUnpaid: z.int().min(1).max(20),
    twoPeopleFrom: z.array(amount).min(1),
    floatAlarms: z.array(amount).default([]),
    quoteValidForMs: durationMs.optional(),
    payWithinMs: durationMs.optional(),
    honourLateForMs: durationMs.optional(),
    watchGraceMs: durationMs.optional(),
    answerWithinMs: durationMs.optional(),
    buyWithinMs: durationMs.optional(),
    refundWithinMs: durationMs.optional(),
    bumpAfterMs: durationMs.optional(),
    doubtWithinMs: durationMs.optional(),
    callTimeoutMs: durationMs.optional(),
    lookEveryMs: durationMs.optional(),
  }),
  /** Whom to serve, what to look for, what to keep: `pnpm policy explain FILE`. Live mode needs it. */
  policyFile: z.string().startsWith('/', 'expected an absolute path').optional(),
  terms: z.strictObject({ en: termsText, km: termsText }),
  /** Written approvals, by provider: live mode asks for them where a provider's rules do not simply allow the sale. */
  declaration: z
    .record(z.string(), z.strictObject({ reference: z.string(), date: z.string(), scope: z.string() }))
    .optional(),
  /** Float that was brought, booked once for each evidence. */
  float: z
    .array(
      z.strictObject({
        place: z.union([z.templateLiteral(['exchange:', z.string()]), z.templateLiteral(['wallet:', z.string()])]),
        asset: z.enum(['BTC', 'USDT']),
        /** In minor units: satoshi, or hundred-millionths of a USDT. */
        minor: sats,
        evidence: z.string().min(1).max(100),
        by: z.string().min(1).max(60),
      }),
    )
    .default([]),
  /** After a restored backup: look everything up before anything is written outside. */
  recovery: z.boolean().default(false),
  /** Ends every call to a provider at a world on this machine. Only with `mode: "sandbox"`. */
  sandbox: z
    .strictObject({ world: loopbackUrl, hosts: z.array(z.string()).min(1), clockOffsetMs: z.int().min(0).default(0) })
    .optional(),
});

/** How a bot is set up. Amounts and dates are read; secrets are named, not held. */
export type BotConfig = z.infer<typeof schema>;

/**
 * Reads a configuration.
 *
 * @throws ProviderError of kind `config` or InputError, naming field and rule, never a value.
 */
export function readBotConfig(text: string): BotConfig {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new InputError('config', 'json', 'is not JSON');
  }
  const config = readConfig<BotConfig>('bot', schema, parsed);
  checkRails(config);
  checkKyc(config);
  checkPages(config);
  checkRates(config);
  checkExchange(config.mode, config.exchange);
  checkCustodians(config.mode, config, config.policy.confirmations);
  if (config.mode === 'live' && config.sandbox)
    throw new InputError('config.sandbox', 'live', 'live mode has no sandbox; take the field away');
  if (config.mode === 'live' && config.policyFile === undefined)
    throw new InputError('config.policyFile', 'missing', 'live mode needs a policy file; see docs/operating.md');
  return config;
}

/** What is paid on a page of ours needs an address under which the world reaches that page. */
function checkPages({ rails, wing, publicUrl }: BotConfig): void {
  const ours = rails.find((id) => id === 'bongloy' || (id === 'wing' && wing?.version === 'v1'));
  if (ours !== undefined && publicUrl === undefined)
    throw new InputError('config.publicUrl', 'missing', `"${ours}" is paid on a page of ours, which needs it`);
}

/** Without a rate nothing in that currency has a price. */
function checkRates({ rails, apayTelegram, rates }: BotConfig): void {
  if (!rails.includes('apay-telegram')) return;
  for (const code of apayTelegram?.currencies ?? [])
    if (code !== 'USD' && rates.perDollar[code] === undefined)
      throw new InputError(`config.rates.perDollar.${code}`, 'missing', 'a listed way of paying takes this currency');
}

/** What is offered has to be set up, and play money never meets a live key. */
function checkRails({ mode, rails, ...sections }: BotConfig): void {
  for (const id of rails) {
    const section = sectionOf[id];
    if (!sections[section])
      throw new InputError(`config.${section}`, 'missing', `"${id}" stands in rails, but has no section`);
  }
  if (rails.includes('apay-telegram') && sections.apayTelegram?.enabled !== true)
    throw new InputError(
      'config.apayTelegram.enabled',
      'off',
      'Telegram invoices are off; read why in the README before you switch them on',
    );
  for (const section of Object.values(sectionOf)) {
    const found = sections[section];
    const environment: string | undefined = found && 'environment' in found ? found.environment : undefined;
    if (mode === 'sandbox' && (environment === 'production' || environment === 'live'))
      throw new InputError(`config.${section}.environment`, 'sandbox', 'the sandbox never holds a live key');
  }
}
