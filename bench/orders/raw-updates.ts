import { Client } from 'pg';

/** How many one-row updates a second, each a commit of its own, `connections` make side by side. */
export async function rawUpdates(url: string, connections: number, forMs: number): Promise<number> {
  const clients = await Promise.all(
    Array.from({ length: connections }, async () => {
      const client = new Client({ connectionString: url });
      await client.connect();
      return client;
    }),
  );
  const [first] = clients;
  await first?.query('create table if not exists bench_row (id integer primary key, n integer not null)');
  for (const id of clients.keys())
    await first?.query('insert into bench_row values ($1, 0) on conflict do nothing', [id]);
  let updates = 0;
  const startedAt = performance.now();
  await Promise.all(
    clients.map(async (client, id) => {
      while (performance.now() - startedAt < forMs) {
        await client.query({ name: 'raw', text: 'update bench_row set n = n + 1 where id = $1', values: [id] });
        updates += 1;
      }
    }),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  await Promise.all(clients.map((client) => client.end()));
  return updates / seconds;
}

/** What a database has done so far. */
export interface DatabaseWork {
  /** Transactions that wrote: each took a number of its own. */
  readonly commits: number;
  /** All transactions, reads included. */
  readonly transactions: number;
}

/** Reads the counters without adding to the first. */
export async function databaseWork(url: string): Promise<DatabaseWork> {
  const client = new Client({ connectionString: url });
  await client.connect();
  // A session hands in its counts at most once a second.
  await new Promise((resolve) => setTimeout(resolve, 1100));
  const { rows } = await client.query<{ commits: string; transactions: string }>(
    `select pg_snapshot_xmax(pg_current_snapshot())::text as commits, xact_commit::text as transactions
     from pg_stat_database where datname = current_database()`,
  );
  await client.end();
  return { commits: Number(rows[0]?.commits), transactions: Number(rows[0]?.transactions) };
}
