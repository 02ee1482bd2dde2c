import type { Pool, PoolClient } from 'pg';

class Rollback<T> extends Error {
  readonly answer: T;

  constructor(answer: T) {
    super('rollback');
    this.answer = answer;
  }
}

/** Runs work in one transaction; `rollback(answer)` undoes it and still answers. */
export async function transact<T>(
  pool: Pool,
  work: (client: PoolClient, rollback: (answer: T) => never) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  // A connection that is lost while it is lent out has nobody else to tell: unheard, that would end the process.
  const hear = (error: Error) => {
    broken = error;
  };
  client.on('error', hear);
  try {
    await client.query('begin');
    const answer = await work(client, (instead) => {
      throw new Rollback(instead);
    });
    await client.query('commit');
    return answer;
  } catch (error) {
    await client.query('rollback').catch(hear);
    if (error instanceof Rollback) return error.answer as T;
    throw error;
  } finally {
    client.off('error', hear);
    client.release(broken);
  }
}
