import { DatabaseStartError, startDatabase } from '@rielrails/orders/keeper';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { serverUser } from '../src/keeper/server-user.ts';

let root: string;
const children: ChildProcess[] = [];

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'rielrails-keeper-'));
  await chmod(root, 0o777);
});

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await rm(root, { recursive: true, force: true, maxRetries: 20 });
});

function run(program: string, argument: string, options: { uid?: number; gid?: number } = {}): ChildProcess {
  const path = fileURLToPath(new URL(`./programs/${program}.ts`, import.meta.url));
  const child = spawn(process.execPath, [path, argument], { stdio: ['pipe', 'pipe', 'inherit'], ...options });
  children.push(child);
  return child;
}

async function launch(directory: string, options?: { uid?: number; gid?: number }) {
  const child = run('launcher', directory, options);
  const [line] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string];
  return { child, ...(JSON.parse(line) as { url: string; processId: number; keeperProcessId: number }) };
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

const stopped = (directory: string) =>
  vi.waitFor(() => expect(existsSync(join(directory, 'cluster/data/postmaster.pid'))).toBe(false), { timeout: 25_000 });

test.concurrent('starts, keeps what it is told, and asks for a password on loopback only', async () => {
  const directory = join(root, 'plain');
  const first = await startDatabase({ directory });
  await query(first.url.reveal(), 'create table kept (n int); insert into kept values (7)');
  const settings = await query(
    first.url.reveal(),
    `select name, setting from pg_settings
     where name in ('fsync', 'data_checksums', 'listen_addresses', 'unix_socket_directories', 'server_encoding') order by name`,
  );
  expect(Object.fromEntries(settings.map((row) => [row['name'], row['setting']]))).toEqual({
    data_checksums: 'on',
    fsync: 'on',
    listen_addresses: '127.0.0.1',
    server_encoding: 'UTF8',
    unix_socket_directories: '',
  });
  const guess = new URL(first.url.reveal());
  guess.password = 'guess';
  await expect(query(guess.href, 'select 1')).rejects.toMatchObject({ code: '28P01' });
  expect((await stat(join(directory, 'cluster/password'))).mode & 0o777).toBe(0o600);
  expect(String(first.url)).toBe('[secret]');
  await first.stop();
  await first.stop();
  await stopped(directory);

  const second = await startDatabase({ directory });
  expect(await query(second.url.reveal(), 'select n from kept')).toEqual([{ n: 7 }]);
  await second.stop();
});

test.concurrent('refuses a second launcher on one folder, naming the first', async () => {
  const directory = join(root, 'twice');
  const [one, two] = await Promise.allSettled([startDatabase({ directory }), startDatabase({ directory })]);
  const running = [one, two].flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
  const refused = [one, two].flatMap((start) => (start.status === 'rejected' ? [start.reason as unknown] : []));
  expect(running).toHaveLength(1);
  expect(refused[0]).toBeInstanceOf(DatabaseStartError);
  expect(refused[0]).toMatchObject({ reason: 'in-use', processId: running[0]!.keeperProcessId });
  expect((refused[0] as Error).message).toContain(`another instance uses this data folder (process `);
  expect(await query(running[0]!.url.reveal(), 'select 1 as n')).toEqual([{ n: 1 }]);
  await running[0]!.stop();
});

test.concurrent('an engine killed in full insert loses no acknowledged row; the server stays', async () => {
  const directory = join(root, 'engine');
  const database = await startDatabase({ directory });
  const engine = run('writer', database.url.reveal());
  let acknowledged = 0;
  createInterface({ input: engine.stdout! }).on('line', (line) => {
    acknowledged = Number(line);
  });
  await vi.waitFor(() => expect(acknowledged).toBeGreaterThan(200), { timeout: 25_000 });
  engine.kill('SIGKILL');
  await once(engine, 'close');
  const [found] = await query(database.url.reveal(), 'select count(*)::int as n from acknowledged');
  expect(found!['n']).toBeGreaterThanOrEqual(acknowledged);
  expect(found!['n']).toBeLessThanOrEqual(acknowledged + 1);
  await database.stop();
});

test.concurrent('a launcher killed takes the server with it, in good order', async () => {
  const directory = join(root, 'launcher');
  const { child, processId, keeperProcessId } = await launch(directory);
  expect(processId).not.toBe(keeperProcessId);
  child.kill('SIGKILL');
  await stopped(directory);
});

test.concurrent('a server whose keeper was killed is ended, and its rows are there', async () => {
  const directory = join(root, 'orphan');
  const { url, processId, keeperProcessId } = await launch(directory);
  await query(url, 'create table kept (n int); insert into kept values (7)');
  process.kill(keeperProcessId, 'SIGKILL');
  const database = await startDatabase({ directory });
  expect(database.processId).not.toBe(processId);
  expect(await query(database.url.reveal(), 'select n from kept')).toEqual([{ n: 7 }]);
  await database.stop();
});

test.concurrent('an initialisation that was killed half-way leaves nothing in the way', async () => {
  const directory = join(root, 'half');
  await mkdir(join(directory, 'cluster.new-999999999/data'), { recursive: true });
  await writeFile(join(directory, 'cluster.new-999999999/data/PG_VERSION'), '18\n');
  const database = await startDatabase({ directory });
  expect((await readdir(directory)).sort()).toEqual(['cluster']);
  await database.stop();
});

test.concurrent('a lock that names a process which is no server is left alone and explained', async () => {
  const directory = join(root, 'stale');
  const user = await serverUser();
  const ids = user ? { uid: user.uid, gid: user.gid } : {};
  await (await startDatabase({ directory })).stop();
  const bystander = spawn('sleep', ['60'], { ...ids, stdio: 'ignore' });
  children.push(bystander);
  const lock = join(directory, 'cluster/data/postmaster.pid');
  await writeFile(lock, `${bystander.pid}\n${join(directory, 'cluster/data')}\n0\n1\n\n127.0.0.1\n\nready   \n`);
  if (user) await chown(lock, user.uid, user.gid);
  const start = startDatabase({ directory });
  await expect(start).rejects.toMatchObject({ reason: 'in-use', processId: bystander.pid });
  await expect(start).rejects.toThrow('if it is not a PostgreSQL server, remove the file');
  expect(bystander.exitCode).toBeNull();
  expect(existsSync(lock)).toBe(true);
});

test.concurrent('runs for an ordinary user, and says which folder is closed to it otherwise', async () => {
  const user = await serverUser();
  const directory = join(root, 'ordinary');
  const { child, url } = await launch(directory, user && { uid: user.uid, gid: user.gid });
  expect(await query(url, 'select current_user')).toEqual([{ current_user: 'rielrails' }]);
  child.stdin!.end();
  await once(child, 'exit');

  const closed = join(root, 'closed');
  await mkdir(closed);
  await chmod(closed, user ? 0o700 : 0o000);
  await expect(startDatabase({ directory: join(closed, 'data') })).rejects.toMatchObject({
    reason: user ? 'not-passable' : 'failed',
  });
  await chmod(closed, 0o700);
});
