import { KHR, money, USD, USDT } from '@rielrails/core';
import { createBinance, createKraken } from '@rielrails/exchange/ccxt';
import { createOperatorRates } from '@rielrails/exchange/rates';
import { createTransport, jsonLog, Secret, silentLog, systemClock, systemRandom } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import { createSumsub } from '@rielrails/kyc-sumsub';
import { createOrders, defaultTimes } from '@rielrails/orders';
import type { Orders, OrdersOptions, Policy, Terms } from '@rielrails/orders';
import { createRecentLog, createSandboxClock, rerouteFetch } from '@rielrails/sandbox';
import type { EngineConfig, RecentLog, SandboxClock } from '@rielrails/sandbox';
import { createLists, ofacMirror } from '@rielrails/screening/lists';
import { createPostgresStore, createWallet, migratePostgresStore, reconcile } from '@rielrails/wallet';
import { createCoreRpc } from '@rielrails/wallet/core-rpc';
import { createSignerClient } from '@rielrails/wallet/signer';
import { Pool } from 'pg';
import { openRails } from './rails.ts';

/** An engine with everything it works with, on the sandbox's world. */
export interface Engine {
  readonly orders: Orders;
  readonly wallet: ReturnType<typeof createWallet>;
  readonly clock: SandboxClock;
  readonly log: RecentLog;
  /** After a restore: takes over what the signer signed since the backup, then looks up everything else. */
  recover(): Promise<{ readonly signaturesFound: number; readonly effectsFound: number; readonly unanswered: number }>;
  stop(): Promise<void>;
}

/** What belongs to one process. */
export type ComposeOptions = Pick<OrdersOptions, 'show' | 'verified' | 'probe'> & {
  /** Keeps the log off standard error: a person is reading there. */
  readonly quiet?: boolean;
};

/** Puts an engine together from the file that the sandbox's launcher wrote. */
export async function composeEngine(
  config: EngineConfig,
  { quiet = false, ...options }: ComposeOptions = {},
): Promise<Engine> {
  const clock = createSandboxClock(systemClock, config.clockOffsetMs);
  const log = createRecentLog(quiet ? silentLog : jsonLog((line) => process.stderr.write(`${line}\n`), clock), clock);
  const ports = [config.world, config.chain.rpcUrl].map((url) => Number(new URL(url).port));
  const fetch = rerouteFetch(createTransport({ loopbackPorts: ports }), config);
  const runtime: Runtime = { fetch, clock, log, random: systemRandom };
  const {
    exchange: { venue, ...account },
    sumsub,
    lists,
  } = config.providers;
  const rails = openRails(config, runtime);

  const pool = new Pool({ connectionString: config.databaseUrl, max: 3 });
  pool.on('error', (error) => log.warn('wallet-database-error', { error: error.name }));
  await migratePostgresStore(pool);
  const signer = createSignerClient({ socketPath: config.signer.socketPath }, runtime);
  const store = createPostgresStore(pool);
  const { descriptor } = await signer.describe();
  const chain = createCoreRpc(
    { url: config.chain.rpcUrl, credentials: { cookieFile: config.chain.cookieFile }, network: 'regtest' },
    runtime,
  );
  const fee = {
    targetBlocks: 3,
    floorSatPerVbyte: 1,
    ceilingSatPerVbyte: 100,
    fallbackSatPerVbyte: 2,
    maximumFeeSats: 50_000n,
  };
  const wallet = createWallet(
    { network: 'regtest', descriptor, bindingKey: new Secret(config.signer.bindingKey), fee },
    { chain, signer, store },
    runtime,
  );
  const screening = createLists(
    { source: ofacMirror({ baseUrl: lists.baseUrl }, runtime), refreshAfterMs: 0 },
    runtime,
  );

  const orders = await createOrders(
    {
      database: { url: new Secret(config.databaseUrl) },
      providers: {
        rails,
        exchange: (venue === 'kraken' ? createKraken : createBinance)(account, runtime),
        venueAsset: USDT,
        custodies: [wallet],
        kyc: createSumsub(sumsub, runtime),
        kycLevel: 'basic-kyc-level',
        names: screening,
        addresses: screening,
        rates: [
          createOperatorRates(
            {
              pairs: [
                { base: USD, quote: KHR, rate: '4100', setAt: systemClock.now() },
                { base: USD, quote: USDT, rate: '1', setAt: systemClock.now() },
              ],
              maximumAgeMs: 30 * 86_400_000,
              maximumChangeBasisPoints: 500,
            },
            runtime,
          ),
        ],
        accepts: ['qr', 'telegram-invoice', 'redirect', 'embedded-form', 'pay-to-account', 'deep-link'],
        returnUrl: `https://t.me/${config.telegram.username}`,
        purpose: ({ number }) => `Bitcoin purchase ${number}`,
      },
      policy: { ...defaultTimes, ...config.policy, ...shop },
      terms,
      dataKey: new Secret(config.dataKey),
      mode: 'sandbox',
      recovery: config.recovery,
      ...options,
    },
    runtime,
  );

  return {
    orders,
    wallet,
    clock,
    log,
    async recover() {
      const signatures = await reconcile({ signer, store }, { adopt: 'all' });
      const found = await orders.reconcile();
      return { signaturesFound: signatures.length, effectsFound: found.effectsFound, unanswered: found.unanswered };
    },
    async stop() {
      await orders.stop(2000);
      await pool.end();
    },
  };
}

/** What buyers of the sandbox agree to. */
export const terms: Terms = {
  en: 'Play money. You buy bitcoin of a test chain.',
  km: 'លុយសាកល្បង។ អ្នកទិញប៊ីតខញនៃខ្សែសង្វាក់សាកល្បង។',
};

const shop: Omit<Policy, keyof typeof defaultTimes> = {
  feeBasisPoints: 150n,
  reserveBasisPoints: 100n,
  floorBasisPoints: 500n,
  confirmations: 2,
  watchDepth: 6,
  unknownPayerCap: [money(KHR, 100_000n), money(USD, 25_00n)],
  limits: {
    perOrder: [money(KHR, 4_000_000n), money(USD, 1_000_00n)],
    perDay: [money(KHR, 8_000_000n), money(USD, 2_000_00n)],
    openUnpaid: 3,
  },
  reversibleCap: [money(USD, 25_00n)],
  twoPeopleFrom: [money(KHR, 1_000_000n)],
  floatAlarms: [],
  payAssets: [KHR, USD],
};
