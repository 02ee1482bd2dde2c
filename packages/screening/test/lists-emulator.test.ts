import { isProviderError } from '@rielrails/core';
import { createVirtualRuntime } from '@rielrails/kit/virtual';
import { expect, test } from 'vitest';
import { createListsEmulator } from '../src/emulator/index.ts';
import { createLists, ofacMirror } from '../src/lists/index.ts';

/** An emulated mirror and an adapter that reads it at each question. */
function reading() {
  const hosts: { emulator?: ReturnType<typeof createListsEmulator> } = {};
  const runtime = createVirtualRuntime({
    fetch: (request, call) => hosts.emulator?.fetch(request, call) ?? Promise.reject(new Error('nobody')),
  });
  const emulator = createListsEmulator({
    clock: runtime.clock,
    random: runtime.random,
    deliver: async () => new Response(null, { status: 404 }),
  });
  hosts.emulator = emulator;
  const source = ofacMirror({ baseUrl: emulator.config.baseUrl }, runtime);
  return { list: emulator.list, lists: createLists({ source, refreshAfterMs: 0 }, runtime) };
}

test('a name that is taken off and listed again is another entry', async () => {
  const { list, lists } = reading();
  list.addName('DARA, Sok');
  const first = await lists.screenName({ name: 'SOK DARA' });
  list.removeName('DARA, Sok');
  expect((await lists.screenName({ name: 'SOK DARA' })).outcome).toBe('clear');
  list.addName('DARA, Sok');
  const second = await lists.screenName({ name: 'SOK DARA' });
  expect([first.outcome, second.outcome]).toEqual(['review', 'review']);
  expect(second.evidence[0]?.entry).not.toBe(first.evidence[0]?.entry);
  expect(second.evidence[0]?.version).not.toBe(first.evidence[0]?.version);
});

test('an entry has the same version at each reading, whatever else the list gains', async () => {
  const { list, lists } = reading();
  list.addName('DARA, Sok');
  const before = await lists.screenName({ name: 'SOK DARA' });
  list.addName('BOPHA, Chan');
  const after = await lists.screenName({ name: 'SOK DARA' });
  expect(after.evidence[0]?.version).toMatch(/^[0-9a-f]{32}$/);
  expect(after.evidence[0]?.version).toBe(before.evidence[0]?.version);
});

test('a list that was too old is fresh again when its publisher is seen', async () => {
  const { list, lists } = reading();
  list.makeStale();
  const kind = await lists.screenName({ name: 'SOK DARA' }).catch((error: unknown) => error);
  expect(isProviderError(kind) && kind.fault.kind).toBe('unavailable');
  list.makeFresh();
  expect((await lists.screenName({ name: 'SOK DARA' })).outcome).toBe('clear');
});
