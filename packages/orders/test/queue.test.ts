import { money, USDT } from '@rielrails/core';
import type { Instant } from '@rielrails/core';
import { createVirtualRuntime } from '@rielrails/kit/virtual';
import { systemClock, systemRuntime } from '@rielrails/kit';
import { balances, broughtIn, free, openQueue, openStore, post } from '@rielrails/orders';
import type { Claim, Job, Queue, QueueName, Store } from '@rielrails/orders';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createTestDatabase } from './database.ts';
import type { TestDatabase } from './database.ts';

const runtime = { ...createVirtualRuntime(), clock: systemRuntime().clock };
const queues: Queue[] = [];
let database: TestDatabase;
let store: Store;
let queue: Queue;

const opened = async (poolSize?: number) => {
  const one = await openQueue({ url: database.url, ...(poolSize && { poolSize }) }, runtime);
  queues.push(one);
  return one;
};

beforeEach(async () => {
  database = await createTestDatabase();
  store = openStore({ url: database.url, poolSize: 4 }, runtime);
  queue = await opened();
});

afterEach(async () => {
  await Promise.all(queues.splice(0).map((one) => one.stop(1000)));
  await store.close();
  await database.drop();
});

const add = (...jobs: readonly Job[]) =>
  store.transaction(async (tx) => {
    for (const job of jobs) await queue.enqueue(tx, job);
  });
const order = (id: string, notBefore?: number): Job =>
  notBefore === undefined ? { queue: 'order', id } : { queue: 'order', id, notBefore: notBefore as Instant };
const message = (id: string, key: string): Job => ({ queue: 'inbox', id, key });
const counts = async (name: QueueName | 'dead') => (await queue.stats()).find((one) => one.queue === name);

/** Works on a queue and keeps what it was handed. */
async function worker(name: QueueName, handle: (claim: Claim) => Promise<void> = async () => {}, concurrency = 4) {
  const seen: string[] = [];
  await queue.work(name, concurrency, async (claim) => {
    seen.push(`${claim.id}#${claim.attempt}`);
    await handle(claim);
  });
  return seen;
}

const sees = (seen: readonly string[], expected: readonly string[], timeout = 6000) =>
  vi.waitFor(() => expect(seen).toEqual(expected), { timeout, interval: 20 });

const inQueue = (statement: string) => sql.raw(statement).execute(store.db);

describe('enqueue', () => {
  test('a committed job runs, at once', async () => {
    const seen = await worker('order');
    await add(order('1'));
    const start = systemClock.now();
    await sees(seen, ['1#1']);
    expect(systemClock.now() - start).toBeLessThan(900);
    await vi.waitFor(async () => expect(await counts('order')).toEqual({ queue: 'order', waiting: 0, active: 0 }));
  });

  test('a rollback takes the job along', async () => {
    const work = store.transaction(async (tx) => {
      await queue.enqueue(tx, order('1'));
      throw new Error('no');
    });
    await expect(work).rejects.toThrow('no');
    expect(await counts('order')).toEqual({ queue: 'order', waiting: 0, active: 0 });
  });

  test('a job is invisible until its transaction commits', async () => {
    const seen = await worker('order');
    await store.transaction(async (tx) => {
      await queue.enqueue(tx, order('1'));
      await systemClock.sleep(1200);
      expect(seen).toEqual([]);
    });
    await sees(seen, ['1#1']);
  });

  test('works on pools of one, cold, without waiting for itself', async () => {
    const narrow = await opened(1);
    const small = openStore({ url: database.url, poolSize: 1 }, runtime);
    await small.transaction(async (tx) => {
      await narrow.enqueue(tx, order('1'));
      await narrow.enqueue(tx, message('2', 'chat'));
      await narrow.enqueue(tx, { queue: 'sweep' });
    });
    await small.close();
    expect((await queue.stats()).map(({ waiting }) => waiting)).toEqual([1, 1, 1, 0]);
  });

  test('payloads hold an id and nothing else', async () => {
    await add(order('1'), message('2', 'chat'), { queue: 'sweep' });
    const { rows } = await sql<{ data: unknown }>`select data from queue.job order by name`.execute(store.db);
    expect(rows.map(({ data }) => data)).toEqual([{ id: '2' }, { id: '1' }, { id: '' }]);
  });
});

describe('order', () => {
  test('a wake-up waits for its moment, and holds no other back', async () => {
    const seen = await worker('order');
    const start = systemClock.now();
    await add(order('1', start + 1500), order('1'), order('2', start - 5000));
    await vi.waitFor(() => expect([...seen].sort((a, b) => (a < b ? -1 : 1))).toEqual(['1#1', '2#1']));
    await vi.waitFor(() => expect(seen).toHaveLength(3), { timeout: 6000 });
    expect(systemClock.now() - start).toBeGreaterThanOrEqual(1450);
  });

  test('the moment is one of the engine’s clock, also when that is ahead', async () => {
    const ahead = { ...runtime, clock: { ...runtime.clock, now: () => (systemClock.now() + 3_600_000) as Instant } };
    const shifted = await openQueue({ url: database.url }, ahead);
    queues.push(shifted);
    const seen = await worker('order');
    await store.transaction(async (tx) => {
      await shifted.enqueue(tx, order('due', ahead.clock.now()));
      await shifted.enqueue(tx, order('later', ahead.clock.now() + 60_000));
    });
    await sees(seen, ['due#1']);
    const { rows } = await sql<{ s: number }>`
      select extract(epoch from start_after - created_on)::int as s from queue.job where data->>'id' = 'later'`.execute(
      store.db,
    );
    expect(rows[0]?.s).toBeGreaterThanOrEqual(59);
    expect(rows[0]?.s).toBeLessThanOrEqual(60);
  });

  test('a failing wake-up comes again and holds no other back', async () => {
    const seen = await worker('order', async ({ attempt, id }) => {
      if (id === 'bad' && attempt < 2) throw new Error('try again');
    });
    await add(order('bad'));
    await sees(seen, ['bad#1']);
    await add(order('good'));
    await vi.waitFor(() => expect(seen).toEqual(expect.arrayContaining(['good#1', 'bad#2'])), { timeout: 8000 });
    expect(await counts('dead')).toMatchObject({ waiting: 0 });
  });

  test('what was enqueued twice runs twice: rows must not mind', async () => {
    const seen = await worker('order');
    await add(order('1'), order('1'));
    await sees(seen, ['1#1', '1#1']);
  });
});

describe('complete', () => {
  test('commits with the rows, and only once', async () => {
    const answers: boolean[] = [];
    const seen = await worker('order', async (claim) => {
      await store.transaction(async (tx) => {
        await post(
          tx,
          broughtIn({ to: free('wallet:own'), amount: money(USDT, 5n), reference: claim.id }),
          1 as Instant,
        );
        answers.push(await claim.complete(tx));
      });
      await store.transaction(async (tx) => void answers.push(await claim.complete(tx)));
    });
    await add(order('1'));
    await sees(seen, ['1#1']);
    await vi.waitFor(() => expect(answers).toEqual([true, false]));
    expect(await balances(store.db, { prefix: 'wallet:' })).toHaveLength(1);
  });

  test('a rollback leaves the job, and it comes again', async () => {
    const seen = await worker('order', async (claim) => {
      await store.transaction(async (tx) => {
        await claim.complete(tx);
        if (claim.attempt === 1) throw new Error('after completing');
      });
    });
    await add(order('1'));
    await sees(seen, ['1#1', '1#2'], 8000);
    await vi.waitFor(async () => expect(await counts('order')).toMatchObject({ waiting: 0, active: 0 }));
  });

  test('a stale attempt cannot end the newer one', async () => {
    const stale = Promise.withResolvers<Claim>();
    const release = Promise.withResolvers<void>();
    await worker('order', async (claim) => {
      if (claim.attempt === 1) stale.resolve(claim);
      await release.promise;
    });
    await add(order('1'));
    const first = await stale.promise;
    // As if this process had been silent for longer than a heartbeat.
    await inQueue("update queue.job set heartbeat_on = heartbeat_on - interval '1 minute' where state = 'active'");
    await vi.waitFor(
      async () => {
        const { rows } = await sql<{
          n: number;
        }>`select retry_count as n from queue.job where state = 'active'`.execute(store.db);
        expect(rows).toEqual([{ n: 1 }]);
      },
      { timeout: 15_000 },
    );
    expect(await store.transaction((tx) => first.complete(tx))).toBe(false);
    expect(await counts('order')).toMatchObject({ active: 1 });
    release.resolve();
  });
});

describe('inbox', () => {
  test('one after another per chat, chats side by side', async () => {
    const running = new Map<string, number>();
    let widest = 0;
    const seen = await worker('inbox', async ({ id }) => {
      const chat = id.slice(0, 1);
      running.set(chat, (running.get(chat) ?? 0) + 1);
      expect(running.get(chat)).toBe(1);
      widest = Math.max(widest, [...running.values()].filter((count) => count > 0).length);
      await systemClock.sleep(60);
      running.set(chat, 0);
    });
    // One batch, one commit: the order is that of enqueueing.
    const chat = (name: string) => Array.from({ length: 6 }, (_, index) => message(`${name}${index}`, name));
    await add(...chat('a'), ...chat('b'));
    await vi.waitFor(() => expect(seen).toHaveLength(12), { timeout: 15_000 });
    expect(seen.filter((one) => one.startsWith('a'))).toEqual(chat('a').map((job) => `${'id' in job && job.id}#1`));
    expect(seen.filter((one) => one.startsWith('b'))).toEqual(chat('b').map((job) => `${'id' in job && job.id}#1`));
    expect(widest).toBe(2);
  });

  test('a message that fails holds its chat back until it is through', async () => {
    const seen = await worker('inbox', async ({ id, attempt }) => {
      if (id === 'a1' && attempt === 1) throw new Error('once');
    });
    await add(message('a1', 'a'), message('a2', 'a'), message('b1', 'b'));
    await vi.waitFor(() => expect(seen).toHaveLength(4), { timeout: 10_000 });
    expect(seen.filter((one) => one.startsWith('a'))).toEqual(['a1#1', 'a1#2', 'a2#1']);
  });

  test('a message that fails for good goes to dead, and the sweep lets its chat go on', async () => {
    const seen = await worker('inbox', async ({ id }) => {
      if (id === 'a1') throw new TypeError('secret of the payer');
    });
    await inQueue("update queue.queue set retry_limit = 0 where name = 'inbox'");
    await add(message('a1', 'a'));
    await inQueue("update queue.job set retry_limit = 0 where name = 'inbox'");
    await vi.waitFor(async () => expect(await counts('dead')).toMatchObject({ waiting: 1 }), { timeout: 6000 });
    await add(message('a2', 'a'));
    await systemClock.sleep(1300);
    expect(seen).toEqual(['a1#1']);

    await worker('sweep');
    await add({ queue: 'sweep' });
    await sees(seen, ['a1#1', 'a2#1']);
    const { rows } = await sql<{ text: string }>`
      select coalesce(string_agg(j::text, ' '), '') as text from queue.job j`.execute(store.db);
    expect(rows[0]?.text).toContain('TypeError');
    expect(rows[0]?.text).not.toContain('secret of the payer');
    expect(runtime.entries).toContainEqual(expect.objectContaining({ event: 'message-abandoned', level: 'error' }));
  });
});

describe('sweep', () => {
  test('one at a time: asking again while one waits or runs adds nothing', async () => {
    await add({ queue: 'sweep' }, { queue: 'sweep' });
    expect(await counts('sweep')).toMatchObject({ waiting: 1 });
    const release = Promise.withResolvers<void>();
    const seen = await worker('sweep', () => release.promise);
    await sees(seen, ['#1']);
    await add({ queue: 'sweep' });
    expect(await counts('sweep')).toEqual({ queue: 'sweep', waiting: 0, active: 1 });
    release.resolve();
    await vi.waitFor(async () => expect(await counts('sweep')).toMatchObject({ active: 0 }));
    await add({ queue: 'sweep' });
    await sees(seen, ['#1', '#1']);
  });

  test('is scheduled once, however many instances ask', async () => {
    const other = await opened();
    for (const one of [queue, other, queue]) await one.schedule('sweep', '* * * * *');
    const { rows } = await sql`select name, cron, timezone from queue.schedule`.execute(store.db);
    expect(rows).toEqual([{ name: 'sweep', cron: '* * * * *', timezone: 'UTC' }]);
  });
});

describe('a process that ends', () => {
  test('stop waits for what runs, and takes no more', async () => {
    let done = false;
    const seen = await worker('order', async () => {
      await systemClock.sleep(400);
      done = true;
    });
    await add(order('1'));
    await sees(seen, ['1#1']);
    await queue.stop(5000);
    expect(done).toBe(true);
    const other = await opened();
    await store.transaction((tx) => other.enqueue(tx, order('2')));
    await systemClock.sleep(1200);
    expect(seen).toEqual(['1#1']);
    await queue.stop(5000);
  });

  test('a job of a killed process is handed to another', async () => {
    await add(order('1'));
    // What a killed process leaves behind: a claimed job whose heartbeat has ended.
    await inQueue(
      `update queue.job set state = 'active', started_on = created_on - interval '1 minute',
       heartbeat_on = created_on - interval '1 minute' where name = 'order'`,
    );
    const seen = await worker('order');
    await sees(seen, ['1#2'], 15_000);
  });
});
