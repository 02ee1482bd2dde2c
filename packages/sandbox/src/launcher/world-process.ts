/*
 * A process of its own: the whole world outside the engine. Its truth survives the engine and ends with the launcher.
 */
import { createTransport, jsonLog, systemClock, systemRandom, toHex } from '@rielrails/kit';
import type { Fetch, Runtime } from '@rielrails/kit';
import { createOnfidoEmulator } from '@rielrails/kyc-onfido/emulator';
import { createSumsubEmulator } from '@rielrails/kyc-sumsub/emulator';
import { createListsEmulator } from '@rielrails/screening/emulator';
import { findNode, startRegtest } from '@rielrails/wallet/regtest';
import { createSandboxClock } from '../clock.ts';
import type { MachineState } from '../machine.ts';
import { createBankApp } from '../rails/bank.ts';
import { playRails } from '../rails/emulators.ts';
import type { RailId } from '../rails/rail-id.ts';
import { rerouteOrigin } from '../reroute.ts';
import { createTelegramEmulator } from '../telegram/index.ts';
import { createWorld } from '../world/index.ts';
import { createChainDesk } from './chain-desk.ts';
import { openCustodian } from './custodian-desk.ts';
import { createListsDesk } from './lists-desk.ts';
import { openLauncherLine } from './serve-launcher.ts';
import { openVenues } from './venues.ts';
import type { WorldReady, WorldStart } from './world-protocol.ts';
import { createWorldCalls } from './world-calls.ts';

const PUBLIC_ORIGIN = 'https://shop.example';
const SHOP_HOST = new URL(PUBLIC_ORIGIN).host;
const LISTS = 'https://sanctions-mirror.example';
const TELEGRAM = { token: '424242:sandbox-token', username: 'rielrails_sandbox_bot' };
const PROVIDER_TOKEN = '1700000000:TEST:play-money';

const line = openLauncherLine();
if (!line) throw new Error('this process is started by the launcher');
const start = JSON.parse(process.argv[2] ?? '') as WorldStart;
const clock = createSandboxClock(systemClock);
const log = jsonLog((text) => process.stderr.write(`${text}\n`), clock, 'warn');

/** The engine's own server, while there is one. */
let engine: { readonly url: string; readonly fetch: Fetch } | null = null;
let operatorsPage: string | null = null;
const refused = () => Object.assign(new Error('connect ECONNREFUSED: the engine is down'), { code: 'ECONNREFUSED' });
const toEngine: Fetch = (request, call) => (engine ? engine.fetch(request, call) : Promise.reject(refused()));
const deliver: Fetch = (request, call) =>
  engine ? rerouteOrigin(toEngine, { from: PUBLIC_ORIGIN, to: engine.url })(request, call) : Promise.reject(refused());

const base: Runtime = { fetch: createTransport({ loopbackPorts: [] }), clock, log, random: systemRandom };
const regtest = await startRegtest(
  { directory: start.chainDirectory, nodeDirectory: start.nodeDirectory, prefer: start.node },
  base,
);
const runtime: Runtime = { ...base, fetch: createTransport({ loopbackPorts: [regtest.port] }) };
const files = regtest.kind === 'bitcoin-knots' ? await findNode(start.nodeDirectory) : null;
const backend = files ? `bitcoin-knots ${files.version}` : 'regtest-lite (stand-in, not a node)';
const chain = createChainDesk(regtest, backend, runtime);

const context = { clock, random: systemRandom, deliver };
const venues = openVenues(context, start);
const sumsub = createSumsubEmulator(context, {
  baseUrl: 'https://api.sumsub.com',
  webhookUrl: `${PUBLIC_ORIGIN}/webhooks/sumsub`,
});
const onfido =
  start.kyc === 'onfido'
    ? createOnfidoEmulator(context, {
        baseUrl: 'https://api.eu.onfido.com/v3.6',
        webhookUrl: `${PUBLIC_ORIGIN}/webhooks/onfido`,
      })
    : null;
/** Where the shop's own people verify, their desk is on the operators' page. */
const verifier = start.kyc === 'manual' ? null : (onfido ?? sumsub);
const lists = createListsEmulator(context, { baseUrl: LISTS });
const custodian = start.custodian
  ? openCustodian(start.custodian, { context, chain, publicOrigin: PUBLIC_ORIGIN })
  : null;
const telegram = createTelegramEmulator(context, { ...TELEGRAM, providerTokens: [PROVIDER_TOKEN] });
const { takesWrongPayments, bakongCallsPerDay, wingInquiry } = start;
const rails = playRails(context, {
  publicOrigin: PUBLIC_ORIGIN,
  takesWrongPayments,
  bakongCallsPerDay,
  wingInquiry,
  telegram,
  botToken: TELEGRAM.token,
  providerToken: PROVIDER_TOKEN,
  webhookSecret: toHex(systemRandom.bytes(16)),
});
const hosts = {
  ...rails.hosts,
  ...venues.hosts,
  'api.sumsub.com': sumsub,
  [new URL(LISTS).host]: lists,
  'api.telegram.org': telegram,
  ...(onfido ? { 'api.eu.onfido.com': onfido } : {}),
  ...custodian?.hosts,
};

const world = await createWorld(
  {
    ...(start.port === null ? {} : { port: start.port }),
    clock,
    telegram,
    hosts: { ...hosts, [SHOP_HOST]: { fetch: deliver } },
    shopHost: SHOP_HOST,
    desks: {
      bank: {
        ...createBankApp(rails.emulators),
        receipts: () => Object.values(rails.emulators).flatMap(({ applied }) => applied.receipts),
      },
      exchange: venues.desk,
      ...(verifier ? { kyc: { desk: verifier.desk, cases: () => verifier.applied.cases } } : {}),
      chain: custodian ? custodian.follow() : chain,
      ...(custodian ? { custodian: custodian.desk } : {}),
      lists: createListsDesk(lists),
      machine: {
        async state() {
          const request = new Request(`${engine?.url ?? 'http://127.0.0.1:9'}/machine`);
          const response = await toEngine(request, {});
          if (!response.ok) throw new Error('the engine does not tell');
          return (await response.json()) as MachineState;
        },
        actions: Object.fromEntries(
          ['kill', 'restart', 'freeze', 'thaw'].map((action) => [action, async () => line.tell('machine', action)]),
        ),
        operatorsPage: () => operatorsPage,
        forwardClock: async () => line.tell('clock', clock.offsetMs),
      },
    },
  },
  runtime,
);

/** Wing without an inquiry is another provider: nothing proves its payments. */
const providerOf = (rail: RailId) => (rail === 'wing' && !wingInquiry ? 'wing-no-proof' : rail);

line.answer({
  ...createWorldCalls({
    world,
    rails: rails.emulators,
    providerOf,
    venues,
    sumsub,
    verifier,
    telegram,
    chain,
    runtime,
  }),
  custodian: () => custodian?.desk.view().map(({ status }) => ({ status })) ?? [],
  'custodian-fund': (sats: bigint) => custodian?.fund(sats),
  'engine-at': (url: string | null) => {
    engine = url === null ? null : { url, fetch: createTransport({ loopbackPorts: [Number(new URL(url).port)] }) };
  },
  'operators-at': (url: string | null) => {
    operatorsPage = url;
  },
  async stop() {
    await world.close();
    await regtest.stop();
  },
});
const { appToken, secretKey, webhookSecrets } = sumsub.config;
const ready: WorldReady = {
  url: world.url,
  hosts: Object.keys(hosts),
  publicOrigin: PUBLIC_ORIGIN,
  telegram: TELEGRAM,
  chain: { kind: regtest.kind, backend, rpcUrl: regtest.rpcUrl, cookieFile: regtest.cookieFile },
  nodeProcessId: regtest.processId,
  providers: {
    ...rails.contracts,
    exchange: { venue: start.venue, ...venues.own.config },
    sumsub: { appToken, secretKey, webhookSecrets: [...webhookSecrets] },
    ...(onfido
      ? {
          onfido: {
            apiToken: onfido.config.apiToken,
            webhookTokens: [...onfido.config.webhookTokens],
            workflows: { ...onfido.config.workflows },
          },
        }
      : {}),
    lists: { baseUrl: LISTS },
    ...(custodian ? { custodian: custodian.account } : {}),
  },
};
line.tell('ready', ready);
