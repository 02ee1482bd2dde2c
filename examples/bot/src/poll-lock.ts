import type { Runtime, Secret } from '@rielrails/kit';
import { Client } from 'pg';

/** Whose duty it is. */
export interface LockOptions {
  readonly database: Secret;
  /** What is done once in the whole cluster. */
  readonly duty: string;
}

const TRY_AGAIN_MS = 5000;
const CHECK_EVERY_MS = 10_000;
const ANSWER_WITHIN_MS = 5000;

/**
 * Does something that only one process may do at a time, under a PostgreSQL advisory lock.
 *
 * Waits for its turn. The lock belongs to a connection: once that is gone, the signal given to `work` aborts, and the
 * turn is waited for again.
 *
 * @returns what `work` gave, or `null` when `signal` ended the wait.
 */
export async function whileLocked<T>(
  { database, duty }: LockOptions,
  runtime: Runtime,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T | null> {
  while (!signal.aborted) {
    const turn = await tryOnce({ database, duty }, runtime, signal, work).catch((error: unknown) => {
      runtime.log.warn('lock-failed', { error: error instanceof Error ? error.name : typeof error });
      return { outcome: 'not-ours' } as const;
    });
    if (turn.outcome === 'done') return turn.value;
    await runtime.clock.sleep(TRY_AGAIN_MS, signal).catch(() => {});
  }
  return null;
}

type Turn<T> = { readonly outcome: 'done'; readonly value: T } | { readonly outcome: 'not-ours' | 'lost' };

async function tryOnce<T>(
  { database, duty }: LockOptions,
  runtime: Runtime,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<Turn<T>> {
  const client = new Client({
    connectionString: database.reveal(),
    keepAlive: true,
    query_timeout: ANSWER_WITHIN_MS,
    connectionTimeoutMillis: ANSWER_WITHIN_MS,
  });
  const lost = new AbortController();
  client.on('error', () => lost.abort());
  client.on('end', () => lost.abort());
  await client.connect();
  try {
    const { rows } = await client.query<{ ours: boolean }>(
      'select pg_try_advisory_lock(hashtextextended($1, 0)) as ours',
      [`rielrails/${duty}`],
    );
    if (rows[0]?.ours !== true) return { outcome: 'not-ours' };
    const done = new AbortController();
    const watching = watch(client, runtime, AbortSignal.any([done.signal, lost.signal])).catch(() => lost.abort());
    const value = await work(AbortSignal.any([signal, lost.signal]));
    done.abort();
    await watching;
    // What ended the work may have come of a lock that had died unseen.
    await client.query('select 1').catch(() => lost.abort());
    return lost.signal.aborted && !signal.aborted ? { outcome: 'lost' } : { outcome: 'done', value };
  } finally {
    await client.end().catch(() => {});
  }
}

/** Asks the connection for a sign of life: one that died silently holds no lock any more. */
async function watch(client: Client, { clock }: Runtime, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(CHECK_EVERY_MS, signal).catch(() => {});
    if (!signal.aborted) await client.query('select 1');
  }
}
