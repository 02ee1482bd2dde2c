/*
 * An engine process of the sandbox without a front end of its own: started by the launcher, spoken to over its line.
 */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { BTC } from '@rielrails/core';
import {
  createCrashPlan,
  createEngineCalls,
  openLauncherLine,
  readEngineConfig,
  readMachine,
} from '@rielrails/sandbox';
import { composeEngine } from './compose.ts';

const line = openLauncherLine();
if (!line) throw new Error('this process is started by the sandbox: pnpm demo');
const config = await readEngineConfig(process.argv[2] ?? '');
const plan = createCrashPlan((where) => line.tell('died', where));
const engine = await composeEngine(config, {
  probe: (point, doing) => plan.probe(point, doing),
  async show(_chat, view, handle) {
    line.tell('shown', { id: view.id, state: view.state, step: view.step });
    return { outcome: 'shown', handle: handle ?? `message-${view.id}` };
  },
});
const { orders } = engine;

const server = createAdaptorServer({
  fetch: async (request) =>
    new URL(request.url).pathname === '/machine'
      ? Response.json(await readMachine(orders, engine.log))
      : orders.handle(request),
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
if (!config.recovery) await orders.start();

line.answer({
  ...createEngineCalls(orders, plan),
  'deposit-address': () => engine.wallet.depositAddress(BTC),
  balance: () => engine.wallet.balance(BTC),
  async recover() {
    const found = await engine.recover();
    if (found.unanswered === 0) await orders.start();
    return found;
  },
  async forward(offsetMs: number) {
    if (offsetMs > engine.clock.offsetMs) engine.clock.forward(offsetMs - engine.clock.offsetMs);
    await orders.sweep();
    await orders.idle();
  },
  stop: () => engine.stop(),
});
line.tell('ready', { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
