import type { Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import { migrations } from './migrations/index.ts';
import type { Schema } from './schema.ts';

/** The database was made by newer code. Nothing was changed: run that code, or newer. */
export class DatabaseNewerError extends Error {
  /** The first migration that this code does not know. */
  readonly migration: string;

  constructor(migration: string) {
    super(`the database has migration ${migration}, which this version does not know: run the version that made it`);
    this.name = 'DatabaseNewerError';
    this.migration = migration;
  }
}

/**
 * Brings the schema up to date, one instance at a time (an advisory lock), each migration in one transaction.
 *
 * Safe to repeat.
 *
 * @throws DatabaseNewerError
 */
export async function migrate(db: Kysely<Schema>): Promise<void> {
  const unknown = (await appliedMigrations(db)).find((name) => !(name in migrations));
  if (unknown !== undefined) throw new DatabaseNewerError(unknown);
  const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ ...migrations }) } });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
}

async function appliedMigrations(db: Kysely<Schema>): Promise<string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some((table) => table.name === 'kysely_migration')) return [];
  const book = db as unknown as Kysely<{ kysely_migration: { name: string } }>;
  const rows = await book.selectFrom('kysely_migration').select('name').orderBy('name').execute();
  return rows.map((row) => row.name);
}
