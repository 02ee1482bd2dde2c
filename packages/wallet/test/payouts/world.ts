import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { silentLog, systemRuntime } from '@rielrails/kit';
import { createRpc, resultOf } from '../../src/core-rpc/rpc.ts';
import { createPostgresStore, migratePostgresStore, readAccount } from '../../src/index.ts';
import type { WalletStore } from '../../src/index.ts';
import { createRegtestMiner, defaultNodeDirectory, startRegtest } from '../../src/regtest/index.ts';
import type { RegtestMiner } from '../../src/regtest/index.ts';
import type { LogEntry } from '../../src/signer/index.ts';
import { startPostgres } from '../postgres.ts';
import type { TestDatabase } from '../postgres.ts';
import type { EngineAccess } from './engine-protocol.ts';

/** A real node, a real database and a real signer process, all of this soak's own. */
export interface PayoutWorld {
  readonly access: EngineAccess;
  readonly database: TestDatabase;
  readonly store: WalletStore;
  readonly miner: RegtestMiner;
  /** Any RPC of the node, numbers as their text. */
  ask(method: string, ...parameters: readonly unknown[]): Promise<unknown>;
  /** Pays the wallet so many coins of this amount, confirmed. */
  fund(coins: number, sats: bigint): Promise<void>;
  /** Kills the signer, and starts it again. */
  killSigner(): Promise<void>;
  /** What the signer wrote down, read from its file. */
  signatures(): readonly LogEntry[];
  stop(): Promise<void>;
}

const BINDING_KEY = 'a binding key that only this soak uses';
const SEED = '0b'.repeat(32);

/** @throws Error that names the command when no real node was fetched. */
export async function startPayoutWorld(): Promise<PayoutWorld> {
  const directory = await mkdtemp(join(tmpdir(), 'rielrails-payouts-'));
  const at = (name: string) => join(directory, name);
  const nodeDirectory = defaultNodeDirectory(process.env);
  const quiet = systemRuntime({ log: silentLog });
  const regtest = await startRegtest({ directory, nodeDirectory, prefer: 'bitcoin-knots' }, quiet);
  const database = await startPostgres();
  await migratePostgresStore(database.pool);
  await database.pool.query(
    'create table payout (reference text primary key, address text, sats bigint, transaction_id text)',
  );
  writeSignerConfig(at);
  const { descriptor } = JSON.parse(await firstLine(startSigner('init', at))) as { readonly descriptor: string };
  let signer = await runSigner(at);

  const runtime = systemRuntime({ loopbackPorts: [regtest.port], log: silentLog });
  const node = { url: regtest.rpcUrl, credentials: { cookieFile: regtest.cookieFile } };
  const rpc = createRpc(node, runtime);
  const miner = createRegtestMiner(node, runtime);
  const store = createPostgresStore(database.pool);
  const { port, rpcUrl, cookieFile } = regtest;
  return {
    access: {
      rpcUrl,
      cookieFile,
      port,
      databaseUrl: database.url,
      signerSocket: at('signer.sock'),
      descriptor,
      bindingKey: BINDING_KEY,
    },
    database,
    store,
    miner,
    ask: async (method, ...parameters) => resultOf(method, await rpc.tell({ method, parameters })),
    async fund(coins, sats) {
      const account = readAccount(descriptor, 'regtest');
      for (let coin = 0; coin < coins; coin += 1) {
        const { address } = account.key({ branch: 'receive', index: coin % 10 });
        await miner.fund(address, sats, { confirmations: 0 });
        // A miner's own change may be spent in a chain of 25 at most.
        if (coin % 20 === 19) await miner.mine(1);
      }
      await miner.mine(1);
    },
    async killSigner() {
      const gone = ended(signer);
      signer.kill('SIGKILL');
      await gone;
      signer = await runSigner(at);
    },
    signatures: () =>
      readFileSync(at('signer.log'), 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as LogEntry),
    async stop() {
      const gone = ended(signer);
      signer.kill('SIGTERM');
      await gone;
      await regtest.stop();
      await database.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

type At = (name: string) => string;

function writeSignerConfig(at: At): void {
  writeFileSync(at('seed'), SEED, { mode: 0o600 });
  writeFileSync(at('binding'), BINDING_KEY, { mode: 0o600 });
  const config = {
    network: 'regtest',
    keys: { mode: 'regtest', seedFile: at('seed') },
    bindingKeyFile: at('binding'),
    logFile: at('signer.log'),
    socketPath: at('signer.sock'),
    freezeFile: at('freeze'),
    policy: {
      maximumFeeSats: '50000',
      maximumSatPerVbyte: 200,
      maximumSatsPerHour: '100000000000',
      maximumSatsPerDay: '100000000000',
      ownDescriptors: [],
    },
  };
  writeFileSync(at('signer.json'), JSON.stringify(config));
}

function startSigner(command: 'init' | 'run', at: At): ChildProcess {
  const program = fileURLToPath(new URL('../../src/signer/main.ts', import.meta.url));
  return spawn(process.execPath, [program, command, at('signer.json')], { stdio: ['ignore', 'pipe', 'ignore'] });
}

/** Starts a signer; it listens when the promise resolves. */
async function runSigner(at: At): Promise<ChildProcess> {
  const child = startSigner('run', at);
  await firstLine(child);
  return child;
}

async function firstLine({ stdout }: ChildProcess): Promise<string> {
  if (stdout) for await (const line of createInterface({ input: stdout })) return line;
  throw new Error('payouts: the signer did not start');
}

function ended(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve) => void child.once('exit', resolve));
}
