import { checkAddress } from '@rielrails/core';
import { createVirtualRuntime } from '@rielrails/kit/virtual';
import type { VirtualRuntime } from '@rielrails/kit/virtual';
import { createListsEmulator } from '@rielrails/screening/emulator';
import type { ListsEmulator } from '@rielrails/screening/emulator';
import { createLists, ofacMirror } from '@rielrails/screening/lists';
import type { Lists } from '@rielrails/screening/lists';
import { expect, test } from 'vitest';

interface World {
  readonly emulator: ListsEmulator;
  readonly lists: Lists;
  readonly runtime: VirtualRuntime;
}

function setUp(refreshAfterMs = 0): World {
  const { clock, random } = createVirtualRuntime();
  const emulator = createListsEmulator({ clock, random });
  const runtime = { ...createVirtualRuntime({ fetch: emulator.fetch }), clock };
  const lists = createLists({ source: ofacMirror(emulator.config, runtime), refreshAfterMs }, runtime);
  return { emulator, lists, runtime };
}

const outcomeOf = async ({ lists }: World, name: string) => (await lists.screenName({ name })).outcome;

test('what is added to the list is found', async () => {
  const world = setUp();
  expect(await outcomeOf(world, 'Nemo "The Nil" Nobody')).toBe('clear');
  world.emulator.list.addName('NOBODY, Nemo "The Nil"');
  expect(await outcomeOf(world, 'Nemo "The Nil" Nobody')).toBe('review');
  const rule = { network: 'bitcoin', read: (canonical: string) => ({ outcome: 'valid', canonical }) as const };
  const checked = checkAddress('bc1qzf5hzrthzgmjv2xzahr907kwth0zmyc2djxkn5', rule);
  if (checked.outcome !== 'valid') throw new Error('not reached');
  expect(await world.lists.screenAddress(checked.address)).toMatchObject({ outcome: 'clear' });
  world.emulator.list.addAddress(checked.address.text);
  expect(await world.lists.screenAddress(checked.address)).toMatchObject({ outcome: 'blocked' });
});

test('an unchanged list is not read again', async () => {
  const world = setUp();
  await outcomeOf(world, 'Nemo');
  await outcomeOf(world, 'Nemo');
  expect(world.emulator.exchanges.map(({ route }) => route)).toEqual([
    'list.json',
    'sdn.csv',
    'alt.csv',
    'add.csv',
    'sdn_comments.csv',
    'list.json',
  ]);
});

test.each([
  'refused-connection',
  'http-503',
  'throttled',
  'unreadable-200',
  'timeout-before',
  'reset-after-apply',
] as const)('nobody is clear after %s', async (fault) => {
  const world = setUp();
  world.emulator.faults.add(fault, { times: 20 });
  const screening = world.runtime.clock.run(() => outcomeOf(world, 'Nemo'));
  await expect(screening).rejects.toMatchObject({ fault: { kind: 'unavailable' } });
});

test('a file that was replaced half-way is refused, and the next reading is whole', async () => {
  const world = setUp();
  world.emulator.faults.add('unreadable-200', { route: 'alt.csv' });
  await expect(outcomeOf(world, 'Nemo')).rejects.toThrow('alt.csv: does not fit list.json');
  expect(await outcomeOf(world, 'Nemo')).toBe('clear');
});

test('a mirror that is down is bridged until the list is stale', async () => {
  const world = setUp();
  expect(await outcomeOf(world, 'Nemo')).toBe('clear');
  world.emulator.faults.add('refused-connection', { times: 1000 });
  expect(await world.runtime.clock.run(() => outcomeOf(world, 'Nemo'))).toBe('clear');
  await world.runtime.clock.advance(72 * 3_600_000);
  await expect(world.runtime.clock.run(() => outcomeOf(world, 'Nemo'))).rejects.toThrow('older than it may be');
});

test('a stale list is no list', async () => {
  const world = setUp();
  world.emulator.list.makeStale();
  await expect(outcomeOf(world, 'Nemo')).rejects.toThrow('older than it may be');
});
