/**
 * A small engine in a process of its own: takes payouts, sends them with a wallet, records them as sent. It dies by
 * SIGKILL where it is told to. Whoever takes the same payout afterwards goes on.
 */

import { createInterface } from 'node:readline';
import { Pool } from 'pg';
import { BTC, money, parseReference } from '@rielrails/core';
import { Secret, silentLog, systemClock, systemRuntime } from '@rielrails/kit';
import { createCoreRpc } from '../../src/core-rpc/index.ts';
import { createPostgresStore, createWallet } from '../../src/index.ts';
import { createSignerClient } from '../../src/signer/index.ts';
import { checked, clearanceFor } from '../world.ts';
import type { EngineAccess, EngineNews, KillPoint, PayoutJob } from './engine-protocol.ts';

/** A signer that is being restarted answers after this. */
const PATIENCE_MS = 50;

const access = JSON.parse(process.argv[2] ?? '{}') as EngineAccess;
const runtime = systemRuntime({ loopbackPorts: [access.port], log: silentLog });
const pool = new Pool({ connectionString: access.databaseUrl, max: 4 });
pool.on('error', () => {});
let killAt: KillPoint | null = null;

/** Dies here, if this is the place. A SIGKILL of oneself takes effect before anything else happens. */
function at(point: KillPoint): void {
  if (killAt === point) process.kill(process.pid, 'SIGKILL');
}

/** Passes a result on, unless this is the place to die. */
function passing<T>(point: KillPoint): (value: T) => T {
  return (value) => {
    at(point);
    return value;
  };
}

const node = { url: access.rpcUrl, credentials: { cookieFile: access.cookieFile } };
const chain = createCoreRpc({ ...node, network: 'regtest' }, runtime);
const signer = createSignerClient({ socketPath: access.signerSocket }, runtime);
const store = createPostgresStore(pool);
const wallet = createWallet(
  {
    network: 'regtest',
    descriptor: access.descriptor,
    bindingKey: new Secret(access.bindingKey),
    fee: {
      targetBlocks: 2,
      floorSatPerVbyte: 2,
      ceilingSatPerVbyte: 50,
      fallbackSatPerVbyte: 2,
      maximumFeeSats: 50_000n,
    },
  },
  {
    chain: { ...chain, broadcast: (hex, context) => chain.broadcast(hex, context).then(passing('broadcast')) },
    signer: { ...signer, sign: (request, context) => signer.sign(request, context).then(passing('signed')) },
    store: {
      ...store,
      async plan(plan) {
        at('built');
        return store.plan(plan).then(passing('planned'));
      },
      recordVersion: (...version) => store.recordVersion(...version).then(passing('stored')),
    },
  },
  runtime,
);

/** Sends a payout, however often it takes: a repeat under the same reference is the same payment. */
async function pay({ reference: text, address: to, sats }: PayoutJob): Promise<void> {
  const reference = parseReference(text);
  const address = checked(to);
  const amount = money(BTC, BigInt(sats));
  const binding = wallet.bind({ reference, address, minimum: amount, maximum: amount });
  for (;;) {
    const clearance = clearanceFor(reference, address, amount.minor, runtime.clock.now());
    const destination = { type: 'customer', address, clearance } as const;
    const sent = await wallet.withdraw({ reference, amount, binding, destination });
    if (sent.outcome === 'applied' && 'transactionId' in sent.value && sent.value.status !== 'removed') {
      at('answered');
      await pool.query('update payout set transaction_id = $2 where reference = $1', [text, sent.value.transactionId]);
      at('recorded');
      return;
    }
    await systemClock.sleep(PATIENCE_MS);
  }
}

function tell(news: EngineNews): void {
  process.stdout.write(`${JSON.stringify(news)}\n`);
}

await chain.tip();
await pool.query('select 1');
tell({ type: 'ready' });
for await (const line of createInterface({ input: process.stdin })) {
  const job = JSON.parse(line) as PayoutJob;
  ({ killAt } = job);
  await pay(job);
  tell({ type: 'sent', reference: job.reference });
}
await pool.end();
