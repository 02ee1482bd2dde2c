import type { Runtime, Secret } from '@rielrails/kit';
import { Kysely, PostgresDialect } from 'kysely';
import { Pool, types } from 'pg';
import { PreparingClient } from './preparing-client.ts';
import { migrate } from './migrate.ts';
import type { Schema } from './schema.ts';
import { inOneStatement, inTransaction } from './transaction.ts';
import type { Reader, Tx } from './transaction.ts';

/** Which database, and how many connections to it. */
export interface StoreOptions {
  readonly url: Secret;
  /** The most connections at a time. Default: 8. The queue has its own. */
  readonly poolSize?: number;
}

/** The database of the engine. */
export interface Store {
  /** For reads outside a transaction. */
  readonly db: Reader;
  /**
   * Runs `work` in one transaction.
   *
   * `work` may run several times, after deadlocks and serialization failures: it touches nothing but the transaction,
   * and never calls a provider.
   *
   * @throws CommitUnknownError when nobody knows whether the commit happened.
   */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /**
   * Runs one statement that commits by itself. It may run several times, as a transaction may.
   *
   * @throws CommitUnknownError when nobody knows whether the commit happened.
   */
  statement<T>(work: (db: Reader) => Promise<T>): Promise<T>;
  /**
   * Brings the schema up to date. Safe to repeat, and by several instances at once.
   *
   * @throws DatabaseNewerError when newer code has been here.
   */
  migrate(): Promise<void>;
  /** Ends all connections. */
  close(): Promise<void>;
}

/** `bigint` columns become bigint; everything else stays with the driver. */
function parserOf(type: TypeId, format: 'text'): (value: string) => unknown {
  return type === types.builtins.INT8 ? BigInt : types.getTypeParser(type, format);
}

type TypeId = Parameters<typeof types.getTypeParser>[0];

/** Opens the store. Connects at the first use; a lost connection is replaced at the next. */
export function openStore(options: StoreOptions, runtime: Runtime): Store {
  const pool = new Pool({
    connectionString: options.url.reveal(),
    max: options.poolSize ?? 8,
    Client: PreparingClient,
    // On this pool only: a global parser would change the queue's numbers too.
    types: { getTypeParser: parserOf as typeof types.getTypeParser },
  });
  // Without both listeners a lost connection ends the process: the pool repeats what its idle clients say.
  pool.on('error', () => {});
  pool.on('connect', (client) => {
    client.on('error', (error) => runtime.log.warn('database-connection-lost', { code: codeOf(error) }));
  });
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
  return {
    db,
    transaction: (work) => inTransaction(db, runtime, work),
    statement: (work) => inOneStatement(db, runtime, work),
    migrate: () => migrate(db),
    close: async () => (pool.ended ? undefined : pool.end()),
  };
}

function codeOf(error: Error): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
