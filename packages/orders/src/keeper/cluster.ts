import { systemRandom, toHex } from '@rielrails/kit';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Binaries } from './binaries.ts';
import { DatabaseStartError } from './database-error.ts';
import { clusterFolder } from './folder.ts';
import { processLives } from './process-lives.ts';
import { DATABASE_USER } from './protocol.ts';
import type { ServerUser } from './server-user.ts';

/** What every program of the server runs with: no locale or zone of the machine, and no variable of ours. */
export function serverOptions(user: ServerUser | undefined): {
  uid?: number;
  gid?: number;
  cwd: string;
  env: Record<string, string>;
} {
  const env = { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
  return { ...(user && { uid: user.uid, gid: user.gid }), cwd: '/', env };
}

/**
 * Makes the cluster if there is none.
 *
 * It is made beside and renamed into place: an `initdb` that was killed half-way leaves files that look finished.
 */
export async function ensureCluster(
  directory: string,
  binaries: Binaries,
  user: ServerUser | undefined,
): Promise<void> {
  const cluster = clusterFolder(directory);
  if (await exists(cluster)) return;
  await removeLeftovers(directory);
  const partial = `${cluster}.new-${process.pid}`;
  await mkdir(partial, { mode: 0o700 });
  const password = join(partial, 'password');
  await writeFile(password, toHex(systemRandom.bytes(24)), { mode: 0o600 });
  if (user) for (const path of [partial, password]) await chown(path, user.uid, user.gid);
  await chmod(partial, 0o700);
  await runInitdb(binaries.initdb, partial, user);
  await rename(partial, cluster).catch(async (error: unknown) => {
    await rm(partial, { recursive: true });
    // Another launcher was faster; whether both may use the folder is decided by the server's own lock.
    if (!(await exists(cluster))) throw error;
  });
}

async function runInitdb(program: string, cluster: string, user: ServerUser | undefined): Promise<void> {
  const child = spawn(
    program,
    [
      `--pgdata=${join(cluster, 'data')}`,
      `--username=${DATABASE_USER}`,
      `--pwfile=${join(cluster, 'password')}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
    ],
    { ...serverOptions(user), stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  child.stderr.on('data', (chunk: Uint8Array) => {
    said = (said + new TextDecoder().decode(chunk)).slice(-2000);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new DatabaseStartError('failed', `initdb ended with ${code}: ${said.trim()}`);
}

async function removeLeftovers(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    const maker = /^cluster\.new-([0-9]+)$/.exec(name)?.[1];
    if (maker && !processLives(Number(maker))) await rm(join(directory, name), { recursive: true });
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
