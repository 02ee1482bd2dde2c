import type { Secret } from '@rielrails/kit';
import { connect } from 'node:net';
import { Client } from 'pg';
import { inject } from 'vitest';
import { asAdministrator, databaseFrom } from './database-server.ts';
import type { TestDatabase } from './database-server.ts';

export type { TestDatabase } from './database-server.ts';

/** Copies the migrated database. Takes some forty milliseconds, half a second for the first test of a run. */
export async function createTestDatabase(): Promise<TestDatabase> {
  return databaseFrom(await serverUrl(), 'migrated');
}

/** Nobody gets in any more, and whoever was inside is thrown out: what a database that is down looks like. */
export async function shut(url: Secret): Promise<void> {
  await asAdministrator(await serverUrl(), `alter database ${nameOf(url)} with allow_connections false`);
  await asAdministrator(
    await serverUrl(),
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${nameOf(url)}'`,
  );
}

/** The end of {@link shut}. */
export async function unshut(url: Secret): Promise<void> {
  await asAdministrator(await serverUrl(), `alter database ${nameOf(url)} with allow_connections true`);
}

/** A copy of a database as it is now: the backup of which a restore is made. Connections to the original are lost. */
export async function copyDatabase(url: Secret): Promise<TestDatabase> {
  const server = await serverUrl();
  await shut(url);
  const copy = await databaseFrom(server, nameOf(url));
  await unshut(url);
  return copy;
}

/** Asks a database directly, past the engine. */
export async function ask<Row extends object>(url: Secret, statement: string, values: unknown[] = []): Promise<Row[]> {
  const client = new Client({ connectionString: url.reveal() });
  await client.connect();
  try {
    return (await client.query<Row>(statement, values)).rows;
  } finally {
    await client.end();
  }
}

function nameOf(url: Secret): string {
  return new URL(url.reveal()).pathname.slice(1);
}

async function serverUrl(): Promise<string> {
  let text = '';
  for await (const chunk of connect(inject('databasePort'), '127.0.0.1').setEncoding('utf8')) text += chunk as string;
  if (text.startsWith('error: ')) throw new Error(text);
  return text;
}
