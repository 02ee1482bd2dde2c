import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Reference } from '@rielrails/core';
import { startDatabase } from '@rielrails/orders/keeper';
import type { BenchResult } from '../result.ts';
import { startEngine } from './engine.ts';
import type { EngineProcess } from './engine.ts';
import { databaseWork, rawUpdates } from './raw-updates.ts';

const AIM_RATIO = 0.2;
const AIM_MEGABYTES = 300;
/** As many orders as the engine has connections. */
const AT_A_TIME = 8;
const PEOPLE = 64;
const WARM_UP = 40;
const RAW_MS = 3000;

/**
 * Whole orders a second: quote, address, confirmation, payment, purchase, delivery, one confirmation.
 *
 * The ratio compares with what the same database does at most: the share of raw one-row commits that ends in orders.
 */
export async function benchOrders(count = 400): Promise<BenchResult> {
  const directory = await mkdtemp(join(tmpdir(), 'rielrails-bench-'));
  await chmod(directory, 0o755);
  const database = await startDatabase({ directory });
  try {
    const url = database.url.reveal();
    const engine = await startEngine(url);
    await engine.ask({ type: 'approve' });
    for (let person = 0; person < PEOPLE; person += 1) await engine.ask({ type: 'verify', chat: String(person) });
    await engine.ask({ type: 'approve' });
    await buyMany(engine, WARM_UP);
    const rawBefore = await rawUpdates(url, AT_A_TIME, RAW_MS / 2);
    const before = await databaseWork(url);
    const startedAt = performance.now();
    await buyMany(engine, count);
    const seconds = (performance.now() - startedAt) / 1000;
    const after = await databaseWork(url);
    const rawAfter = await rawUpdates(url, AT_A_TIME, RAW_MS / 2);
    await engine.ask({ type: 'check' });
    const megabytes = Number(await engine.ask({ type: 'memory' })) / 1024 / 1024;
    await engine.stop();
    const ordersPerSecond = count / seconds;
    const commitsPerOrder = (after.commits - before.commits) / count;
    const rawPerSecond = (rawBefore + rawAfter) / 2;
    const ratio = (ordersPerSecond * commitsPerOrder) / rawPerSecond;
    return {
      name: 'orders',
      note: 'real engine and PostgreSQL on this machine; providers answer at once from memory; commits are transactions that wrote',
      figures: {
        orders: count,
        atATime: AT_A_TIME,
        ordersPerSecond,
        commitsPerOrder,
        transactionsPerOrder: (after.transactions - before.transactions) / count,
        rawCommitsPerSecond: rawPerSecond,
      },
      checks: [
        { name: 'ratio', value: ratio, aim: AIM_RATIO, better: 'higher' },
        { name: 'engineMegabytes', value: megabytes, aim: AIM_MEGABYTES, better: 'lower' },
      ],
    };
  } finally {
    await database.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

async function buyMany(engine: EngineProcess, count: number): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: AT_A_TIME }, async (_, slot) => {
      for (let turn = 0; next < count; turn += 1) {
        next += 1;
        await buyOne(engine, String((slot + turn * AT_A_TIME) % PEOPLE));
      }
    }),
  );
}

async function buyOne(engine: EngineProcess, chat: string): Promise<void> {
  const order = (await engine.ask({ type: 'buy', chat })) as Reference;
  await engine.ask({ type: 'pay', order });
  await engine.shown(order, 'broadcast');
  await engine.ask({ type: 'mine', order });
  await engine.shown(order, 'DELIVERED');
}
