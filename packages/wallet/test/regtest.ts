import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog, systemRuntime } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import { createCoreRpc } from '../src/core-rpc/index.ts';
import type { ChainBackend } from '../src/chain.ts';
import { createRpc, resultOf } from '../src/core-rpc/rpc.ts';
import type { RpcAnswer } from '../src/core-rpc/rpc.ts';
import { createEsploraEmulator } from '../src/emulator/index.ts';
import type { EsploraEmulatorOptions } from '../src/emulator/index.ts';
import { createEsplora } from '../src/esplora/index.ts';
import { createRegtestMiner, defaultNodeDirectory, findNode, startRegtest } from '../src/regtest/index.ts';
import type { Regtest, RegtestMiner } from '../src/regtest/index.ts';

/** The ways to a chain. */
export const backendTypes = ['core-rpc', 'esplora'] as const;

/** One of {@link backendTypes}. */
export type BackendType = (typeof backendTypes)[number];

/** A chain of its own for one test file, with everything that speaks to it. */
export interface World {
  readonly kind: Regtest['kind'];
  readonly regtest: Regtest;
  readonly runtime: Runtime;
  readonly miner: RegtestMiner;
  /** The node's own RPC. */
  readonly backend: ChainBackend;
  /** A fresh back end on this chain; `esplora` goes through an emulated server over the node. */
  open(type: BackendType, options?: Partial<EsploraEmulatorOptions>): ChainBackend;
  /** Any RPC, error included. */
  call(method: string, ...parameters: unknown[]): Promise<RpcAnswer>;
  /** Any RPC that must succeed, numbers as their text. */
  ask(method: string, ...parameters: unknown[]): Promise<unknown>;
  stop(): Promise<void>;
}

const nodeDirectory = defaultNodeDirectory(process.env);

/**
 * The chains that this run tests on. `RIELRAILS_BITCOIN_NODE`: `lite` leaves the real node out, `require` fails without
 * it, `auto` (the default) takes it where it was fetched.
 */
export async function kindsToTest(): Promise<readonly Regtest['kind'][]> {
  const wish = process.env['RIELRAILS_BITCOIN_NODE'] ?? 'auto';
  if (wish !== 'auto' && wish !== 'require' && wish !== 'lite')
    throw new Error('RIELRAILS_BITCOIN_NODE: expected auto, require or lite');
  if (wish === 'lite') return ['regtest-lite'];
  if (await findNode(nodeDirectory)) return ['regtest-lite', 'bitcoin-knots'];
  if (wish === 'require') throw new Error(`no real node in ${nodeDirectory}; fetch it with: pnpm bitcoin-node`);
  return ['regtest-lite'];
}

/** Starts a chain in a fresh folder. `nodeArguments`: more of the real node's own options. */
export async function startWorld(kind: Regtest['kind'], nodeArguments: readonly string[] = []): Promise<World> {
  const directory = await mkdtemp(join(tmpdir(), 'rielrails-chain-'));
  const options = { directory, nodeDirectory, prefer: kind, nodeArguments };
  const regtest = await startRegtest(options, systemRuntime({ log: silentLog }));
  const runtime = systemRuntime({ loopbackPorts: [regtest.port], log: silentLog });
  const access = { url: regtest.rpcUrl, credentials: { cookieFile: regtest.cookieFile } };
  const rpc = createRpc(access, runtime);
  const call = (method: string, ...parameters: unknown[]) => rpc.tell({ method, parameters });
  const open: World['open'] = (type, options = {}) => {
    if (type === 'core-rpc') return createCoreRpc({ ...access, network: 'regtest' }, runtime);
    const server = createEsploraEmulator({
      clock: runtime.clock,
      async ask(method, ...parameters) {
        const answer = await call(method, ...parameters);
        if (answer.outcome === 'result') return answer.value;
        throw Object.assign(new Error(answer.message), { code: answer.code });
      },
      ...options,
    });
    return createEsplora({ url: 'http://127.0.0.1:3002', network: 'regtest' }, { ...runtime, fetch: server.fetch });
  };
  return {
    kind,
    regtest,
    runtime,
    miner: createRegtestMiner(access, runtime),
    backend: open('core-rpc'),
    open,
    call,
    ask: async (method, ...parameters) => resultOf(method, await call(method, ...parameters)),
    async stop() {
      await regtest.stop();
      await rm(directory, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}
