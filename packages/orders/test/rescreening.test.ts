import type { Instant } from '@rielrails/core';
import { afterEach, expect, test } from 'vitest';
import type { ScreeningList } from '../src/index.ts';
import { chatRef, createTestWorld } from './world/world.ts';
import type { TestWorld } from './world/world.ts';

const HOUR_MS = 3_600_000;

const list = (version: string, source = 'OFAC SDN'): ScreeningList => ({
  source,
  version,
  asOf: 0 as Instant,
  usableUntil: Number.MAX_SAFE_INTEGER as Instant,
});

let world: TestWorld;
afterEach(() => world.end());

/** A world whose lists a test can change, and which counts who was compared with them. */
async function open(): Promise<{ lists: readonly ScreeningList[]; screened: number; fails: boolean }> {
  const state: Awaited<ReturnType<typeof open>> = {
    lists: [list('1')],
    screened: 0,
    fails: false,
  };
  const plain = await createTestWorld({ cash: {} });
  world = plain;
  const { names } = plain.providers;
  await plain.restart({
    providers: {
      ...plain.providers,
      lists: async () => {
        if (state.fails) throw new Error('the mirror is down');
        return state.lists;
      },
      names: {
        ...names,
        screenName(identity, context) {
          state.screened += 1;
          return names.screenName(identity, context);
        },
      },
    },
  });
  return state;
}

const later = async () => {
  await world.runtime.clock.advance(HOUR_MS);
  await world.during(world.orders.sweep());
};

test('a list that has changed is held against everybody known, once', async () => {
  const state = await open();
  await world.quoted('1', { name: 'SOK DARA' });
  await world.quoted('2', { name: 'CHAN VANNA' });
  await later();
  const before = state.screened;
  await later();
  expect(state.screened).toBe(before);
  state.lists = [list('2')];
  await later();
  expect(state.screened).toBe(before + 2);
  await later();
  expect(state.screened).toBe(before + 2);
  // One more list is a change as well.
  state.lists = [...state.lists, list('1', 'UN')];
  await later();
  expect(state.screened).toBe(before + 4);
  expect(await world.orders.admin.cases('all')).toEqual([]);
});

test('a hit freezes what is under way and opens one case with its evidence', async () => {
  const state = await open();
  const { id } = await world.quoted('1');
  await later();
  await world.runtime.clock.advance(HOUR_MS);
  await world.orders.buyer.refresh(chatRef('1'), id);
  expect((await world.confirm('1', id)).state).toBe('awaiting-payment');
  state.lists = [list('2')];
  world.screening.name = 'blocked';
  world.screening.evidence = [{ source: 'OFAC SDN', entry: '4711', explanation: 'the same name' }];
  const { admin } = world.orders;
  for (let time = 0; time < 3; time += 1) await world.during(world.orders.sweep());
  expect((await admin.order(id)).order).toMatchObject({ hold: 'frozen', holdReasons: ['name-blocked'] });
  const cases = await admin.cases();
  expect(cases.map(({ rule }) => rule).sort()).toEqual(['name-blocked', 'rescreened-blocked']);
  const about = cases.find(({ purchase }) => purchase === null);
  expect(about).toMatchObject({ watches: true, entries: 1 });
  expect((await admin.caseFile(about?.id ?? '', 'sokha')).written[0]?.text).toBe('OFAC SDN, 4711: the same name');
});

test('reading a verification again compares nobody again, unless it is somebody else', async () => {
  const state = await open();
  const { id } = await world.quoted('1');
  await later();
  await world.orders.buyer.refresh(chatRef('1'), id);
  await world.confirm('1', id);
  const before = state.screened;
  // An order that waits makes the engine read the verification each minute.
  for (let minute = 0; minute < 3; minute += 1) {
    await world.runtime.clock.advance(60_000);
    await world.during(world.orders.sweep());
  }
  expect(state.screened).toBe(before);
});

test('without a verdict, or without the lists, nobody counts as compared', async () => {
  const state = await open();
  await world.quoted('1');
  await later();
  const before = state.screened;
  state.lists = [list('2')];
  world.screening.name = 'error';
  await later();
  world.screening.name = 'clear';
  await world.during(world.orders.sweep());
  expect(state.screened).toBe(before + 2);
  state.fails = true;
  state.lists = [list('3')];
  await later();
  expect(state.screened).toBe(before + 2);
  expect(world.said.map(({ event }) => event)).toContain('lists-unread');
  state.fails = false;
  await later();
  expect(state.screened).toBe(before + 3);
});
