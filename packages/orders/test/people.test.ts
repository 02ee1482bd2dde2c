import type { Reference } from '@rielrails/core';
import { KHR, money } from '@rielrails/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { OrderView, ShowResult, VerificationNews } from '../src/index.ts';
import { ask } from './database.ts';
import { chatRef, createTestWorld } from './world/world.ts';
import type { TestWorld } from './world/world.ts';

let world: TestWorld;
let answer: () => Promise<ShowResult>;
let shown: { readonly step: string; readonly handle: string | null }[];
let news: VerificationNews[];
beforeEach(async () => {
  shown = [];
  news = [];
  answer = () => Promise.resolve({ outcome: 'shown', handle: 'message-7' });
  world = await createTestWorld({
    show: (_chat, { step }: OrderView, handle) => {
      shown.push({ step, handle });
      return answer();
    },
    verified: async (one) => {
      news.push(one);
    },
  });
});
afterEach(() => world.end());

const buyer = chatRef('1');
const untold = () =>
  ask<{ number: string }>(
    world.url,
    `select number from purchase where told_version < version and state not in ('draft', 'quoted')`,
  );

describe('telling the buyer', () => {
  test('edits one message, and asks again only while something was not shown', async () => {
    await world.confirmed('1');
    await world.orders.idle();
    expect(shown[0]).toMatchObject({ handle: null });
    expect(shown.slice(1).every(({ handle }) => handle === 'message-7')).toBe(true);
    expect(shown.at(-1)?.step).toBe('pay');
    const before = shown.length;
    await world.pass(60_000);
    // The rail was looked at meanwhile, which changes nothing that the buyer sees.
    expect(shown).toHaveLength(before);
    expect(await untold()).toEqual([]);
  });

  test.each([
    ['asked to come later', () => Promise.resolve({ outcome: 'later', retryAfterMs: 1000 } as const)],
    ['failing', () => Promise.reject(new Error('the chat is down'))],
  ])('a front end that is %s is asked again by the sweep; the order does not wait', async (_what, trouble) => {
    answer = trouble;
    const view = await world.confirmed('1');
    expect(view.state).toBe('awaiting-payment');
    await world.orders.idle();
    expect(await untold()).toHaveLength(1);
    answer = () => Promise.resolve({ outcome: 'shown', handle: 'message-8' });
    await world.pass(1000);
    expect(shown.at(-1)?.step).toBe('pay');
    expect(await untold()).toEqual([]);
  });

  test('a buyer who is gone is marked, and reached again by the next change', async () => {
    answer = () => Promise.resolve({ outcome: 'gone' });
    await world.confirmed('1');
    await world.orders.idle();
    const unreachable = () => ask<{ unreachable: boolean }>(world.url, 'select unreachable from chat');
    expect(await unreachable()).toEqual([{ unreachable: true }]);
    answer = () => Promise.resolve({ outcome: 'shown', handle: 'message-9' });
    await world.pass(16 * 60_000);
    expect(shown.at(-1)?.step).toBe('expired');
    expect(await unreachable()).toEqual([{ unreachable: false }]);
  });
});

describe('verification', () => {
  const reference = () => world.sumsub.applied.cases.at(-1)?.reference as Reference;
  const status = async () => (await world.orders.buyer.limits(buyer)).verification.status;

  test('gives its link again; retry, approval and news to the front end', async () => {
    const first = await world.orders.buyer.verify(buyer);
    expect(first).toMatchObject({ status: 'pending', reasons: [] });
    expect(await world.orders.buyer.verify(buyer)).toMatchObject({ status: 'pending' });
    expect(world.sumsub.applied.cases).toHaveLength(1);
    await world.sumsub.desk.reject(reference(), 'retry', 'BAD_PROOF_OF_IDENTITY');
    await world.pass(1000);
    expect(await status()).toBe('retry');
    await world.sumsub.desk.approve(reference(), { name: 'SOK DARA' });
    await world.pass(1000);
    expect(await status()).toBe('approved');
    expect(news.map((one) => one.status)).toEqual(['pending', 'retry', 'approved']);
    expect(news.at(-1)?.chats).toEqual([buyer]);
  });

  test('rejected for good is the end of it', async () => {
    await world.orders.buyer.verify(buyer);
    await world.sumsub.desk.reject(reference(), 'final');
    await world.pass(1000);
    expect(await status()).toBe('rejected');
    await expect(world.orders.buyer.verify(buyer)).rejects.toMatchObject({ field: 'verification', rule: 'final' });
  });

  test('an approval that has run out is not one, and the person can verify again', async () => {
    const view = await world.quoted('1');
    await ask(world.url, 'update person set kyc_until = $1', [world.runtime.clock.now()]);
    await expect(world.confirm('1', view.id)).rejects.toMatchObject({ rule: 'not-verified' });
    const again = await world.orders.buyer.verify(buyer);
    expect(again).toMatchObject({ status: 'pending', url: expect.stringContaining('https://') });
    expect(world.sumsub.applied.cases).toHaveLength(2);
    await world.sumsub.desk.approve(reference(), { name: 'SOK DARA' });
    await world.pass(1000);
    expect((await world.confirm('1', view.id)).state).toBe('awaiting-payment');
  });

  test('a provider that cannot be reached: said so, nothing lost, later it works', async () => {
    world.sumsub.faults.add('http-503', { times: 20 });
    await expect(world.during(world.orders.buyer.verify(buyer))).rejects.toMatchObject({ rule: 'unavailable' });
    world.sumsub.faults.clear();
    expect(await world.orders.buyer.verify(buyer)).toMatchObject({ status: 'pending' });
    expect(world.sumsub.applied.cases).toHaveLength(1);
  });

  test('a person’s data is theirs to read, and to erase once nothing is open', async () => {
    const view = await world.confirmed('1');
    expect(await world.orders.buyer.exportPerson(buyer)).toMatchObject({ identity: { name: 'SOK DARA' } });
    await expect(world.orders.buyer.erasePerson(buyer)).rejects.toMatchObject({ rule: 'not-now' });
    await world.orders.buyer.cancel(buyer, view.id);
    await world.orders.buyer.erasePerson(buyer);
    const [person] = await ask<{ identity_sealed: unknown; kyc_reference: unknown }>(world.url, 'select * from person');
    expect(person).toMatchObject({ identity_sealed: null, kyc_reference: null });
    expect(await world.orders.buyer.history(buyer)).toEqual([]);
    await expect(world.orders.buyer.view(buyer, view.id)).rejects.toMatchObject({ rule: 'not-yours' });
    const next = { want: { type: 'spend', amount: money(KHR, 41_000n) }, payIn: KHR } as const;
    expect((await world.orders.buyer.quote(buyer, next)).state).toBe('quoted');
  });
});

test('a reason of another release is told as one without an explanation', async () => {
  await world.orders.buyer.verify(buyer);
  await ask(
    world.url,
    `update person set kyc_status = 'retry', kyc_reasons = '["too-young", "a-reason-of-yesterday"]'`,
  );
  expect((await world.orders.buyer.limits(buyer)).verification.reasons).toEqual(['too-young', 'other']);
});
