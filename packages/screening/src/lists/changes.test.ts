import type { Instant } from '@rielrails/core';
import { expect, test } from 'vitest';
import { changesBetween, whomItConcerns } from './changes.ts';
import type { ListEntry, ListSnapshot } from './snapshot.ts';

function snapshotOf(version: string, names: Readonly<Record<string, string>>): ListSnapshot {
  const entries = Object.entries(names).map(([id, name]): ListEntry => ({
    id,
    type: 'person',
    name,
    aliases: [],
    programs: [],
    born: [],
    addresses: [],
  }));
  return { source: 'TEST', version, asOf: 0 as Instant, entries };
}

const before = snapshotOf('a', { 1: 'Nemo Nobody', 2: 'Zoilo Nonesuch', 3: 'Fulano Inventado' });
const after = snapshotOf('b', { 1: 'Nemo Nobody', 2: 'Zoilo Nonesuch Quimera', 4: 'Mengano Imaginario' });

test('tells what is new, what is different, and what is gone', () => {
  expect(changesBetween(before, after)).toEqual({
    source: 'TEST',
    from: 'a',
    to: 'b',
    added: [after.entries[2]],
    changed: [after.entries[1]],
    removed: ['3'],
  });
});

test('without a former version everything is new, and between the same nothing is', () => {
  expect(changesBetween(null, before)).toMatchObject({ from: null, added: { length: 3 }, changed: [], removed: [] });
  expect(changesBetween(before, before)).toMatchObject({ added: [], changed: [], removed: [] });
});

test('it concerns those who resemble what is new or different, and nobody else', async () => {
  const concerns = await whomItConcerns([changesBetween(before, after)]);
  expect(concerns({ name: 'Imaginario Mengano' })).toBe(true);
  expect(concerns({ name: 'Sok Dara', aliases: ['Zoilo Quimera'] })).toBe(true);
  expect(concerns({ name: 'Nemo Nobody' })).toBe(false);
  expect(concerns({ name: 'Fulano Inventado' })).toBe(false);
  expect((await whomItConcerns([]))({ name: 'Nemo Nobody' })).toBe(false);
});
