import type { Instant, Reference } from '@rielrails/core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startPostgres } from '../../../wallet/test/postgres.ts';
import type { TestDatabase } from '../../../wallet/test/postgres.ts';
import { createMemoryJournal } from './journal.ts';
import type { WithdrawalIntent, WithdrawalJournal } from './journal.ts';
import { createPostgresJournal, migratePostgresJournal } from './postgres-journal.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await startPostgres();
  await migratePostgresJournal(database.pool);
  await migratePostgresJournal(database.pool);
});
afterAll(() => database.stop());

const reference = (text: string) => text as Reference;
const intent = (name: string, change: Partial<WithdrawalIntent> = {}): WithdrawalIntent => ({
  reference: reference(name),
  key: 'btc-wallet-1',
  amountSats: 2_100_000_000_000_000n,
  begunAt: 1_767_323_045_000 as Instant,
  ...change,
});

describe.each(['memory', 'postgres'] as const)('the %s journal', (type) => {
  let journal: WithdrawalJournal;
  beforeEach(async () => {
    if (type === 'memory') {
      journal = createMemoryJournal();
      return;
    }
    await database.pool.query('truncate exchange.withdrawal');
    journal = createPostgresJournal(database.pool);
  });

  test('keeps an intent as it was begun, and what the venue calls it', async () => {
    expect(await journal.find(reference('1'))).toBeNull();
    expect(await journal.begin(intent('1'))).toBe('begun');
    expect(await journal.find(reference('1'))).toEqual({ ...intent('1'), refid: null });
    expect(await journal.settle(reference('1'), 'FT1')).toBe(true);
    expect(await journal.settle(reference('1'), 'FT1')).toBe(true);
    expect(await journal.find(reference('1'))).toEqual({ ...intent('1'), refid: 'FT1' });
  });

  test('takes a reference once, whatever it is for', async () => {
    await journal.begin(intent('1'));
    expect(await journal.begin(intent('1', { amountSats: 1n }))).toBe('reference-taken');
    await journal.settle(reference('1'), 'FT1');
    expect(await journal.begin(intent('1'))).toBe('reference-taken');
  });

  test('lets one of several equal intents be in doubt, also when they come at once', async () => {
    const begun = await Promise.all(['1', '2', '3', '4'].map((name) => journal.begin(intent(name))));
    expect(begun.toSorted()).toEqual(['begun', 'equal-in-doubt', 'equal-in-doubt', 'equal-in-doubt']);
    expect(await journal.begin(intent('5', { key: 'btc-wallet-2' }))).toBe('begun');
    expect(await journal.begin(intent('6', { amountSats: 1n }))).toBe('begun');
  });

  test('lets an equal intent begin once the first is settled or dropped', async () => {
    await journal.begin(intent('1'));
    await journal.settle(reference('1'), 'FT1');
    expect(await journal.begin(intent('2'))).toBe('begun');
    await journal.drop(reference('2'));
    expect(await journal.begin(intent('3'))).toBe('begun');
  });

  test('gives a name of the venue to one intent only, and never another one to the same intent', async () => {
    await journal.begin(intent('1'));
    await journal.begin(intent('2', { amountSats: 1n }));
    expect(await journal.settle(reference('1'), 'FT1')).toBe(true);
    expect(await journal.settle(reference('2'), 'FT1')).toBe(false);
    expect(await journal.settle(reference('1'), 'FT2')).toBe(false);
    expect(await journal.settle(reference('3'), 'FT3')).toBe(false);
    expect(await journal.known(['FT0', 'FT1', 'FT2'])).toEqual(new Set(['FT1']));
    expect(await journal.known([])).toEqual(new Set());
  });

  test('never drops what has a name', async () => {
    await journal.begin(intent('1'));
    await journal.settle(reference('1'), 'FT1');
    await journal.drop(reference('1'));
    expect(await journal.find(reference('1'))).not.toBeNull();
  });
});
