import { readFileSync } from 'node:fs';
import { can, InputError, isInputError, KHR, money, USD, USDT, BTC } from '@rielrails/core';
import type { AnyCustody, Instant, NextActionType, NonEmpty, Reference } from '@rielrails/core';
import { createOperatorRates } from '@rielrails/exchange/rates';
import { newReference } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import type { ReviewDesk } from '@rielrails/kyc-manual';
import { createOrders, readPolicy } from '@rielrails/orders';
import type {
  ChatRef,
  DueDiligence,
  Orders,
  OrdersOptions,
  OrderView,
  Show,
  VerificationNews,
  WalletDesk,
} from '@rielrails/orders';
import { createLists, ofacDirectory, ofacMirror, storedLists } from '@rielrails/screening/lists';
import type { ListSource } from '@rielrails/screening/lists';
import { compareNames } from '@rielrails/screening/names';
import { createPostgresStore, createWallet, migratePostgresStore, reconcile } from '@rielrails/wallet';
import type { WalletStore } from '@rielrails/wallet';
import { createCoreRpc } from '@rielrails/wallet/core-rpc';
import { createEsplora } from '@rielrails/wallet/esplora';
import { createSignerClient } from '@rielrails/wallet/signer';
import { Pool } from 'pg';
import { createAddressOfAccount } from './account-key.ts';
import { createBot } from './bot.ts';
import type { RielBot } from './bot.ts';
import type { BotConfig } from './config.ts';
import { openCustodian } from './custodian-sections.ts';
import { openExchange } from './exchange-section.ts';
import { openKyc } from './kyc.ts';
import type { ReadSecret } from './secrets.ts';
import { createPayPage } from './pay-page.ts';
import { policyOf } from './policy.ts';
import { assetsOf, invoiceSecret, openRails, openWingForm } from './rails.ts';
import { CHANNEL } from './shop.ts';
import { createWalletDesk } from './wallet-desk.ts';
import { withoutUndefined } from './without-undefined.ts';

/** A shop, put together. Nothing runs yet. */
export interface Composition {
  readonly orders: Orders;
  readonly bot: RielBot;
  /** Who delivers: the wallet, or a custodian. */
  readonly custody: AnyCustody;
  /** Takes over what the signer signed since a backup, and gives how many deliveries that were. */
  adoptSignatures(): Promise<number>;
  /** A fresh address at which the operator fills the wallet. */
  depositAddress(): Promise<string>;
  /** Where the operators' own people decide about verifications; `null`: somebody else does. */
  readonly reviews: ReviewDesk | null;
  /** The door for the outside: webhooks, health, and our pages on which buyers pay, or hand in. */
  handle(request: Request): Promise<Response>;
  /** Gives back what {@link compose} opened. The engine is stopped by its own `stop`. */
  close(): Promise<void>;
}

/** What a sandbox adds. */
export interface ComposeOptions {
  /** Called at each crash point. */
  readonly probe?: OrdersOptions['probe'];
  /** Told of every view that was shown. With it, orders of other channels than this bot's count as shown. */
  readonly onShown?: (chat: ChatRef, view: OrderView) => void;
}

/** What this front end can show, best first. */
const ways: NonEmpty<NextActionType> = [
  'qr',
  'telegram-invoice',
  'redirect',
  'embedded-form',
  'pay-to-account',
  'deep-link',
];
const WALLET_CONNECTIONS = 4;
const MOST_RATE_CHANGE = 1000;
/** How old a list may be where no policy says it. */
const LISTS_AGE_MS = 72 * 3_600_000;

/**
 * Puts the shop together: the ways of paying, the exchange, who verifies, the sanctions lists, our own wallet, the engine, and the bot.
 *
 * @throws InputError or ProviderError of kind `config` when this configuration may not run.
 */
export async function compose(
  config: BotConfig,
  secretOf: ReadSecret,
  runtime: Runtime,
  { probe, onShown }: ComposeOptions = {},
): Promise<Composition> {
  const database = secretOf(config.database);
  const dataKey = secretOf(config.dataKey);
  const dueDiligence = openPolicy(config);
  const pool = new Pool({ connectionString: database.reveal(), max: WALLET_CONNECTIONS });
  pool.on('error', (error) => runtime.log.warn('wallet-database', { error: error.name }));
  try {
    const { custody: wallet, desk, store, adoptSignatures } = await openWallet(config, secretOf, pool, runtime);
    const custodian = openCustodian(config, secretOf, runtime);
    // The first of them delivers.
    const custodies: NonEmpty<AnyCustody> = custodian ? [custodian, wallet] : [wallet];
    const [custody] = custodies;
    const rails = openRails(config, secretOf, runtime);
    const payAssets = assetsOf(rails);
    const policy = policyOf(config, payAssets);
    const chatUrl = `https://t.me/${config.telegram.username}`;
    // The engine wants to show before the bot is there, and the bot wants the engine: one of them has to wait a moment.
    const front: { bot?: RielBot; orders?: Orders } = {};
    const later = { outcome: 'later', retryAfterMs: 1000 } as const;
    const show: Show = async (chat, view, handle) => {
      // Orders of other channels have nobody here to be shown to.
      const elsewhere = chat.channel !== CHANNEL && onShown !== undefined;
      const result = elsewhere
        ? ({ outcome: 'shown', handle: handle ?? view.id } as const)
        : ((await front.bot?.show(chat, view, handle)) ?? later);
      if (result.outcome === 'shown') onShown?.(chat, view);
      return result;
    };
    const verified = async (news: VerificationNews) => front.bot?.verified(news);
    const kyc = await openKyc(config, {
      secretOf,
      pool,
      runtime,
      moved: (reference) => hearOfReview(front.orders, reference, runtime),
    });
    const orders = await createOrders(
      {
        database: { url: database },
        dataKey,
        mode: config.mode,
        policy,
        terms: config.terms,
        recovery: config.recovery,
        show,
        verified,
        forget: (person) => kyc.forget(person),
        ...(probe ? { probe } : {}),
        ...(config.declaration ? { declaration: config.declaration } : {}),
        ...(dueDiligence ? { dueDiligence } : {}),
        providers: {
          rails,
          exchange: openExchange(config.exchange, secretOf, runtime),
          venueAsset: USDT,
          custodies,
          wallet: desk,
          kyc: kyc.provider,
          kycLevel: kyc.level,
          ...openLists(config, dueDiligence, runtime),
          compareNames: (payer, verified) => compareNames(payer, verified).grade,
          rates: [openRates(config, runtime)],
          accepts: ways,
          returnUrl: chatUrl,
          purpose: ({ number, language }) =>
            language === 'km' ? `ទិញប៊ីតខញ Bitcoin purchase ${number}` : `Bitcoin purchase ${number}`,
        },
      },
      runtime,
    );
    front.orders = orders;
    const { name, support, quickAmounts } = config.shop;
    const sandbox = config.mode === 'sandbox';
    const payPage = createPayPage({ orders, dataKey, publicUrl: config.publicUrl, chatUrl, shop: name, sandbox });
    const wingForm = openWingForm(config, secretOf, runtime);
    const bot = createBot(
      {
        orders,
        token: secretOf(config.telegram.token),
        database,
        ...(config.telegram.apiRoot === undefined ? {} : { apiRoot: config.telegram.apiRoot }),
        name,
        support,
        quickAmounts,
        payAssets,
        sandbox,
        terms: config.terms,
        payPage: (chat, view) => payPage.linkFor(chat, view),
        addressOfAccount: createAddressOfAccount(store, config.wallet.network),
        invoices: config.rails.includes('apay-telegram')
          ? { rail: 'apay-telegram', secret: invoiceSecret(config, secretOf) }
          : null,
      },
      runtime,
    );
    front.bot = bot;
    await bookFloat(config, orders);
    return {
      orders,
      bot,
      custody,
      adoptSignatures,
      async depositAddress() {
        if (!can(custody, 'depositAddress')) throw new Error('this custody takes no deposits');
        return (await custody.depositAddress(BTC)).text;
      },
      reviews: kyc.reviews,
      handle: async (request) =>
        (await payPage.handle(request)) ?? wingForm(request) ?? (await kyc.handle(request)) ?? orders.handle(request),
      close: () => pool.end(),
    };
  } catch (error) {
    await pool.end();
    throw error;
  }
}

async function openWallet(
  config: BotConfig,
  secretOf: ReadSecret,
  pool: Pool,
  runtime: Runtime,
): Promise<
  Pick<Composition, 'custody' | 'adoptSignatures'> & { readonly desk: WalletDesk; readonly store: WalletStore }
> {
  const { network, descriptor, signerSocket, node, fee, secondFees, pool: coins, float } = config.wallet;
  await migratePostgresStore(pool);
  const store = createPostgresStore(pool);
  const signer = createSignerClient({ socketPath: signerSocket }, runtime);
  const chain = createCoreRpc(
    {
      url: node.url,
      credentials: { cookieFile: node.cookieFile },
      network,
      ...(node.birthday === undefined ? {} : { birthday: Date.parse(node.birthday) as Instant }),
    },
    runtime,
  );
  // A crash between signing and storing leaves the signer's log ahead; after a restored backup it is far ahead.
  await reconcile({ signer, store }, { adopt: config.recovery ? 'all' : 'known' });
  const custody = createWallet(
    {
      network,
      descriptor,
      bindingKey: secretOf(config.wallet.bindingKey),
      fee: withoutUndefined(fee),
      ...(coins ? { pool: coins } : {}),
      ...(float ? { float } : {}),
    },
    {
      chain,
      signer,
      store,
      ...(secondFees ? { fees: createEsplora({ url: secondFees.esplora, network }, runtime) } : {}),
    },
    runtime,
  );
  const desk = createWalletDesk({ wallet: custody, chain, signer, store });
  return {
    custody,
    desk,
    store,
    adoptSignatures: async () => (await reconcile({ signer, store }, { adopt: 'all' })).length,
  };
}

/** Tells the engine that a verification was decided. What is lost here it finds out when it looks. */
function hearOfReview(orders: Orders | undefined, reference: Reference, { random, log }: Runtime): void {
  const message = {
    source: 'manual',
    key: newReference(random),
    lane: reference,
    trust: 'hint',
    headers: {},
    body: new Uint8Array(),
    targets: [reference],
  } as const;
  orders?.inbox
    .put([message])
    .catch((error: unknown) =>
      log.warn('review-not-heard', { error: error instanceof Error ? error.name : 'unknown' }),
    );
}

/** Screening by lists: the policy says how old they may be. */
function openLists({ lists }: BotConfig, dueDiligence: DueDiligence | null, runtime: Runtime) {
  const maximumAgeMs = dueDiligence?.lists.maximumAgeMs ?? LISTS_AGE_MS;
  const screening = createLists({ source: listSources(lists, runtime), maximumAgeMs }, runtime);
  return {
    names: screening,
    addresses: screening,
    lists: async () => {
      const read = await screening.reload();
      return read.lists.map(({ source, version, asOf }) => ({
        source,
        version,
        asOf,
        usableUntil: (asOf + maximumAgeMs) as Instant,
      }));
    },
  };
}

function listSources(lists: BotConfig['lists'], runtime: Runtime): ListSource | readonly ListSource[] {
  if ('folder' in lists) return storedLists(lists.folder, lists.ids);
  return 'directory' in lists ? ofacDirectory(lists.directory) : ofacMirror({ baseUrl: lists.mirror }, runtime);
}

/** @throws InputError `config.policyFile` when the file cannot be read; what is wrong in it is named by its field. */
function openPolicy({ policyFile }: BotConfig): DueDiligence | null {
  if (policyFile === undefined) return null;
  let text: string;
  try {
    text = readFileSync(policyFile, 'utf8');
  } catch {
    throw new InputError('config.policyFile', 'missing', `${policyFile}: cannot be read`);
  }
  return readPolicy(text);
}

function openRates({ rates }: BotConfig, runtime: Runtime) {
  const { rielPerDollar, usdtPerDollar, perDollar, setAt, maximumAgeMs } = rates;
  return createOperatorRates(
    {
      pairs: [
        { base: USD, quote: KHR, rate: rielPerDollar, setAt },
        { base: USD, quote: USDT, rate: usdtPerDollar, setAt },
        ...Object.entries(withoutUndefined(perDollar)).map(([code, rate]) => ({
          base: USD,
          quote: { code, scale: 2 },
          rate,
          setAt,
        })),
      ],
      maximumAgeMs,
      maximumChangeBasisPoints: MOST_RATE_CHANGE,
    },
    runtime,
  );
}

/** Books what the configuration says was brought. Evidence that was booked before changes nothing. */
async function bookFloat({ float }: BotConfig, { admin }: Orders): Promise<void> {
  for (const { place, asset, minor, evidence, by } of float) {
    try {
      await admin.bringIn(place, money(asset === 'BTC' ? BTC : USDT, minor), evidence, by);
    } catch (error) {
      if (!isInputError(error) || error.field !== 'evidence' || error.rule !== 'used') throw error;
    }
  }
}
