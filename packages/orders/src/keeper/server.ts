import { systemClock } from '@rielrails/kit';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Binaries } from './binaries.ts';
import { serverOptions } from './cluster.ts';
import { DatabaseStartError } from './database-error.ts';
import { dataFolder, keeperFile } from './folder.ts';
import { processLives } from './process-lives.ts';
import type { ServerUser } from './server-user.ts';

/** A server that accepts connections. */
export interface Server {
  readonly child: ChildProcess;
  readonly port: number;
}

const ATTEMPTS = 12;
const PAUSE_MS = 250;
/** A server that has just become ready may be faster than its keeper's note of itself. */
const PATIENCE = 4;

/**
 * Starts the server and waits until it accepts connections.
 *
 * A lock left by a server whose keeper was killed is dealt with: that server is asked to stop. A lock of a living
 * keeper is respected.
 *
 * @throws DatabaseStartError
 */
export async function startServer(
  directory: string,
  binaries: Binaries,
  user: ServerUser | undefined,
): Promise<Server> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const started = await tryStart(directory, binaries, user);
    if ('child' in started) return started;
    if (/lock file "postmaster\.pid"/.test(started.said)) await yieldTo(directory, attempt);
    else if (!/Address already in use/.test(started.said) || attempt === ATTEMPTS) {
      throw new DatabaseStartError('failed', `PostgreSQL did not start: ${started.said.trim()}`);
    }
    await systemClock.sleep(PAUSE_MS);
  }
  throw new DatabaseStartError('failed', 'PostgreSQL did not start: its lock came and went');
}

async function tryStart(
  directory: string,
  binaries: Binaries,
  user: ServerUser | undefined,
): Promise<Server | { readonly said: string }> {
  const port = await freePort();
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', `port=${port}`];
  const child = spawn(
    binaries.postgres,
    ['-D', dataFolder(directory), ...settings.flatMap((setting) => ['-c', setting])],
    { ...serverOptions(user), stdio: ['ignore', 'ignore', 'pipe'], detached: true },
  );
  return new Promise((done) => {
    let said = '';
    child.stderr.on('data', (chunk: Uint8Array) => {
      said = (said + new TextDecoder().decode(chunk)).slice(-2000);
      if (said.includes('database system is ready to accept connections')) done({ child, port });
    });
    child.once('error', (error) => done({ said: error.message }));
    child.once('close', (code) => done({ said: said || `exit ${code}` }));
  });
}

/** Makes way for a living keeper, or ends a server that has lost its keeper. */
async function yieldTo(directory: string, attempt: number): Promise<void> {
  const keeper = await processIn(keeperFile(directory));
  if (keeper !== undefined && keeper !== process.pid && processLives(keeper)) {
    throw new DatabaseStartError(
      'in-use',
      `another instance uses this data folder (process ${keeper}): stop it, or choose another folder (${directory})`,
      keeper,
    );
  }
  const lock = await readLock(directory);
  if (!lock) return;
  if (attempt > PATIENCE && lock.ready && (await answers(lock.port))) signal(lock.server);
  if (attempt < ATTEMPTS) return;
  throw new DatabaseStartError(
    'in-use',
    `postmaster.pid in ${dataFolder(directory)} names process ${lock.server}, which does not let go of the folder: ` +
      'end that process; if it is not a PostgreSQL server, remove the file',
    lock.server,
  );
}

function signal(processId: number): void {
  try {
    process.kill(processId, 'SIGINT');
  } catch {
    // It has just ended, or belongs to somebody else: the next attempt tells.
  }
}

/**
 * Line 1 of `postmaster.pid` is the server's process, line 4 its port, line 8 its state (PostgreSQL, "Database File
 * Layout").
 */
async function readLock(directory: string): Promise<{ server: number; port: number; ready: boolean } | undefined> {
  const text = await readFile(join(dataFolder(directory), 'postmaster.pid'), 'utf8').catch(() => '');
  const lines = text.split('\n');
  const server = Number(lines[0]);
  return Number.isInteger(server) && server > 0
    ? { server, port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' }
    : undefined;
}

async function processIn(file: string): Promise<number | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return /^[0-9]+$/.test(text) ? Number(text) : undefined;
}

/** Whether something listens there: a stale number may by now belong to a process that is no server. */
async function answers(port: number): Promise<boolean> {
  if (!Number.isInteger(port) || port <= 0 || port > 65_535) return false;
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      done(true);
    });
    socket.once('error', () => done(false));
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => void server.close(done));
  return port;
}
