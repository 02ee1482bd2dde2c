import type { Instant } from '@rielrails/core';
import { toHex } from '@rielrails/kit';
import type { Runtime, Secret } from '@rielrails/kit';
import { fromKysely, PgBoss } from 'pg-boss';
import type { Job as ClaimedRow, Queue as QueueTerms } from 'pg-boss';
import type { Tx } from '../store/transaction.ts';

/**
 * What can be asked to happen soon. A job carries ids only: the truth is in the rows, and may have moved on.
 *
 * - `order`: look at this order, now or at `notBefore`. Never blocked by another wake-up of the same order.
 * - `inbox`: handle this stored message. One after another per `key` (a chat, a provider), in the order of enqueueing.
 * - `sweep`: look for what was forgotten. One at a time in the whole cluster.
 */
export type Job =
  | { readonly queue: 'order'; readonly id: string; readonly notBefore?: Instant }
  | { readonly queue: 'inbox'; readonly id: string; readonly key: string }
  | { readonly queue: 'sweep' };

/** The name of a queue. */
export type QueueName = Job['queue'];

/** A job in a worker's hands. */
export interface Claim {
  /** Which order or message; empty for a sweep. */
  readonly id: string;
  /** 1 the first time. */
  readonly attempt: number;
  /** Aborts when the claim has run out, or the queue stops without waiting any longer. */
  readonly signal: AbortSignal;
  /**
   * Ends the job together with what the transaction did; a job whose handler returns is ended anyway.
   *
   * @returns false when another attempt has the job by now: then this one is stale and should change nothing.
   */
  complete(tx: Tx): Promise<boolean>;
}

/** How full a queue is. `dead` holds what failed too often. */
export interface QueueStats {
  readonly queue: QueueName | 'dead';
  readonly waiting: number;
  readonly active: number;
}

/**
 * Makes things happen soon. Nothing relies on it: every job may run twice, late, or never, and rows stay right.
 */
export interface Queue {
  /**
   * Adds a job when, and only when, the transaction commits. Where an equal one may not stand beside it (`sweep`),
   * nothing is added, and that is fine.
   */
  enqueue(tx: Tx, job: Job): Promise<void>;
  /** Adds a job at every occurrence of a cron expression, in UTC, once per cluster. Safe to repeat. */
  schedule(queue: 'sweep', cron: string): Promise<void>;
  /**
   * Hands jobs to `handler`, up to `concurrency` at a time in this process. A handler that throws gets the job again,
   * later each time; what fails too often goes to `dead`.
   */
  work(queue: QueueName, concurrency: number, handler: (claim: Claim) => Promise<void>): Promise<void>;
  /** How full the queues are now. */
  stats(): Promise<readonly QueueStats[]>;
  /** Takes no more jobs, waits for running handlers at most `withinMs`, and ends all connections. Safe to repeat. */
  stop(withinMs: number): Promise<void>;
}

/** Which database, and how many connections to it. */
export interface QueueOptions {
  readonly url: Secret;
  /** The most connections at a time, beside one that listens. Default: 4. */
  readonly poolSize?: number;
}

/** Kept apart from our own tables: pg-boss owns and migrates it. */
const SCHEMA = 'queue';

const retries = { retryLimit: 5, retryDelay: 1, retryBackoff: true, retryDelayMax: 60, deadLetter: 'dead' };
const claims = { heartbeatSeconds: 10, expireInSeconds: 300, deleteAfterSeconds: 24 * 60 * 60, notify: true };

/*
 * Measured with pg-boss 12.35.0: under `key_strict_fifo` a delayed job holds nobody back, but a retrying one holds back
 * its key until it is through, and a failed one for ever. Right for messages of a chat (and the sweep lifts the last),
 * wrong for wake-ups: one failing step would silence an order. So `order` is `standard`: rows decide who may act.
 */
const terms: Readonly<Record<QueueName, Omit<QueueTerms, 'name'>>> = {
  order: { policy: 'standard', ...retries, ...claims },
  inbox: { policy: 'key_strict_fifo', ...retries, ...claims },
  sweep: { policy: 'exclusive', retryLimit: 0, ...claims },
};

/** How late a delayed job or a missed notification is noticed. What is enqueued for now starts at once. */
const POLLING_SECONDS = 1;

/** How soon a job of a killed process is noticed, after its heartbeat has run out. */
const MONITOR_SECONDS = 5;

/** Opens the queue, installing or upgrading its schema. Any number of processes may. */
export async function openQueue(options: QueueOptions, runtime: Runtime): Promise<Queue> {
  const boss = new PgBoss({
    connectionString: options.url.reveal(),
    schema: SCHEMA,
    max: options.poolSize ?? 4,
    useListenNotify: true,
    superviseIntervalSeconds: MONITOR_SECONDS,
    monitorIntervalSeconds: MONITOR_SECONDS,
  });
  boss.on('error', (error) => runtime.log.warn('queue-error', { error: error.name, code: codeOf(error) }));
  boss.on('warning', (warning) => runtime.log.warn('queue-warning', { reason: warning.message }));
  await boss.start();
  await boss.createQueue('dead');
  // Creating also reads: a queue first met inside a transaction would be looked up on another connection.
  for (const [name, one] of Object.entries(terms)) {
    await boss.createQueue(name, one);
    await boss.getQueue(name);
  }

  const nextId = createAscendingIds(runtime);

  /** A message that failed for good, and is in `dead`, holds its chat back no longer. */
  async function unblock(): Promise<void> {
    for (const key of await boss.getBlockedKeys('inbox')) {
      const failed = (await boss.findJobs('inbox', { key })).filter((job) => job.state === 'failed');
      if (failed.length === 0) continue;
      runtime.log.error('message-abandoned', { job: 'inbox', count: failed.length });
      await boss.deleteJob(
        'inbox',
        failed.map((job) => job.id),
      );
    }
  }

  return {
    async enqueue(tx, job) {
      const delayMs = job.queue === 'order' && job.notBefore ? job.notBefore - runtime.clock.now() : 0;
      await boss.send(
        job.queue,
        { id: job.queue === 'sweep' ? '' : job.id },
        {
          db: fromKysely(tx),
          ...(job.queue === 'inbox' && { singletonKey: job.key, id: nextId() }),
          // A delay, not a moment: the engine's clock may be ahead of the database's.
          ...(delayMs > 0 && { startAfter: delayMs / 1000 }),
        },
      );
    },

    schedule: (queue, cron) => boss.schedule(queue, cron, { id: '' }, { tz: 'UTC' }),

    async work(queue, concurrency, handler) {
      const polling = { pollingIntervalSeconds: POLLING_SECONDS, notifyPollingIntervalSeconds: POLLING_SECONDS };
      for (let number = 0; number < concurrency; number += 1) {
        let worker: string | undefined;
        worker = await boss.work<{ id: string }>(queue, polling, async ([row]) => {
          if (!row) return;
          // Nothing tells a worker of jobs that waited for this one, or were already there: it looks again at once.
          if (worker) boss.notifyWorker(worker);
          try {
            if (queue === 'sweep') await unblock();
            await handler(claimOf(boss, row));
          } catch (error) {
            throw new HandlerError(runtime, queue, row.retryCount + 1, error);
          }
        });
      }
    },

    async stats() {
      const { rows }: { rows: { name: string; active: number; waiting: number }[] } = await boss.getDb().executeSql(
        `select name, count(*) filter (where state = 'active')::int as active,
                count(*) filter (where state in ('created', 'retry'))::int as waiting
         from ${SCHEMA}.job where state < 'completed' group by name`,
      );
      const names = ['order', 'inbox', 'sweep', 'dead'] as const;
      return names.map((queue) => {
        const { waiting = 0, active = 0 } = rows.find(({ name }) => name === queue) ?? {};
        return { queue, waiting, active };
      });
    },

    stop: (withinMs) => boss.stop({ graceful: true, timeout: withinMs }),
  };
}

function claimOf(boss: PgBoss, row: ClaimedRow<{ id: string }>): Claim {
  return {
    id: row.data.id,
    attempt: row.retryCount + 1,
    signal: row.signal,
    async complete(tx) {
      // The row, not its id: a bare id would end whichever attempt holds the job.
      const settled = await boss.complete(row.name, row, undefined, { db: fromKysely(tx) });
      // Documented, but missing from the declarations of 12.35.0.
      return (settled as { readonly affected?: number }).affected === 1;
    },
  };
}

/**
 * Makes UUIDs that sort as they were made. Jobs of one transaction have one time of creation, and pg-boss then goes by
 * the id: with random ones, two messages of one batch would change places.
 */
function createAscendingIds(runtime: Runtime): () => string {
  let last = 0n;
  return () => {
    const now = BigInt(runtime.clock.now()) << 16n;
    last = now > last ? now : last + 1n;
    const hex = last.toString(16).padStart(16, '0') + toHex(runtime.random.bytes(8));
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  };
}

/** What the queue stores about a failed attempt: the name of the error. Its words may hold what must not be kept. */
class HandlerError extends Error {
  constructor(runtime: Runtime, queue: QueueName, attempt: number, error: unknown) {
    const name = error instanceof Error ? error.name : typeof error;
    super(name);
    this.name = 'HandlerError';
    runtime.log.warn('job-failed', { job: queue, attempt, error: name, code: codeOf(error) });
  }
}

function codeOf(error: unknown): string | undefined {
  const code = (error as { readonly code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : undefined;
}
