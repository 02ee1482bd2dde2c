import { createVirtualRuntime } from '@rielrails/kit/virtual';
import { Secret } from '@rielrails/kit';
import { openStore } from '../src/store/index.ts';
import { startDatabase } from '@rielrails/orders/keeper';
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
  await client.query('create database migrated');
  await client.end();
  const store = openStore({ url: new Secret(databaseUrl(url, 'migrated')), poolSize: 1 }, createVirtualRuntime());
  await store.migrate();
  await store.close();
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
