import { can, isInputError, KHR, money, USD, USDT, BTC } from '@rielrails/core';
import type { AnyCustody, AnyPaymentProvider, Asset, Instant, NonEmpty } from '@rielrails/core';
import { createBinance } from '@rielrails/exchange/ccxt';
import { createOperatorRates } from '@rielrails/exchange/rates';
import type { Runtime } from '@rielrails/kit';
import { createSumsub } from '@rielrails/kyc-sumsub';
import { createOrders, defaultTimes } from '@rielrails/orders';
import type { ChatRef, Orders, OrdersOptions, OrderView, Policy, Show, VerificationNews } from '@rielrails/orders';
import { createPayway } from '@rielrails/provider-payway';
import { createLists, ofacDirectory, ofacMirror } from '@rielrails/screening/lists';
import { createPostgresStore, createWallet, migratePostgresStore, reconcile } from '@rielrails/wallet';
import { createCoreRpc } from '@rielrails/wallet/core-rpc';
import { createSignerClient } from '@rielrails/wallet/signer';
import { Pool } from 'pg';
import { createBot } from './bot.ts';
import type { RielBot } from './bot.ts';
import { assets } from './config.ts';
import { CHANNEL } from './shop.ts';
import type { BotConfig, ReadSecret } from './config.ts';

/** A shop, put together. Nothing runs yet. */
export interface Composition {
  readonly orders: Orders;
  readonly bot: RielBot;
  /** The wallet that delivers. */
  readonly custody: AnyCustody;
  /** Takes over what the signer signed since a backup, and gives how many deliveries that were. */
  adoptSignatures(): Promise<number>;
  /** A fresh address at which the operator fills the wallet. */
  depositAddress(): Promise<string>;
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

const WALLET_CONNECTIONS = 4;
const MOST_RATE_CHANGE = 1000;

/**
 * Puts the shop together: PayWay, Binance, Sumsub, the sanctions list, our own wallet, the engine, and the bot.
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
  const pool = new Pool({ connectionString: database.reveal(), max: WALLET_CONNECTIONS });
  pool.on('error', (error) => runtime.log.warn('wallet-database', { error: error.name }));
  try {
    const { custody, adoptSignatures } = await openWallet(config, secretOf, pool, runtime);
    const policy = policyOf(config);
    // The engine wants to show before the bot is there, and the bot wants the engine: one of them has to wait a moment.
    const front: { bot?: RielBot } = {};
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
    const orders = await createOrders(
      {
        database: { url: database },
        dataKey: secretOf(config.dataKey),
        mode: config.mode,
        policy,
        terms: config.terms,
        recovery: config.recovery,
        show,
        verified,
        ...(probe ? { probe } : {}),
        ...(config.declaration ? { declaration: config.declaration } : {}),
        providers: {
          rails: [openPayway(config, secretOf, runtime)],
          exchange: createBinance(
            {
              apiKey: secretOf(config.binance.apiKey).reveal(),
              secret: secretOf(config.binance.secret),
              ...(config.binance.takerFeeBasisPoints === undefined
                ? {}
                : { takerFeeBasisPoints: config.binance.takerFeeBasisPoints }),
            },
            runtime,
          ),
          venueAsset: USDT,
          custodies: [custody],
          kyc: createSumsub(
            {
              appToken: secretOf(config.sumsub.appToken),
              secretKey: secretOf(config.sumsub.secretKey),
              webhookSecrets: config.sumsub.webhookSecrets.map(secretOf),
            },
            runtime,
          ),
          kycLevel: config.sumsub.level,
          ...openLists(config, runtime),
          rates: [openRates(config, runtime)],
          accepts: ['qr'],
          purpose: ({ number, language }) =>
            language === 'km' ? `ទិញប៊ីតខញ Bitcoin purchase ${number}` : `Bitcoin purchase ${number}`,
        },
      },
      runtime,
    );
    const { name, support, quickAmounts } = config.shop;
    const { payAssets } = policy;
    const bot = createBot(
      {
        orders,
        token: secretOf(config.telegram.token),
        database,
        ...(config.telegram.apiRoot === undefined ? {} : { apiRoot: config.telegram.apiRoot }),
        name,
        support,
        quickAmounts,
        payAssets: payAssets as NonEmpty<Asset>,
        sandbox: config.mode === 'sandbox',
        terms: config.terms,
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
      close: () => pool.end(),
    };
  } catch (error) {
    await pool.end();
    throw error;
  }
}

function openPayway(config: BotConfig, secretOf: ReadSecret, runtime: Runtime): AnyPaymentProvider {
  const { apiKey, previousApiKey, refundPublicKey, ...rest } = config.payway;
  const settings = {
    ...rest,
    apiKey: secretOf(apiKey),
    ...(previousApiKey ? { previousApiKey: secretOf(previousApiKey) } : {}),
  };
  return refundPublicKey
    ? createPayway({ ...settings, refundPublicKey: secretOf(refundPublicKey).reveal() }, runtime)
    : createPayway(settings, runtime);
}

async function openWallet(
  config: BotConfig,
  secretOf: ReadSecret,
  pool: Pool,
  runtime: Runtime,
): Promise<Pick<Composition, 'custody' | 'adoptSignatures'>> {
  const { network, descriptor, signerSocket, node, fee } = config.wallet;
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
  const { fallbackSatPerVbyte, ...rates } = fee;
  const custody = createWallet(
    {
      network,
      descriptor,
      bindingKey: secretOf(config.wallet.bindingKey),
      fee: { ...rates, ...(fallbackSatPerVbyte === undefined ? {} : { fallbackSatPerVbyte }) },
    },
    { chain, signer, store },
    runtime,
  );
  return { custody, adoptSignatures: async () => (await reconcile({ signer, store }, { adopt: 'all' })).length };
}

function openLists({ lists }: BotConfig, runtime: Runtime) {
  const source = 'directory' in lists ? ofacDirectory(lists.directory) : ofacMirror({ baseUrl: lists.mirror }, runtime);
  const screening = createLists({ source }, runtime);
  return { names: screening, addresses: screening };
}

function openRates({ rates }: BotConfig, runtime: Runtime) {
  const { rielPerDollar, usdtPerDollar, setAt, maximumAgeMs } = rates;
  return createOperatorRates(
    {
      pairs: [
        { base: USD, quote: KHR, rate: rielPerDollar, setAt },
        { base: USD, quote: USDT, rate: usdtPerDollar, setAt },
      ],
      maximumAgeMs,
      maximumChangeBasisPoints: MOST_RATE_CHANGE,
    },
    runtime,
  );
}

function policyOf({ policy, payway }: BotConfig): Policy {
  const { perOrder, perDay, openUnpaid, ...stated } = policy;
  return {
    ...defaultTimes,
    ...withoutUndefined(stated),
    limits: { perOrder, perDay, openUnpaid },
    payAssets: payway.currencies.map((code) => assets[code]),
  };
}

/** An absent time is the default one. */
function withoutUndefined<T extends object>(given: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
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
