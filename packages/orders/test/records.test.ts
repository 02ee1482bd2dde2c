import { readFileSync } from 'node:fs';
import { KHR, money } from '@rielrails/core';
import type { Money } from '@rielrails/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cambodianPolicy, readPolicy } from '../src/index.ts';
import type { Admin, DueDiligence, OrderLine } from '../src/index.ts';
import { linkedOver } from '../src/admin/records-desk.ts';
import type { PaidOrder } from '../src/store/customers.ts';
import { ask } from './database.ts';
import { ruleOf } from './refusals.ts';
import { createTestWorld } from './world/world.ts';
import type { TestWorld } from './world/world.ts';

const cambodia = readPolicy(readFileSync(cambodianPolicy, 'utf8'));
const riel = (amount: number): Money => money(KHR, BigInt(amount));
const HOUR = 3_600_000;
const dueDiligence: DueDiligence = {
  ...cambodia,
  rules: [],
  newAddress: null,
  largeReport: { ...cambodia.largeReport, over: riel(80_000) },
};

let world: TestWorld;
let admin: Admin;
beforeAll(async () => {
  world = await createTestWorld({ cash: {}, dueDiligence });
  ({ admin } = world.orders);
});
afterAll(() => world.end());

const accesses = () =>
  ask<{ who: string; field: string; why: string }>(world.url, 'select who, field, why from access_log order by seq');
const DAY = '2026-01-02';

async function delivered(chat: string, name: string): Promise<string> {
  const { id, number } = await world.confirmed(chat, { name });
  world.cash.pay(world.cash.asked.at(-1) ?? '', { name });
  await world.orders.wake(id);
  return number;
}

describe('who reads personal data', () => {
  test('is written down before it is given, field by field; without the data', async () => {
    const number = await delivered('1', 'SOK CANARYDARA');
    const { id } = (await admin.order(number)).order;
    const file = await admin.customer(id, 'sokha');
    expect(file).toMatchObject({
      identity: { name: 'SOK CANARYDARA', born: '1990-01-01' },
      verification: { status: 'approved' },
      tier: 'verified',
      chats: [{ channel: 'test', chat: '1' }],
      orders: [{ number, pay: riel(41_000) }],
      cases: [],
    });
    expect((await accesses()).map(({ who, field }) => `${who} ${field}`)).toEqual(
      ['name', 'aliases', 'born', 'countries', 'chats', 'addresses'].map((field) => `sokha ${field}`),
    );
    expect(JSON.stringify(await accesses())).not.toContain('CANARY');
  });

  test('stands in a chain: whatever is changed, taken out or slipped in later shows', async () => {
    const whole = await admin.proveAccessLog();
    expect(whole).toMatchObject({ brokenAt: null, head: expect.stringMatching(/^[0-9a-f]{64}$/) });
    for (const change of ['update access_log set who = $1', 'delete from access_log where who = $1'])
      await expect(ask(world.url, change, ['sokha'])).rejects.toThrow(/append-only/);
    await ask(world.url, 'alter table access_log disable trigger append_only');
    await ask(world.url, `update access_log set who = 'nobody' where seq = 3`);
    expect((await admin.proveAccessLog()).brokenAt).toBe(3n);
    await ask(world.url, `update access_log set who = 'sokha' where seq = 3`);
    expect(await admin.proveAccessLog()).toEqual(whole);
    const [row] = await ask<{ row: unknown }>(
      world.url,
      'delete from access_log where seq = 4 returning to_jsonb(access_log) as row',
    );
    expect((await admin.proveAccessLog()).brokenAt).toBe(5n);
    await ask(world.url, 'insert into access_log select * from jsonb_populate_record(null::access_log, $1)', [
      row?.row,
    ]);
    expect(await admin.proveAccessLog()).toEqual(whole);
    // Cut off at the end it still follows: that is why the head is kept elsewhere.
    await ask(world.url, `delete from access_log where seq = 6`);
    expect(await admin.proveAccessLog()).toMatchObject({ brokenAt: null, lines: whole.lines - 1 });
    expect((await admin.proveAccessLog()).head).not.toBe(whole.head);
    await ask(world.url, 'alter table access_log enable trigger append_only');
  });

  test('is one chain, however many read at the same time', async () => {
    const [{ id }] = (await admin.orders('all')) as [OrderLine];
    const { lines } = await admin.proveAccessLog();
    await Promise.all(Array.from({ length: 10 }, (_, index) => admin.customer(id, `reader-${index}`)));
    expect(await admin.proveAccessLog()).toMatchObject({ brokenAt: null, lines: lines + 60 });
  });
});

describe('a report', () => {
  test('of large sums has who paid more than the amount, single or linked, and nobody else', async () => {
    await delivered('2', 'CHAN VANNA');
    await delivered('2', 'CHAN VANNA');
    const { rows, csv } = await admin.report('large', DAY, DAY, 'sokha');
    expect(rows).toBe(2);
    const [head, ...lines] = csv.trimEnd().split('\r\n');
    expect(head).toBe('order,state,paid,amount,asset,worth,linked total,rail,address,person,name,born,countries');
    for (const line of lines) expect(line).toMatch(/,41000,KHR,41000,82000,cash,bcrt1.*,CHAN VANNA,1990-01-01,/);
    expect((await accesses()).at(-1)).toMatchObject({ who: 'sokha', why: `report large ${DAY} to ${DAY}` });
    expect((await admin.report('large', '2026-01-03', '2026-01-04', 'sokha')).rows).toBe(0);
  });

  test('of suspicions has each that was decided, with its clock', async () => {
    const number = await delivered('3', '=CMD()');
    const { id } = (await admin.order(number)).order;
    const one = await admin.openCase(id, 'a name like no other', 'sokha');
    await admin.decideCase(one, 'suspicious', 'cannot explain', 'sokha');
    const { rows, csv } = await admin.report('suspicious', DAY, DAY, 'sokha');
    expect(rows).toBe(1);
    expect(csv).toContain(`${one},operator,`);
    // What a buyer is called is carried out by no spreadsheet.
    expect(csv).toContain(`,'=CMD(),`);
  });

  test('of accesses has every line of the time; days that cannot be meant are refused', async () => {
    const { rows } = await admin.report('access', DAY, DAY, 'sokha');
    expect(rows).toBe((await admin.proveAccessLog()).lines);
    const rule = (from: string, to: string) => ruleOf(admin.report('access', from, to, 'sokha'));
    expect(await rule('yesterday', DAY)).toBe('from malformed');
    expect(await rule(DAY, '2026-13-01')).toBe('to malformed');
    expect(await rule(DAY, '2026-01-01')).toBe('to out-of-range');
    expect(await rule('2024-01-01', DAY)).toBe('to out-of-range');
  });
});

describe('linked sums', () => {
  const paid = (human: string, hours: number, amount: number): PaidOrder =>
    ({ human, paidAt: hours * HOUR, pay: riel(amount), number: `${human}${hours}` }) as PaidOrder;
  const numbers = (...orders: readonly PaidOrder[]) =>
    linkedOver(orders, dueDiligence).map(({ order, total }) => `${order.number} ${total}`);

  test.each([
    ['one above', [paid('a', 0, 80_001)], ['a0 80001']],
    ['one at the amount', [paid('a', 0, 80_000)], []],
    ['two in a day', [paid('a', 0, 40_000), paid('a', 23, 40_001)], ['a0 80001', 'a23 80001']],
    ['two a day apart', [paid('a', 0, 40_000), paid('a', 24, 40_001)], []],
    ['two people', [paid('a', 0, 40_000), paid('b', 1, 40_001)], []],
    [
      'a chain, each with its largest sum',
      [paid('a', 0, 50_000), paid('a', 20, 40_000), paid('a', 40, 60_000)],
      ['a0 90000', 'a20 100000', 'a40 100000'],
    ],
  ])('%s', (_what, orders, expected) => {
    expect(numbers(...orders)).toEqual(expected);
  });
});
