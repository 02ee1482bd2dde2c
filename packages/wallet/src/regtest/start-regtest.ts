import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '@rielrails/core';
import type { Runtime } from '@rielrails/kit';
import { systemRandom, toHex } from '@rielrails/kit';
import { findNode } from './find-node.ts';
import { createRegtestLite } from './lite/regtest-lite.ts';
import { serveOnLoopback } from './lite/server.ts';
import { startNode } from './node.ts';

/** A running regression test chain. */
export interface Regtest {
  /** What it is. `regtest-lite` is a stand-in, not a node: say so wherever results are shown. */
  readonly kind: 'bitcoin-knots' | 'regtest-lite';
  /** Where its RPC answers, on 127.0.0.1. */
  readonly rpcUrl: string;
  /** The port in {@link rpcUrl}, for a runtime's list of loopback ports. */
  readonly port: number;
  /** The file with `user:password`, as Bitcoin Core writes it. */
  readonly cookieFile: string;
  /** The node's process; `null` for regtest-lite, which lives in this one. */
  readonly processId: number | null;
  /** Ends it. The chain of a real node stays in its folder; that of regtest-lite is gone. */
  stop(): Promise<void>;
}

/** What to start. */
export interface StartRegtestOptions {
  /** The folder for the chain and the credentials. */
  readonly directory: string;
  /** The folder where `bitcoin-node` put the node. */
  readonly nodeDirectory: string;
  /** `any` takes the real node where it was fetched, and else the stand-in, with a warning in the log. */
  readonly prefer: 'bitcoin-knots' | 'regtest-lite' | 'any';
  /** Relay policy of the real node. Default: `core`. */
  readonly policy?: 'core' | 'knots';
  /** More of the real node's own options: `-maxmempool=5`. */
  readonly nodeArguments?: readonly string[];
}

/**
 * Starts a bitcoin regression test chain: a real node, or its stand-in. Downloads nothing.
 *
 * @throws InputError `nodeDirectory`, `missing` when the real node is wanted and was not fetched; `directory`, `in-use`
 *   when another process runs a node there.
 */
export async function startRegtest(options: StartRegtestOptions, runtime: Runtime): Promise<Regtest> {
  if (options.prefer === 'regtest-lite') return startLite(options.directory, runtime);
  const files = await findNode(options.nodeDirectory);
  if (files) {
    const { nodeDirectory: _, prefer: _prefer, ...how } = options;
    const node = await startNode({ files, ...how }, runtime);
    runtime.log.info('regtest-started', { kind: 'bitcoin-knots', version: files.version, process: node.processId });
    return { kind: 'bitcoin-knots', rpcUrl: `http://127.0.0.1:${node.port}`, ...node };
  }
  if (options.prefer === 'bitcoin-knots')
    throw new InputError('nodeDirectory', 'missing', 'no node was fetched into it; run `pnpm bitcoin-node`');
  runtime.log.warn('regtest-lite-stands-in', {
    kind: 'regtest-lite',
    reason: 'no real node was fetched; run `pnpm bitcoin-node` for one',
  });
  return startLite(options.directory, runtime);
}

async function startLite(directory: string, runtime: Runtime): Promise<Regtest> {
  // The system's own randomness: a seeded runtime must not make a guessable password on a shared machine.
  const password = toHex(systemRandom.bytes(32));
  const server = await serveOnLoopback(createRegtestLite({ clock: runtime.clock, user: '__cookie__', password }).fetch);
  const cookieFile = join(directory, '.cookie');
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await writeFile(cookieFile, `__cookie__:${password}`, { mode: 0o600 });
  const { port, stop } = server;
  return { kind: 'regtest-lite', rpcUrl: `http://127.0.0.1:${port}`, port, cookieFile, processId: null, stop };
}
