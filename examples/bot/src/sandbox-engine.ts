/*
 * The engine and the bot as one process of the sandbox: started by the launcher, spoken to over its line, and killed by
 * it whenever somebody wants to see what happens then.
 */
import { BTC, can } from '@rielrails/core';
import { createTransport, jsonLog, Secret, systemClock, systemRandom } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import {
  createCrashPlan,
  createEngineCalls,
  createRecentLog,
  createSandboxClock,
  otherVenue,
  openLauncherLine,
  readEngineConfig,
  readMachine,
  rerouteFetch,
} from '@rielrails/sandbox';
import type { EngineConfig } from '@rielrails/sandbox';
import { createSignerClient } from '@rielrails/wallet/signer';
import { openAdminDoor } from './admin-door.ts';
import { compose } from './compose.ts';
import { readBotConfig } from './config.ts';
import type { ReadSecret } from './secrets.ts';
import { openDoor } from './door.ts';

const line = openLauncherLine();
if (!line) throw new Error('this process is started by the sandbox: pnpm demo');
const given = await readEngineConfig(process.argv[2] ?? '');
const clock = createSandboxClock(systemClock, given.clockOffsetMs);
const log = createRecentLog(
  jsonLog((text) => process.stderr.write(`${text}\n`), clock),
  clock,
);
const ports = [given.world, given.chain.rpcUrl].map((url) => Number(new URL(url).port));
const fetch = rerouteFetch(createTransport({ loopbackPorts: ports }), given);
const runtime: Runtime = { fetch, clock, log, random: systemRandom };

const plan = createCrashPlan((where) => line.tell('died', where));
const { text, secrets } = shopOf(given, await descriptorOf(given));
const config = readBotConfig(text);
const secretOf: ReadSecret = (source) => new Secret(secrets['credential' in source ? source.credential : ''] ?? '');
const shop = await compose(config, secretOf, runtime, {
  probe: (point, doing) => plan.probe(point, doing),
  onShown({ channel, chat }, view) {
    line.tell('shown', { channel, chat, id: view.id, state: view.state, step: view.step });
  },
});
const { orders, bot, custody } = shop;

const door = await openDoor(0, async (request) =>
  new URL(request.url).pathname === '/machine' ? Response.json(await readMachine(orders, log)) : shop.handle(request),
);
const adminDoor = await openAdminDoor(config, secretOf, shop, runtime);
const polling = new AbortController();
async function open(): Promise<void> {
  await orders.start();
  bot.poll(polling.signal).catch((error: unknown) => {
    log.error('poll-ended', { error: error instanceof Error ? error.name : typeof error });
  });
}
if (!given.recovery) await open();

line.answer({
  ...createEngineCalls(orders, plan),
  'deposit-address': () => (can(custody, 'depositAddress') ? custody.depositAddress(BTC) : null),
  balance: () => (can(custody, 'balance') ? custody.balance(BTC) : null),
  async recover() {
    const signaturesFound = await shop.adoptSignatures();
    const { effectsFound, unanswered } = await orders.reconcile();
    if (unanswered === 0) await open();
    return { signaturesFound, effectsFound, unanswered };
  },
  async forward(offsetMs: number) {
    if (offsetMs > clock.offsetMs) clock.forward(offsetMs - clock.offsetMs);
    await orders.sweep();
    await orders.idle();
  },
  async stop() {
    polling.abort();
    await Promise.all([door.close(), adminDoor?.close()]);
    await orders.stop(2000);
    await shop.close();
  },
});
line.tell('ready', { url: `http://127.0.0.1:${door.port}`, adminPort: adminDoor?.port ?? null });

async function descriptorOf({ signer }: EngineConfig): Promise<string> {
  const { descriptor } = await createSignerClient({ socketPath: signer.socketPath }, runtime).describe();
  return descriptor;
}

/** The sandbox's shop as a configuration of the bot, checked like any other. */
function shopOf(
  config: EngineConfig,
  descriptor: string,
): { readonly text: string; readonly secrets: Record<string, string> } {
  const { exchange, lists, custodian } = config.providers;
  const rails = railsOf(config);
  const kyc = kycOf(config);
  const house = custodianOf(custodian);
  const secrets: Record<string, string> = {
    database: config.databaseUrl,
    'data-key': config.dataKey,
    'telegram-token': config.telegram.token,
    ...rails.secrets,
    'exchange-key': exchange.apiKey,
    'exchange-secret': exchange.secret,
    ...kyc.secrets,
    'binding-key': config.signer.bindingKey,
    ...house.secrets,
    ...Object.fromEntries((config.admin?.people ?? []).map(({ name, token }) => [`operator-${name}`, token])),
  };
  const credential = (name: string) => ({ credential: name });
  const shop = {
    mode: 'sandbox',
    shop: { name: 'Rielrails', support: '@rielrails_support', quickAmounts: ['41000 khr', '100000 khr', '400000 khr'] },
    database: credential('database'),
    dataKey: credential('data-key'),
    port: 0,
    ...(config.admin
      ? {
          admin: {
            port: config.admin.port,
            people: config.admin.people.map(({ name }) => ({
              name,
              token: credential(`operator-${name}`),
              duties: ['compliance'],
            })),
          },
        }
      : {}),
    telegram: { token: credential('telegram-token'), username: config.telegram.username },
    publicUrl: config.publicOrigin,
    ...rails.sections,
    exchange: {
      venue: exchange.venue,
      apiKey: credential('exchange-key'),
      secret: credential('exchange-secret'),
      secondPrice: { venue: otherVenue(exchange.venue) },
    },
    ...kyc.section,
    lists: { mirror: lists.baseUrl },
    rates: {
      rielPerDollar: '4100',
      usdtPerDollar: '1',
      setAt: new Date(systemClock.now()).toISOString(),
      maximumAgeMs: 30 * 86_400_000,
    },
    wallet: {
      network: 'regtest',
      descriptor,
      bindingKey: credential('binding-key'),
      signerSocket: config.signer.socketPath,
      node: { url: config.chain.rpcUrl, cookieFile: config.chain.cookieFile },
      ...(config.pool ? { pool: config.pool } : {}),
      ...(config.float ? { float: config.float } : {}),
      fee: {
        targetBlocks: 3,
        floorSatPerVbyte: 1,
        ceilingSatPerVbyte: 100,
        fallbackSatPerVbyte: 2,
        maximumFeeSats: '50000',
      },
    },
    ...house.sections,
    policy: {
      feeBasisPoints: 150,
      reserveBasisPoints: 100,
      floorBasisPoints: 500,
      confirmations: 2,
      watchDepth: 6,
      unknownPayerCap: ['100000 khr', '25 usd'],
      reversibleCap: ['25 usd'],
      perOrder: ['4000000 khr', '1000 usd'],
      perDay: ['8000000 khr', '2000 usd'],
      openUnpaid: 3,
      twoPeopleFrom: ['1000000 khr', '250 usd'],
      ...config.policy,
    },
    ...(config.policyFile === undefined ? {} : { policyFile: config.policyFile }),
    terms: {
      en: 'SANDBOX – PLAY MONEY. You buy bitcoin of a test chain with riel that do not exist. Nothing here is worth anything.',
      km: 'កន្លែងសាកល្បង – លុយលេង។ អ្នកទិញប៊ីតខញនៃខ្សែសង្វាក់សាកល្បង ដោយប្រាក់រៀលមិនពិត។ អ្វីៗនៅទីនេះគ្មានតម្លៃទេ។',
    },
    recovery: config.recovery,
  };
  return { text: JSON.stringify(shop), secrets };
}

/** Who verifies the buyers of the sandbox's shop. */
function kycOf({ kyc, providers, documentKey }: EngineConfig): {
  readonly section: object;
  readonly secrets: Record<string, string>;
} {
  const { sumsub, onfido } = providers;
  const named = (name: string, all: readonly string[]) =>
    all.map((_one, index) => ({ credential: `${name}-${index}` }));
  const kept = (name: string, all: readonly string[]) =>
    Object.fromEntries(all.map((secret, index) => [`${name}-${index}`, secret]));
  if (kyc === 'manual')
    return {
      section: { kycManual: { documentKey: { credential: 'document-key' } } },
      secrets: { 'document-key': documentKey },
    };
  if (kyc === 'onfido' && onfido) {
    const { apiToken, webhookTokens, workflows } = onfido;
    const [level] = Object.keys(workflows);
    const webhook = named('onfido-webhook', webhookTokens);
    return {
      section: { kycOnfido: { apiToken: { credential: 'onfido-token' }, webhookTokens: webhook, workflows, level } },
      secrets: { 'onfido-token': apiToken, ...kept('onfido-webhook', webhookTokens) },
    };
  }
  return {
    section: {
      kycSumsub: {
        appToken: { credential: 'sumsub-token' },
        secretKey: { credential: 'sumsub-secret' },
        webhookSecrets: named('sumsub-webhook', sumsub.webhookSecrets),
        level: 'basic-kyc-level',
      },
    },
    secrets: {
      'sumsub-token': sumsub.appToken,
      'sumsub-secret': sumsub.secretKey,
      ...kept('sumsub-webhook', sumsub.webhookSecrets),
    },
  };
}

/** The custodian that delivers in this sandbox, if one does. */
function custodianOf(custodian: EngineConfig['providers']['custodian']): {
  readonly sections: object;
  readonly secrets: Record<string, string>;
} {
  if (!custodian) return { sections: {}, secrets: {} };
  const secrets: Record<string, string> = {};
  const secret = (name: string, text: string) => {
    secrets[`custodian-${name}`] = text;
    return { credential: `custodian-${name}` };
  };
  if (custodian.id === 'coinbase-prime') {
    const { id: _id, ...account } = custodian;
    const coinbasePrime = {
      ...account,
      accessKey: secret('key', account.accessKey),
      passphrase: secret('passphrase', account.passphrase),
      signingKey: secret('signing-key', account.signingKey),
    };
    return { sections: { coinbasePrime }, secrets };
  }
  const { id: _id, ...account } = custodian;
  const bitgo = {
    ...account,
    accessToken: secret('token', account.accessToken),
    walletPassphrase: secret('passphrase', account.walletPassphrase),
    webhookSecrets: account.webhookSecrets.map((one, index) => secret(`webhook-${index}`, one)),
  };
  return { sections: { bitgo }, secrets };
}

/** The ways of paying that the sandbox's shop offers, and a section for each that is played. */
function railsOf({ rails, providers, publicOrigin, railRefunds }: EngineConfig): {
  readonly sections: object;
  readonly secrets: Record<string, string>;
} {
  const secrets: Record<string, string> = {};
  const secret = (name: string, text: string) => {
    secrets[name] = text;
    return { credential: name };
  };
  const { payway, bakong, aeon, apay, apayTelegram, bongloy, wing } = providers;
  const { feePaidBy: _feePaidBy, ...aeonMerchant } = aeon;
  const { botToken: _botToken, webhookSecret: _webhookSecret, ...invoices } = apayTelegram;
  const { refundPublicKey, ...merchant } = payway;
  const sections = {
    rails,
    payway: {
      ...merchant,
      apiKey: secret('payway-key', payway.apiKey),
      ...(railRefunds ? { refundPublicKey: secret('payway-refund-key', refundPublicKey) } : {}),
      environment: 'sandbox',
      currencies: ['KHR'],
      callbackUrl: `${publicOrigin}/webhooks/payway`,
    },
    bakong: { ...bakong, token: secret('bakong-token', bakong.token) },
    aeon: { ...aeonMerchant, secret: secret('aeon-secret', aeon.secret) },
    apay: {
      ...apay,
      apiKey: secret('apay-key', apay.apiKey),
      accessKey: secret('apay-access-key', apay.accessKey),
      privateKey: secret('apay-private-key', apay.privateKey),
    },
    apayTelegram: {
      ...invoices,
      enabled: rails.includes('apay-telegram'),
      providerToken: secret('apay-provider-token', apayTelegram.providerToken),
    },
    bongloy: { ...bongloy, secretKey: secret('bongloy-key', bongloy.secretKey) },
    wing: {
      ...wing,
      restApiKey: secret('wing-key', wing.restApiKey),
      password: secret('wing-password', wing.password),
    },
  };
  return { sections, secrets };
}
