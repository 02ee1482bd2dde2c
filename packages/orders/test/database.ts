import { Secret } from '@rielrails/kit';
import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { Client } from 'pg';
import { inject } from 'vitest';
import { databaseUrl } from './database-server.ts';

/** A database of a test's own: real, migrated, empty. */
export interface TestDatabase {
  readonly url: Secret;
  drop(): Promise<void>;
}

/** Copies the migrated database. Takes some forty milliseconds, half a second for the first test of a run. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = await serverUrl();
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await asAdministrator(server, `create database ${name} template migrated`);
  return {
    url: new Secret(databaseUrl(server, name)),
    drop: () => asAdministrator(server, `drop database if exists ${name} with (force)`),
  };
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
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await shut(url);
  await asAdministrator(server, `create database ${name} template ${nameOf(url)}`);
  await unshut(url);
  return {
    url: new Secret(databaseUrl(server, name)),
    drop: () => asAdministrator(server, `drop database if exists ${name} with (force)`),
  };
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

async function asAdministrator(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
