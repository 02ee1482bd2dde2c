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
export async function inTransaction<T>(db: Kysely<Schema>, runtime: Runtime, work: (tx: Tx) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    let finished = false;
    try {
      return await db.transaction().execute(async (tx) => {
        const result = await work(tx);
        finished = true;
        return result;
      });
    } catch (error) {
      if (finished && !provesRollback(error)) throw new CommitUnknownError({ cause: error });
      const code = error instanceof DatabaseError ? error.code : undefined;
      if (!code || !repeatable.has(code) || attempt === ATTEMPTS) throw error;
      runtime.log.warn('transaction-repeated', { code, attempt });
    }
  }
}

/** A plain ERROR answers the commit itself. FATAL and everything else only say that the session ended. */
function provesRollback(error: unknown): boolean {
  return error instanceof AbortedTransactionError || (error instanceof DatabaseError && error.severity === 'ERROR');
}
