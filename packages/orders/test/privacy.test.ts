import { readFileSync } from 'node:fs';
import { KHR, money } from '@rielrails/core';
import type { Reference } from '@rielrails/core';
import { afterEach, describe, expect, test } from 'vitest';
import { cambodianPolicy, readPolicy } from '../src/index.ts';
import type { DueDiligence, PersonExport } from '../src/index.ts';
import { ask } from './database.ts';
import { ADDRESS, chatRef, createTestWorld } from './world/world.ts';
import type { TestWorld } from './world/world.ts';

const cambodia = readPolicy(readFileSync(cambodianPolicy, 'utf8'));
const DAY_MS = 86_400_000;
const KEEP_DAYS = 20;
const dueDiligence: DueDiligence = {
  ...cambodia,
  rules: [],
  newAddress: null,
  cases: { ...cambodia.cases, twoPeople: [] },
  retention: { ...cambodia.retention, recordsMs: KEEP_DAYS * DAY_MS, incomingMs: 5 * DAY_MS },
};
const NAME = 'SOK CANARYDARA';

let world: TestWorld;
afterEach(() => world.end());

async function delivered(chat: string): Promise<Reference> {
  const { id } = await world.confirmed(chat, { name: NAME });
  world.cash.pay(world.cash.asked.at(-1) ?? '', { name: NAME });
  await world.pass(30_000);
  world.coins.mine(8);
  await world.pass(60_000);
  expect((await world.orders.buyer.view(chatRef(chat), id)).state).toBe('DELIVERED');
  return id;
}

const say = (key: string, chat: string, text: string) =>
  world.orders.inbox.put([
    {
      source: 'test',
      key,
      lane: chat,
      trust: 'verified',
      headers: {},
      body: new TextEncoder().encode(text),
      targets: [],
    },
  ]);

/** Whether a word stands anywhere in our own tables. */
async function holds(word: string): Promise<boolean> {
  const tables = await ask<{ name: string }>(
    world.url,
    `select table_name as name from information_schema.tables where table_schema = 'public'`,
  );
  const rows: string[] = [];
  for (const { name } of tables)
    for (const { row } of await ask<{ row: string }>(world.url, `select t::text as row from "${name}" t`))
      rows.push(row);
  expect(rows.length).toBeGreaterThan(3);
  return rows.some((row) => row.includes(word));
}

/** Steps over a long time: the engine sweeps once in each step. */
async function days(count: number): Promise<void> {
  await world.runtime.clock.advance(count * DAY_MS);
  await world.during(world.orders.sweep());
}

describe('what is kept about a person', () => {
  test('is theirs to read, all of it; what due diligence found is not in it', async () => {
    world = await createTestWorld({ cash: {}, dueDiligence });
    const id = await delivered('1');
    world.orders.inbox.handle('test', async () => {}, 'at-once');
    await say('m1', '1', 'hello from 1');
    await say('m2', '2', 'hello from 2');
    await world.orders.admin.openCase(id, 'why so much', 'sokha');
    const told: PersonExport = await world.orders.buyer.exportPerson(chatRef('1'));
    expect(told).toMatchObject({
      chat: { channel: 'test', chat: '1', language: 'en' },
      verification: { status: 'approved', provider: 'sumsub' },
      identity: { name: NAME, born: '1990-01-01' },
      orders: [{ state: 'DELIVERED', pay: money(KHR, 41_000n), address: ADDRESS, delivery: { confirmations: 8 } }],
      messages: [{ text: 'hello from 1' }],
    });
    const text = JSON.stringify(told, (_name, value: unknown) => (typeof value === 'bigint' ? `${value}` : value));
    expect(text).not.toMatch(/case|why so much|sokha|from 2/);
  });
});

describe('whoever wants to be erased', () => {
  test('and was never verified is erased at once', async () => {
    world = await createTestWorld({ cash: {}, dueDiligence });
    const wish = { want: { type: 'spend', amount: money(KHR, 41_000n) }, payIn: KHR } as const;
    const { id } = await world.orders.buyer.quote(chatRef('chat-canary'), wish);
    await world.orders.buyer.giveAddress(chatRef('chat-canary'), id, ADDRESS);
    expect(await world.orders.buyer.erasePerson(chatRef('chat-canary'))).toEqual({ outcome: 'erased' });
    expect(await holds('chat-canary')).toBe(false);
    expect(await holds(ADDRESS)).toBe(false);
  });

  test('but was verified is kept for the time of the policy, away from their chat, and then erased by itself', async () => {
    world = await createTestWorld({ cash: {}, dueDiligence });
    const { buyer, admin } = world.orders;
    const id = await delivered('chat-canary');
    world.orders.inbox.handle('test', async () => {}, 'at-once');
    await say('m1', 'chat-canary', 'hello');
    const before = await admin.balances();
    const until = world.runtime.clock.now() + KEEP_DAYS * DAY_MS;
    const asked = await buyer.erasePerson(chatRef('chat-canary'));
    expect(asked).toEqual({ outcome: 'restricted', until, ground: 'retention' });
    // Gone for whoever writes from there; still there for whoever has the duty.
    expect(await buyer.history(chatRef('chat-canary'))).toEqual([]);
    await expect(buyer.view(chatRef('chat-canary'), id)).rejects.toMatchObject({ rule: 'not-yours' });
    expect((await admin.customer(id, 'sokha')).identity?.name).toBe(NAME);
    expect(await holds('chat-canary')).toBe(false);
    expect((await buyer.exportPerson(chatRef('chat-canary'))).identity).toBeNull();

    await days(KEEP_DAYS - 1);
    expect((await admin.customer(id, 'sokha')).identity?.name).toBe(NAME);
    await days(1.1);
    expect((await admin.customer(id, 'sokha')).identity).toBeNull();
    const [row] = await ask<object>(world.url, 'select * from person where erased_at is not null');
    expect(row).toMatchObject({ identity_sealed: null, key_wrapped: null, contact_sealed: null, kyc_reference: null });
    expect(await holds(ADDRESS)).toBe(false);
    // What happened to the money stays.
    expect(await admin.balances()).toEqual(before);
    expect(await admin.trialBalance()).toEqual({ uneven: [], drifted: [] });
    expect((await admin.order(id)).order).toMatchObject({ state: 'DELIVERED', address: null });
  }, 40_000);

  test('is not erased while a case is open, nor for as long after it; and is told nothing of it', async () => {
    world = await createTestWorld({ cash: {}, dueDiligence });
    const { buyer, admin } = world.orders;
    const [id, other] = [await delivered('1'), await delivered('2')];
    const one = await admin.openCase(id, 'a note that names CANARYDARA', 'sokha');
    const suspected = await buyer.erasePerson(chatRef('1'));
    expect(suspected).toMatchObject({ outcome: 'restricted', ground: 'retention' });
    expect(Object.keys(suspected)).toEqual(Object.keys(await buyer.erasePerson(chatRef('2'))));
    await days(KEEP_DAYS + 1);
    expect((await admin.customer(other, 'sokha')).identity).toBeNull();
    expect((await admin.customer(id, 'sokha')).identity?.name).toBe(NAME);
    await admin.decideCase(one, 'cleared', 'all is well', 'sokha');
    await days(KEEP_DAYS - 1);
    expect((await admin.customer(id, 'sokha')).identity?.name).toBe(NAME);
    await days(1.1);
    expect((await admin.customer(id, 'sokha')).identity).toBeNull();
    // The case stays, and what named anybody in it can be read by nobody any more.
    expect((await admin.caseFile(one, 'sokha')).written[0]).toMatchObject({ kind: 'note', text: 'was erased' });
  }, 40_000);

  test('waits for an open order', async () => {
    world = await createTestWorld({ cash: {}, dueDiligence });
    await world.confirmed('1');
    await expect(world.orders.buyer.erasePerson(chatRef('1'))).rejects.toMatchObject({ rule: 'not-now' });
  });
});

describe('without anybody asking', () => {
  test('who has not been heard of for the time of the policy is erased, and what came in is forgotten sooner', async () => {
    world = await createTestWorld({ cash: {}, dueDiligence });
    const id = await delivered('1');
    world.orders.inbox.handle('test', async () => {}, 'at-once');
    await say('m1', '1', 'hello');
    const kept = async () => (await ask(world.url, `select 1 from inbox where body <> ''`)).length;
    expect(await kept()).toBeGreaterThan(0);
    await days(4);
    expect(await kept()).toBeGreaterThan(0);
    await days(1.1);
    expect(await kept()).toBe(0);
    expect((await ask(world.url, 'select 1 from inbox')).length).toBeGreaterThan(0);
    expect((await world.orders.admin.customer(id, 'sokha')).identity?.name).toBe(NAME);
    await days(KEEP_DAYS);
    expect((await world.orders.admin.customer(id, 'sokha')).identity).toBeNull();
  }, 40_000);
});
