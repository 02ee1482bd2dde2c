import type { Runtime } from '@rielrails/kit';
import { AbortedTransactionError } from 'kysely';
import type { Kysely, Transaction } from 'kysely';
import { DatabaseError } from 'pg';
import type { Schema } from './schema.ts';

/** An open transaction. Everything that must happen together takes the same one. */
export type Tx = Transaction<Schema>;

/** Whatever can be asked: a transaction, or the database itself. */
export type Reader = Kysely<Schema>;

/**
 * The connection broke while a transaction was being committed: it may or may not have happened.
 *
 * Read back by the id of what was written before doing anything else.
 */
export class CommitUnknownError extends Error {
  constructor(options?: ErrorOptions) {
    super('the connection broke during commit: look up whether it happened', options);
    this.name = 'CommitUnknownError';
  }
}

const ATTEMPTS = 5;

/** PostgreSQL, "Transaction Rollback": serialization failure and deadlock. The loser may simply try again. */
const repeatable: ReadonlySet<string> = new Set(['40001', '40P01']);

/** Runs `work` in a transaction, again when PostgreSQL chose it as the loser of a conflict. */
export function inTransaction<T>(db: Kysely<Schema>, runtime: Runtime, work: (tx: Tx) => Promise<T>): Promise<T> {
  return repeating(runtime, async () => {
    let finished = false;
    try {
      return await db.transaction().execute(async (tx) => {
        const result = await work(tx);
        finished = true;
        return result;
      });
    } catch (error) {
      if (finished && !provesRollback(error)) throw new CommitUnknownError({ cause: error });
      throw error;
    }
  });
}

/** Runs one statement that commits by itself, again when PostgreSQL chose it as the loser of a conflict. */
export function inOneStatement<T>(
  db: Kysely<Schema>,
  runtime: Runtime,
  statement: (db: Reader) => Promise<T>,
): Promise<T> {
  return repeating(runtime, async () => {
    try {
      return await statement(db);
    } catch (error) {
      if (isLostSession(error)) throw new CommitUnknownError({ cause: error });
      throw error;
    }
  });
}

async function repeating<T>(runtime: Runtime, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const code = error instanceof DatabaseError ? error.code : undefined;
      if (!code || !repeatable.has(code) || attempt === ATTEMPTS) throw error;
      runtime.log.warn('transaction-repeated', { code, attempt });
    }
  }
}

/** The session ended before the answer. Errors of a lost connection are plain ones; ours have classes of their own. */
function isLostSession(error: unknown): boolean {
  return error instanceof DatabaseError
    ? error.severity !== 'ERROR'
    : error instanceof Error && error.constructor === Error;
}

/** A plain ERROR answers the commit itself. FATAL and everything else only say that the session ended. */
function provesRollback(error: unknown): boolean {
  return error instanceof AbortedTransactionError || (error instanceof DatabaseError && error.severity === 'ERROR');
}
