import { expect, test } from 'vitest';
import { createListsDesk } from './lists-desk.ts';

function desk() {
  const told: string[] = [];
  const tell = (what: string) => (value?: string) => void told.push(value === undefined ? what : `${what} ${value}`);
  const list = {
    addName: tell('add'),
    removeName: tell('remove'),
    addAddress: tell('address'),
    makeStale: tell('stale'),
    makeFresh: tell('fresh'),
  };
  return { desk: createListsDesk({ list }), told };
}

test('what is added, taken off and aged reaches the list, and is seen', () => {
  const { desk: lists, told } = desk();
  lists.addName('DARA, Sok');
  lists.addName('BOPHA, Chan');
  lists.addAddress('bcrt1qlisted');
  lists.removeName('DARA, Sok');
  lists.setAge('too-old');
  expect(lists.view()).toEqual({ age: 'too-old', names: ['BOPHA, Chan'], addresses: ['bcrt1qlisted'] });
  lists.setAge('fresh');
  expect(lists.view().age).toBe('fresh');
  expect(told).toEqual([
    'add DARA, Sok',
    'add BOPHA, Chan',
    'address bcrt1qlisted',
    'remove DARA, Sok',
    'stale',
    'fresh',
  ]);
});

test('who was never added is not taken off', () => {
  const { desk: lists, told } = desk();
  expect(() => lists.removeName('DARA, Sok')).toThrow('nobody of this name was added');
  expect(told).toEqual([]);
});
