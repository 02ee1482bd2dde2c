/*
 * A process of its own: the parent of PostgreSQL, alive as long as its standard input is open.
 *
 * Standard output carries one line, a `KeeperMessage`. The end of standard input, or a signal, shuts the server down in
 * good order; the engine is another process and may be killed at any time.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { findBinaries } from './binaries.ts';
import { ensureCluster } from './cluster.ts';
import { DatabaseStartError } from './database-error.ts';
import { keeperFile } from './folder.ts';
import type { KeeperMessage } from './protocol.ts';
import { closedFolder, serverUser } from './server-user.ts';
import { startServer } from './server.ts';
import type { Server } from './server.ts';

const STOP_WITHIN_MS = 30_000;

/** Set once the launcher is gone, or a signal came: a server that is still starting is then stopped at once. */
let ending = false;
let server: Server | undefined;

function end(): void {
  ending = true;
  // SIGINT is PostgreSQL's fast shutdown; SIGQUIT leaves recovery to the next start.
  server?.child.kill('SIGINT');
  setTimeout(() => (server ? server.child.kill('SIGQUIT') : process.exit(0)), STOP_WITHIN_MS).unref();
}

function say(message: KeeperMessage): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

async function keep(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o755 });
  const user = await serverUser();
  const closed = user && (await closedFolder(directory, user));
  if (closed) {
    throw new DatabaseStartError(
      'not-passable',
      `PostgreSQL does not run as root, and user ${user.name} cannot enter ${closed}: ` +
        `choose another data folder, such as one below /var/lib, or allow entry (chmod o+x ${closed})`,
    );
  }
  const binaries = await findBinaries(directory, user);
  await ensureCluster(directory, binaries, user);
  server = await startServer(directory, binaries, user);
  server.child.once('exit', (code) => process.exit(ending && code === 0 ? 0 : 1));
  await writeFile(keeperFile(directory), String(process.pid));
  if (ending) return end();
  say({ type: 'ready', port: server.port, keeper: process.pid, server: server.child.pid ?? 0 });
}

process.stdin.resume().once('end', end).once('error', end);
process.stdout.on('error', end);
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, end);

try {
  await keep(process.argv[2] ?? '');
} catch (error) {
  const known = error instanceof DatabaseStartError ? error : undefined;
  say({
    type: 'failed',
    reason: known?.reason ?? 'failed',
    message: error instanceof Error ? error.message : 'unknown error',
    ...(known?.processId !== undefined && { processId: known.processId }),
  });
  process.exitCode = 1;
  process.stdin.destroy();
}
