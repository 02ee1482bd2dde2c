import { Secret, silentLog, systemRuntime } from '@rielrails/kit';
import { Client } from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { createTestDatabase } from '../../../packages/orders/test/database.ts';
import { whileLocked } from '../src/poll-lock.ts';

const system = systemRuntime({ log: silentLog });
/** The wait for a turn, in a hundredth of the time. */
const runtime = {
  ...system,
  clock: { ...system.clock, sleep: (ms: number, signal?: AbortSignal) => system.clock.sleep(ms / 100, signal) },
};

/** Resolves when the signal aborts. */
const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => (signal.aborted ? resolve() : signal.addEventListener('abort', () => resolve())));

test('one at a time; who waits is next; a lost connection ends the turn', async () => {
  const { url, drop } = await createTestDatabase();
  onTestFinished(drop);
  const events: string[] = [];
  const end = new AbortController();
  const take = (name: string) =>
    whileLocked({ database: url, duty: 'test' }, runtime, end.signal, async (signal) => {
      events.push(`${name} begins`);
      await aborted(signal);
      events.push(`${name} ends`);
      return name;
    });
  const first = take('one');
  await expect.poll(() => events).toEqual(['one begins']);
  const second = take('two');
  await system.clock.sleep(200);
  expect(events).toEqual(['one begins']);

  const operator = new Client({ connectionString: url.reveal() });
  await operator.connect();
  // Of this database: other tests hold theirs on the same server.
  await operator.query(
    `select pg_terminate_backend(pid) from pg_locks
     where locktype = 'advisory' and granted and database = (select oid from pg_database where datname = current_database())`,
  );
  await operator.end();
  await expect
    .poll(() => events.slice(1, 3).sort())
    // Whoever is quicker takes the next turn.
    .toEqual(expect.arrayContaining(['one ends', expect.stringMatching(/begins/)]));
  end.abort();
  await Promise.all([first, second]);
  expect(events.filter((event) => event.endsWith('begins')).length).toBe(
    events.filter((event) => event.endsWith('ends')).length,
  );
});

test('another duty is another lock; a database that is away is waited for', async () => {
  const { url, drop } = await createTestDatabase();
  onTestFinished(drop);
  const end = new AbortController();
  const done = await Promise.all(
    ['a', 'b'].map((duty) => whileLocked({ database: url, duty }, runtime, end.signal, async () => duty)),
  );
  expect(done).toEqual(['a', 'b']);
  const nowhere = { database: new Secret('postgres://x@127.0.0.1:1/x'), duty: 'c' };
  const waiting = whileLocked(nowhere, runtime, end.signal, async () => 'never');
  await system.clock.sleep(150);
  end.abort();
  expect(await waiting).toBeNull();
});
