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
  try {
    await client.query('begin');
    const answer = await work(client, (instead) => {
      throw new Rollback(instead);
    });
    await client.query('commit');
    return answer;
  } catch (error) {
    await client.query('rollback').catch((failure: Error) => {
      broken = failure;
    });
    if (error instanceof Rollback) return error.answer as T;
    throw error;
  } finally {
    client.release(broken);
  }
}
