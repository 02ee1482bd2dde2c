import { BTC, KHR, money, USD, USDT } from '@rielrails/core';
import type { AnyPaymentProvider, Evidence, Instant, Reference, Screening, Verdict } from '@rielrails/core';
import { createBinance } from '@rielrails/exchange/ccxt';
import { createBinanceEmulator } from '@rielrails/exchange/binance-emulator';
import { createOperatorRates } from '@rielrails/exchange/rates';
import { Secret } from '@rielrails/kit';
import type { Fetch, Log, LogLevel, Runtime } from '@rielrails/kit';
import type { KycEmulator } from '@rielrails/kit/emulator';
import { createVirtualRuntime } from '@rielrails/kit/virtual';
import type { VirtualRuntime } from '@rielrails/kit/virtual';
import { createOnfido } from '@rielrails/kyc-onfido';
import { createOnfidoEmulator } from '@rielrails/kyc-onfido/emulator';
import { createSumsub } from '@rielrails/kyc-sumsub';
import { createSumsubEmulator } from '@rielrails/kyc-sumsub/emulator';
import { createPayway } from '@rielrails/provider-payway';
import { createPaywayEmulator } from '@rielrails/provider-payway/emulator';
import { createOrders, defaultTimes } from '../../src/index.ts';
import type { Orders, OrdersOptions, OrderView, Policy } from '../../src/index.ts';
import { watchDatabase } from '../database-server.ts';
import type { TestDatabase } from '../database-server.ts';
import { createCash } from './cash.ts';
import type { Cash, CashTerms } from './cash.ts';
import { createCoins } from './coins.ts';
import type { Coins } from './coins.ts';

/** Everybody around the engine, on one machine, with their hands in ours. */
export interface TestWorld {
  readonly orders: Orders;
  readonly runtime: VirtualRuntime;
  readonly payway: ReturnType<typeof createPaywayEmulator>;
  readonly binance: ReturnType<typeof createBinanceEmulator>;
  readonly sumsub: ReturnType<typeof createSumsubEmulator>;
  readonly onfido: ReturnType<typeof createOnfidoEmulator>;
  /** The one of both that verifies here. */
  readonly verifier: KycEmulator;
  readonly coins: Coins;
  readonly providers: OrdersOptions['providers'];
  readonly cash: Cash;
  readonly shown: Map<string, OrderView[]>;
  /** Everything that was logged, before any log dropped a field. */
  readonly said: readonly { readonly event: string; readonly fields: unknown }[];
  /** What screening says next, by subject. */
  readonly screening: {
    name: 'clear' | 'review' | 'blocked' | 'error';
    address: 'clear' | 'review' | 'blocked' | 'error';
    /** What a verdict rests on. */
    evidence?: readonly Evidence[];
  };
  /** Lets time pass, in steps, with the engine looking each time. */
  pass(ms: number): Promise<void>;
  /** Waits for work whose timeouts are in virtual time. */
  during<T>(work: Promise<T>): Promise<T>;
  /** Replaces the engine by a new one on the same database. */
  restart(options?: Partial<OrdersOptions>): Promise<Orders>;
  /** Opens one more engine on the same database, beside the one that is there. */
  another(options?: Partial<OrdersOptions>): Promise<Orders>;
  /** A verified buyer with a fresh quote and an address: only the confirmation is missing. */
  quoted(chat: string, options?: { readonly name?: string; readonly riel?: bigint }): Promise<OrderView>;
  /** Confirms, with the terms as they are now. */
  confirm(chat: string, order: Reference, silence?: 'refund' | 'deliver'): Promise<OrderView>;
  /** A verified buyer with a confirmed order of 41,000 riel: waits to be paid. */
  confirmed(
    chat: string,
    options?: { readonly name?: string; readonly silence?: 'refund' | 'deliver'; readonly riel?: bigint },
  ): Promise<OrderView>;
  readonly url: Secret;
  end(): Promise<void>;
}

export const chatRef = (chat: string) => ({ channel: 'test', chat });
export const ADDRESS = 'bcrt1qtestaddressofthebuyer000000000000';

export const policy: Policy = {
  ...defaultTimes,
  feeBasisPoints: 150n,
  reserveBasisPoints: 100n,
  floorBasisPoints: 500n,
  confirmations: 2,
  watchDepth: 6,
  unknownPayerCap: [money(KHR, 100_000n)],
  reversibleCap: [],
  limits: {
    perOrder: [money(KHR, 4_000_000n), money(USD, 1_000_00n)],
    perDay: [money(KHR, 8_000_000n)],
    openUnpaid: 3,
  },
  twoPeopleFrom: [money(KHR, 1_000_000n)],
  floatAlarms: [],
  payAssets: [KHR, USD],
};

type EmulatorName = 'payway' | 'binance' | 'sumsub' | 'onfido';
const hosts: Readonly<Record<string, EmulatorName>> = {
  'checkout-sandbox.payway.com.kh': 'payway',
  'api.binance.com': 'binance',
  'api.sumsub.com': 'sumsub',
  'api.eu.onfido.com': 'onfido',
};

/** What differs from the plain world. */
export interface TestWorldOptions extends Partial<OrdersOptions> {
  /** Pay by the test's own rail instead of by PayWay. */
  readonly cash?: CashTerms;
  /** Rails beside that one. */
  readonly rails?: (runtime: Runtime) => readonly AnyPaymentProvider[];
  /** Who verifies. Default: Sumsub. */
  readonly kyc?: 'sumsub' | 'onfido';
  /** The number of the document with which somebody of this name is verified. Default: the verifier tells none. */
  readonly documentOf?: (name: string) => string | undefined;
  /** A database for this world alone. Default: one from the server of the test run. */
  readonly ownDatabase?: TestDatabase;
}

export async function createTestWorld({
  cash: cashTerms,
  rails = () => [],
  ownDatabase,
  documentOf = () => undefined,
  kyc = 'sumsub',
  ...changes
}: TestWorldOptions = {}): Promise<TestWorld> {
  // Loaded when needed: it only works inside a test run, and a soak has a server of its own.
  const database = ownDatabase ?? (await (await import('../database.ts')).createTestDatabase());
  const emulators: Partial<Record<EmulatorName, { readonly fetch: Fetch }>> = {};
  const said: { event: string; fields: unknown }[] = [];
  const virtual = createVirtualRuntime({
    fetch: (request, options) => {
      const name = hosts[new URL(request.url).hostname];
      const emulator = name && emulators[name];
      if (!emulator) throw Object.assign(new Error('no such host'), { code: 'ENOTFOUND' });
      return emulator.fetch(request, options);
    },
  });
  const heard =
    (level: LogLevel): Log[LogLevel] =>
    (event, fields) => {
      said.push({ event, fields });
      virtual.log[level](event, fields);
    };
  const log = { debug: heard('debug'), info: heard('info'), warn: heard('warn'), error: heard('error') };
  const runtime: VirtualRuntime = { ...virtual, log };
  let orders: Orders | null = null;
  const deliver: Fetch = async (request) => orders?.handle(request) ?? new Response(null, { status: 503 });
  const context = { clock: runtime.clock, random: runtime.random, deliver };
  const payway = createPaywayEmulator(context, { callbackUrl: 'https://shop.example/webhooks/payway' });
  const binance = createBinanceEmulator(context);
  const sumsub = createSumsubEmulator(context, {
    baseUrl: 'https://api.sumsub.com',
    webhookUrl: 'https://shop.example/webhooks/sumsub',
  });
  const onfido = createOnfidoEmulator(context, {
    baseUrl: 'https://api.eu.onfido.com/v3.6',
    webhookUrl: 'https://shop.example/webhooks/onfido',
    levels: ['basic-kyc-level'],
  });
  const verifier: KycEmulator = kyc === 'onfido' ? onfido : sumsub;
  Object.assign(emulators, { payway, binance, sumsub, onfido });
  const coins = createCoins(runtime);
  const cash = createCash(runtime, cashTerms);
  const screening: TestWorld['screening'] = { name: 'clear', address: 'clear' };
  const shown: TestWorld['shown'] = new Map();
  const others: Orders[] = [];

  const options: OrdersOptions = {
    database: { url: database.url },
    providers: {
      rails: [
        cashTerms
          ? cash.rail
          : createPayway({ ...payway.config, callbackUrl: 'https://shop.example/webhooks/payway' }, runtime),
        ...rails(runtime),
      ],
      exchange: createBinance(binance.config, runtime),
      venueAsset: USDT,
      custodies: [coins.custody],
      kyc: kyc === 'onfido' ? createOnfido(onfido.config, runtime) : createSumsub(sumsub.config, runtime),
      kycLevel: 'basic-kyc-level',
      names: screener(runtime, screening),
      addresses: screener(runtime, screening),
      rates: [
        createOperatorRates(
          {
            pairs: [
              { base: KHR, quote: USD, rate: '0.000243902439', setAt: runtime.clock.now() },
              { base: USD, quote: USDT, rate: '1', setAt: runtime.clock.now() },
            ],
            maximumAgeMs: 30 * 86_400_000,
            maximumChangeBasisPoints: 500,
          },
          runtime,
        ),
      ],
      accepts: ['qr', 'telegram-invoice', 'embedded-form'],
      purpose: ({ number }) => `Bitcoin purchase ${number}`,
    },
    policy,
    terms: { en: 'Test terms.', km: 'លក្ខខណ្ឌសាកល្បង។' },
    dataKey: new Secret('data-key-for-tests-0123456789-abcdef'),
    mode: 'sandbox',
    show: async ({ chat }, view, handle) => {
      shown.set(chat, [...(shown.get(chat) ?? []), view]);
      return { outcome: 'shown', handle: handle ?? 'message-1' };
    },
    ...changes,
  };
  const open = async (more: Partial<OrdersOptions> = {}) => {
    orders = await createOrders({ ...options, ...more }, runtime);
    return orders;
  };
  await open();

  const watch = watchDatabase(database.url);
  const world: TestWorld = {
    get orders() {
      if (!orders) throw new Error('no engine');
      return orders;
    },
    runtime,
    payway,
    binance,
    sumsub,
    onfido,
    verifier,
    coins,
    providers: options.providers,
    cash,
    shown,
    said,
    screening,
    url: database.url,
    async pass(ms) {
      const step = Math.max(1000, Math.ceil(ms / 20));
      for (let passed = 0; passed < ms; passed += step) {
        await runtime.clock.advance(Math.min(step, ms - passed));
        await world.during(world.orders.sweep());
        await world.during(world.orders.idle());
      }
    },
    async during(work) {
      const end = work.then(() => 'done' as const);
      end.catch(() => {});
      // Time passes only when nothing else does: as long as the database has work, it is not the clock that is waited for.
      let quiet = 0;
      for (let waited = 0; (await Promise.race([end, pause()])) !== 'done'; waited += 1) {
        if (waited < 30) continue;
        quiet = (await watch.isBusy()) ? 0 : quiet + 1;
        if (quiet > 5) await runtime.clock.advance(1000);
      }
      return work;
    },
    async restart(more) {
      await orders?.stop(100);
      return open(more);
    },
    async another(more) {
      const other = await createOrders({ ...options, ...more }, runtime);
      others.push(other);
      return other;
    },
    async quoted(chat, { name = 'SOK DARA', riel = 41_000n } = {}) {
      const ref = chatRef(chat);
      const { buyer } = world.orders;
      const quoted = await buyer.quote(ref, { want: { type: 'spend', amount: money(KHR, riel) }, payIn: KHR });
      await buyer.verify(ref);
      const reference = verifier.applied.cases.at(-1)?.reference as Reference;
      const documentNumber = documentOf(name);
      const document = documentNumber === undefined ? {} : { documentNumber };
      await verifier.desk.approve(reference, { name, born: '1990-01-01', country: 'KH', ...document });
      await world.pass(1000);
      await buyer.giveAddress(ref, quoted.id, ADDRESS);
      return buyer.refresh(ref, quoted.id);
    },
    async confirmed(chat, { silence = 'refund', ...wish } = {}) {
      const { id } = await world.quoted(chat, wish);
      return world.confirm(chat, id, silence);
    },
    async confirm(chat, id, silence = 'refund') {
      const ref = chatRef(chat);
      const { buyer } = world.orders;
      const { hash } = await buyer.terms(ref, id);
      return buyer.confirm(ref, id, { termsHash: hash, silence });
    },
    async end() {
      for (const one of [orders, ...others]) await one?.stop(100);
      await watch.end();
      await database.drop();
    },
  };
  const { admin } = world.orders;
  binance.market.setBalance('USDT', '50000');
  await admin.bringIn('exchange:binance', money(USDT, 50_000_00000000n), 'float-usdt', 'owner');
  coins.float = 1_00000000n;
  await admin.bringIn('wallet:coins', money(BTC, coins.float), 'float-btc', 'owner');
  return world;
}

/** A moment of real time, for the database. */
function pause(): Promise<'waited'> {
  return new Promise((resolve) => setTimeout(() => resolve('waited'), 3));
}

function screener(runtime: Runtime, state: TestWorld['screening']): Screening<'screenName' | 'screenAddress'> {
  const verdict = <Of>(of: Of, outcome: TestWorld['screening']['name']): Promise<Verdict<Of>> => {
    if (outcome === 'error') return Promise.reject(new Error(`lists are gone: ${JSON.stringify(of)}`));
    const validUntil = (runtime.clock.now() + 60_000) as Instant;
    return Promise.resolve({ id: 'v', of, outcome, evidence: state.evidence ?? [], validUntil });
  };
  return {
    spec: 'screening/1',
    id: 'test-lists',
    screenName: (identity) => verdict(identity, state.name),
    screenAddress: (address) => verdict(address, state.address),
  };
}
