import { isInputError } from '../../packages/core/src/index.ts';
import type { Reference } from '../../packages/core/src/index.ts';
import { faultNames } from '../../packages/kit/src/emulator/index.ts';
import { databaseFrom, startTestServer } from '../../packages/orders/test/database-server.ts';
import { chatRef, createTestWorld } from '../../packages/orders/test/world/world.ts';
import type { TestWorld } from '../../packages/orders/test/world/world.ts';
import { createDice } from './dice.ts';
import type { Dice } from './dice.ts';
import { brokenInvariants, settledState } from './invariants.ts';
import type { Soak, SoakFailure } from './soak.ts';

const PAYER = { name: 'DARA SOK' };
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/**
 * Purchases with everybody's mistakes: the engine, its database and the emulators are real, time is virtual, and a seed
 * decides who does what. Then everything is left alone until it has settled, and the invariants are asked.
 */
export const simulation: Soak = {
  about: 'purchases under random faults, wrong payers, moving prices and restarts; then the invariants',
  count: 60,
  countInCi: 2,
  async run({ seed: first, count, endAt, progress }) {
    const server = await startTestServer();
    const failures: SoakFailure[] = [];
    const outcomes: Record<string, number> = {};
    let runs = 0;
    try {
      for (let seed = first; seed < first + count && performance.now() < endAt; seed += 1) {
        runs += 1;
        const { broken, states } = await simulate(seed, server.url);
        for (const state of states) outcomes[state] = (outcomes[state] ?? 0) + 1;
        if (broken.length === 0) continue;
        const replay = `pnpm soak simulation --seed ${seed} --count 1`;
        failures.push({ seed, broken, replay });
        progress(`seed ${seed}:\n  ${broken.join('\n  ')}\n  again: ${replay}`);
      }
    } finally {
      await server.stop();
    }
    return { name: 'simulation', runs, figures: outcomes, failures };
  },
};

/** One life of a shop. */
async function simulate(seed: number, server: string) {
  const dice = createDice(seed);
  const cash = dice.chance(50);
  const world = await createTestWorld({
    ownDatabase: await databaseFrom(server, 'migrated'),
    ...(cash ? { cash: {} } : {}),
  });
  const done: string[] = [cash ? 'rail: cash' : 'rail: payway'];
  try {
    const chats = ['1', '2', '3'].slice(0, 1 + dice.below(3));
    for (const chat of chats) {
      const riel = BigInt(20_000 + dice.below(120_000));
      await attempt(done, `quote ${chat}`, () => world.during(world.quoted(chat, { riel })));
      for (const name of ['rail fault', 'exchange fault', 'wallet fault'] as const)
        if (dice.chance(30)) await attempt(done, name, () => actions[name](world, dice));
      if (dice.chance(85)) await attempt(done, `confirm ${chat}`, () => actions.confirm(world, dice, chat));
    }
    for (let step = 0; step < 16; step += 1) {
      const name = dice.pick(actionNames);
      const chat = dice.pick(chats);
      await attempt(done, `${name} ${chat}`, () => actions[name](world, dice, chat));
    }
    await settle(world, dice);
    const state = await settledState(world);
    const broken = brokenInvariants(state);
    const states = state.files.map(({ order }) => (order.hold === 'none' ? order.state : `held ${order.state}`));
    return { broken: broken.length > 0 ? [...broken, `after: ${done.join(', ')}`] : [], states };
  } catch (error) {
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { broken: [`threw: ${what}`, `after: ${done.join(', ')}`], states: [] };
  } finally {
    await world.end();
  }
}

/** Does something that may be refused; a refusal names its rule, and everything else is a bug. */
async function attempt(done: string[], name: string, work: () => Promise<unknown>): Promise<void> {
  try {
    const detail = await work();
    done.push(typeof detail === 'string' ? `${name} ${detail}` : name);
  } catch (error) {
    if (isInputError(error)) return void done.push(`${name} refused (${error.field} ${error.rule})`);
    // The emulated payer cannot do everything at any time, and says so.
    if (error instanceof RangeError) return void done.push(`${name} impossible`);
    throw error;
  }
}

type Action = (world: TestWorld, dice: Dice, chat: string) => Promise<unknown>;

const paywayRoutes = ['generate-qr', 'check-transaction', 'close-transaction', 'refund', 'webhook', '*'];
const binanceRoutes = ['order', 'query-order', 'my-trades', 'depth', '*'];

const actions = {
  confirm: async (world, dice, chat) => {
    const order = await currentId(world, chat);
    const silence = dice.pick(['refund', 'deliver'] as const);
    return world.during(world.confirm(chat, order, silence));
  },
  'confirm twice at once': async (world, _dice, chat) => {
    const order = await currentId(world, chat);
    const taps = [world.confirm(chat, order), world.confirm(chat, order)];
    const ends = await world.during(Promise.allSettled(taps));
    for (const end of ends) if (end.status === 'rejected' && !isInputError(end.reason)) throw end.reason;
  },
  pay: async (world, dice) => {
    const references = requestsOf(world);
    if (references.length === 0) return 'nothing asked';
    const reference = dice.pick(references);
    const name = dice.chance(90) ? PAYER.name : 'SOMEBODY ELSE';
    if (!world.cash.requests.has(reference)) return world.during(world.payway.payer.pay(reference, { name }));
    const asked = world.cash.requests.get(reference)?.amount;
    if (!asked) return 'nothing asked';
    const share = dice.pick([100n, 100n, 100n, 100n, 60n, 150n]);
    world.cash.pay(reference, { name, amount: { asset: asked.asset, minor: (asked.minor * share) / 100n } });
    return `${share} %`;
  },
  'pay and look': async (world, dice, chat) => {
    await actions.pay(world, dice);
    return world.during(world.orders.buyer.look(chatRef(chat), await currentId(world, chat)));
  },
  'cancel while paying': async (world, dice, chat) => {
    if (dice.chance(50)) return 'thought better of it';
    const order = await currentId(world, chat);
    const both = [actions.pay(world, dice), world.orders.buyer.cancel(chatRef(chat), order)];
    const ends = await world.during(Promise.allSettled(both));
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
    return 'both';
  },
  cancel: async (world, dice, chat) => {
    if (dice.chance(75)) return 'thought better of it';
    return world.during(world.orders.buyer.cancel(chatRef(chat), await currentId(world, chat)));
  },
  'answer the price': async (world, dice, chat) => {
    const answer = dice.pick(['refund', 'deliver'] as const);
    return world.during(world.orders.buyer.answerPrice(chatRef(chat), await currentId(world, chat), answer));
  },
  'rail fault': async (world, dice) => {
    const fault = dice.pick(faultNames);
    const route = dice.pick(paywayRoutes);
    world.payway.faults.add(fault, { route, times: 1 + dice.below(3) });
    const kind = dice.pick(['create', 'get', 'refund'] as const);
    world.cash.fault[kind] = dice.pick(['lost-after', 'lost-before', 'refused', 'unreachable'] as const);
    return `${fault} on ${route}; ${kind} ${world.cash.fault[kind]}`;
  },
  'exchange fault': async (world, dice) => {
    const fault = dice.pick(faultNames);
    const route = dice.pick(binanceRoutes);
    world.binance.faults.add(fault, { route, times: 1 + dice.below(3) });
    return `${fault} on ${route}`;
  },
  'exchange fills in part': async (world, dice) => world.binance.market.fillPartly(1000 + dice.below(8000)),
  'wallet fault': async (world, dice) => {
    world.coins.fault = dice.pick(['lost-after', 'lost-before', 'refused', 'unreachable'] as const);
    return world.coins.fault;
  },
  'price moves': async (world, dice) => {
    const basisPoints = dice.pick([-300, -80, -20, 20, 80, 150, 300, 700]);
    world.binance.market.move(basisPoints);
    return String(basisPoints);
  },
  'trading stops': async (world, dice) => world.binance.market.halt(dice.chance(50)),
  'screening fails': async (world, dice) => {
    world.screening[dice.pick(['name', 'address'] as const)] = dice.pick([
      'error',
      'clear',
      'clear',
      'review',
    ] as const);
  },
  mine: async (world, dice) => world.coins.mine(1 + dice.below(3)),
  reorganise: async (world) => world.coins.reorganise(),
  restart: async (world) => {
    await world.during(world.restart());
  },
  'time passes': async (world, dice) => {
    const ms = dice.pick([2000, 10_000, MINUTE_MS, 5 * MINUTE_MS, 16 * MINUTE_MS]);
    await world.pass(ms);
    return `${ms / 1000} s`;
  },
} as const satisfies Readonly<Record<string, Action>>;

type ActionName = keyof typeof actions;

/** What happens more often stands here more often. */
const actionNames: readonly ActionName[] = [
  ...(Object.keys(actions) as ActionName[]),
  'confirm',
  'confirm',
  'pay',
  'pay',
  'pay',
  'pay',
  'pay',
  'pay and look',
  'rail fault',
  'exchange fault',
  'time passes',
  'time passes',
];

/** Nothing goes wrong any more, and the market is as it was: everything comes to its end, or calls a person. */
async function settle(world: TestWorld, dice: Dice): Promise<void> {
  world.payway.faults.clear();
  world.binance.faults.clear();
  for (const kind of ['create', 'get', 'refund'] as const) delete world.cash.fault[kind];
  world.coins.fault = 'none';
  world.screening.name = 'clear';
  world.screening.address = 'clear';
  world.binance.market.halt(false);
  if (dice.chance(50)) await world.during(world.restart());
  for (let round = 0; round < 3; round += 1) {
    await world.pass(HOUR_MS);
    world.coins.mine(3);
  }
  await world.pass(2 * HOUR_MS);
}

async function currentId(world: TestWorld, chat: string): Promise<Reference> {
  const view = await world.orders.buyer.current(chatRef(chat));
  if (!view) throw new RangeError('simulation: this buyer has no order');
  return view.id;
}

function requestsOf(world: TestWorld): readonly Reference[] {
  return [...world.payway.applied.payments.map(({ reference }) => reference), ...world.cash.asked] as Reference[];
}
