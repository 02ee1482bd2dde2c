import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { KHR, money, parseReference } from '@rielrails/core';
import type { Instant } from '@rielrails/core';
import { createTransport, newReference, Secret, silentLog, systemRuntime } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import { createPayway } from '@rielrails/provider-payway';
import { createPaywayEmulator } from '@rielrails/provider-payway/emulator';
import { Agent, request } from 'undici';
import type { BenchResult } from '../result.ts';

const AIM_RATIO = 1.3;
const ROUNDS = 15;
const CALLS_A_ROUND = 200;

/** One kind of call: what left, and what came back. */
interface Exchange {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/**
 * What a call of the adapter costs over the bare HTTP request with the same body: signing, schemas, checks, spans.
 *
 * The server answers canned bodies that the emulator made for the very same requests.
 */
export async function benchPayway(): Promise<BenchResult> {
  const canned = new Map<string, Uint8Array>();
  const server = createServer((incoming, outgoing) => {
    incoming.resume();
    incoming.on('end', () => {
      outgoing.setHeader('content-type', 'application/json');
      outgoing.end(canned.get(incoming.url ?? ''));
    });
  });
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  try {
    const real = systemRuntime({ log: silentLog });
    const transport = createTransport({ loopbackPorts: [port] });
    const emulator = createPaywayEmulator(real, { callbackUrl: 'https://shop.example/webhooks/payway' });
    const sent = new Map<string, Exchange>();
    let measuring = false;
    const runtime: Runtime = {
      ...real,
      async fetch(asked, options) {
        const { pathname } = new URL(asked.url);
        const local = `http://127.0.0.1:${port}${pathname}`;
        // The adapter knows PayWay's hosts only. A second Request would be counted as the adapter's cost.
        if (measuring) return transport(Object.defineProperty(asked, 'url', { value: local }), options);
        const body = new Uint8Array(await asked.clone().arrayBuffer());
        sent.set(pathname, { path: local, headers: Object.fromEntries(asked.headers), body });
        const answer = await emulator.fetch(asked, options);
        canned.set(pathname, new Uint8Array(await answer.clone().arrayBuffer()));
        return answer;
      },
    };
    const config = { ...emulator.config, apiKey: new Secret(textOf(emulator.config.apiKey)) };
    const payway = createPayway(config, runtime);
    const reference = newReference(real.random);
    const expiresAt = (real.clock.now() + 30 * 60_000) as Instant;
    const amount = money(KHR, 41_000n);
    const create = () => payway.create({ reference, amount, accepts: ['qr'], purpose: 'Bitcoin purchase', expiresAt });
    const created = await create();
    if (created.outcome !== 'applied') throw new Error(`payway: ${created.fault.message}`);
    const target = { reference: parseReference(reference), handle: created.value.handle ?? '' };
    const get = () => payway.get(target);
    if ((await get())?.status !== 'awaiting-payer') throw new Error('payway: the canned lookup is not readable');
    measuring = true;
    const [createPath, getPath] = [...sent.values()];
    if (!createPath || !getPath) throw new Error('payway: a call was not seen');
    const again = await create();
    if (again.outcome !== 'applied') throw new Error(`payway: canned answer refused: ${again.fault.message}`);
    const agent = new Agent();
    const costs = {
      create: await compare(create, bare(createPath, agent)),
      get: await compare(get, bare(getPath, agent)),
    };
    await agent.close();
    return {
      name: 'payway',
      note: 'adapter over a loopback server with canned answers, against undici.request with the same body; median of rounds of what a caller waits; processor time beside it',
      figures: {
        rounds: ROUNDS,
        createMicroseconds: costs.create.ours,
        bareCreateMicroseconds: costs.create.bare,
        getMicroseconds: costs.get.ours,
        bareGetMicroseconds: costs.get.bare,
        createRatio: costs.create.ratio,
        getRatio: costs.get.ratio,
        createProcessorRatio: costs.create.processorRatio,
        getProcessorRatio: costs.get.processorRatio,
      },
      checks: [
        { name: 'ratio', value: Math.max(costs.create.ratio, costs.get.ratio), aim: AIM_RATIO, better: 'lower' },
      ],
    };
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

function bare({ path, headers, body }: Exchange, dispatcher: Agent): () => Promise<unknown> {
  return async () => {
    const answer = await request(path, { method: 'POST', headers, body, dispatcher });
    return answer.body.text();
  };
}

/** What a call costs, in microseconds. */
interface Cost {
  readonly waited: number;
  readonly processor: number;
}

async function compare(ours: () => Promise<unknown>, theirs: () => Promise<unknown>) {
  const rounds: { readonly ours: Cost; readonly bare: Cost }[] = [];
  for (let warmUp = 0; warmUp < 3; warmUp += 1) {
    await time(ours);
    await time(theirs);
  }
  for (let round = 0; round < ROUNDS; round += 1) {
    // Interleaved, and in turns: whatever else the machine does hits both.
    const first = round % 2 === 0 ? await time(ours) : null;
    const bare = await time(theirs);
    rounds.push({ ours: first ?? (await time(ours)), bare });
  }
  return {
    ours: median(rounds.map((round) => round.ours.waited)),
    bare: median(rounds.map((round) => round.bare.waited)),
    ratio: median(rounds.map((round) => round.ours.waited / round.bare.waited)),
    processorRatio: median(rounds.map((round) => round.ours.processor / round.bare.processor)),
  };
}

/** Microseconds that a caller waits for one call, and of processor time in it, the server's included. */
async function time(work: () => Promise<unknown>): Promise<Cost> {
  const before = process.cpuUsage();
  const startedAt = performance.now();
  for (let call = 0; call < CALLS_A_ROUND; call += 1) await work();
  const waited = (performance.now() - startedAt) * 1000;
  const { user, system } = process.cpuUsage(before);
  return { waited: waited / CALLS_A_ROUND, processor: (user + system) / CALLS_A_ROUND };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function textOf(key: Secret | string): string {
  return typeof key === 'string' ? key : key.reveal();
}
