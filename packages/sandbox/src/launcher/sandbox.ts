import { existsSync } from 'node:fs';
import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { BTC, money, USDT } from '@rielrails/core';
import { parseAmount, systemClock, systemRandom, toHex } from '@rielrails/kit';
import { addressOfScript } from '@rielrails/kit/bitcoin';
import { startDatabase } from '@rielrails/orders/keeper';
import type { RunningDatabase } from '@rielrails/orders/keeper';
import { Client } from 'pg';
import { defaultNodeDirectory, fetchNode } from '@rielrails/wallet/regtest';
import { usualRails } from '../rails/rail-id.ts';
import type { OfferedRails } from '../rails/rail-id.ts';
import type { NodeChoice } from './arguments.ts';
import { createHandSigner } from './hand-signer.ts';
import type { HandSigner } from './hand-signer.ts';
import { startChild } from './child.ts';
import type { Child, Environment } from './child.ts';
import type { CustodianId } from './custodian-id.ts';
import type { EngineConfig } from './engine-config.ts';
import type { KycId } from './kyc-id.ts';
import { memoryOf } from './memory.ts';
import { writePolicy } from './policy-file.ts';
import type { PolicyChanges } from './policy-file.ts';
import type { VenueId } from './venue-id.ts';
import type { WorldReady, WorldStart } from './world-protocol.ts';

/** What a sandbox is started with. */
export interface SandboxOptions {
  /** The environment of the launcher. */
  readonly environment: Environment;
  /** The folder for everything that it writes. Empty. */
  readonly directory: string;
  readonly node: NodeChoice;
  /** The page's port; `null`: any free one. */
  readonly port: number | null;
  /** The module of the engine process. */
  readonly engine: string;
  /** Told one line for people at each step. */
  readonly say: (line: string) => void;
  readonly settings?: SandboxSettings;
  /** Who operates the shop. Default: nobody, and no door for operators. */
  readonly operators?: NonNullable<EngineConfig['admin']>['people'];
  /** Starts an engine that ends by itself again. Default: no, so that a script sees it. */
  readonly revives?: boolean;
  readonly onEngineNotice?: (notice: string, value: unknown) => void;
}

/** What scripts set differently. */
export interface SandboxSettings {
  /** Float at the exchange, as a decimal text. */
  readonly exchangeUsdt?: string;
  /** Where the shop buys. Default: `binance`. */
  readonly venue?: VenueId;
  /** Float in the wallet, in coins of these sizes. */
  readonly walletSats?: readonly bigint[];
  readonly policy?: Partial<EngineConfig['policy']>;
  /** Runs the shop under the policy for Cambodia, with these rules beside its own. Default: under none. */
  readonly dueDiligence?: PolicyChanges;
  /** What the shop offers, in this order. Default: every way of paying but Telegram invoices. */
  readonly rails?: OfferedRails;
  /** Calls that Bakong grants in a day. Default: 100, as ordinary tokens get. */
  readonly bakongCallsPerDay?: number;
  /** Whether Wing told the shop where it answers inquiries. Default: true. */
  readonly wingInquiry?: boolean;
  /** How much the wallet may hold, in satoshi. Above it coins go to a cold storage whose key nobody has. Default: any. */
  readonly float?: { readonly minimumSats: bigint; readonly targetSats: bigint; readonly maximumSats: bigint };
  /** How many coins of at least which size the wallet should have ready. Default: no matter. */
  readonly pool?: { readonly coins: number; readonly sats: bigint };
  /** Whether the wallet's keys are with a person and a hardware signer, and not on the machine. Default: no. */
  readonly signsByHand?: boolean;
  /** A custodian, at which people approve, that delivers instead of the wallet. */
  readonly custodian?: CustodianId;
  /** Who verifies buyers. Default: Sumsub. `manual` needs operators. */
  readonly kyc?: KycId;
  /** Whether PayWay is set up with its refund interface. Default: true. */
  readonly railRefunds?: boolean;
  /** Whether banks let payers change the amount, scan twice and pay late. Default: no, as PayWay's documents say. */
  readonly takesWrongPayments?: boolean;
}

/** How an engine is started. */
export interface EngineStart {
  /** Without any write to the outside until everything was looked up. */
  readonly recovery?: boolean;
}

/** A running sandbox. It keeps nothing that is not in its processes or in its folder. */
export interface Sandbox {
  readonly world: Child;
  readonly ready: WorldReady;
  /** The engine that runs now. */
  readonly engine: Child;
  readonly engineRuns: boolean;
  /** Where the wallet sends what is too much. */
  readonly coldAddress: string;
  /** Signs a PSBT, where {@link SandboxSettings.signsByHand}. */
  signByHand(psbt: string): string;
  /** Where operators work; `null` where there are none. */
  readonly adminUrl: string | null;
  startEngine(start?: EngineStart): Promise<void>;
  /** `kill -9`, and back when it is gone. */
  killEngine(): Promise<void>;
  /** Lets running steps end first. */
  stopEngine(): Promise<void>;
  /** Waits for the end of the engine that is running now, and tells the world. */
  engineGone(): Promise<void>;
  /** Puts the clock forward everywhere. Gives how far it is ahead now; the engine is told, and not waited for. */
  forward(ms: number): Promise<number>;
  /** Copies the database of a stopped engine. */
  backup(): Promise<void>;
  /** Puts the copy in the place of the database. The engine must be stopped. */
  restore(): Promise<void>;
  /** Changes the database behind the engine's back, as a thief would. Gives how many rows were changed. */
  query(statement: string, values: readonly unknown[]): Promise<number>;
  /** MiB, by process. `null` where the system does not tell. */
  memory(): Promise<Readonly<Record<string, number | null>>>;
  /** Ends every process in good order. */
  stop(): Promise<void>;
}

/** Bounds below what the wallet begins with, and more coins than it has: operators find something to do. */
export const treasuryToTry = {
  float: { minimumSats: 10_000_000n, targetSats: 50_000_000n, maximumSats: 60_000_000n },
  pool: { coins: 6, sats: 5_000_000n },
} as const satisfies SandboxSettings;

/** What the float is where nobody says otherwise. */
const FLOAT = { exchangeUsdt: '50000', walletSats: [20_000_000n, 20_000_000n, 20_000_000n, 20_000_000n] } as const;

/** Small values, so that doubts resolve while somebody watches. */
const QUICK: EngineConfig['policy'] = {
  quoteValidForMs: 5 * 60_000,
  payWithinMs: 15 * 60_000,
  honourLateForMs: 10 * 60_000,
  watchGraceMs: 24 * 3_600_000,
  answerWithinMs: 30 * 60_000,
  buyWithinMs: 3_600_000,
  refundWithinMs: 72 * 3_600_000,
  bumpAfterMs: 40 * 60_000,
  doubtWithinMs: 3_600_000,
  callTimeoutMs: 1500,
  lookEveryMs: 300,
};

const SIGNER_READY_WITHIN_MS = 15_000;
const REVIVE_AFTER_MS = 2000;
const require = createRequire(import.meta.url);
const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));

/**
 * Starts every process of a sandbox, and brings its float in.
 *
 * All of them end with this process, also by `kill -9`.
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { directory, say, settings = {} } = options;
  const logs = join(directory, 'logs');
  await mkdir(logs, { recursive: true, mode: 0o700 });
  const nodeDirectory = await prepareNode(options.node, options.environment, say);
  const databaseDirectory = join(directory, 'database');
  const started: (() => Promise<void>)[] = [];
  const stopAll = async () => {
    for (const stop of started.toReversed()) await stop();
  };

  let onWorldNotice: (notice: string, value: unknown) => void = () => {};

  try {
    const world = startChild({
      environment: options.environment,
      name: 'world',
      program: here('./world-process.ts'),
      args: [worldStart(options, nodeDirectory)],
      logFile: join(logs, 'world.log'),
      onNotice: (notice, value) => onWorldNotice(notice, value),
    });
    started.push(async () => {
      await world.call('stop').catch(() => {});
      await world.kill('SIGTERM');
    });
    const coldAddress = addressOfNobody();
    const hand = settings.signsByHand ? createHandSigner(systemRandom.bytes(32)) : null;
    const [signer, firstDatabase, ready] = await Promise.all([
      startSigner({ ...options, coldAddress, hand }, logs, (stop) => started.push(stop)),
      startDatabase({ directory: databaseDirectory }),
      world.heard<WorldReady>('ready'),
    ]);
    let database: RunningDatabase = firstDatabase;
    started.push(() => database.stop());
    let engine: Child | null = null;
    let engineRuns = false;
    let clockOffsetMs = 0;
    /** Chosen by the first engine, and kept by those after it: the page that somebody has open goes on. */
    let adminPort = 0;
    let stopping = false;
    started.push(async () => {
      if (!engine || !engineRuns) return;
      stopping = true;
      // It may be frozen.
      engine.signal('SIGCONT');
      await engine.call('stop').catch(() => {});
      await engine.kill('SIGTERM');
    });
    const dataKey = toHex(systemRandom.bytes(32));
    const policyFile = settings.dueDiligence ? await writePolicy(directory, settings.dueDiligence) : null;
    const documentKey = toHex(systemRandom.bytes(32));

    const engineConfig = (recovery: boolean): EngineConfig => {
      const { kind, rpcUrl, cookieFile } = ready.chain;
      return {
        world: ready.url,
        hosts: [...ready.hosts],
        publicOrigin: ready.publicOrigin,
        databaseUrl: database.url.reveal(),
        dataKey,
        documentKey,
        kyc: settings.kyc ?? 'sumsub',
        clockOffsetMs,
        signer: { socketPath: signer.socketPath, bindingKey: signer.bindingKey },
        chain: { kind, rpcUrl, cookieFile },
        telegram: ready.telegram,
        providers: ready.providers,
        ...(settings.pool ? { pool: { coins: settings.pool.coins, sats: settings.pool.sats.toString() } } : {}),
        ...(settings.float ? { float: floatOf(settings.float, coldAddress) } : {}),
        rails: [...(settings.rails ?? usualRails)],
        railRefunds: settings.railRefunds ?? true,
        policy: { ...QUICK, ...settings.policy },
        ...(policyFile === null ? {} : { policyFile }),
        ...(options.operators ? { admin: { port: adminPort, people: options.operators } } : {}),
        recovery,
      };
    };

    const configFile = join(directory, 'engine.json');
    const writeConfig = (recovery: boolean) =>
      writeFile(configFile, JSON.stringify(engineConfig(recovery), null, 2), { mode: 0o600 });

    const gone = async (child: Child) => {
      await child.ended;
      if (engine === child) engineRuns = false;
      await world.call('engine-at', null).catch(() => {});
    };
    const dismissed = new WeakSet<Child>();
    const revive = async (child: Child) => {
      await gone(child);
      if (!options.revives || stopping || dismissed.has(child)) return;
      say('the engine ended by itself; it starts again');
      await systemClock.sleep(REVIVE_AFTER_MS);
      await sandbox.startEngine().catch(() => {});
    };

    const sandbox: Sandbox = {
      world,
      ready,
      get engine() {
        if (!engine) throw new Error('no engine was started');
        return engine;
      },
      get engineRuns() {
        return engineRuns;
      },
      coldAddress,
      signByHand(psbt) {
        if (!hand) throw new Error('the keys are on the machine');
        return hand.sign(psbt);
      },
      get adminUrl() {
        return adminPort === 0 ? null : `http://127.0.0.1:${adminPort}/`;
      },
      async startEngine({ recovery = false } = {}) {
        await writeConfig(recovery);
        const child = startChild({
          environment: options.environment,
          name: 'engine',
          program: options.engine,
          args: [configFile],
          logFile: join(logs, 'engine.log'),
          ...(options.onEngineNotice ? { onNotice: options.onEngineNotice } : {}),
        });
        engine = child;
        engineRuns = true;
        void revive(child);
        const ready = await child.heard<{ readonly url: string; readonly adminPort: number | null }>('ready');
        adminPort = ready.adminPort ?? 0;
        await world.call('operators-at', sandbox.adminUrl);
        await world.call('engine-at', ready.url);
      },
      async killEngine() {
        const child = sandbox.engine;
        dismissed.add(child);
        await child.kill('SIGKILL');
        await gone(child);
      },
      async stopEngine() {
        const child = sandbox.engine;
        dismissed.add(child);
        await child.call('stop');
        await child.kill('SIGTERM');
        await gone(child);
      },
      engineGone: () => gone(sandbox.engine),
      async forward(ms) {
        await world.call('act', { name: 'clock/forward', input: { ms } });
        return clockOffsetMs;
      },
      async backup() {
        await database.stop();
        await copyWhole(databaseDirectory, join(directory, 'backup'));
        database = await startDatabase({ directory: databaseDirectory });
      },
      async restore() {
        await database.stop();
        await rm(databaseDirectory, { recursive: true, force: true });
        await copyWhole(join(directory, 'backup'), databaseDirectory);
        database = await startDatabase({ directory: databaseDirectory });
      },
      async query(statement, values) {
        const client = new Client({ connectionString: database.url.reveal() });
        await client.connect();
        try {
          return (await client.query(statement, [...values])).rowCount ?? 0;
        } finally {
          await client.end();
        }
      },
      async memory() {
        const alone = async (processId: number | null) => (processId === null ? null : memoryOf(processId, 'alone'));
        return {
          launcher: await alone(process.pid),
          keeper: await alone(database.keeperProcessId),
          postgres: await memoryOf(database.processId, 'with-children'),
          world: await alone(world.processId),
          signer: await alone(signer.processId),
          engine: engineRuns ? await alone(sandbox.engine.processId) : null,
          node: await alone(ready.nodeProcessId),
        };
      },
      stop: stopAll,
    };

    onWorldNotice = (notice, value) => {
      if (notice === 'clock') {
        clockOffsetMs = value as number;
        // Whoever reads it next (a shell beside the demo) has the same time.
        void writeConfig(false).catch(() => {});
        if (engineRuns) void sandbox.engine.call('forward', clockOffsetMs).catch(() => {});
      }
      if (notice === 'machine') void act(value as string).catch(() => say(`the machine could not ${String(value)}`));
    };
    const act = async (action: string) => {
      if (action === 'kill' && engineRuns) await sandbox.killEngine();
      if (action === 'freeze' && engineRuns) sandbox.engine.signal('SIGSTOP');
      if (action === 'thaw' && engineRuns) sandbox.engine.signal('SIGCONT');
      if (action === 'restart') {
        say('the engine is started again');
        if (engineRuns) await sandbox.killEngine();
        await sandbox.startEngine();
      }
    };

    await sandbox.startEngine();
    await bringFloatIn(sandbox, settings);
    return sandbox;
  } catch (error) {
    await stopAll();
    throw error;
  }
}

/** Finds the real node, fetching it where that is possible; says loudly when its stand-in plays. */
async function prepareNode(node: NodeChoice, environment: Environment, say: (line: string) => void): Promise<string> {
  const directory = defaultNodeDirectory(environment);
  if (node === 'regtest-lite') return directory;
  const fetched = await fetchNode({ directory, say });
  if (fetched.outcome === 'unavailable') {
    if (node === 'bitcoin-knots') throw new Error(`no bitcoin node: ${fetched.reason}; ${fetched.remedy}`);
    say(`NO BITCOIN NODE: regtest-lite, a stand-in, plays the chain. ${fetched.reason}; ${fetched.remedy}`);
  }
  return directory;
}

function worldStart({ directory, node, port, settings }: SandboxOptions, nodeDirectory: string): string {
  const start: WorldStart = {
    chainDirectory: join(directory, 'chain'),
    nodeDirectory,
    node,
    port,
    venue: settings?.venue ?? 'binance',
    exchangeUsdt: settings?.exchangeUsdt ?? FLOAT.exchangeUsdt,
    takesWrongPayments: settings?.takesWrongPayments ?? false,
    bakongCallsPerDay: settings?.bakongCallsPerDay ?? 100,
    wingInquiry: settings?.wingInquiry ?? true,
    custodian: settings?.custodian ?? null,
    kyc: settings?.kyc ?? 'sumsub',
  };
  return JSON.stringify(start);
}

/** An address whose key was never made. */
function addressOfNobody(): string {
  const address = addressOfScript(Uint8Array.from([0x00, 0x14, ...systemRandom.bytes(20)]), 'regtest');
  if (address === null) throw new Error('unreachable');
  return address;
}

function floatOf(
  { minimumSats, targetSats, maximumSats }: NonNullable<SandboxSettings['float']>,
  coldAddress: string,
): EngineConfig['float'] {
  return {
    minimumSats: minimumSats.toString(),
    targetSats: targetSats.toString(),
    maximumSats: maximumSats.toString(),
    cold: `addr(${coldAddress})`,
  };
}

interface RunningSigner {
  readonly socketPath: string;
  readonly bindingKey: string;
  readonly processId: number;
}

async function startSigner(
  {
    directory,
    environment,
    coldAddress,
    hand,
  }: SandboxOptions & { readonly coldAddress: string; readonly hand: HandSigner | null },
  logs: string,
  onStop: (stop: () => Promise<void>) => void,
): Promise<RunningSigner> {
  const folder = join(directory, 'signer');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = (name: string) => join(folder, name);
  const bindingKey = toHex(systemRandom.bytes(32));
  if (!hand) await writeFile(file('seed'), toHex(systemRandom.bytes(32)), { mode: 0o600 });
  await writeFile(file('binding-key'), bindingKey, { mode: 0o600 });
  const config = {
    network: 'regtest',
    keys: hand ? { mode: 'external', account: hand.descriptor } : { mode: 'regtest', seedFile: file('seed') },
    bindingKeyFile: file('binding-key'),
    logFile: file('signatures.log'),
    socketPath: file('signer.sock'),
    freezeFile: file('freeze'),
    policy: {
      maximumFeeSats: '50000',
      maximumSatPerVbyte: 200,
      maximumSatsPerHour: '50000000',
      maximumSatsPerDay: '200000000',
      ownDescriptors: [`addr(${coldAddress})`],
    },
  };
  await writeFile(file('signer.json'), JSON.stringify(config, null, 2), { mode: 0o600 });
  const run = (command: string) =>
    startChild({
      environment,
      name: 'signer',
      program: require.resolve('@rielrails/wallet/signer/main'),
      args: [command, file('signer.json')],
      preload: new URL('./lifeline.ts', import.meta.url).href,
      logFile: join(logs, 'signer.log'),
    });
  const { code } = await run('init').ended;
  if (code !== 0) throw new Error(`the signer could not begin its log; see ${join(logs, 'signer.log')}`);
  const signer = run('run');
  onStop(() => signer.kill('SIGTERM'));
  let ended = false;
  void signer.ended.then(() => {
    ended = true;
  });
  for (let waitedMs = 0; !existsSync(config.socketPath); waitedMs += 20) {
    if (ended || waitedMs > SIGNER_READY_WITHIN_MS)
      throw new Error(`the signer did not start; see ${join(logs, 'signer.log')}`);
    await systemClock.sleep(20);
  }
  return { socketPath: config.socketPath, bindingKey, processId: signer.processId };
}

/** With owners: as root, PostgreSQL's files belong to somebody else. */
async function copyWhole(from: string, to: string): Promise<void> {
  await promisify(execFile)('cp', ['-a', from, to]);
}

/** Pays the wallet on the chain, and books what lies in each place. */
async function bringFloatIn({ engine, world }: Sandbox, settings: SandboxSettings): Promise<void> {
  const bring = (...args: readonly unknown[]) => engine.call('admin', { command: 'bringIn', args });
  const place = `wallet:${settings.custodian ?? 'wallet'}`;
  for (const [index, sats] of (settings.walletSats ?? FLOAT.walletSats).entries()) {
    if (settings.custodian) await world.call('custodian-fund', sats);
    else {
      const { text: address } = await engine.call<{ readonly text: string }>('deposit-address');
      await world.call('fund', { address, sats });
    }
    await bring(place, money(BTC, sats), `sandbox coin ${index + 1}`, 'sandbox');
  }
  const usdt = parseAmount(settings.exchangeUsdt ?? FLOAT.exchangeUsdt, USDT);
  await bring(`exchange:${settings.venue ?? 'binance'}`, usdt, 'sandbox exchange balance', 'sandbox');
}
