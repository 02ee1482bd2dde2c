import type { Instant } from '@rielrails/core';
import { createVirtualRuntime } from '@rielrails/kit/virtual';
import { expect, test } from 'vitest';
import { createListWatch } from './list-watch.ts';
import type { ScreeningList } from './providers.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** A watch over one list of which a test decides everything. */
function watching(required: readonly string[] = []) {
  const runtime = createVirtualRuntime();
  const { clock } = runtime;
  const state = { version: '1', usableForMs: 24 * HOUR_MS, fails: false, reads: 0 };
  const lists = async (): Promise<readonly ScreeningList[]> => {
    state.reads += 1;
    if (state.fails) throw new Error('the mirror is down');
    const usableUntil = (clock.now() + state.usableForMs) as Instant;
    return [{ source: 'OFAC SDN', version: state.version, asOf: clock.now(), usableUntil }];
  };
  return { state, clock, watch: createListWatch({ lists }, required, runtime) };
}

test('lists are read each hour, and each minute while one is too old or cannot be read', async () => {
  const { state, clock, watch } = watching();
  await watch.version();
  await clock.advance(HOUR_MS - 1);
  await watch.version();
  expect(state.reads).toBe(1);
  state.usableForMs = 0;
  await clock.advance(1);
  await watch.version();
  expect(watch.view().lists).toMatchObject([{ source: 'OFAC SDN', state: 'too-old' }]);
  state.fails = true;
  await clock.advance(MINUTE_MS);
  await watch.version();
  const since = clock.now();
  await clock.advance(MINUTE_MS);
  await watch.version();
  expect(state.reads).toBe(4);
  expect(watch.view().unreadSince).toBe(since);
  Object.assign(state, { fails: false, usableForMs: HOUR_MS });
  await clock.advance(MINUTE_MS);
  await watch.version();
  expect(watch.view()).toMatchObject({ lists: [{ state: 'usable' }], unreadSince: null });
});

test('a list grows too old between two readings', async () => {
  const { clock, state, watch } = watching();
  state.usableForMs = 10 * MINUTE_MS;
  await watch.version();
  expect(watch.view().lists[0]?.state).toBe('usable');
  await clock.advance(10 * MINUTE_MS);
  expect(watch.view().lists[0]?.state).toBe('too-old');
  state.usableForMs = 24 * HOUR_MS;
  await watch.version();
  expect(watch.view().lists[0]?.state).toBe('usable');
});

test('the version changes with a list, and stays while none can be read', async () => {
  const { state, clock, watch } = watching();
  const first = await watch.version();
  state.fails = true;
  await clock.advance(HOUR_MS);
  expect(await watch.version()).toBe(first);
  Object.assign(state, { fails: false, version: '2' });
  await clock.advance(HOUR_MS);
  expect(await watch.version()).not.toBe(first);
});

test('a list that the policy names and nobody reads is told', async () => {
  const { watch } = watching(['OFAC SDN', 'UN Consolidated']);
  await watch.version();
  expect(watch.view().lists.map(({ source, state }) => `${source}: ${state}`)).toEqual([
    'OFAC SDN: usable',
    'UN Consolidated: not-read',
  ]);
});

test('where nobody tells of lists, there is nothing to watch', async () => {
  const runtime = createVirtualRuntime();
  const watch = createListWatch({}, ['OFAC SDN'], runtime);
  expect(await watch.version()).toBeNull();
  expect(watch.view()).toEqual({ lists: [], unreadSince: null });
});
