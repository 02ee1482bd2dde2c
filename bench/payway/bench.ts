import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { KHR, money, parseReference } from '@rielrails/core';
import type { Instant } from '@rielrails/core';
import { createTransport, newReference, Secret, silentLog, systemRuntime } from '@rielrails/kit';
import type { Fetch, RawFetch } from '@rielrails/kit';
import { createPayway } from '@rielrails/provider-payway';
import type { Payway } from '@rielrails/provider-payway';
import { createPaywayEmulator } from '@rielrails/provider-payway/emulator';
import { Agent, request } from 'undici';
import type { BenchResult } from '../result.ts';

const AIM_RATIO = 1.3;
const ROUNDS = 60;
const TURNS_A_ROUND = 5;
const CALLS_A_TURN = 10;
const CALLS_A_ROUND = TURNS_A_ROUND * CALLS_A_TURN;
const WARM_UP_ROUNDS = 20;

/** One kind of call: what left, and what came back. */
interface Exchange {
  readonly url: string;
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
    const rehearsal: Fetch = async (asked, options) => {
      const { pathname } = new URL(asked.url);
      const body = new Uint8Array(await asked.clone().arrayBuffer());
      const url = `http://127.0.0.1:${port}${pathname}`;
      sent.set(asked.url, { url, headers: Object.fromEntries(asked.headers), body });
      const answer = await emulator.fetch(asked, options);
      canned.set(pathname, new Uint8Array(await answer.clone().arrayBuffer()));
      return answer;
    };
    // The adapter knows PayWay's hosts only. Beyond the address, this is the way out of every system runtime.
    const raw: RawFetch = (asked, signal) =>
      transport.raw({ ...asked, url: sent.get(asked.url)?.url ?? asked.url }, signal);
    const config = { ...emulator.config, apiKey: new Secret(textOf(emulator.config.apiKey)) };
    const rehearsed = createPayway(config, { ...real, fetch: rehearsal });
    const payway = createPayway(config, { ...real, fetch: Object.assign(transport.bind(null), { raw }) });
    const reference = newReference(real.random);
    const expiresAt = (real.clock.now() + 30 * 60_000) as Instant;
    const amount = money(KHR, 41_000n);
    const create = ({ create }: Payway) =>
      create({ reference, amount, accepts: ['qr'], purpose: 'Bitcoin purchase', expiresAt });
    const created = await create(rehearsed);
    if (created.outcome !== 'applied') throw new Error(`payway: ${created.fault.message}`);
    const target = { reference: parseReference(reference), handle: created.value.handle ?? '' };
    const get = ({ get }: Payway) => get(target);
    if ((await get(rehearsed))?.status !== 'awaiting-payer') throw new Error('payway: the lookup is not readable');
    const [createCall, getCall] = [...sent.values()];
    if (!createCall || !getCall) throw new Error('payway: a call was not seen');
    const again = await create(payway);
    if (again.outcome !== 'applied') throw new Error(`payway: canned answer refused: ${again.fault.message}`);
    if ((await get(payway))?.status !== 'awaiting-payer') throw new Error('payway: the canned lookup is not readable');
    const agent = new Agent();
    const costs = {
      create: await compare(() => create(payway), bare(createCall, agent)),
      get: await compare(() => get(payway), bare(getCall, agent)),
    };
    await agent.close();
    return {
      name: 'payway',
      note: 'adapter over a loopback server with canned answers, against undici.request with the same body, in short turns; median of rounds of what a caller waits; processor time beside it',
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

function bare({ url, headers, body }: Exchange, dispatcher: Agent): () => Promise<unknown> {
  return async () => {
    const answer = await request(url, { method: 'POST', headers, body, dispatcher });
    return answer.body.text();
  };
}

/** What calls cost, in microseconds. */
interface Cost {
  waited: number;
  processor: number;
}

/**
 * Both kinds of call in short turns: whatever the machine does meanwhile hits both. Not one by one: what a call leaves to
 * be done later would then count as the other's.
 */
async function compare(ours: () => Promise<unknown>, theirs: () => Promise<unknown>) {
  const rounds: { readonly ours: Cost; readonly bare: Cost }[] = [];
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round += 1) {
    const sums = { ours: { waited: 0, processor: 0 }, bare: { waited: 0, processor: 0 } };
    for (let turn = 0; turn < TURNS_A_ROUND; turn += 1) {
      await time(ours, sums.ours);
      await time(theirs, sums.bare);
    }
    if (round >= 0) rounds.push(sums);
  }
  return {
    ours: median(rounds.map((round) => round.ours.waited)) / CALLS_A_ROUND,
    bare: median(rounds.map((round) => round.bare.waited)) / CALLS_A_ROUND,
    ratio: median(rounds.map((round) => round.ours.waited / round.bare.waited)),
    processorRatio: median(rounds.map((round) => round.ours.processor / round.bare.processor)),
  };
}

/** Adds the microseconds that a caller waits for one turn, and of processor time in it, the server's included. */
async function time(work: () => Promise<unknown>, sum: Cost): Promise<void> {
  const before = process.cpuUsage();
  const startedAt = performance.now();
  for (let call = 0; call < CALLS_A_TURN; call += 1) await work();
  sum.waited += (performance.now() - startedAt) * 1000;
  const { user, system } = process.cpuUsage(before);
  sum.processor += user + system;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function textOf(key: Secret | string): string {
  return typeof key === 'string' ? key : key.reveal();
}
