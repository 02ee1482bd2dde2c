import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdir, open, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join, resolve as resolvePath } from 'node:path';
import { InputError } from '@rielrails/core';
import { createTransport, systemClock, toBase64, utf8 } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import type { NodeFiles } from './find-node.ts';

/** A node that was started. */
export interface StartedNode {
  readonly port: number;
  /** Where the node wrote its credentials. They change with every start. */
  readonly cookieFile: string;
  readonly processId: number;
  stop(): Promise<void>;
}

/** What a node is started with. */
export interface StartNodeOptions {
  readonly files: NodeFiles;
  /** The folder of its chain. One node at a time. */
  readonly directory: string;
  /** `core`: relay policy as Bitcoin Core has it. `knots`: as this node has it. Default: `core`. */
  readonly policy?: 'core' | 'knots';
  /** Which chain. `testnet4` is for tests of what refuses it: without peers the node knows its first block only. */
  readonly chain?: 'regtest' | 'testnet4';
  /** More of the node's own options; they win over those given here: `-maxmempool=5`. */
  readonly nodeArguments?: readonly string[];
}

/**
 * Waits for the end of its standard input, or of the node, and ends the other. So the node never outlives its owner,
 * however that one ends, and Ctrl-C in the owner's terminal does not reach it.
 */
const KEEPER = `
exec 3<&0
"$@" </dev/null 3<&- &
node=$!
echo "$node"
{ cat <&3 >/dev/null; kill -TERM "$node" 2>/dev/null; } &
wait "$node"
`;
/** Real time, whatever clock the runtime has: another process is waited for. */
const START_TIMEOUT_MS = 20_000;

/**
 * Starts a fetched node on the regression test chain, on a free port of 127.0.0.1, without peers.
 *
 * A node of an earlier run that still holds the folder is stopped by its process id, if its owner is gone.
 *
 * @throws InputError `directory`, `in-use` when its owner still runs.
 */
export async function startNode(options: StartNodeOptions, runtime: Runtime): Promise<StartedNode> {
  const { chain = 'regtest' } = options;
  const directory = resolvePath(options.directory);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await takeOver(directory, chain, runtime);
  const cookieFile = join(directory, chain, '.cookie');
  await rm(cookieFile, { force: true });
  const port = await freePort();
  const log = await open(join(directory, 'start.log'), 'w', 0o600);
  const keeper = spawn('/bin/sh', ['-c', KEEPER, 'keeper', ...commandLine({ ...options, directory }, port)], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'pipe', log.fd],
  });
  const ended = new Promise<number>((resolve) => {
    keeper.once('exit', (code) => resolve(code ?? -1));
    keeper.once('error', () => resolve(-1));
  });
  // A broken pipe here means that the keeper is gone, which `ended` tells.
  keeper.stdin?.on('error', () => {});
  let ownerFile: string | null = null;
  const stop = async () => {
    keeper.ref();
    keeper.stdin?.end();
    await ended;
    if (ownerFile) await rm(ownerFile, { force: true });
  };
  try {
    const processId = await readProcessId(keeper);
    ownerFile = ownerFileOf(directory, processId);
    await writeFile(ownerFile, `${process.pid} ${(await startOf(process.pid)) ?? ''}\n`, { mode: 0o600 });
    await untilReady({ cookieFile, port, ended, runtime });
    letGo(keeper);
    return { port, cookieFile, processId, stop };
  } catch (error) {
    await stop();
    const told = await readFile(join(directory, 'start.log'), 'utf8').catch(() => '');
    throw new Error(`the node did not start: ${told.trim().split('\n').at(-1) || (error as Error).message}`, {
      cause: error,
    });
  } finally {
    await log.close();
  }
}

function commandLine(options: StartNodeOptions, port: number): string[] {
  const { files, directory, policy = 'core', chain = 'regtest', nodeArguments = [] } = options;
  return [
    files.loader,
    '--library-path',
    files.libraryPath,
    files.program,
    `-${chain}`,
    `-datadir=${directory}`,
    '-server',
    '-listen=0',
    '-connect=0',
    `-rpcport=${port}`,
    '-rpcbind=127.0.0.1',
    '-rpcallowip=127.0.0.1',
    '-txindex=1',
    '-dbcache=16',
    '-par=1',
    '-printtoconsole=0',
    '-softwareexpiry=0',
    ...(policy === 'core' ? ['-corepolicy'] : []),
    ...nodeArguments,
  ];
}

/** The keeper and its pipes must not keep this process alive. */
function letGo(keeper: ChildProcess): void {
  keeper.unref();
  for (const pipe of [keeper.stdin, keeper.stdout]) (pipe as { unref?: () => void } | null)?.unref?.();
}

async function readProcessId(keeper: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let text = '';
    keeper.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('\n')) resolve(Number.parseInt(text, 10));
    });
    keeper.once('exit', () => reject(new Error('the keeper ended at once')));
    keeper.once('error', reject);
  });
}

/** The cookie appears together with the RPC; then the node is asked until it is warm. */
async function untilReady(options: {
  readonly cookieFile: string;
  readonly port: number;
  readonly ended: Promise<number>;
  readonly runtime: Runtime;
}): Promise<void> {
  let over = false;
  void options.ended.then(() => {
    over = true;
  });
  const fetch = createTransport({ loopbackPorts: [options.port] });
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'getblockcount', params: [] });
  for (let waitedMs = 0; waitedMs < START_TIMEOUT_MS; waitedMs += 25) {
    if (over) throw new Error('it ended by itself');
    const cookie = await readFile(options.cookieFile, 'utf8').catch(() => null);
    if (cookie) {
      const request = new Request(`http://127.0.0.1:${options.port}/`, {
        method: 'POST',
        headers: { authorization: `Basic ${toBase64(utf8(cookie))}` },
        body,
      });
      const warm = await fetch(request, {}).then(
        async (response) => response.ok && 'result' in ((await response.json()) as object),
        () => false,
      );
      if (warm) return;
    }
    await systemClock.sleep(25);
  }
  throw new Error('it did not answer in time');
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Who owns a node: one file for each node, so that two starts at once do not overwrite each other's. */
function ownerFileOf(directory: string, processId: number): string {
  return join(directory, `owner-${processId}`);
}

/** Makes sure that no node holds the folder: refuses while its owner lives, else stops that very process. */
async function takeOver(directory: string, chain: string, runtime: Runtime): Promise<void> {
  const text = await readFile(join(directory, chain, 'bitcoind.pid'), 'utf8').catch(() => '');
  const processId = Number.parseInt(text, 10);
  if (!Number.isSafeInteger(processId) || !(await isNodeOf(processId, directory))) return;
  const [owner = '', startedAt = ''] = (await readFile(ownerFileOf(directory, processId), 'utf8').catch(() => ''))
    .trim()
    .split(' ');
  if (startedAt !== '' && (await startOf(Number(owner))) === startedAt) {
    throw new InputError(
      'directory',
      'in-use',
      `process ${owner} runs node ${processId} in this folder; stop it first`,
    );
  }
  runtime.log.warn('regtest-node-left-over', { process: processId, reason: 'its owner is gone; it is stopped' });
  process.kill(processId, 'SIGTERM');
  for (let waitedMs = 0; waitedMs < START_TIMEOUT_MS; waitedMs += 50) {
    if (!(await isNodeOf(processId, directory))) return rm(ownerFileOf(directory, processId), { force: true });
    await systemClock.sleep(50);
  }
  throw new InputError('directory', 'in-use', `node ${processId} of an earlier run does not end; stop it by hand`);
}

/** Whether a process is a node with this very folder: a number alone may have gone to somebody else. */
async function isNodeOf(processId: number, directory: string): Promise<boolean> {
  const words = (await readFile(`/proc/${processId}/cmdline`, 'utf8').catch(() => '')).split('\0');
  return words.includes(`-datadir=${directory}`);
}

/** When a process started, in the kernel's ticks: with the number it names one process for good. */
async function startOf(processId: number): Promise<string | null> {
  const text = await readFile(`/proc/${processId}/stat`, 'utf8').catch(() => null);
  return text?.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? null;
}
