/*
 * The engine process of the sandbox with the bot in it: started by the launcher, spoken to over its line.
 */
import { BTC, KHR } from '@rielrails/core';
import { createTransport, Secret, systemRandom } from '@rielrails/kit';
import type { VerificationNews } from '@rielrails/orders';
import {
  createCrashPlan,
  createEngineCalls,
  openLauncherLine,
  readEngineConfig,
  readMachine,
  rerouteFetch,
} from '@rielrails/sandbox';
import { composeEngine, terms } from '../../terminal/src/compose.ts';
import { createBot } from './bot.ts';
import type { RielBot } from './bot.ts';
import { openDoor } from './door.ts';
import { CHANNEL } from './shop.ts';

const line = openLauncherLine();
if (!line) throw new Error('this process is started by the sandbox: pnpm demo');
const config = await readEngineConfig(process.argv[2] ?? '');
const plan = createCrashPlan((where) => line.tell('died', where));
const front: { bot?: RielBot } = {};
const engine = await composeEngine(config, {
  probe: (point, doing) => plan.probe(point, doing),
  async show(chat, view, handle) {
    // Chats of other channels belong to those who opened them: a shell, a script.
    const result =
      chat.channel === CHANNEL
        ? await (front.bot?.show(chat, view, handle) ?? { outcome: 'later' as const, retryAfterMs: 1000 })
        : { outcome: 'shown' as const, handle: handle ?? `message-${view.id}` };
    if (result.outcome === 'shown') line.tell('shown', { id: view.id, state: view.state, step: view.step });
    return result;
  },
  verified: async (news: VerificationNews) => front.bot?.verified(news),
});
const { orders, clock, log } = engine;
const fetch = rerouteFetch(createTransport({ loopbackPorts: [Number(new URL(config.world).port)] }), config);
front.bot = createBot(
  {
    orders,
    token: new Secret(config.telegram.token),
    database: new Secret(config.databaseUrl),
    name: 'Riel Bitcoin',
    sandbox: true,
    support: '@riel_support',
    payAssets: [KHR],
    quickAmounts: ['20000 khr', '40000 khr', '100000 khr', '200000 khr'],
    terms,
  },
  { fetch, clock, log, random: systemRandom },
);

const door = await openDoor(0, async (request) =>
  new URL(request.url).pathname === '/machine' ? Response.json(await readMachine(orders, log)) : orders.handle(request),
);
if (!config.recovery) await orders.start();
const stopping = new AbortController();
const polling = front.bot.poll(stopping.signal).catch(() => {});

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
    if (offsetMs > clock.offsetMs) clock.forward(offsetMs - clock.offsetMs);
    await orders.sweep();
    await orders.idle();
  },
  async stop() {
    stopping.abort();
    await polling;
    await door.close();
    await engine.stop();
  },
});
line.tell('ready', { url: `http://127.0.0.1:${door.port}` });
