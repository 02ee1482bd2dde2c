import { createVirtualRuntime } from '@rielrails/kit/virtual';
import { Secret } from '@rielrails/kit';
import { openStore } from '../src/store/index.ts';
import { openQueue } from '../src/workers/queue.ts';
import { startDatabase } from '@rielrails/orders/keeper';
import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';

/** The server of a test run. */
export interface TestServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts a server with a migrated database `migrated`, from which tests copy their own. */
export async function startTestServer(): Promise<TestServer> {
  const directory = await mkdtemp(join(tmpdir(), 'rielrails-test-'));
  await chmod(directory, 0o755);
  const database = await startDatabase({ directory });
  const url = database.url.reveal();
  const client = new Client({ connectionString: url });
  await client.connect();
  // Tests kill processes, never the machine: nothing here has to reach the disk.
  for (const setting of ['fsync', 'synchronous_commit', 'full_page_writes']) {
    await client.query(`alter system set ${setting} = off`);
  }
  await client.query('select pg_reload_conf()');
  await client.query('create database migrated');
  await client.end();
  const template = { url: new Secret(databaseUrl(url, 'migrated')), poolSize: 1 };
  const runtime = createVirtualRuntime();
  const store = openStore(template, runtime);
  await store.migrate();
  await store.close();
  // The queue's own tables too: a test then opens it in a few milliseconds.
  const queue = await openQueue(template, runtime);
  await queue.stop(1000);
  return {
    url,
    async stop() {
      await database.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** The same server, another database. */
export function databaseUrl(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}

/** A database of a test's own. */
export interface TestDatabase {
  readonly url: Secret;
  drop(): Promise<void>;
}

/** Makes a database out of another one of the same server, such as `migrated`, to which nobody is connected. */
export async function databaseFrom(server: string, template: string): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  // Files are copied as they are: nothing here has to survive a crash of the machine.
  await asAdministrator(server, `create database ${name} template ${template} strategy file_copy`);
  return {
    url: new Secret(databaseUrl(server, name)),
    drop: () => asAdministrator(server, `drop database if exists ${name} with (force)`),
  };
}

/** Tells whether a database is at work, from outside of it. */
export interface DatabaseWatch {
  /** Whether some connection waits for an answer now. */
  isBusy(): Promise<boolean>;
  end(): Promise<void>;
}

/** Watches a database. Connects when it is first asked. */
export function watchDatabase(url: Secret): DatabaseWatch {
  const name = new URL(url.reveal()).pathname.slice(1);
  const client = new Client({ connectionString: databaseUrl(url.reveal(), 'postgres') });
  let connected: Promise<unknown> | null = null;
  return {
    async isBusy() {
      await (connected ??= client.connect());
      const busy = await client.query(`select from pg_stat_activity where datname = $1 and state = 'active'`, [name]);
      return busy.rowCount !== 0;
    },
    async end() {
      if (connected) await client.end();
    },
  };
}

/** Runs one statement on the server itself. */
export async function asAdministrator(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
