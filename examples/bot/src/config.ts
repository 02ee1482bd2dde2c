import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { InputError, KHR, USD, USDT } from '@rielrails/core';
import type { Money } from '@rielrails/core';
import { readConfig, Secret } from '@rielrails/kit';
import { z } from 'zod';
import { readAmount } from './read-amount.ts';

/**
 * Where a secret is: a file that only this user may read, a systemd credential, or, in the sandbox only, a variable of
 * the environment.
 */
const secretSource = z.union([
  z.strictObject({ file: z.string().startsWith('/', 'expected an absolute path') }),
  z.strictObject({ credential: z.string().regex(/^[\w.-]{1,100}$/) }),
  z.strictObject({ env: z.string().regex(/^[A-Z][A-Z0-9_]{0,60}$/) }),
]);

/** Where one secret is. */
export type SecretSource = z.infer<typeof secretSource>;

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
const currency = z.enum(['KHR', 'USD']);
const sats = z
  .string()
  .regex(/^[1-9][0-9]{0,15}$/, 'expected satoshi as decimal text')
  .transform((text) => BigInt(text));
const loopbackUrl = z.string().regex(/^http:\/\/127\.0\.0\.1:[0-9]{1,5}$/, 'expected http://127.0.0.1:PORT');
/** Telegram takes 4,096 characters in one message; the quote stands above the terms. */
const termsText = z.string().min(1).max(2500);

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
  /** The operators' page and commands on 127.0.0.1, and who may use them. Without it there is no such door. */
  admin: z
    .strictObject({
      port: z.int().min(0).max(65_535),
      people: z
        .array(z.strictObject({ name: z.string(), token: secretSource }))
        .min(1)
        .max(20),
    })
    .optional(),
  telegram: z.strictObject({ token: secretSource, apiRoot: z.url().optional() }),
  payway: z.strictObject({
    merchantId: z.string(),
    apiKey: secretSource,
    previousApiKey: secretSource.optional(),
    refundPublicKey: secretSource.optional(),
    environment: z.enum(['sandbox', 'production']),
    currencies: z.tuple([currency], currency),
    callbackUrl: z.string(),
  }),
  binance: z.strictObject({
    apiKey: secretSource,
    secret: secretSource,
    takerFeeBasisPoints: z.int().min(0).max(100).optional(),
  }),
  sumsub: z.strictObject({
    appToken: secretSource,
    secretKey: secretSource,
    webhookSecrets: z.array(secretSource).min(1),
    level: z.string().min(1),
  }),
  /** Where the sanctions list is read: a directory, or a mirror. */
  lists: z.union([z.strictObject({ directory: z.string() }), z.strictObject({ mirror: z.url() })]),
  rates: z.strictObject({
    /** One dollar in riel, and one dollar in USDT, as plain decimals, and when a person set them. */
    rielPerDollar: z.string(),
    usdtPerDollar: z.string(),
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
      maximumFeeSats: sats,
    }),
  }),
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
    quoteValidForMs: durationMs.optional(),
    payWithinMs: durationMs.optional(),
    honourLateForMs: durationMs.optional(),
    watchGraceMs: durationMs.optional(),
    answerWithinMs: durationMs.optional(),
    buyWithinMs: durationMs.optional(),
    refundWithinMs: durationMs.optional(),
    doubtWithinMs: durationMs.optional(),
    callTimeoutMs: durationMs.optional(),
    lookEveryMs: durationMs.optional(),
  }),
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

/** The assets that configurations name. */
export const assets = { KHR, USD, USDT } as const;

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
  if (config.mode === 'live' && config.sandbox)
    throw new InputError('config.sandbox', 'live', 'live mode has no sandbox; take the field away');
  if (config.mode === 'sandbox' && config.payway.environment === 'production')
    throw new InputError('config.payway.environment', 'sandbox', 'the sandbox never holds a live key');
  return config;
}

/** Reads one secret. */
export type ReadSecret = (source: SecretSource) => Secret;

/**
 * Makes the reader of secrets.
 *
 * @throws InputError from each read that names what is missing or open to others; never the secret.
 */
export function secretReader(mode: BotConfig['mode'], env: Readonly<Record<string, string | undefined>>): ReadSecret {
  return (source) => {
    if ('env' in source) {
      if (mode === 'live')
        throw new InputError(
          'secret',
          'no-env',
          `${source.env}: live mode reads secrets from files or credentials only`,
        );
      return secret(env[source.env] ?? '', source.env);
    }
    if ('file' in source) return secret(readPrivate(source.file), source.file);
    const directory = env['CREDENTIALS_DIRECTORY'];
    if (!directory) throw new InputError('secret', 'missing', `${source.credential}: systemd gave no credentials`);
    return secret(readText(join(directory, source.credential)), source.credential);
  };
}

function readPrivate(file: string): string {
  const text = readText(file);
  if ((statSync(file).mode & 0o077) !== 0)
    throw new InputError('secret', 'open-to-others', `${file}: others may read it; chmod 600`);
  return text;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new InputError('secret', 'missing', `${file}: cannot be read`);
  }
}

function secret(text: string, name: string): Secret {
  const trimmed = text.trim();
  if (trimmed === '') throw new InputError('secret', 'missing', `${name}: is empty`);
  return new Secret(trimmed);
}
