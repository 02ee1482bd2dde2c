import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { railIds } from '../rails/rail-id.ts';
import { kycIds } from './kyc-id.ts';
import { venueIds } from './venue-id.ts';

const times = z.strictObject({
  quoteValidForMs: z.int().min(1000),
  payWithinMs: z.int().min(1000),
  honourLateForMs: z.int().min(0),
  watchGraceMs: z.int().min(0),
  answerWithinMs: z.int().min(1000),
  buyWithinMs: z.int().min(1000),
  refundWithinMs: z.int().min(1000),
  bumpAfterMs: z.int().min(1000),
  doubtWithinMs: z.int().min(1000),
  callTimeoutMs: z.int().min(100),
  lookEveryMs: z.int().min(50),
});

const currency = z.enum(['KHR', 'USD']);

const schema = z.strictObject({
  /** The world server that plays every provider. */
  world: z.string().regex(/^http:\/\/127\.0\.0\.1:\d+$/),
  /** The hosts that it plays. Every other one is refused. */
  hosts: z.array(z.string()),
  /** Where providers believe the shop to be. */
  publicOrigin: z.string(),
  databaseUrl: z.string(),
  dataKey: z.string().min(32),
  /** Seals what is handed in where the shop's own people verify. */
  documentKey: z.string().min(32),
  /** Who verifies buyers. */
  kyc: z.enum(kycIds),
  /** How far the sandbox's clock is ahead. */
  clockOffsetMs: z.int().min(0),
  signer: z.strictObject({ socketPath: z.string(), bindingKey: z.string().min(32) }),
  chain: z.strictObject({
    kind: z.enum(['bitcoin-knots', 'regtest-lite']),
    rpcUrl: z.string(),
    cookieFile: z.string(),
  }),
  telegram: z.strictObject({ token: z.string(), username: z.string() }),
  providers: z.strictObject({
    payway: z.strictObject({ merchantId: z.string(), apiKey: z.string(), refundPublicKey: z.string() }),
    bakong: z.strictObject({
      token: z.string(),
      environment: z.literal('sit'),
      account: z.strictObject({
        type: z.literal('merchant'),
        bakongAccount: z.string(),
        merchantId: z.string(),
        acquiringBank: z.string(),
      }),
      merchantName: z.string(),
      currencies: z.tuple([currency], currency),
    }),
    aeon: z.strictObject({
      appId: z.string(),
      secret: z.string(),
      environment: z.literal('sandbox'),
      callbackUrl: z.string(),
      currencies: z.tuple([z.literal('USD')]),
      feePaidBy: z.enum(['merchant', 'payer']),
      settlesAfterDays: z.int(),
    }),
    apay: z.strictObject({
      baseUrl: z.string(),
      apiKey: z.string(),
      projectId: z.string(),
      webhookId: z.string(),
      accessKey: z.string(),
      privateKey: z.string(),
    }),
    /** Telegram invoices that A-Pay pays out. */
    apayTelegram: z.strictObject({
      botToken: z.string(),
      providerToken: z.string(),
      webhookSecret: z.string(),
      environment: z.literal('test'),
      currencies: z.tuple([z.literal('USD')]),
      title: z.string(),
    }),
    bongloy: z.strictObject({
      secretKey: z.string(),
      publishableKey: z.string(),
      environment: z.literal('test'),
      currencies: z.tuple([z.literal('USD')]),
      khrExponent: z.union([z.literal(0), z.literal(2)]),
    }),
    wing: z.strictObject({
      version: z.literal('v2'),
      username: z.string(),
      restApiKey: z.string(),
      password: z.string(),
      domain: z.string(),
      account: z.strictObject({ type: z.enum(['biller', 'till']), number: z.string() }),
      currency,
      environment: z.literal('sandbox'),
      returnUrl: z.string(),
      unpaidCodes: z.array(z.string()).readonly(),
      /** Absent: Wing told nobody, nothing proves a payment, and the rail's id is `wing-no-proof`. */
      inquiryPath: z.string().optional(),
    }),
    /** The account at the venue where the shop buys. */
    exchange: z.strictObject({ venue: z.enum(venueIds), apiKey: z.string(), secret: z.string() }),
    sumsub: z.strictObject({
      appToken: z.string(),
      secretKey: z.string(),
      webhookSecrets: z.array(z.string()),
    }),
    /** Verifies instead of Sumsub. */
    onfido: z
      .strictObject({
        apiToken: z.string(),
        webhookTokens: z.array(z.string()).readonly(),
        workflows: z.record(z.string(), z.string()),
      })
      .optional(),
    lists: z.strictObject({ baseUrl: z.string() }),
    /** Delivers instead of the wallet. */
    custodian: z
      .discriminatedUnion('id', [
        z.strictObject({
          id: z.literal('coinbase-prime'),
          accessKey: z.string(),
          passphrase: z.string(),
          signingKey: z.string(),
          portfolioId: z.string(),
          walletId: z.string(),
          walletType: z.enum(['trading', 'vault']),
          depthWhenDone: z.int(),
          network: z.literal('regtest'),
        }),
        z.strictObject({
          id: z.literal('bitgo'),
          expressUrl: z.string(),
          accessToken: z.string(),
          coin: z.enum(['btc', 'tbtc', 'tbtc4']),
          walletId: z.string(),
          walletPassphrase: z.string(),
          webhookSecrets: z.array(z.string()),
          network: z.literal('regtest'),
        }),
      ])
      .optional(),
  }),
  /** How many coins of at least which size, in satoshi, the wallet should have ready. */
  pool: z.strictObject({ coins: z.int(), sats: z.string() }).optional(),
  /** How much the wallet may hold, in satoshi, and where the rest goes. */
  float: z
    .strictObject({ minimumSats: z.string(), targetSats: z.string(), maximumSats: z.string(), cold: z.string() })
    .optional(),
  /** The ways of paying that the shop offers, in this order. */
  rails: z.tuple([z.enum(railIds)], z.enum(railIds)),
  /** Whether PayWay is set up with its refund interface. Without it every refund is made by hand. */
  railRefunds: z.boolean(),
  policy: times,
  /** Whom to serve, what to look for. Absent: nothing but the shop's own limits. */
  policyFile: z.string().optional(),
  /** The operators' door: its port (0: any free one), and who may use it. */
  admin: z
    .strictObject({
      port: z.int().min(0),
      people: z.array(z.strictObject({ name: z.string(), token: z.string() })).readonly(),
    })
    .optional(),
  /** Starts without any write to the outside, until everything was looked up. */
  recovery: z.boolean(),
});

/** What an engine process of the sandbox is told: where everything is, and how quickly to act. Play money only. */
export type EngineConfig = z.infer<typeof schema>;

/** Reads the file that the launcher writes for the engine process. */
export async function readEngineConfig(file: string): Promise<EngineConfig> {
  return schema.parse(JSON.parse(await readFile(file, 'utf8')));
}
