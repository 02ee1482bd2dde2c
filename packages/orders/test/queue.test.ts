import { money, USDT } from '@rielrails/core';
import type { Instant } from '@rielrails/core';
import { createVirtualRuntime } from '@rielrails/kit/virtual';
import { systemClock } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import { broughtIn, free } from '../src/money/index.ts';
import { balances, openStore, post } from '../src/store/index.ts';
import { openQueue } from '../src/workers/queue.ts';
import type { Claim, Job, Queue, QueueName } from '../src/workers/queue.ts';
import { sql } from 'kysely';
import { describe, expect, test as base, vi } from 'vitest';
import { createTestDatabase } from './database.ts';

/** Everything of one test: its own database, so that tests wait beside each other. */
async function createWorld() {
  const virtual = createVirtualRuntime();
  const runtime: Runtime = { ...virtual, clock: systemClock };
  const database = await createTestDatabase();
  const store = openStore({ url: database.url, poolSize: 4 }, runtime);
  const queues: Queue[] = [];
  const open = async (poolSize = 4, changed: Partial<Runtime> = {}) => {
    const one = await openQueue({ url: database.url, poolSize }, { ...runtime, ...changed });
    queues.push(one);
    return one;
  };
  const queue = await open();
  return {
    url: database.url,
    runtime,
    entries: virtual.entries,
    store,
    open,
    queue,
    add: (...jobs: readonly Job[]) =>
      store.transaction(async (tx) => {
        for (const job of jobs) await queue.enqueue(tx, job);
      }),
    counts: async (name: QueueName | 'dead') => (await queue.stats()).find((one) => one.queue === name),
    /** Works on a queue and keeps what it was handed, as `id#attempt`. */
    async worker(name: QueueName, handle: (claim: Claim) => Promise<void> = async () => {}): Promise<string[]> {
      const seen: string[] = [];
      await queue.work(name, 4, async (claim) => {
        seen.push(`${claim.id}#${claim.attempt}`);
        await handle(claim);
      });
      return seen;
    },
    inQueue: (statement: string) => sql.raw(statement).execute(store.db),
    async end() {
      await Promise.all(queues.map((one) => one.stop(1000)));
      await store.close();
      await database.drop();
    },
  };
}

const test = base.extend<{ world: Awaited<ReturnType<typeof createWorld>> }>({
  // oxlint-disable-next-line no-empty-pattern -- vitest reads the pattern
  world: async ({}, use) => {
    const world = await createWorld();
    await use(world);
    await world.end();
  },
});

const order = (id: string, notBefore?: number): Job =>
  notBefore === undefined ? { queue: 'order', id } : { queue: 'order', id, notBefore: notBefore as Instant };
const message = (id: string, key: string): Job => ({ queue: 'inbox', id, key });

/** Waits as long as a busy machine may need: how soon something comes is no test's subject but one's. */
const eventually = <T>(look: () => T | Promise<T>) => vi.waitFor(look, { timeout: 15_000, interval: 10 });
const sees = (seen: readonly string[], expected: readonly string[]) => eventually(() => expect(seen).toEqual(expected));

describe.concurrent('enqueue', () => {
  test('a committed job runs, at once', async ({ world: { add, counts, worker } }) => {
    const seen = await worker('order');
    const took: number[] = [];
    for (let round = 1; round <= 8; round += 1) {
      const start = systemClock.now();
      await add(order('1'));
      await eventually(() => expect(seen).toHaveLength(round));
      took.push(systemClock.now() - start);
    }
    // Polling alone would need a second for each but the first.
    expect(Math.min(...took.slice(1))).toBeLessThan(500);
    await eventually(async () => expect(await counts('order')).toEqual({ queue: 'order', waiting: 0, active: 0 }));
  });

  test('a rollback takes the job along', async ({ world: { store, queue, counts } }) => {
    const work = store.transaction(async (tx) => {
      await queue.enqueue(tx, order('1'));
      throw new Error('no');
    });
    await expect(work).rejects.toThrow('no');
    expect(await counts('order')).toEqual({ queue: 'order', waiting: 0, active: 0 });
  });

  test('a job is invisible until its transaction commits', async ({ world: { store, queue, worker } }) => {
    const seen = await worker('order');
    await store.transaction(async (tx) => {
      await queue.enqueue(tx, order('1'));
      await systemClock.sleep(1200);
      expect(seen).toEqual([]);
    });
    await sees(seen, ['1#1']);
  });

  test('works on pools of one, cold, without waiting for itself', async ({ world: { url, runtime, open, queue } }) => {
    const narrow = await open(1);
    const small = openStore({ url, poolSize: 1 }, runtime);
    await small.transaction(async (tx) => {
      await narrow.enqueue(tx, order('1'));
      await narrow.enqueue(tx, message('2', 'chat'));
      await narrow.enqueue(tx, { queue: 'sweep' });
    });
    await small.close();
    expect((await queue.stats()).map(({ waiting }) => waiting)).toEqual([1, 1, 1, 0]);
  });

  test('payloads hold an id and nothing else', async ({ world: { store, add } }) => {
    await add(order('1'), message('2', 'chat'), { queue: 'sweep' });
    const { rows } = await sql<{ data: unknown }>`select data from queue.job order by name`.execute(store.db);
    expect(rows.map(({ data }) => data)).toEqual([{ id: '2' }, { id: '1' }, { id: '' }]);
  });
});

describe.concurrent('order', () => {
  test('a wake-up waits for its moment, and holds no other back', async ({ world: { add, worker } }) => {
    const seen = await worker('order');
    const start = systemClock.now();
    await add(order('1', start + 3000), order('1'), order('2', start - 5000));
    await eventually(() => expect(seen).toHaveLength(3));
    expect(systemClock.now() - start).toBeGreaterThanOrEqual(2950);
    // Of two equal ones it cannot be seen which one waited.
    expect(seen.toSorted()).toEqual(['1#1', '1#1', '2#1']);
    expect(seen[2]).toBe('1#1');
  });

  test('the moment is one of the engine’s clock, also when that is ahead', async ({
    world: { store, open, worker },
  }) => {
    const clock = { ...systemClock, now: () => (systemClock.now() + 3_600_000) as Instant };
    const shifted = await open(4, { clock });
    const seen = await worker('order');
    await store.transaction(async (tx) => {
      await shifted.enqueue(tx, order('due', clock.now()));
      await shifted.enqueue(tx, order('later', clock.now() + 60_000));
    });
    await sees(seen, ['due#1']);
    const { rows } = await sql<{ s: number }>`
      select extract(epoch from start_after - created_on)::int as s from queue.job where data->>'id' = 'later'`.execute(
      store.db,
    );
    expect(rows[0]?.s).toBeGreaterThan(40);
    expect(rows[0]?.s).toBeLessThanOrEqual(60);
  });

  test('a failing wake-up comes again and holds no other back', async ({ world: { add, counts, worker } }) => {
    const seen = await worker('order', async ({ attempt, id }) => {
      if (id === 'bad' && attempt < 2) throw new Error('try again');
    });
    await add(order('bad'));
    await sees(seen, ['bad#1']);
    await add(order('good'));
    await eventually(() => expect(seen).toEqual(expect.arrayContaining(['good#1', 'bad#2'])));
    expect(await counts('dead')).toMatchObject({ waiting: 0 });
  });

  test('what was enqueued twice runs twice: rows must not mind', async ({ world: { add, worker } }) => {
    const seen = await worker('order');
    await add(order('1'), order('1'));
    await sees(seen, ['1#1', '1#1']);
  });
});

describe.concurrent('complete', () => {
  test('commits with the rows, and only once', async ({ world: { store, add, worker } }) => {
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
    await eventually(() => expect(answers).toEqual([true, false]));
    expect(await balances(store.db, { prefix: 'wallet:' })).toHaveLength(1);
  });

  test('a rollback leaves the job, and it comes again', async ({ world: { store, add, counts, worker } }) => {
    const seen = await worker('order', async (claim) => {
      await store.transaction(async (tx) => {
        await claim.complete(tx);
        if (claim.attempt === 1) throw new Error('after completing');
      });
    });
    await add(order('1'));
    await sees(seen, ['1#1', '1#2']);
    await eventually(async () => expect(await counts('order')).toMatchObject({ waiting: 0, active: 0 }));
  });

  test('a stale attempt cannot end the newer one', async ({ world: { store, add, counts, worker, inQueue } }) => {
    const stale = Promise.withResolvers<Claim>();
    const release = Promise.withResolvers<void>();
    await worker('order', async (claim) => {
      if (claim.attempt === 1) stale.resolve(claim);
      await release.promise;
    });
    await add(order('1'));
    const first = await stale.promise;
    await eventually(async () => {
      // As if this process had been silent for longer than a heartbeat: it is not, so that this is said until it is noticed.
      await inQueue(
        "update queue.job set heartbeat_on = heartbeat_on - interval '1 minute' where state = 'active' and retry_count = 0",
      );
      const { rows } = await sql<{
        n: number;
      }>`select retry_count as n from queue.job where state = 'active'`.execute(store.db);
      expect(rows).toEqual([{ n: 1 }]);
    });
    expect(await store.transaction((tx) => first.complete(tx))).toBe(false);
    expect(await counts('order')).toMatchObject({ active: 1 });
    release.resolve();
  });
});

describe.concurrent('inbox', () => {
  test('one after another per chat, chats side by side', async ({ world: { add, worker } }) => {
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
    await eventually(() => expect(seen).toHaveLength(12));
    expect(seen.filter((one) => one.startsWith('a'))).toEqual(chat('a').map((job) => `${'id' in job && job.id}#1`));
    expect(seen.filter((one) => one.startsWith('b'))).toEqual(chat('b').map((job) => `${'id' in job && job.id}#1`));
    expect(widest).toBe(2);
  });

  test('a message that fails holds its chat back until it is through', async ({ world: { add, worker } }) => {
    const seen = await worker('inbox', async ({ id, attempt }) => {
      if (id === 'a1' && attempt === 1) throw new Error('once');
    });
    await add(message('a1', 'a'), message('a2', 'a'), message('b1', 'b'));
    await eventually(() => expect(seen).toHaveLength(4));
    expect(seen.filter((one) => one.startsWith('a'))).toEqual(['a1#1', 'a1#2', 'a2#1']);
  });

  test('a message that fails for good goes to dead, and the sweep lets its chat go on', async ({
    world: { entries, store, add, counts, worker, inQueue },
  }) => {
    await inQueue("update queue.queue set retry_limit = 0 where name = 'inbox'");
    await add(message('a1', 'a'));
    await inQueue("update queue.job set retry_limit = 0 where name = 'inbox'");
    const seen = await worker('inbox', async ({ id }) => {
      if (id === 'a1') throw new TypeError('secret of the payer');
    });
    await eventually(async () => expect(await counts('dead')).toMatchObject({ waiting: 1 }));
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
    expect(entries).toContainEqual(expect.objectContaining({ event: 'message-abandoned', level: 'error' }));
  });
});

describe.concurrent('sweep', () => {
  test('one at a time: asking again while one waits or runs adds nothing', async ({
    world: { add, counts, worker },
  }) => {
    await add({ queue: 'sweep' }, { queue: 'sweep' });
    expect(await counts('sweep')).toMatchObject({ waiting: 1 });
    const release = Promise.withResolvers<void>();
    const seen = await worker('sweep', () => release.promise);
    await sees(seen, ['#1']);
    await add({ queue: 'sweep' });
    expect(await counts('sweep')).toEqual({ queue: 'sweep', waiting: 0, active: 1 });
    release.resolve();
    await eventually(async () => expect(await counts('sweep')).toMatchObject({ active: 0 }));
    await add({ queue: 'sweep' });
    await sees(seen, ['#1', '#1']);
  });

  test('is scheduled once, however many instances ask', async ({ world: { store, open, queue } }) => {
    const other = await open();
    for (const one of [queue, other, queue]) await one.schedule('sweep', '* * * * *');
    const { rows } = await sql`select name, cron, timezone from queue.schedule`.execute(store.db);
    expect(rows).toEqual([{ name: 'sweep', cron: '* * * * *', timezone: 'UTC' }]);
  });
});

describe.concurrent('a process that ends', () => {
  test('stop waits for what runs, and takes no more', async ({ world: { store, open, queue, add, worker } }) => {
    let done = false;
    const seen = await worker('order', async () => {
      await systemClock.sleep(400);
      done = true;
    });
    await add(order('1'));
    await sees(seen, ['1#1']);
    await queue.stop(5000);
    expect(done).toBe(true);
    const other = await open();
    await store.transaction((tx) => other.enqueue(tx, order('2')));
    await systemClock.sleep(1200);
    expect(seen).toEqual(['1#1']);
    await queue.stop(5000);
  });

  test('a job of a killed process is handed to another', async ({ world: { add, worker, inQueue } }) => {
    await add(order('1'));
    // What a killed process leaves behind: a claimed job whose heartbeat has ended.
    await inQueue(
      `update queue.job set state = 'active', started_on = created_on - interval '1 minute',
       heartbeat_on = created_on - interval '1 minute' where name = 'order'`,
    );
    const seen = await worker('order');
    await sees(seen, ['1#2']);
  });
});
