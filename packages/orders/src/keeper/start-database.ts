import { Secret } from '@rielrails/kit';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { DatabaseStartError } from './database-error.ts';
import { passwordFile } from './folder.ts';
import { DATABASE_USER } from './protocol.ts';
import type { KeeperMessage } from './protocol.ts';

/** How long the words of a keeper that has ended are waited for. */
const LAST_WORDS_MS = 2000;

/** Where an embedded database lives. */
export interface StartDatabaseOptions {
  /**
   * The data folder; made when missing. One instance at a time.
   *
   * When started as root, the server runs as `postgres` or `nobody`: that user must be able to enter every folder above.
   */
  readonly directory: string;
}

/** A running embedded database. */
export interface RunningDatabase {
  /** The connection string, password included. */
  readonly url: Secret;
  /** The server's process. */
  readonly processId: number;
  /** The keeper's process: the server's parent. */
  readonly keeperProcessId: number;
  /** Ends the server in good order and resolves when it is gone. Safe to repeat. */
  stop(): Promise<void>;
}

/**
 * Starts PostgreSQL on 127.0.0.1, in a process of its own that lives exactly as long as the caller.
 *
 * When the caller ends, even by `kill -9`, the server shuts down in good order. Processes that merely connect may come
 * and go. The first start makes the data folder and takes about half a second.
 *
 * @throws DatabaseStartError
 */
export async function startDatabase(options: StartDatabaseOptions): Promise<RunningDatabase> {
  const directory = resolve(options.directory);
  const program = createRequire(import.meta.url).resolve('@rielrails/orders/keeper-process');
  // Detached: an interrupt typed at the terminal reaches the launcher, which decides when the database may go.
  const keeper = spawn(process.execPath, [program, directory], { stdio: ['pipe', 'pipe', 'inherit'], detached: true });
  keeper.stdin.on('error', () => {});
  const message = await firstMessage(keeper);
  if (message.type === 'failed') throw new DatabaseStartError(message.reason, message.message, message.processId);
  const password = await readFile(passwordFile(directory), 'utf8');
  release(keeper);
  return {
    url: new Secret(`postgres://${DATABASE_USER}:${password}@127.0.0.1:${message.port}/postgres`),
    processId: message.server,
    keeperProcessId: message.keeper,
    async stop() {
      if (keeper.exitCode !== null || keeper.signalCode !== null) return;
      keeper.ref();
      keeper.stdin.end();
      await once(keeper, 'exit');
    },
  };
}

async function firstMessage(keeper: ChildProcess): Promise<KeeperMessage> {
  return new Promise((done, fail) => {
    let text = '';
    keeper.stdout?.on('data', (chunk: Uint8Array) => {
      text += new TextDecoder().decode(chunk);
      const end = text.indexOf('\n');
      if (end >= 0) done(JSON.parse(text.slice(0, end)) as KeeperMessage);
    });
    const silent = (why: string) =>
      fail(new DatabaseStartError('failed', `the database keeper ended before the database was ready (${why})`));
    keeper.once('error', (error) => silent(error.message));
    keeper.once('exit', (code, signal) => {
      // It says why it fails and ends: the words may come after its end.
      const said = finished(keeper.stdout as Readable, { signal: AbortSignal.timeout(LAST_WORDS_MS) });
      void said.catch(() => {}).then(() => silent(`exit ${signal ?? code}`));
    });
  });
}

/** Lets the launcher end by itself: the pipe then closes, and the keeper follows. */
function release(keeper: ChildProcess): void {
  keeper.unref();
  (keeper.stdin as Socket | null)?.unref();
  (keeper.stdout as Socket | null)?.unref();
}
