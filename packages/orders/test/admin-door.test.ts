import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask } from './database.ts';
import { openOperatorsDoor } from './operators-door.ts';
import type { Answer, OperatorsDoor } from './operators-door.ts';
import { createTestWorld } from './world/world.ts';
import type { TestWorld } from './world/world.ts';

let world: TestWorld;
let door: OperatorsDoor;
beforeAll(async () => {
  world = await createTestWorld({ cash: {} });
  door = openOperatorsDoor({ orders: world.orders }, world.runtime);
});
afterAll(async () => {
  expect(await world.orders.admin.trialBalance()).toEqual({ uneven: [], drifted: [] });
  await world.end();
});

const say: OperatorsDoor['say'] = (...command) => door.say(...command);
const read = async <T>(command: string) => (await door.read<T>('sokha', command)) as T;

let chats = 0;
/** An order that waits for a person, because a stranger paid it. */
async function stopped(riel: bigint): Promise<string> {
  chats += 1;
  const { id } = await world.confirmed(`door-${chats}`, { riel });
  world.cash.pay(world.cash.asked.at(-1) ?? '', { name: 'CHAN VANNA' });
  await world.orders.wake(id);
  return (await world.orders.admin.order(id)).order.number;
}
const holdOf = async (number: string) => (await world.orders.admin.order(number)).order.hold;

test('a large release takes two tokens: not one twice, not another hash, not too late', async () => {
  const order = await stopped(1_000_000n);
  const first = (await say('sokha', 'release', { order })) as Answer;
  expect(first).toMatchObject({ outcome: 'proposed' });
  const { proposal = '', hash = '' } = first;
  expect(await read('proposals')).toMatchObject([{ proposal, hash, by: 'sokha', order }]);
  expect(await say('sokha', 'approve', { proposal, hash })).toBe('by same-person');
  expect(await say('sokha', 'approve', { proposal, hash, by: 'dara' })).toBe('arguments unknown');
  expect(await say('dara', 'approve', { proposal, hash: '0'.repeat(16) })).toBe('payloadHash changed');
  expect(await say('dara', 'approve', { proposal: '99', hash })).toBe('proposal unknown');
  expect(await holdOf(order)).toBe('review');
  await world.runtime.clock.advance(30 * 60_000);
  expect(await say('dara', 'approve', { proposal, hash })).toBe('proposal expired');
  expect(await holdOf(order)).toBe('review');

  const again = (await say('sokha', 'release', { order })) as Answer;
  const both = { proposal: again.proposal ?? '', hash: again.hash ?? '' };
  expect(await say('vanna', 'approve', both)).toMatchObject({ outcome: 'done' });
  expect(await say('dara', 'approve', both)).toBe('proposal unknown');
  expect(await holdOf(order)).toBe('none');
  const { timeline } = await read<{ readonly timeline: readonly { readonly what: string }[] }>(`order?order=${order}`);
  expect(timeline.map(({ what }) => what)).toContain('release by sokha and vanna');
});

test('a freeze by number takes one person, and leaving it two, however small the order', async () => {
  const order = await stopped(41_000n);
  expect(await say('sokha', 'freeze', { order: order.toLowerCase() })).toMatchObject({ outcome: 'done' });
  expect(await holdOf(order)).toBe('frozen');
  expect(await say('sokha', 'refund', { order })).toMatchObject({ outcome: 'proposed' });
  expect(await say('sokha', 'release', { order })).toMatchObject({ outcome: 'proposed' });
  const report = await read<{ readonly possible: readonly string[] }>(`order?order=${order}`);
  expect(report.possible).toEqual(['release']);
});

test('a refund by hand is reported by one and approved by another', async () => {
  const order = await stopped(41_000n);
  world.cash.fault.refund = 'refused';
  expect(await say('sokha', 'refund', { order })).toMatchObject({ outcome: 'done' });
  await world.pass(30_000);
  const { refundTasks, possible } = await read<{
    readonly refundTasks: readonly { readonly task: string }[];
    readonly possible: readonly string[];
  }>(`order?order=${order}`);
  expect(possible).toContain('refund-task-done');
  const task = refundTasks[0]?.task ?? '';
  const input = { order, task, bankReference: 'ABA 2001' };
  expect(await say('sokha', 'refund-task-done', { ...input, task: '5' })).toBe('task unknown');
  const { proposal = '', hash = '' } = (await say('sokha', 'refund-task-done', input)) as Answer;
  expect(await read('proposals')).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        proposal,
        does: `report that 41,000 KHR of order ${order} was paid back by hand, bank reference ABA 2001`,
      }),
    ]),
  );
  expect(await say('dara', 'approve', { proposal, hash })).toMatchObject({ outcome: 'done' });
  expect(await read(`order?order=${order}`)).toMatchObject({
    state: 'REFUNDED',
    refundTasks: [{ status: 'done', bankReference: 'ABA 2001' }],
  });
});

test('float and transfers stand under the name of who booked them', async () => {
  const bring = { place: 'exchange:binance', amount: '12.5', asset: 'USDT', evidence: 'slip 77' };
  expect(await say('dara', 'bring-in', bring)).toMatchObject({ outcome: 'done' });
  expect(await say('sokha', 'bring-in', bring)).toBe('evidence used');
  expect(await ask(world.url, `select reason from ledger_entry where reference = 'brought-in:slip 77'`)).toEqual([
    { reason: 'the operator’s own money, brought by dara' },
  ]);
  const plan = { kind: 'wallet-to-cold', amount: '0.01', asset: 'BTC' };
  expect(await say('sokha', 'transfer-plan', plan)).toMatchObject({ outcome: 'done' });
  const [planned] = await read<readonly { readonly transfer: string }[]>('transfers');
  expect(planned).toMatchObject({
    kind: 'wallet-to-cold',
    amount: { amount: '0.01000000', asset: 'BTC' },
    by: 'sokha',
  });
  const transfer = planned?.transfer ?? '';
  const finish = { transfer, evidence: 'tx 77' };
  expect(await say('sokha', 'transfer-finish', { ...finish, fee: '0.02' })).toBe('fee malformed');
  expect(await say('sokha', 'transfer-finish', { ...finish, transfer: '5', fee: '1' })).toBe('transfer unknown');
  expect(await say('sokha', 'transfer-finish', { ...finish, fee: '0.00001' })).toMatchObject({ outcome: 'done' });
  expect(await read('transfers')).toEqual([]);
  expect(await read('balances')).toMatchObject({ trialBalance: 'even', wrong: [] });
});

test('the pause says who set it', async () => {
  expect(await read('queue')).toMatchObject({ ready: true, pause: { paused: false, by: null, at: null } });
  await say('dara', 'pause');
  expect(await read('queue')).toMatchObject({ pause: { paused: true, by: 'dara' } });
  await say('sokha', 'resume');
  expect(await read('queue')).toMatchObject({ pause: { paused: false, by: 'sokha' } });
});

test('nothing of a buyer’s person, and no secret, leaves by the door', async () => {
  const orders = await read<readonly { readonly number: string }[]>('orders?filter=all');
  const shown = [
    JSON.stringify(orders),
    ...(await Promise.all(orders.map(async ({ number }) => JSON.stringify(await read(`order?order=${number}`))))),
    JSON.stringify(await read('proposals')),
  ].join('\n');
  const stored = await ask<{ seed: string; chat: string }>(
    world.url,
    `select data->>'seed' as seed, data->>'chat' as chat from purchase`,
  );
  for (const { seed, chat } of stored) {
    expect(shown).not.toContain(seed);
    expect(shown).not.toContain(`"${chat}"`);
  }
  expect(shown).not.toMatch(/SOK DARA|CHAN VANNA|play-money/);
  expect(JSON.stringify(world.said)).not.toMatch(/play-money/);
});
