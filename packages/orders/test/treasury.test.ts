import { BTC, InputError, KHR, money, USDT } from '@rielrails/core';
import { formatAmount } from '@rielrails/kit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { chatRef, createTestWorld, policy } from './world/world.ts';
import type { TestWorld } from './world/world.ts';

let world: TestWorld;
beforeEach(async () => {
  world = await createTestWorld({
    cash: {},
    policy: { ...policy, floatAlarms: [money(USDT, 100_0000_0000n), money(BTC, 1_0000_0000n)] },
  });
});
afterEach(async () => {
  await world.end();
});

const admin = () => world.orders.admin;
const rule = (error: unknown) => (error instanceof InputError ? `${error.field} ${error.rule}` : error);

async function deliver(chat: string): Promise<string> {
  const view = await world.confirmed(chat);
  world.cash.pay(world.cash.asked.at(-1) ?? '', { name: 'Dara SOK' });
  await world.pass(60_000);
  world.coins.mine(2);
  await world.pass(300_000);
  expect((await world.orders.buyer.view(chatRef(chat), view.id)).state).toBe('DELIVERED');
  return view.number;
}

const transactions = () =>
  [...world.cash.requests.values()].flatMap(({ receipts }) => receipts.map(({ transaction }) => transaction));
const today = () => new Date(world.runtime.clock.now() + 7 * 3_600_000).toISOString().slice(0, 10);
const statement = (...lines: readonly string[]) => ['type,transaction,amount,currency,at', ...lines].join('\n');
const at = () => new Date(world.runtime.clock.now() - 60_000).toISOString();

test('a float below its alarm calls the treasurer once, and says so when it is filled', async () => {
  const calls = () => world.said.filter(({ event }) => event.startsWith('float-')).map(({ event }) => event);
  await world.orders.sweep();
  expect(calls()).toEqual([]);
  const wallet = (await admin().float()).find(({ place }) => place.startsWith('wallet:'));
  const free = wallet?.free.minor ?? 0n;
  await admin().planTransfer('wallet-to-cold', money(BTC, free - 1n), 'sokha');
  await world.orders.sweep();
  await world.orders.sweep();
  expect(calls()).toEqual(['float-low']);
  expect((await admin().float()).map(({ low }) => low)).toContain(true);
  await admin().bringIn(`wallet:${world.coins.custody.id}`, money(BTC, free), 'evidence 2', 'sokha');
  await world.orders.sweep();
  expect(calls()).toEqual(['float-low', 'float-filled']);
});

test('no price is given for what the float does not cover', async () => {
  const ask = () =>
    world.orders.buyer
      .quote(chatRef('1'), { want: { type: 'spend', amount: money(KHR, 41_000n) }, payIn: KHR })
      .then(({ state }) => state, rule);
  expect(await ask()).toBe('quoted');
  const [venue] = await admin().float();
  const transfer = await admin().planTransfer('float-out', venue?.free ?? money(USDT, 1n), 'sokha');
  expect(await ask()).toBe('order float-short');
  await admin().finishTransfer(transfer, 'FT1', null, 'sokha');
  await admin().bringIn('exchange:binance', venue?.free ?? money(USDT, 1n), 'FT2', 'sokha');
  expect(await ask()).toBe('quoted');
});

test('statement, exchange and chain agree with the books', async () => {
  await deliver('1');
  const [transaction] = transactions();
  const kept = await admin().bringStatement('cash', statement(`payment,${transaction},41000,KHR,${at()}`), 'sokha');
  expect(kept).toEqual({ lines: 1, fresh: 1 });
  const report = await admin().reconcileDay(today());
  expect(report.rails).toEqual([{ rail: 'cash', lines: 1, agreed: 1, differences: [] }]);
  const wallet = report.places.find(({ place }) => place.startsWith('wallet:'));
  expect(wallet?.difference).toEqual(money(BTC, 0n));
  const account = report.places.filter(({ place }) => place === 'exchange:binance');
  expect(account.map(({ difference }) => difference)).toEqual([money(USDT, 0n), money(BTC, 0n)]);
  expect(report).toMatchObject({ agrees: true, inDoubt: 0 });
});

test('every kind of difference is listed, and a statement brought twice counts once', async () => {
  await deliver('1');
  await deliver('2');
  const [first, second] = transactions();
  const text = statement(`payment,${first},40999,KHR,${at()}`, `payment,T-unknown,5000,KHR,${at()}`);
  await admin().bringStatement('cash', text, 'sokha');
  expect(await admin().bringStatement('cash', text, 'dara')).toEqual({ lines: 2, fresh: 0 });
  const { rails, agrees } = await admin().reconcileDay(today());
  const riel = (minor: bigint) => money(KHR, minor);
  expect(agrees).toBe(false);
  expect(rails[0]?.differences).toEqual(
    expect.arrayContaining([
      { type: 'payment', transaction: first, books: riel(41_000n), statement: riel(40_999n) },
      { type: 'payment', transaction: second, books: riel(41_000n), statement: null },
      { type: 'payment', transaction: 'T-unknown', books: null, statement: riel(5000n) },
    ]),
  );
  expect(rails[0]?.differences).toHaveLength(3);
});

test('coins that left the wallet without the books are a difference', async () => {
  await deliver('1');
  await admin().bringIn(`wallet:${world.coins.custody.id}`, money(BTC, 500n), 'never came', 'sokha');
  const report = await admin().reconcileDay(today());
  expect(report.agrees).toBe(false);
  expect(report.places.find(({ place }) => place.startsWith('wallet:'))?.difference).toEqual(money(BTC, -500n));
});

test('dollars that left the exchange without the books are a difference; one that is silent is told as such', async () => {
  await deliver('1');
  const [before] = (await admin().reconcileDay(today())).places.filter(({ place }) => place === 'exchange:binance');
  const less = money(USDT, (before?.books.minor ?? 0n) - 25_000_000n);
  world.binance.market.setBalance('USDT', formatAmount(less));
  const report = await admin().reconcileDay(today());
  expect(report.agrees).toBe(false);
  expect(report.places.find(({ books }) => books.asset.code === 'USDT')).toMatchObject({
    there: less,
    difference: money(USDT, -25_000_000n),
  });
  world.binance.faults.add('http-503', { times: 100 });
  const silent = await world.during(admin().reconcileDay(today()));
  expect(silent.places.find(({ books }) => books.asset.code === 'USDT')).toMatchObject({ there: null });
});

test('an unknown rail, and what is no day, are refused', async () => {
  expect(await admin().bringStatement('cheques', statement(), 'sokha').catch(rule)).toBe('rail unknown');
  expect(await admin().reconcileDay('2026-02-30').catch(rule)).toBe('day malformed');
  expect(await admin().reconcileDay('2026-11-21T00:00').catch(rule)).toBe('day malformed');
});
